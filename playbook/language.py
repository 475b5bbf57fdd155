"""Two languages side by side: every text a person reads is a `Text`."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Text(BaseModel):
    """The same words in Japanese and in English; neither may be empty.

    `{name}` stands for a name of the provider (`site.yaml`), filled in by the loader, or for a
    value the page fills in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    ja: Sentence
    en: Sentence

    @classmethod
    def same(cls, words: str) -> Text:
        """What both languages write alike: an address, a number; it may be empty."""
        return cls.model_construct(ja=words, en=words)

    def of(self, language: Language) -> str:
        """The words in `language`."""
        return self.ja if language == "ja" else self.en

    def filled(self, names: Mapping[str, Text]) -> Text:
        """The text with every `{name}` found in `names` replaced, others left as they stand."""
        return Text.model_construct(
            ja=fill(self.ja, {name: text.ja for name, text in names.items()}),
            en=fill(self.en, {name: text.en for name, text in names.items()}),
        )


def in_one(sentences: Iterable[str], language: Language) -> str:
    """Sentences one after the other: English has a blank between two, Japanese has none."""
    return ("" if language == "ja" else " ").join(sentences)


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with each `{name}` that `values` knows replaced; other braces stay untouched."""
    for name in placeholders(template):
        if name in values:
            template = template.replace("{" + name + "}", values[name])
    return template


def placeholders(template: str) -> tuple[str, ...]:
    """The names standing in braces in `template`, in order; none where the braces do not pair."""
    try:
        return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name)
    except ValueError:
        return ()

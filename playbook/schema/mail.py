"""Bounce reasons, enhanced status codes and the wordings of mail systems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from playbook.language import Text
from playbook.schema.base import File, Id, Shape, Source
from playbook.schema.phrases import PhraseError, stretches
from playbook.terms import Nature, ReasonId, Subject, WhoActs

Host = Annotated[str, StringConstraints(pattern=r"^[^\sA-Z]{3,}$")]
"""A domain or another mark a mail system leaves in its bounces, in small letters."""


ReplyCode = Annotated[str, StringConstraints(pattern=r"^([245X]\.\d{1,3}\.\d{1,3}|[2-5]\d\d)$")]
"""An enhanced status code (RFC 3463) or a reply code (RFC 5321)."""

_NAME = re.compile(r"\{([^{}\s]+)\}")
"""Stands in a phrase for the words of that name."""


_DOTS = re.compile(r"(?:^|\s)(?:\.{3}|[・･]{3})(?:\s|$)")
"""By themselves; notices say "failed... user unknown"."""


def _readable(phrase: str) -> str:
    if name := _NAME.search(phrase):
        raise PhraseError("named", name[1])
    if _DOTS.search(phrase):
        raise PhraseError("dots", phrase)
    stretches(phrase)
    return phrase


Phrase = Annotated[str, StringConstraints(min_length=2), AfterValidator(_readable)]
"""Plain text; case, width and runs of blanks do not matter. `(a|b|)` stands for any of the
alternatives (a bracket without `|` is meant as it stands), `{name}` for any of the file's words of
that name, `…` for any words in between, and at either end for the rest of the word."""

Weight = Literal["sure", "likely", "hint", "topic", "copy", "told", "letter", "other", "circular"]
"""How much a sentence says.

`sure` names the reason; `likely` usually goes with it; a `hint` stands in many notices and counts
only where nothing else speaks; a `topic` is a word of what a reply is about, believed where no
sentence of it is known. The others give no reason: a `copy` says that the returned message follows,
`told` is how people tell of an error they got, a `letter` how they write to each other, `other`
what both write of that is no mail, a `circular` how machines write of other things than a
delivery."""

Stage = Literal["connect", "mail", "rcpt", "data"]
"""The SMTP command that was answered (RFC 5321)."""


class Reason(Shape):
    """Why a mail was not delivered, or what else a returned mail is."""

    id: Id
    seed: tuple[str, ...] = ()
    title: Text
    nature: Nature
    subject: Subject | None = None
    """What it is about; none where no receiving server gives it."""
    outcome: bool = False
    """It tells how the delivery ended, not why; any cause named in the text is believed first."""
    address_is_dead: bool = False
    """Mail to this address will never arrive: drop it from mailing lists."""
    who_acts: tuple[WhoActs, ...] = Field(min_length=1)
    explains: Text
    """What happened, in words for the agent."""
    tell: Text
    """What to say to the customer, ready to be read out."""
    letter: Text
    """What to write to the customer: a paragraph that can be pasted into a mail."""
    next: Text
    """What is to be done now."""


class StatusCodeEntry(Shape):
    """An enhanced status code (RFC 3463), a reply code (RFC 5321), or a mail system's own use."""

    code: ReplyCode
    """`X` as class stands for both 4 and 5."""
    mta: str | None = None
    """The mail system whose own use this is; none for the registry's meaning."""
    hosts: tuple[Host, ...] = ()
    """By what that mail system is known in a bounce; any one will do."""
    meaning: Text
    after: Stage | None = None
    """The command in answer to which it means this; none for all others."""
    reason: ReasonId | None = None
    """None where the code alone does not say why."""
    general: bool = False
    """Used for so many things that any sentence is believed before it."""
    source: Source


class Wording(Shape):
    """A sentence, or a class of sentences, that mail systems say, and the reason it stands for."""

    id: Id
    says: tuple[Phrase, ...] = Field(min_length=1)
    """Any one of these will do."""
    reason: ReasonId
    """`undetermined` for a sentence that only shows that the text is a bounce, or is none."""
    weight: Weight = "sure"
    unless: tuple[Phrase, ...] = ()
    """Not believed where one of these stands in the same sentence."""
    hosts: tuple[Host, ...] = ()
    """Believed only of a mail system known by one of these."""
    codes: tuple[ReplyCode, ...] = ()
    """Believed only in a reply with one of these enhanced status or reply codes."""
    after: Stage | None = None
    """Believed only in the answer to this command."""
    about: Literal["address", "domain", "ip"] | None = None
    """Believed only where an address, a bare domain or an IP address stands right before it."""
    sample: str
    """A text in which it was seen; the checkup proves that it lands here."""
    source: Source
    seen: str | None = None


NoticeList = Literal[
    "senders",
    "sender_fields",
    "recipient_fields",
    "subject_fields",
    "before_reply",
    "after_code",
    "before_recipient",
    "before_original",
    "before_sender",
    "before_quote",
    "above_copy",
    "delivered_to",
    "names_follow",
    "other_roles",
    "of_mail",
    "of_failure",
    "not_recipients",
    "spoken_numbers",
    "spoken_points",
    "counters",
]
"""What a list of words tells of a notice: who sends it; how mail programs name its sender, its
recipient and its subject; what stands before a quoted reply, before a recipient's field, before the
address an alias led from, before the sender's on the line below, in the line above a quoted mail,
as a heading above it, before a recipient in a sentence, and in the line above a list of them; which
words give an address another role; which show that mail is spoken of, and which that something
failed; which addresses are never recipients; how numbers and the points between them are said
aloud: first the number, then the ways to say it; and what follows a number that counts chapters or
editions."""

SmallWord = Annotated[
    str, StringConstraints(pattern=r"^[^\sA-Z]([^A-Z\n]*[^\sA-Z])?$", min_length=1)
]
"""A word, or a few, in small letters."""


class NoticeWords(Shape):
    """Words by which the layout of a notice is known, whatever its sentences mean."""

    id: NoticeList
    words: tuple[SmallWord, ...] = Field(min_length=1)
    source: Source


class WordsAlike(Shape):
    """Words that notices say for one another: a wording with one of them is found with each."""

    id: Id
    words: tuple[SmallWord, ...] = Field(min_length=2)
    source: Source


class ReasonFile(File):
    """reasons.yaml"""

    reasons: tuple[Reason, ...]


class StatusCodeFile(File):
    """status_codes.yaml"""

    status_codes: tuple[StatusCodeEntry, ...]


class NoticeWordsFile(File):
    """notice_words.yaml"""

    lists: tuple[NoticeWords, ...] = ()
    alike: tuple[WordsAlike, ...] = ()


class WordingFile(File):
    """wordings/*.yaml: the sentences of one mail system, or of one family."""

    mta: str
    words: Mapping[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    """Words that may stand for each other, such as the endings of a verb. In the phrases of the
    file, and in the words below, `{name}` stands for any of them."""
    wordings: tuple[Wording, ...]

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, raw: object) -> object:
        """The file with the words in place of their names."""
        if not isinstance(raw, dict) or not isinstance(raw.get("words"), dict):
            return raw
        choices: dict[str, str] = {}
        for name, words in raw["words"].items():
            if isinstance(words, tuple):
                written = [str(_with_words(word, choices)) for word in words]
                choices[name] = f"({'|'.join(written)})" if len(written) > 1 else "".join(written)
        return {**raw, "wordings": _with_words(raw.get("wordings"), choices)}


def _with_words(value: object, choices: Mapping[str, str]) -> object:
    """`value` with each name of words in its phrases replaced; a name without words stays."""
    if isinstance(value, str):
        return _NAME.sub(lambda name: choices.get(name[1], name[0]), value)
    if isinstance(value, tuple):
        return tuple(_with_words(each, choices) for each in value)
    if isinstance(value, dict):
        phrases = value.keys() & {"says", "unless"}
        return {**value, **{key: _with_words(value[key], choices) for key in phrases}}
    return value

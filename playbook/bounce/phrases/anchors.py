"""Which texts of a phrase are scanned for: those that stand least in ordinary notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from playbook.bounce.phrases.literals import Literals
from playbook.bounce.phrases.phrase import Phrase

Side = Literal["start", "end"]


class Anchor(NamedTuple):
    """What is scanned for to find a phrase."""

    stretch: int
    texts: Iterable[str]
    """The literals of the stretch, or how they begin or end."""
    side: Side | None = None
    """Where in the literals the texts stand; None where they are the literals."""
    length: int = 0
    """Letters of the longest text that stands there."""

    def rests(self, literals: Iterable[str]) -> dict[str, list[str]]:
        """Each text with what the literals have beside it."""
        rests: dict[str, list[str]] = {}
        is_start, length = self.side == "start", self.length
        for literal in literals:
            text, rest = (
                (literal[:length], literal[length:])
                if is_start
                else (literal[-length:], literal[:-length])
            )
            rests.setdefault(text, []).append(rest)
        return rests


_MANY = 64
"""Beyond so many literals of one stretch only their beginnings or ends are scanned for, of which
there are fewer: memory and the time to get ready grow with what is scanned for."""

_EDGES = (24, 16, 12, 10, 8, 7, 6, 5, 4)
"""Letters of a beginning or an end, the longest tried first."""

_OFTEN = 1 / 12_000
"""By the letter: what stands more often is found too often without the rest of its phrase."""


def anchors_of(phrases: Sequence[Phrase], common: str) -> list[Anchor]:
    """What to scan for: of each phrase what stands least in `common`, then the longest."""
    choices = [_choices(phrase) for phrase in phrases]
    texts = tuple({text for some in choices if some for anchor in some for text in anchor.texts})
    hits = Literals(texts).find(common) if texts else []
    seen = Counter(texts[number] for number, _, _ in hits)
    often = len(common) * _OFTEN

    def cost(anchor: Anchor) -> tuple[int, int]:
        return sum(seen[text] for text in anchor.texts), -min(map(len, anchor.texts))

    def best(phrase: Phrase, some: Iterable[Anchor]) -> Anchor:
        rare = [anchor for anchor in some if cost(anchor)[0] <= often]
        return min(rare or _whole(phrase), key=cost)

    return [best(phrase, some) for phrase, some in zip(phrases, choices, strict=True)]


def _choices(phrase: Phrase) -> list[Anchor]:
    """All that could be scanned for to find the phrase; none where there is nothing to choose."""
    if len(phrase.stretches) == 1 and len(phrase.literals) <= _MANY:
        return []
    found: list[Anchor] = []
    for number, literals in enumerate(phrase.stretches):
        many = len(literals) > _MANY
        found += _edges(number, literals) if many else [Anchor(number, literals)]
    return found


def _whole(phrase: Phrase) -> list[Anchor]:
    return [Anchor(number, literals) for number, literals in enumerate(phrase.stretches)]


def _edges(number: int, literals: Sequence[str]) -> list[Anchor]:
    """How the literals begin, and how they end, where few texts tell that."""
    found: list[Anchor] = []
    for length in _EDGES:
        starts = {literal[:length] for literal in literals}
        if len(starts) <= _MANY:
            found.append(Anchor(number, starts, "start", length))
            break
    for length in _EDGES:
        ends = {literal[-length:] for literal in literals}
        if len(ends) <= _MANY:
            found.append(Anchor(number, ends, "end", length))
            break
    return found

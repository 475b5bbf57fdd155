"""How a wording is written: `(a|b|)` for any of the alternatives, `…` for any words between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import prod
from typing import Literal

MOST_TEXTS = 2_000
"""Texts a single stretch between two `…` may stand for."""

_MOST_EXCHANGED = 256
"""Beyond so many texts no more words are exchanged for others alike."""

_MARKS = re.compile("[()|]")

Flaw = Literal["empty", "short", "many", "bare", "open", "named", "dots"]
"""What is wrong with a phrase: it says nothing, or a text of less than two letters, or more than
`MOST_TEXTS` texts; a choice has no brackets round it, or one that does not close; it names words
that the file does not have; it has three dots in place of a `…`."""


class PhraseError(ValueError):
    """A phrase that says nothing or far too much, or whose brackets do not close."""

    def __init__(self, flaw: Flaw, piece: str = "") -> None:
        super().__init__(f"{flaw}: {piece}")
        self.flaw, self.piece = flaw, piece[:40]


class Alike:
    """Words that say the same: where a phrase has one of them, the others of its group will do.

    `groups` are such words, or a few words each, in small letters; a word is in one group only.
    """

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._group = {word: tuple(group) for group in groups for word in group}
        longest_first = sorted(self._group, key=len, reverse=True)
        words = "|".join(map(re.escape, longest_first)) or "(?!)"
        # Part of an address, a host or a longer word it would be another word.
        self._word = re.compile(rf"(?<![\w@./'-])({words})(?![\w@/'-]|\.\w)")

    def choices(self, text: str) -> Iterator[tuple[str, ...]]:
        """`text` in pieces, each with all that may stand for it, as it is written first.

        A word that is all of a text is meant itself.
        """
        if not self._group or text in self._group:
            yield (text,)
            return
        for number, piece in enumerate(self._word.split(text)):
            others = self._group[piece] if number % 2 else ()
            yield (piece, *(word for word in others if word != piece))


NONE_ALIKE = Alike()


def stretches(phrase: str, alike: Alike = NONE_ALIKE) -> tuple[tuple[str, ...], ...]:
    """The texts each stretch between two `…` stands for, words exchanged for others `alike`.

    A bracket without `|` is meant as it stands.

    Raises:
        PhraseError: when nothing is left to look for, or more than `MOST_TEXTS` texts, or a choice
            has no brackets round it.
    """
    made = tuple(_texts(piece.strip(), alike) for piece in phrase.split("…") if piece.strip())
    if not made:
        raise PhraseError("empty")
    return made


def _texts(piece: str, alike: Alike) -> tuple[str, ...]:
    texts = [" ".join(text.split()) for text in _expanded(piece, alike)]
    found = tuple(dict.fromkeys(text for text in texts if text))
    if not found or min(map(len, found)) < 2:
        raise PhraseError("short", piece)
    return found


def _expanded(piece: str, alike: Alike) -> list[str]:
    if alike is NONE_ALIKE and not _MARKS.search(piece):
        return [piece]
    segments = list(_segments(piece, alike))
    count = prod([len(choices) for choices, _ in segments])
    if count > MOST_TEXTS:
        raise PhraseError("many", piece)
    texts = [""]
    for choices, more in segments:
        grown = count // len(choices) * len(more)
        if grown <= _MOST_EXCHANGED:
            count = grown
        said = more if grown <= _MOST_EXCHANGED else choices
        texts = [text + choice for text in texts for choice in said]
    return texts


def _segments(piece: str, alike: Alike) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What may stand one after the other: as it is written, and with words exchanged."""
    at = 0
    while at < len(piece):
        if piece[at] == "(":
            choices, end = _choices(piece, at)
            plain = _each_expanded(choices, NONE_ALIKE) if choices else ["("]
            is_exact = not choices or alike is NONE_ALIKE
            yield plain, plain if is_exact else _each_expanded(choices, alike)
        else:
            opening = piece.find("(", at)
            end = opening if opening >= 0 else len(piece)
            if "|" in piece[at:end]:
                raise PhraseError("bare", piece)
            for said in alike.choices(piece[at:end]):
                yield said[:1], said
        at = end


def _each_expanded(choices: Iterable[str], alike: Alike) -> list[str]:
    texts: dict[str, None] = {}
    for choice in choices:
        texts.update(dict.fromkeys(_expanded(choice, alike)))
    return list(texts)


def _choices(piece: str, start: int) -> tuple[list[str], int]:
    """The choices of the bracket that opens at `start`, and where it ends.

    No choices where it has no `|`: then it is meant as it stands.
    """
    depth = 0
    bars: list[int] = []
    for mark in _MARKS.finditer(piece, start):
        char, at = mark[0], mark.start()
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 1:
            bars.append(at)
        if depth == 0:
            if not bars:
                break
            return [piece[a + 1 : b] for a, b in pairwise([start, *bars, at])], at + 1
    if bars:
        raise PhraseError("open", piece)
    return [], start + 1

"""How a wording is written: `(a|b|)` for any of the alternatives, `…` for any words between."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

MOST_TEXTS = 2_000
"""Texts a single stretch between two `…` may stand for."""

_MARKS = re.compile("[()|]")

Flaw = Literal["empty", "short", "many", "bare", "open", "named"]
"""What is wrong with a phrase: it says nothing, or a text of less than two letters, or more than
`MOST_TEXTS` texts; a choice has no brackets round it, or one that does not close; it names words
that the file does not have."""


class PhraseError(ValueError):
    """A phrase that says nothing or far too much, or whose brackets do not close."""

    def __init__(self, flaw: Flaw, piece: str = "") -> None:
        super().__init__(f"{flaw}: {piece}")
        self.flaw, self.piece = flaw, piece[:40]


def stretches(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The texts each stretch between two `…` stands for.

    A bracket without `|` is meant as it stands.

    Raises:
        PhraseError: when nothing is left to look for, or more than `MOST_TEXTS` texts, or a choice
            has no brackets round it.
    """
    made = tuple(_texts(piece.strip()) for piece in phrase.split("…") if piece.strip())
    if not made:
        raise PhraseError("empty")
    return made


def _texts(piece: str) -> tuple[str, ...]:
    texts = [" ".join(text.split()) for text in _expanded(piece)]
    found = tuple(dict.fromkeys(text for text in texts if text))
    if not found or min(map(len, found)) < 2:
        raise PhraseError("short", piece)
    return found


def _expanded(piece: str) -> list[str]:
    texts = [""]
    at = 0
    while at < len(piece):
        if piece[at] == "(":
            choices, end = _group(piece, at)
        else:
            opening = piece.find("(", at)
            end = opening if opening >= 0 else len(piece)
            choices = [piece[at:end]]
            if "|" in choices[0]:
                raise PhraseError("bare", piece)
        if len(texts) * len(choices) > MOST_TEXTS:
            raise PhraseError("many", piece)
        texts = [text + choice for text in texts for choice in choices]
        at = end
    return texts


def _group(piece: str, start: int) -> tuple[list[str], int]:
    """The choices of the bracket that opens at `start`, and where it ends."""
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
            inner = [piece[a + 1 : b] for a, b in pairwise([start, *bars, at])]
            return [text for choice in inner for text in _expanded(choice)], at + 1
    if bars:
        raise PhraseError("open", piece)
    return ["("], start + 1

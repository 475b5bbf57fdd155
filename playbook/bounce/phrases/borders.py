"""Where words begin and end. Japanese and Chinese ones have no borders."""

from __future__ import annotations

LETTERS = frozenset(char for char in map(chr, range(0x500)) if char.isalnum())
_NO_DIGITS = frozenset(char for char in LETTERS if char.isalpha())

SHORT = 3
"""Up to so many letters are a word of their own, and no stem: "Nov" does not say "no"."""

_LONGEST_WORD = 40
"""Letters behind a stem; more of them are no word."""


def joining(first: str) -> frozenset[str]:
    """The letters before which a word that begins with `first` would be cut.

    A unit begins its own word: 25MB.
    """
    if first not in LETTERS:
        return frozenset()
    return _NO_DIGITS if first in _NO_DIGITS else LETTERS


def _joins(left: str, right: str) -> bool:
    """Whether two letters belong to one word."""
    return left in LETTERS and right in LETTERS


def continues(text: str, end: int) -> bool:
    """Whether a word goes on at `end`; the s of a plural does not count."""
    if not _joins(text[end - 1], text[end]):
        return False
    return text[end] != "s" or (end + 1 < len(text) and _joins("s", text[end + 1]))


def is_cut_before(text: str, start: int) -> bool:
    """Whether what begins at `start` begins inside a word."""
    return start > 0 and text[start - 1] in joining(text[start])


def is_cut_behind(text: str, end: int) -> bool:
    """Whether what ends at `end` ends inside a word."""
    return end < len(text) and continues(text, end)


def is_glued(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is too short to be found inside a word."""
    return end - start <= SHORT and (is_cut_before(text, start) or is_cut_behind(text, end))


def word_end(text: str, end: int) -> int:
    """Where the word ends in which `end` may lie."""
    for at in range(end, min(end + _LONGEST_WORD, len(text) + 1)):
        if at == len(text) or not _joins(text[at - 1], text[at]):
            return at
    return end


def ends_in_word(text: str) -> bool:
    """Whether a word may go on behind `text`."""
    return text[-1:] in LETTERS


def stands(word: str, text: str) -> bool:
    """Whether `word` stands in `text` at the beginning of a word; both are in normal form.

    Up to three letters must be a whole word.
    """
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (at and _joins(text[at - 1], text[at])) and not (
            len(word) <= SHORT and end < len(text) and continues(text, end)
        ):
            return True
        at = text.find(word, at + 1)
    return False

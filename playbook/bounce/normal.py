"""The normal form in which phrases are compared, and the way back to `shown`.

NFKC, small letters, runs of blanks as one, and no blanks between Japanese or Chinese letters, where
mail systems break lines.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

PARAGRAPH = "\x02"
"""Stands in a normal form where a new paragraph begins, so that no phrase reaches over it."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f]+")
_BLANKS = re.compile(r"\s{2,}")
_ANY_BLANKS = re.compile(r"\s+")
_WIDE_CLASS = "[\u3001-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_WIDE = re.compile(_WIDE_CLASS)
_WIDE_GAP = re.compile(f"(?<={_WIDE_CLASS})\\s+(?={_WIDE_CLASS})")
# One letter with the marks that NFKC may melt into it: half-width kana and combining accents.
_CLUSTER = re.compile("(?s).[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
_STRAIGHT = (
    ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("‐", "-"), ("…", "."),
)  # fmt: skip


def fold(text: str) -> str:
    """`text` in normal form."""
    return Normal(text).text


class Normal:
    """A text in normal form with the way back: `span` gives places in the original."""

    __slots__ = ("_cuts", "_lines", "_original", "text")

    def __init__(self, original: str) -> None:
        if "\n\n" in original:
            original = original.replace("\n\n", "\n" + PARAGRAPH)
        self._original = original
        self._lines: _Lines | None = None
        self._cuts: tuple[list[int], list[int]] | None = None
        if original.isascii():
            self.text = " ".join(original.split()).lower()
            return
        folded = _folded(original)
        if len(folded) == len(original):
            self.text = _squeezed(folded)
        else:
            self._lines = _Lines(original)
            self.text = self._lines.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        if self._lines is not None:
            return self._lines.letter(start)[0], self._lines.letter(end - 1)[1]
        if len(self.text) == len(self._original):
            return start, end
        if self._cuts is None:
            self._cuts = self._find_cuts()
        places, removed = self._cuts
        i, j = bisect_right(places, start), bisect_right(places, end - 1)
        return start + (removed[i - 1] if i else 0), end + (removed[j - 1] if j else 0)

    def _find_cuts(self) -> tuple[list[int], list[int]]:
        """From which place in the normal form on how many blanks are missing before it."""
        text = self._original
        plain = text.isascii()
        if not plain:
            text = _folded(text)
        places, removed, missing = [], [], 0
        if text[:1].isspace() and not text[1:2].isspace():
            places, removed, missing = [0], [1], 1
        for gap in (_BLANKS if plain else _ANY_BLANKS).finditer(text):
            start, end = gap.span()
            kept = 1
            if start == 0 or (not plain and _is_wide_gap(text, start, end)):
                kept = 0
            elif end - start == 1:
                continue
            if start == 0 and end == 1:
                continue
            missing += end - start - kept
            places.append(end - missing)
            removed.append(missing)
        return places, removed


class _Lines:
    """Line by line, for texts whose letters change their number when folded."""

    def __init__(self, original: str) -> None:
        self._original = original
        self._starts: list[tuple[int, int, int]] = []
        self._letters: dict[int, list[tuple[int, int]]] = {}
        pieces: list[str] = []
        at = start = 0
        wide_before = True
        for line in original.split("\n"):
            folded = _squeezed(_folded(line))
            if folded:
                if pieces and not (wide_before and _WIDE.match(folded)):
                    pieces.append(" ")
                    at += 1
                self._starts.append((at, start, start + len(line)))
                pieces.append(folded)
                at += len(folded)
                wide_before = _WIDE.match(folded[-1]) is not None
            start += len(line) + 1
        self.text = "".join(pieces)

    def letter(self, place: int) -> tuple[int, int]:
        """Start and end in the original of the letter that stands at `place`."""
        if not self._starts:
            return 0, 0
        i = max(bisect_right(self._starts, (place, len(self._original) + 1, 0)) - 1, 0)
        at, start, end = self._starts[i]
        if i not in self._letters:
            self._letters[i] = _letters(self._original[start:end])
        letters = self._letters[i]
        first, last = letters[min(place - at, len(letters) - 1)] if letters else (0, 0)
        return start + first, start + last


def _letters(line: str) -> list[tuple[int, int]]:
    """For every letter of a line's normal form, where it stands in the line."""
    found: list[tuple[int, int]] = []
    made: list[str] = []
    for cluster in _CLUSTER.finditer(line):
        for char in _folded(cluster[0]):
            blank = char.isspace()
            if blank and (not made or made[-1] == " "):
                continue
            if not blank and len(made) > 1 and made[-1] == " " and _is_wide_pair(made[-2], char):
                made.pop()
                found.pop()
            made.append(" " if blank else char)
            found.append(cluster.span())
    return found


def _is_wide_pair(left: str, right: str) -> bool:
    return bool(_WIDE.match(left) and _WIDE.match(right))


def _squeezed(folded: str) -> str:
    if _WIDE.search(folded):
        folded = _WIDE_GAP.sub("", folded)
    return " ".join(folded.split())


def _is_wide_gap(text: str, start: int, end: int) -> bool:
    return end < len(text) and bool(_WIDE.match(text, start - 1) and _WIDE.match(text, end))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    for curly, straight in _STRAIGHT:
        text = text.replace(curly, straight)
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", text).lower()

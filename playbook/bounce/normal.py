"""The normal form in which phrases are compared: NFKC, small letters, runs of blanks as one, no blanks
between Japanese or Chinese letters (mail systems break lines there), and the way back to `shown`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

PARAGRAPH = "\x02"
"""Stands in a normal form where a new paragraph begins, so that no phrase reaches over it."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f]+")
_WORD = re.compile(r"\S+")
_BLANKS = re.compile(r"\s{2,}|\A\s")
_ANY_BLANKS = re.compile(r"\s+")
_WIDE_CLASS = "[\u3001-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_WIDE = re.compile(_WIDE_CLASS)
_WIDE_GAP = re.compile(f"(?<={_WIDE_CLASS})\\s+(?={_WIDE_CLASS})")
# One letter with the marks that NFKC may melt into it: half-width kana and combining accents.
_CLUSTER = re.compile("(?s).[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "…": ".", "‥": "."}
)


def fold(text: str) -> str:
    """`text` in normal form."""
    return Normal(text).text


class Normal:
    """A text in normal form with the way back: `span` gives places in the original."""

    __slots__ = ("_cuts", "_original", "_words", "text")

    def __init__(self, original: str) -> None:
        if "\n\n" in original:
            original = original.replace("\n\n", "\n" + PARAGRAPH)
        self._original = original
        self._words: list[tuple[int, int, str]] | None = None
        self._cuts: tuple[list[int], list[int]] | None = None
        if original.isascii():
            self.text = " ".join(original.split()).lower()
            return
        folded = _folded(original)
        if len(folded) != len(original):
            self.text = self._by_words(original)
            return
        if _WIDE.search(folded):
            folded = _WIDE_GAP.sub("", folded)
        self.text = " ".join(folded.split())

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        if self._words is not None:
            return self._word_back(start)[0], self._word_back(end - 1)[1]
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
        for gap in (_BLANKS if plain else _ANY_BLANKS).finditer(text):
            start, end = gap.span()
            kept = 1
            if start == 0 or (not plain and _is_wide_gap(text, start, end)):
                kept = 0
            elif end - start == 1:
                continue
            missing += end - start - kept
            places.append(end - missing)
            removed.append(missing)
        return places, removed

    def _by_words(self, original: str) -> str:
        """Word by word, for texts whose letters change their number when folded."""
        self._words = []
        pieces: list[str] = []
        at = 0
        wide_before = True
        for word in _WORD.finditer(original):
            folded = _folded(word[0])
            if not folded:
                continue
            if pieces and not (wide_before and _WIDE.match(folded)):
                pieces.append(" ")
                at += 1
            self._words.append((at, word.start(), word[0]))
            pieces.append(folded)
            at += len(folded)
            wide_before = _WIDE.match(folded[-1]) is not None
        return "".join(pieces)

    def _word_back(self, place: int) -> tuple[int, int]:
        """Start and end in the original of the letter that stands at `place`."""
        words = self._words or [(0, 0, "")]
        i = max(bisect_right(words, (place, len(self._original) + 1, "")) - 1, 0)
        at, start, word = words[i]
        inside = place - at
        if len(_folded(word)) != len(word):
            first, last = _unfolded(word, inside)
            return start + first, start + last
        last = min(start + inside, len(self._original) - 1)
        return last, last + 1


def _is_wide_gap(text: str, start: int, end: int) -> bool:
    return end < len(text) and bool(_WIDE.match(text, start - 1) and _WIDE.match(text, end))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_STRAIGHT)))
    return text.lower()


def _unfolded(word: str, place: int) -> tuple[int, int]:
    """The letter of `word`, with its marks, that stands at `place` once folded."""
    at = 0
    for cluster in _CLUSTER.finditer(word):
        at += len(_folded(cluster[0]))
        if at > place:
            return cluster.span()
    return len(word) - 1, len(word)

"""The normal form in which phrases are compared: NFKC, case folded, runs of blanks as one, no blanks
between Japanese or Chinese letters (mail systems break lines there), and the way back to `shown`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f]+")
_WORD = re.compile(r"\S+")
_WIDE = re.compile("[\u3001-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# One letter with the marks that NFKC may melt into it: half-width kana and combining accents.
_CLUSTER = re.compile("(?s).[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-"})


def fold(text: str) -> str:
    """`text` in normal form."""
    return Normal(text).text


class Normal:
    """A text in normal form with the way back: `span` gives places in the original."""

    __slots__ = ("_original", "_starts", "_words", "text")

    def __init__(self, original: str) -> None:
        self._original = original
        self._words: list[tuple[int, str]] | None = None
        self._starts: list[int] = []
        if original.isascii():
            self.text = " ".join(original.split()).lower()
        else:
            self.text = self._of_words()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        if len(self.text) == len(self._original) and self._words is None:
            return start, end
        if self._words is None:
            self._find_words()
        return self._back(start), self._back(end - 1) + 1

    def _find_words(self) -> None:
        """Words of an ASCII text: their starts here and there."""
        words, starts, at = [], [], 0
        for word in _WORD.finditer(self._original):
            words.append((word.start(), ""))
            starts.append(at)
            at += word.end() - word.start() + 1
        self._words, self._starts = words, starts

    def _of_words(self) -> str:
        words: list[tuple[int, str]] = []
        starts: list[int] = []
        pieces: list[str] = []
        at = 0
        wide_before = True
        for word in _WORD.finditer(self._original):
            folded = _folded(word[0])
            if not folded:
                continue
            if pieces and not (wide_before and _WIDE.match(folded)):
                pieces.append(" ")
                at += 1
            words.append((word.start(), word[0]))
            starts.append(at)
            pieces.append(folded)
            at += len(folded)
            wide_before = _WIDE.match(folded[-1]) is not None
        self._words, self._starts = words, starts
        return "".join(pieces)

    def _back(self, place: int) -> int:
        assert self._words is not None
        i = max(bisect_right(self._starts, place) - 1, 0)
        start, word = self._words[i] if self._words else (0, "")
        inside = place - self._starts[i] if self._starts else 0
        if word and len(_folded(word)) != len(word):
            inside = _unfolded(word, inside)
        return min(start + inside, len(self._original) - 1)


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()
    word = word.translate(_STRAIGHT)
    # NFKC makes blanks of some letters (no-break space, spacing accents).
    return "".join(word.split()) if " " in word else word


def _unfolded(word: str, place: int) -> int:
    """The letter of `word` that stands at `place` once folded."""
    at = 0
    for cluster in _CLUSTER.finditer(word):
        at += len(_folded(cluster[0]))
        if at > place:
            return cluster.start()
    return len(word) - 1

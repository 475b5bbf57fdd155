"""The normal form in which phrases are compared, and the way back to `shown`.

NFKC, small letters, runs of blanks as one, underscores as blanks, as qmail logs them, and no blanks
beside Japanese or Chinese letters, where mail systems break lines and some writers set foreign
words apart; only the one behind a full stop stays.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable

PARAGRAPH = "\x02"
"""Stands in a normal form where a new paragraph begins, so that no phrase reaches over it."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f]+")
_BLANKS = re.compile(r"\s{2,}")
_GAPS = re.compile("  +")
_OTHER_BLANKS = "\n\t\r\v\f\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029"
"""What NFKC leaves of the blanks of Unicode, beside the blank itself."""
_UNDERSCORE = re.compile(r"_|(https?://\S+)")
_WORD = re.compile(r"\S+")
_LONG = 400
"""Of longer lines and words the places are found once and kept, so that the cost stays linear."""
_WIDE_CLASS = "[\u3001-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_WIDE = re.compile(_WIDE_CLASS)
_WIDE_GAP = re.compile(f"(?<={_WIDE_CLASS})\\s+|(?<![.!?\\s])\\s+(?={_WIDE_CLASS})")
WIDE_GAPS = re.compile(f" (?:(?<={_WIDE_CLASS} ) *()|(?<![.!?] ) *(?={_WIDE_CLASS})()| +)")
"""Gaps of which nothing stays have a group."""
# Marks, and parts of Korean letters, that NFKC may make one letter with their neighbour, NFC not.
_MELTING = re.compile(
    "[\u0300-\u036f\u0653-\u0655\u3099\u309a\u3131-\u318e\u3260-\u326d\uff9e-\uffdc]"
)
# One letter with the marks that NFKC may melt into it: half-width kana and combining accents.
_CLUSTER = re.compile("(?s).[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
_STRAIGHT = (
    ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("‐", "-"), ("…", "."),
    ("\u0130", "i"),
)  # fmt: skip


def fold(text: str) -> str:
    """`text` in normal form."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().replace("_", " ").split())
    return Normal(text).text


def fold_all(texts: Iterable[str]) -> list[str]:
    """Each of the texts in normal form, for less than one by one."""
    together = "".join([f"{text} {PARAGRAPH} " for text in texts])
    return [text.strip(" ") for text in Normal(together).text.split(PARAGRAPH)[:-1]]


def _blank_outside_pages(found: re.Match[str]) -> str:
    return found[1] or " "


def in_small_letters(text: str) -> str:
    """`text` in small letters, each in its place."""
    small = text.lower()
    if len(small) != len(text):
        # Of one letter, the Turkish capital I with a dot, the small form is two.
        small = text.replace("\u0130", "i").lower()
    return small


class Normal:
    """A text in normal form with the way back: `span` gives places in the original."""

    __slots__ = ("span", "text")

    span: Callable[[int, int], tuple[int, int]]
    """Where what stands in `text` from one place to another stands in the original."""

    def __init__(self, original: str) -> None:
        original = original.replace("\n\n", "\n" + PARAGRAPH)
        if "://" not in original:
            original = original.replace("_", " ")
        elif "_" in original:
            original = _UNDERSCORE.sub(_blank_outside_pages, original)
        way: BySqueezing | ByLine
        if original.isascii():
            way = BySqueezing(original.lower(), _GAPS)
        else:
            for curly, straight in _STRAIGHT:
                original = original.replace(curly, straight)
            folded = letter_for_letter(original)
            gaps = WIDE_GAPS if _WIDE.search(folded) else _GAPS
            way = BySqueezing(folded, gaps) if folded else ByLine(original)
        self.span = way.span
        self.text = way.text


class BySqueezing:
    """The way back in a text whose letters were folded one by one: only blanks are taken away."""

    __slots__ = ("_places", "_taken", "text")

    def __init__(self, folded: str, gaps: re.Pattern[str]) -> None:
        for blank in _OTHER_BLANKS:
            if blank in folded:
                folded = folded.replace(blank, " ")
        start = gone = len(folded) - len(folded.lstrip(" "))
        self._places = places = [0]
        self._taken = taken = [gone]
        pieces: list[str] = []
        for gap in gaps.finditer(folded, start):
            stop, end = gap.span()
            kept = 0 if gap.lastindex else 1
            pieces.append(folded[start : stop + kept])
            start = end
            gone += end - stop - kept
            places.append(end - gone)
            taken.append(gone)
        pieces.append(folded[start:])
        self.text = "".join(pieces).rstrip(" ")

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        places, taken = self._places, self._taken
        return (
            start + taken[bisect_right(places, start) - 1],
            end + taken[bisect_right(places, end - 1) - 1],
        )


class ByLine:
    """The way back in any other text, line by line, and only for the lines that are asked for."""

    __slots__ = ("_folded", "_letters", "_lines", "_starts", "_words", "text")

    def __init__(self, original: str) -> None:
        self._lines = lines = original.split("\n")
        self._starts: tuple[list[int], list[int]] | None = None
        self._words: dict[int, list[_Word]] = {}
        self._letters: dict[int, list[tuple[int, int]]] = {}
        self._folded = [_squeezed(_folded(line)) for line in lines]
        self.text = _joined(self._folded)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        if self._starts is None:
            self._starts = self._find_starts()
        starts, originals = self._starts
        number = bisect_right(starts, start) - 1
        first = starts[number]
        line, length = self._lines[number], len(self._folded[number])
        if end - first <= length and line.isascii():
            bare = line.lstrip()
            # Most lines are only indented.
            if len(bare) == length:
                back = originals[number] - first + len(line) - length
                return start + back, end + back
        return self._letter(start)[0], self._letter(end - 1)[1]

    def _letter(self, place: int) -> tuple[int, int]:
        """Start and end in the original of the letter that stands at `place`."""
        if self._starts is None:
            self._starts = self._find_starts()
        starts, originals = self._starts
        number = bisect_right(starts, place) - 1
        at, line, folded = place - starts[number], self._lines[number], self._folded[number]
        first = originals[number]
        if len(folded) == len(line) and line.isascii():
            return first + at, first + at + 1
        if len(line) <= _LONG:
            if line.isascii():
                at = _with_blanks(line, at)
                return first + at, first + at + 1
            if len(folded) == len(line) and folded == line.lower():
                return first + at, first + at + 1
        if number not in self._words:
            self._words[number] = _words(line)
        words = self._words[number]
        if not words:
            return first, first + len(line)
        begins, start, end = words[bisect_right(words, at, key=_begins) - 1]
        at, word, first = at - begins, line[start:end], first + start
        if at < len(word) and (
            word.isascii() or (len(word) <= _LONG and _folded(word) == word.lower())
        ):
            return first + at, first + at + 1
        if first not in self._letters:
            self._letters[first] = _letters(word)
        letters = self._letters[first]
        start, end = letters[min(at, len(letters) - 1)]
        return first + start, first + end

    def _find_starts(self) -> tuple[list[int], list[int]]:
        """Where each line begins, in the normal form and in the original.

        A line of which nothing is left begins where the next one does.
        """
        starts, originals = [], []
        at = original = 0
        text = self.text
        for line, folded in zip(self._lines, self._folded, strict=True):
            if folded and text[at : at + 1] == " ":
                at += 1
            starts.append(at)
            originals.append(original)
            at += len(folded)
            original += len(line) + 1
        return starts, originals


def letter_for_letter(text: str) -> str:
    """`text` folded, where each letter of it becomes one; empty where this is not so."""
    if _INVISIBLE.search(text) or _MELTING.search(text):
        return ""
    # Composed already, letters can only become more; so as many are the same, each in its place.
    if not unicodedata.is_normalized("NFC", text):
        return ""
    folded = unicodedata.normalize("NFKC", text).lower()
    return folded if len(folded) == len(text) else ""


def _joined(lines: list[str]) -> str:
    """Lines in normal form in one, with a blank between two where one stays."""
    pieces: list[str] = []
    for line in lines:
        if line:
            if pieces and not _is_joined(pieces[-1][-1], line[0]):
                pieces.append(" ")
            pieces.append(line)
    return "".join(pieces)


def _with_blanks(line: str, at: int) -> int:
    """The place in an ASCII line of the letter that is at `at` once its blanks are squeezed."""
    at += len(line) - len(line.lstrip())
    for gap in _BLANKS.finditer(line.rstrip(), len(line) - len(line.lstrip())):
        if gap.start() >= at:
            break
        at += gap.end() - gap.start() - 1
    return at


_Word = tuple[int, int, int]
"""Where a word begins in the normal form of its line, and its start and end in the line."""


def _begins(word: _Word) -> int:
    return word[0]


def _words(line: str) -> list[_Word]:
    """The words of a line, or the line as one word where folding makes new ones."""
    words: list[_Word] = []
    at = 0
    before = ""
    for found in _WORD.finditer(line):
        word = found[0]
        plain = word.isascii()
        folded = word if plain else _folded(word)
        if " " in folded:
            return [(0, 0, len(line))]
        if folded:
            if before and not _is_joined(before[-1], folded[0]):
                at += 1
            words.append((at, found.start(), found.end()))
            at += len(folded)
            before = folded
    return words


def _letters(line: str) -> list[tuple[int, int]]:
    """For every letter of a line's normal form, where it stands in the line."""
    found: list[tuple[int, int]] = []
    made: list[str] = []
    for cluster in _CLUSTER.finditer(line):
        for char in _folded(cluster[0]):
            blank = char.isspace()
            if blank and (not made or made[-1] == " "):
                continue
            if not blank and len(made) > 1 and made[-1] == " " and _is_joined(made[-2], char):
                made.pop()
                found.pop()
            made.append(" " if blank else char)
            found.append(cluster.span())
    return found


def _is_joined(left: str, right: str) -> bool:
    """Whether no blank stays between two letters."""
    if _WIDE.match(left):
        return True
    return left not in ".!?" and _WIDE.match(right) is not None


def _squeezed(folded: str) -> str:
    if _WIDE.search(folded):
        folded = _WIDE_GAP.sub("", folded)
    return " ".join(folded.split())


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", text).lower()

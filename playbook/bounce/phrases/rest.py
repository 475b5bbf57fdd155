"""Whether the rest of a phrase stands beside what was found of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from playbook.bounce.normal import PARAGRAPH
from playbook.bounce.phrases.anchors import Side
from playbook.bounce.phrases.borders import (
    LETTERS,
    SHORT,
    is_cut_before,
    is_cut_behind,
    is_glued,
    word_end,
)
from playbook.bounce.phrases.literals import any_of
from playbook.bounce.phrases.phrase import Phrase

_GAP = 120
"""How many characters `…` may stand for; it never reaches over the end of a sentence."""

_SENTENCE_ENDS = (". ", "。", "! ", "? ", PARAGRAPH)
_SENTENCE_END = re.compile(f"[.!?] |。|{PARAGRAPH}")


class Edge:
    """Literals that begin, or end, with one text, looked for where it stands."""

    __slots__ = ("_gaps", "_is_start", "_lengths", "_rests", "_whole_end", "_whole_start")

    _lengths: dict[str, tuple[int, ...]]
    """How long the rests are, the longest first, by the letter beside the text."""

    def __init__(
        self,
        side: Side,
        rests: Iterable[str],
        whole_start: bool,
        whole_end: bool,
        gaps: Gaps | None,
    ) -> None:
        self._is_start = side == "start"
        self._rests = frozenset(rests)
        beside = {(rest[:1] if self._is_start else rest[-1:]) for rest in self._rests}
        self._lengths = {letter: self._lengths_beside(letter) for letter in beside}
        self._whole_start, self._whole_end = whole_start, whole_end
        self._gaps = gaps

    def _lengths_beside(self, letter: str) -> tuple[int, ...]:
        rests = [
            rest
            for rest in self._rests
            if not rest or (rest.startswith(letter) if self._is_start else rest.endswith(letter))
        ]
        return tuple(sorted({len(rest) for rest in rests}, reverse=True))

    def span(self, text: str, start: int, end: int) -> tuple[int, int, int] | None:
        """The span of the whole phrase, and the letters found: that of the longest literal.

        None where the rest is missing.
        """
        first, last = start, end
        lengths = self._lengths
        beside = text[end : end + 1] if self._is_start else text[start - 1 : start]
        for length in lengths.get(beside) or lengths.get("", ()):
            if self._is_start:
                last = end + length
                if last > len(text) or text[end:last] not in self._rests:
                    continue
            else:
                first = start - length
                if first < 0 or text[first:start] not in self._rests:
                    continue
            if self._whole_start and is_cut_before(text, first):
                continue
            is_cut = is_cut_behind(text, last)
            if self._whole_end and is_cut:
                continue
            if self._gaps is None:
                last = word_end(text, last) if is_cut else last
                return first, last, last - first
            if found := self._gaps.span(text, first, last):
                return found
        return None


class Gaps:
    """A phrase with gaps, looked for round its anchor."""

    __slots__ = ("_after", "_before")

    def __init__(self, phrase: Phrase, anchor: int) -> None:
        before, after = phrase.stretches[:anchor][::-1], phrase.stretches[anchor + 1 :]
        self._before = tuple(_Stretch(literals) for literals in before)
        self._after = tuple(_Stretch(literals) for literals in after)

    def span(self, text: str, start: int, end: int) -> tuple[int, int, int] | None:
        """The span of the whole phrase round an anchor, with the letters found.

        None where the rest is missing.
        """
        first, last, letters = start, end, end - start
        for stretch in self._after:
            if stretch.is_missing(text, last, last + _GAP):
                return None
            found = stretch.first(text, last, last + _GAP)
            if found and (over := _SENTENCE_END.search(text, last, found.end() + 1)):
                found = stretch.first(text, last, over.start())
            if found is None:
                return None
            letters += found.end() - found.start()
            last = found.end()
        for stretch in self._before:
            floor = first - _GAP if first > _GAP else 0  # a third of the cost of max()
            if stretch.is_missing(text, floor, first):
                return None
            for mark in _SENTENCE_ENDS:
                at = text.rfind(mark, floor, first)
                floor = at if at > floor else floor  # noqa: FURB136  the same
            found = stretch.last(text, floor, first)
            if found is None:
                return None
            letters += found.end() - found.start()
            first = found.start()
        is_cut = last < len(text) and text[last] in LETTERS
        return first, word_end(text, last) if is_cut else last, letters


_FEW_CHOICES = 4
"""Up to so many literals are looked for one by one: most are missing, and that is seen sooner."""


class _Stretch:
    """The literals of which one has to stand on the other side of a gap."""

    def __init__(self, literals: tuple[str, ...]) -> None:
        self._literals = literals
        self._few = literals if len(literals) <= _FEW_CHOICES else ()
        self._has_words = any(len(each) <= SHORT and each[0] in LETTERS for each in literals)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds any of them. Made when first needed: few phrases come that far in one process."""
        return re.compile(any_of(self._literals))

    def is_missing(self, text: str, start: int, end: int) -> bool:
        """Whether none stands in `text[start:end]`."""
        if not self._few:
            return self.pattern.search(text, start, end) is None
        for literal in self._few:  # noqa: SIM110  half the cost of any()
            if text.find(literal, start, end) >= 0:
                return False
        return True

    def first(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The first that stands in `text[start:end]`."""
        found = self.pattern.search(text, start, end)
        while found and self._has_words and is_glued(text, *found.span()):
            found = self.pattern.search(text, found.start() + 1, end)
        return found

    def last(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The last that begins a word in `text[start:end]`."""
        last = None
        while found := self.pattern.search(text, start, end):
            start, stop = found.span()
            if text[start] not in LETTERS or not (
                is_cut_before(text, start) or (self._has_words and is_glued(text, start, stop))
            ):
                last = found
            start += 1
        return last

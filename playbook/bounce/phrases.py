"""Which wordings stand in a text.

One pass over the text finds the rarest literal of every phrase; only where one stands is the rest
of the phrase looked for, near by.

The cost is linear in the text whatever the phrases are: they are literals, never regular
expressions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

from playbook.bounce.normal import PARAGRAPH, fold, fold_all
from playbook.schema.phrases import stretches

_GAP = 120
"""How many characters `…` may stand for; it never reaches over the end of a sentence."""

_SENTENCE_ENDS = (". ", "。", "! ", "? ", PARAGRAPH)
_SENTENCE_END = re.compile(f"[.!?] |。|{PARAGRAPH}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to be looked for.

    The literals of every stretch between two `…`, and whether its edges may lie inside a word.
    """

    stretches: tuple[tuple[str, ...], ...]
    open_start: bool
    open_end: bool

    @property
    def literals(self) -> tuple[str, ...]:
        """Every text of a phrase without a gap."""
        return self.stretches[0]


@lru_cache(maxsize=512)
def compiled(says: str) -> Phrase:
    """The phrase `says` describes, in normal form.

    Raises:
        PhraseError: when it cannot be read.
    """
    return Phrase(
        stretches=tuple(tuple(sorted({*fold_all(texts)} - {""})) for texts in stretches(says)),
        open_start=says.strip().startswith("…"),
        open_end=says.strip().endswith("…"),
    )


# --- finding many literals at once --------------------------------------------------------------


class _Automaton(Protocol):
    def find_matches_as_indexes(
        self, haystack: bytes, overlapping: bool = ...
    ) -> list[tuple[int, int, int]]: ...


def _automaton(literals: Sequence[bytes]) -> _Automaton:
    try:
        import ahocorasick_rs  # noqa: PLC0415  absent where no wheel is built for the platform
    except ImportError:
        return PlainAutomaton(literals)
    kinds = ahocorasick_rs.Implementation
    small = len(literals) < _FEW
    return ahocorasick_rs.BytesAhoCorasick(
        literals, implementation=kinds.DFA if small else kinds.ContiguousNFA
    )


_FEW = 1_000
"""Below this many literals the table of the faster automaton stays in the processor's cache."""


class Literals:
    """Texts looked for all at once, in UTF-8: for a text of ASCII alone its places are the same."""

    def __init__(self, literals: Sequence[str]) -> None:
        self._lengths = [len(literal) for literal in literals]
        self._automaton = _automaton([literal.encode() for literal in literals])

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Number, start and end of every literal that stands in `text`, by where they end."""
        raw = text.encode("utf-8", "surrogatepass")
        found = self._automaton.find_matches_as_indexes(raw, overlapping=True)
        return found if len(raw) == len(text) else self._in_letters(raw, found)

    def _in_letters(
        self, raw: bytes, found: list[tuple[int, int, int]]
    ) -> list[tuple[int, int, int]]:
        """The same places counted in letters."""
        places: list[tuple[int, int, int]] = []
        lengths = self._lengths
        at = letters = 0
        for number, _, end in found:
            if end > at:
                letters += len(raw[at:end].decode("utf-8", "surrogatepass"))
                at = end
            places.append((number, letters - lengths[number], letters))
        return places


class PlainAutomaton:
    """The same answers without the compiled library, for platforms it is not built for."""

    def __init__(self, literals: Sequence[bytes]) -> None:
        self._next: list[dict[int, int]] = [{}]
        self._ends: list[list[int]] = [[]]
        self._lengths = [len(literal) for literal in literals]
        for number, literal in enumerate(literals):
            state = 0
            for char in literal:
                state = self._next[state].setdefault(char, len(self._next))
                if state == len(self._ends):
                    self._next.append({})
                    self._ends.append([])
            self._ends[state].append(number)
        self._fail = self._failures()

    def _failures(self) -> list[int]:
        fail = [0] * len(self._next)
        queue = list(self._next[0].values())
        for state in queue:
            for char, child in self._next[state].items():
                back = fail[state]
                while back and char not in self._next[back]:
                    back = fail[back]
                fail[child] = self._next[back].get(char, 0)
                if fail[child] == child:
                    fail[child] = 0
                self._ends[child].extend(self._ends[fail[child]])
                queue.append(child)
        return fail

    def find_matches_as_indexes(
        self,
        haystack: bytes,
        overlapping: bool = True,  # noqa: ARG002  as in the compiled library
    ) -> list[tuple[int, int, int]]:
        """Number, start and end of every literal found, by where they end."""
        found: list[tuple[int, int, int]] = []
        state = 0
        for place, char in enumerate(haystack, 1):
            while state and char not in self._next[state]:
                state = self._fail[state]
            state = self._next[state].get(char, 0)
            found += [(n, place - self._lengths[n], place) for n in self._ends[state]]
        return found


Hit = tuple[int, int, int, tuple[int, ...]]
"""What was found: start and end, how many letters word for word, and the numbers of the phrases
that say so."""


class Scanner:
    """Finds many phrases at once. A phrase is known by its place in the sequence it was made from.

    `common` is a text of the ordinary words of the trade: of a phrase with gaps the stretch is
    scanned for that stands there least.
    """

    def __init__(self, phrases: Iterable[Phrase], common: str = "") -> None:
        known = tuple(phrases)
        anchors = _anchors(known, fold(common))
        plain: dict[str, list[int]] = {}
        special: dict[str, list[_Special]] = {}
        for number, phrase in enumerate(known):
            anchor, last = anchors[number], len(phrase.stretches) - 1
            whole_start = anchor > 0 or not phrase.open_start
            whole_end = anchor < last or not phrase.open_end
            gaps = _Gaps(phrase, anchor) if last else None
            for literal in phrase.stretches[anchor]:
                if gaps or not whole_start or not whole_end:
                    special.setdefault(literal, []).append(
                        ((number,), whole_start, whole_end, gaps)
                    )
                else:
                    plain.setdefault(literal, []).append(number)
        literals = tuple({**plain, **special})
        self._owners = tuple(
            (
                tuple(plain.get(literal, ())),
                tuple(special.get(literal, ())),
                _joining(literal[0]),
                literal[-1] in _LETTERS,
            )
            for literal in literals
        )
        self._literals = Literals(literals) if literals else None

    def find(self, text: str) -> list[Hit]:
        """The phrases that stand in `text`, which is in normal form."""
        found: list[Hit] = []
        if self._literals is None:
            return found
        owners, letters = self._owners, _LETTERS
        padded = f" {text} "
        for literal, start, end in self._literals.find(text):
            whole, special, begins, ends = owners[literal]
            cut_start = padded[start] in begins
            cut_end = ends and padded[end + 1] in letters and _continues(text, end)
            if not special:
                if not cut_start and not cut_end:
                    found.append((start, end, end - start, whole))
                continue
            if whole and not cut_start and not cut_end:
                found.append((start, end, end - start, whole))
            for number, whole_start, whole_end, gaps in special:
                if (cut_start and whole_start) or (cut_end and whole_end):
                    continue
                if gaps is None:
                    last = _word_end(text, end) if cut_end else end
                    found.append((start, last, last - start, number))
                elif span := gaps.span(text, start, end):
                    found.append((*span, number))
        return found


class _Gaps:
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
            floor = max(first - _GAP, 0)
            if stretch.is_missing(text, floor, first):
                return None
            for mark in _SENTENCE_ENDS:
                floor = max(floor, text.rfind(mark, floor, first))
            found = stretch.last(text, floor, first)
            if found is None:
                return None
            letters += found.end() - found.start()
            first = found.start()
        return first, _word_end(text, last), letters


_SHORT = 3
"""Up to so many letters are a word of their own, and no stem: "Nov" does not say "no"."""

_FEW_CHOICES = 4
"""Up to so many literals are looked for one by one: most are missing, and that is seen sooner."""


class _Stretch:
    """The literals of which one has to stand on the other side of a gap."""

    def __init__(self, literals: tuple[str, ...]) -> None:
        self._literals = literals
        self._few = literals if len(literals) <= _FEW_CHOICES else ()
        self._has_words = any(len(each) <= _SHORT and each[0] in _LETTERS for each in literals)

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
        while found and self._has_words and _is_glued(text, *found.span()):
            found = self.pattern.search(text, found.start() + 1, end)
        return found

    def last(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The last that begins a word in `text[start:end]`."""
        last = None
        while found := self.pattern.search(text, start, end):
            start, stop = found.span()
            if text[start] not in _LETTERS or not (
                (start and text[start - 1] in _joining(text[start]))
                or (self._has_words and _is_glued(text, start, stop))
            ):
                last = found
            start += 1
        return last


def _is_glued(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is too short to be found inside a word."""
    if end - start > _SHORT:
        return False
    return bool(start and text[start - 1] in _joining(text[start])) or (
        end < len(text) and _continues(text, end)
    )


def any_of(texts: Iterable[str]) -> str:
    """A pattern for any of the texts that decides letter by letter.

    Of several that begin at one place the longest is found.
    """
    rests: dict[str, set[str]] = {}
    for text in texts:
        rests.setdefault(text[:1], set()).add(text[1:])
    may_end = rests.pop("", None) is not None
    choices = [re.escape(letter) + any_of(rest) for letter, rest in sorted(rests.items())]
    if len(choices) == 1 and not may_end:
        return choices[0]
    return f"(?:{'|'.join(choices)}){'?' if may_end else ''}" if choices else ""


_Special = tuple[tuple[int], bool, bool, "_Gaps | None"]
"""Number of a phrase, whether its edges must be those of words, and its gaps."""


def _anchors(phrases: Sequence[Phrase], common: str) -> list[int]:
    """For each phrase the stretch to scan for: the one least seen in `common`, then the longest."""
    literals = {
        literal
        for phrase in phrases
        if len(phrase.stretches) > 1
        for stretch in phrase.stretches
        for literal in stretch
    }
    order = tuple(literals)
    hits = Literals(order).find(common) if order else []
    seen = Counter(order[number] for number, _, _ in hits)

    def cost(stretch: tuple[str, ...]) -> tuple[int, int]:
        return sum(seen[literal] for literal in stretch), -min(map(len, stretch))

    return [
        min(range(len(phrase.stretches)), key=lambda i: cost(phrase.stretches[i]))
        if len(phrase.stretches) > 1
        else 0
        for phrase in phrases
    ]


_LONGEST_WORD = 40
"""Letters behind a stem; more of them are no word."""


def _word_end(text: str, end: int) -> int:
    """Where the word ends in which `end` may lie."""
    for at in range(end, min(end + _LONGEST_WORD, len(text) + 1)):
        if at == len(text) or not _joins(text[at - 1], text[at]):
            return at
    return end


def _continues(text: str, end: int) -> bool:
    """Whether a word goes on at `end`; the s of a plural does not count."""
    if not _joins(text[end - 1], text[end]):
        return False
    return text[end] != "s" or (end + 1 < len(text) and _joins("s", text[end + 1]))


# Letters that make words with edges; Japanese and Chinese words have none.
_LETTERS = frozenset(char for char in map(chr, range(0x500)) if char.isalnum())
_NO_DIGITS = frozenset(char for char in _LETTERS if char.isalpha())


def _joining(first: str) -> frozenset[str]:
    """The letters before which a word that begins with `first` would be cut.

    A unit begins its own word: 25MB.
    """
    if first not in _LETTERS:
        return frozenset()
    return _NO_DIGITS if first in _NO_DIGITS else _LETTERS


def _joins(left: str, right: str) -> bool:
    """Whether two letters belong to one word."""
    return left in _LETTERS and right in _LETTERS


def ends_in_word(text: str) -> bool:
    """Whether a word may go on behind `text`."""
    return text[-1:] in _LETTERS


def stands(word: str, text: str) -> bool:
    """Whether `word` stands in `text` at the beginning of a word; both are in normal form.

    Up to three letters must be a whole word.
    """
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (at and _joins(text[at - 1], text[at])) and not (
            len(word) <= _SHORT and end < len(text) and _continues(text, end)
        ):
            return True
        at = text.find(word, at + 1)
    return False

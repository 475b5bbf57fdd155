"""Finding many texts at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol


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

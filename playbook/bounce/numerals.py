"""Numbers as people say them, and codes made of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from playbook.bounce.phrases import any_of

_TENS, _HUNDREDS = (10,), (100,)
_NEVER = re.compile("(?!)")


class Numerals:
    """How numbers and the points between them are said.

    Each entry is a number, then the ways to say it: "5 五 ご ごー".
    """

    def __init__(self, numbers: Iterable[str], points: Collection[str]) -> None:
        entries = [entry.split() for entry in numbers]
        self._values = {
            way: int(number)
            for number, *ways in entries
            if number.isdecimal()
            for way in (number, *ways)
        }
        self._longest = max(map(len, self._values), default=0)
        self.code = self._pattern(points) if self._values and points else _NEVER
        """Finds a code that is spelt out: class, subject and detail, or three digits."""

    def _pattern(self, points: Collection[str]) -> re.Pattern[str]:
        digit, tens, hundreds = map(self._ways, (range(10), _TENS, _HUNDREDS))
        by_ear = any_of(
            way for way, number in self._values.items() if number < 10 and not way.isdecimal()
        )
        signs = "".join(way for way in self._values if len(way) == 1 and not _is_kana(way))
        number = f"(?:[{signs}]{{1,3}}|(?:{digit})?(?:{tens})(?:{digit})?|{digit})"
        return re.compile(
            f"(?P<digits>(?:{by_ear})(?:[ ・、]?(?:{by_ear})){{2}}(?:{by_ear}){{0,2}}"
            f"|(?:{digit})(?:{hundreds})(?:{digit})?(?:{tens})?(?:{digit})?)"
            f"|(?P<class>{self._ways((4, 5))})(?P<point> ?(?:{any_of(points)})| ) ?"
            f"(?P<subject>{digit})(?P=point) ?(?P<detail>{number})"
        )

    def _ways(self, numbers: Collection[int]) -> str:
        return any_of(way for way, number in self._values.items() if number in numbers)

    def value(self, said: str) -> int:
        """The number that was said, digit by digit or by tens and hundreds."""
        total = last = at = 0
        while at < len(said):
            way = next(
                (said[at:end] for end in range(at + self._longest, at, -1) if said[at:end] in self),
                "",
            )
            number = self._values.get(way)
            if number in _TENS + _HUNDREDS:
                total, last = total + (last or 1) * number, 0
            elif number is not None:
                last = last * 10 + number
            at += len(way) or 1
        return total + last

    def __contains__(self, way: str) -> bool:
        return way in self._values


def _is_kana(letter: str) -> bool:
    return "\u3040" <= letter <= "\u30ff"

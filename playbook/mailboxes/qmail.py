"""To whom qmail's numbered deliveries go: a line of its own says so, before that of the outcome."""

from __future__ import annotations

import re
from typing import BinaryIO

_STARTING = re.compile(r"\bstarting delivery (\d+): msg \d+ to (?:local|remote) (\S+)")
_STARTING_BYTES = re.compile(_STARTING.pattern.encode())
_BACK = 1024 * 1024
"""qmail-send delivers to at most some hundred recipients at once, so the beginning of a delivery
stands within this many bytes before its end."""


class Recipients:
    """The deliveries that have begun."""

    def __init__(self) -> None:
        self._by_number: dict[str, str] = {}

    def take(self, line: str) -> None:
        """Remember the recipient where `line` begins a delivery."""
        found = _STARTING.search(line)
        if found:
            self._by_number[found[1]] = found[2]

    def of(self, number: str) -> str | None:
        """The recipient of the delivery; None where its beginning is not in the log."""
        return self._by_number.pop(number, None)

    def look_back(self, file: BinaryIO, at: int) -> None:
        """Remember the deliveries that began before `at` and may end behind it."""
        file.seek(max(at - _BACK, 0))
        before = file.read(min(at, _BACK)) + file.readline(_BACK)
        for found in _STARTING_BYTES.finditer(before):
            self._by_number[found[1].decode()] = found[2].decode("utf-8", "replace")

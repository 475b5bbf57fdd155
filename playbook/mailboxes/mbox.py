"""mbox: messages behind lines that begin with "From " (RFC 4155), whatever the line ends.

A body line that begins with "From " is quoted with ">" by most who write mbox files, not by all: so
a separator is believed only where it carries a time and a year, as RFC 4155 has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

from playbook.mailboxes.spans import LONGEST, Item, Tally

SEPARATOR = re.compile(
    rb"From [^\r\n]{0,320}?\d{1,2}:\d\d[^\r\n]{0,80}?[12]\d{3}(?!\d)[^\r\n]{0,80}"
)
_FROM = re.compile(rb"\n(>*)From ")
_LOOK = 512
"""A separator that begins before the end of a span ends within this many bytes behind it."""
_BLOCK = 1024 * 1024
_ASCTIME = re.compile(
    rb"([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d)(?::(\d\d))?(?: [A-Z]{2,5}| [+-]\d{4})* ([12]\d{3})"
)
_RFC_5322 = re.compile(rb"\d{1,2} [A-Z][a-z]{2} [12]\d{3} .*")
_MONTHS = {
    name.encode(): number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


def messages(file: BinaryIO, start: int, end: int, tally: Tally) -> Iterator[Item]:
    """The messages that begin in `[start, end)`; together they cover the file without a gap."""
    base = max(start - 1, 0)
    file.seek(base)
    data = file.read(end - base + _LOOK)
    # What stands before the first separator is a message too.
    begun = 0 if start == 0 else -1
    quoted: list[int] = []
    for found in _FROM.finditer(data):
        if found[1]:
            quoted.append(found.start() + 1)
            continue
        at = found.start() + 1
        if base + at >= end:
            break
        if SEPARATOR.match(data, at):
            if begun > 0 or (begun == 0 and not data[:at].isspace()):
                tally["in"] += 1
                yield _item(_without(data, begun, at, quoted), base + begun, at - begun)
            begun, quoted = at, []
    if begun >= 0:
        raw, length = _last(file, base + begun, end)
        if base + begun > 0 or not raw.isspace():
            tally["in"] += 1
            quoted = [found.start() + 1 for found in _FROM.finditer(raw) if found[1]]
            yield _item(_without(raw, 0, len(raw), quoted), base + begun, length)


def _last(file: BinaryIO, start: int, end: int) -> tuple[bytes, int]:
    """The message from `start` to the first separator at or behind `end`, and its length."""
    length = _next_separator(file, end) - start
    file.seek(start)
    return file.read(min(length, LONGEST + _LOOK)), length


def _next_separator(file: BinaryIO, at: int) -> int:
    """Where the first separator at or behind `at` begins, else where the file ends."""
    base = at - 1
    file.seek(base)
    window = file.read(_BLOCK)
    while True:
        for found in _FROM.finditer(window):
            if not found[1] and SEPARATOR.match(window, found.start() + 1):
                return base + found.start() + 1
        block = file.read(_BLOCK)
        if not block:
            return base + len(window)
        base += max(len(window) - _LOOK, 0)
        window = window[-_LOOK:] + block


def _without(data: bytes, start: int, end: int, quotes: Sequence[int]) -> bytes:
    """The message in `data[start:end]` without the ">" at each of `quotes`."""
    if not quotes:
        return data[start:end]
    behind = (quote + 1 for quote in quotes)
    return b"".join(data[a:b] for a, b in zip((start, *behind), (*quotes, end), strict=True))


def _item(raw: bytes, start: int, length: int) -> Item:
    time = None
    if raw.startswith(b"From "):
        line, _, raw = raw.partition(b"\n")
        time = _posted(line)
    fault = "empty" if not raw or raw.isspace() else ""
    return Item(raw[:LONGEST], start, length, time=time, fault=fault)


def _posted(line: bytes) -> datetime | None:
    """The time in a separator, in C's asctime form (RFC 4155) or in that of RFC 5322."""
    try:
        if found := _ASCTIME.search(line):
            month, day, hour, minute, second, year = found.groups(b"0")
            return datetime(  # noqa: DTZ001 - the line has no zone
                int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second)
            )
        if found := _RFC_5322.search(line):
            return parsedate_to_datetime(found[0].decode("latin-1"))
    except (ValueError, KeyError):
        pass
    return None

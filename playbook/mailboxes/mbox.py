"""mbox: messages behind lines that begin with "From " (RFC 4155), whatever the line ends.

A body line that begins with "From " is quoted with ">" by most who write mbox files, not by all: so
a separator is believed only where it carries a time and a year, as RFC 4155 has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

from playbook.mailboxes.spans import LONGEST, Item, Tally

SEPARATOR = re.compile(
    rb"From [^\r\n]{0,320}?\d{1,2}:\d\d[^\r\n]{0,80}?[12]\d{3}(?!\d)[^\r\n]{0,80}"
)
_BEGINS = b"\nFrom "
_LOOK = 512
"""A separator that begins before the end of a span ends within this many bytes behind it."""
_BLOCK = 1024 * 1024
_QUOTED = re.compile(rb"\n>(>*From )")
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
    starts = [at for at in _separators(data, inside=start > 0) if at + base < end]
    if start == 0 and 0 not in starts[:1]:
        starts.insert(0, 0)  # what stands before the first separator is a message too
    for i, at in enumerate(starts):
        if i + 1 < len(starts):
            raw, length = data[at : starts[i + 1]], starts[i + 1] - at
        else:
            raw, length = _last(file, at + base, end)
        if at + base == 0 and raw.isspace():
            continue
        tally["in"] += 1
        yield _item(raw, at + base, length)


def _separators(data: bytes, *, inside: bool) -> Iterator[int]:
    """Where separators begin in `data`; `inside` says that its first byte may not begin a line."""
    if not inside and SEPARATOR.match(data):
        yield 0
    at = data.find(_BEGINS)
    while at >= 0:
        if SEPARATOR.match(data, at + 1):
            yield at + 1
        at = data.find(_BEGINS, at + 1)


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
        for found in _separators(window, inside=True):
            return base + found
        block = file.read(_BLOCK)
        if not block:
            return base + len(window)
        base += max(len(window) - _LOOK, 0)
        window = window[-_LOOK:] + block


def _item(raw: bytes, start: int, length: int) -> Item:
    time = None
    if b"\n>" in raw:
        raw = _QUOTED.sub(rb"\n\1", raw)
    if raw.startswith(b"From "):
        line, _, raw = raw.partition(b"\n")
        time = _posted(line)
    return Item(
        raw[:LONGEST], start, length, time=time, fault="empty" if not raw or raw.isspace() else ""
    )


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

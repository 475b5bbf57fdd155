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
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_STAMP = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +)?(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2}).*"
)


def messages(file: BinaryIO, start: int, end: int, tally: Tally) -> Iterator[Item]:
    """The messages that begin in `[start, end)`; together they cover the file without a gap."""
    base = max(start - 1, 0)
    file.seek(base)
    data = file.read(end - base + _LOOK)
    starts = [at for at in _separators(data, inside=start > 0) if at + base < end]
    if start == 0 and 0 not in starts[:1] and data[: starts[0] if starts else end].strip():
        starts.insert(0, 0)
    for i, at in enumerate(starts):
        if i + 1 < len(starts):
            raw, length = data[at : starts[i + 1]], starts[i + 1] - at
        else:
            raw, length = _last(file, at + base, end)
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
    if raw.startswith(b"From "):
        line, _, raw = raw.partition(b"\n")
        time = _posted(line)
    if b">From " in raw:
        raw = _QUOTED.sub(rb"\1", raw)
    return Item(raw[:LONGEST], start, length, time=time, fault="" if raw.strip() else "empty")


def _posted(line: bytes) -> datetime | None:
    """The time in a separator, in C's asctime form or that of RFC 5322."""
    found = _STAMP.search(line, 5)
    if not found:
        return None
    text = " ".join(found[0].decode("latin-1").replace(",", "").split())
    for form in ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M %Y"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the line has no zone
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None

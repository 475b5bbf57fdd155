"""One text a line, and the lines of mail logs. A line belongs to the span in which it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from playbook.mailboxes import qmail
from playbook.mailboxes.logs import LogLine, text_of, understood
from playbook.mailboxes.spans import LONGEST, Item, Tally

_BLOCK = 1024 * 1024
# Every delivery line has one of these; most lines of a log have none.
_DELIVERY = re.compile(rb"stat(?:us)?=|delivery \d| (?:\*\*|==|[=*-]>|>>) ")


def texts(file: BinaryIO, start: int, end: int, tally: Tally) -> Iterator[Item]:
    """Every line that is not blank, as a text of its own."""
    for at, line in _lines(file, start, end):
        tally["in"] += 1
        if line.strip():
            yield Item(line[:LONGEST].rstrip(b"\r\n"), at, len(line))
        else:
            tally["blank_lines"] += 1


def deliveries(
    file: BinaryIO, start: int, end: int, tally: Tally, *, written: datetime | None
) -> Iterator[Item]:
    """Every line that tells of a mail that was refused or is delayed."""
    recipients = qmail.Recipients()
    recipients.look_back(file, start)
    for at, line in _lines(file, start, end):
        tally["in"] += 1
        told = None
        if _DELIVERY.search(line):
            told = understood(line[:LONGEST].decode("utf-8", "replace"), recipients, written)
        yield from _item(told, at, len(line), tally)


def _item(told: LogLine | None, start: int, length: int, tally: Tally) -> Iterator[Item]:
    if told is None:
        tally["other_lines"] += 1
    elif told.action == "delivered":
        tally["delivered"] += 1
    else:
        yield Item(text_of(told), start, length, time=told.time)


def _lines(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Lines with their places."""
    at = start
    if start:
        file.seek(start - 1)
        at += len(file.readline()) - 1
    file.seek(at)
    while at < end:
        line = file.readline(LONGEST)
        if not line:
            return
        length = len(line)
        while not line.endswith(b"\n") and (rest := file.readline(_BLOCK)):
            length += len(rest)
            if rest.endswith(b"\n"):
                break
        yield at, line if length == len(line) else line[:LONGEST]
        at += length

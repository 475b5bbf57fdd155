"""Headers and quotations as mail programs write them, where nothing announces the mail they copy.

Mail systems announce what they return (`layout`); people and their programs do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from playbook.bounce.prose import Prose

_MOST_ABOVE, _MOST_BELOW = 4, 8
"""Lines above and below a sender's that are looked at for the rest of a header that is shown."""
_QUOTED_LINES = re.compile(r"\n[ \t]?>(?!>>)[^\n]*\n[ \t]?>(?!>>)")
# "Tue, 3 Nov 2026 09:00 Aki <aki@example.jp>:", as mail programs write it in some languages.
_DATED = re.compile(r"(?<!\d)\d{4}(?!\d).*<[^<>@]+@[^<>@]+>$")
_LONGEST_ATTRIBUTION = 300
"""Characters; a longer line above a colon is prose, and would take long to look through."""
_COLON_ENDS = re.compile("[:：][ \t]*\n")


class ShownHeader(NamedTuple):
    """Sender and recipient as mail programs show them above a mail, and copy them with it."""

    start: int
    """Where it begins in the text."""
    end: int
    fields: int
    """How many lines of it name something."""
    sender: str
    """In small letters, as it is written; so the recipient."""
    recipient: str


def shown_headers(text: Prose, start: int, end: int) -> Iterator[ShownHeader]:
    """The headers shown in `text[start:end]` that name a sender and a recipient."""
    floor = start
    for at in _sender_lines(text, start, end):
        if at < floor:
            continue
        first = at
        for _ in range(_MOST_ABOVE):
            above = max(text.small.rfind("\n", floor, max(first - 1, floor)) + 1, floor)
            if above >= first or not text.words.shown_field.match(text.small, above, first):
                break
            first = above
        header = _shown_at(text, first)
        floor = header.end
        if header.recipient:
            yield header


def _sender_lines(text: Prose, start: int, end: int) -> Iterator[int]:
    """Where lines of `text[start:end]` begin that show a sender."""
    field = text.words.shown_field.match(text.small, start)
    if field and field[1]:
        yield start
    for found in text.words.sender_line.finditer(text.small, start, end):
        yield found.start() + 1


def _shown_at(text: Prose, start: int) -> ShownHeader:
    """The header shown from `start` on."""
    sender = recipient = ""
    fields, at = 0, start
    while fields < _MOST_ABOVE + _MOST_BELOW:
        field = text.words.shown_field.match(text.small, at)
        if field is None:
            break
        if field[1]:
            sender = sender or field[3]
        elif field[2]:
            recipient = recipient or field[3]
        fields += 1
        at = field.end() + 1
    return ShownHeader(start, at, fields, sender, recipient)


def probable_copies(text: Prose, start: int, end: int) -> list[int]:
    """Where `text[start:end]` may go over into what the sender had written.

    A header of somebody who is no mail system, lines marked as quoted, "… wrote:", or a heading.
    Notices use all of them for other things too, so this says nothing before the reason is told.
    """
    starts = [
        header.start
        for header in shown_headers(text, start, end)
        if header.fields >= 3
        # A summary of whose mail it was is set apart by blanks.
        and text.small[header.start] not in " \t"
        and not text.words.notice_sender.search(header.sender)
    ]
    if text.small.find("\n>", start, end) >= 0:
        starts += [found.start() for found in _QUOTED_LINES.finditer(text.small, start, end)]
    starts += [found.start() for found in text.words.above_copy.finditer(text.small, start, end)]
    for found in _COLON_ENDS.finditer(text.small, start, end):
        line = text.small.rfind("\n", start, found.start()) + 1 or start
        above = text.small[line : found.start()]
        if len(above) > _LONGEST_ATTRIBUTION:
            continue
        if text.words.attribution.search(above) or _DATED.search(above):
            starts.append(line)
    return starts

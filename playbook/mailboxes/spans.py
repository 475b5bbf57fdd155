"""The words for a source and what lies in it. Values only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from playbook.errors import PlaybookError

SPAN_BYTES = 16 * 1024 * 1024
"""About how much one task reads: large enough that starting it costs nothing, small enough that a
killed worker loses seconds."""

LONGEST = 4 * 1024 * 1024
"""Bytes of one message that are kept; what stands behind is the returned message's attachment."""

Packed = Literal["", "gz", "bz2", "xz"]


class Kind(StrEnum):
    """What a source is made of."""

    MBOX = "mbox"
    MAILDIR = "maildir"
    MAILS = "mails"
    """Files that are one mail each."""
    TAR = "tar"
    ZIP = "zip"
    LOG = "log"
    """Lines of Postfix, sendmail, qmail or Exim."""
    LINES = "lines"
    """One text a line: replies of servers, or the text column of a table."""
    COLUMN = "column"
    """A column of a Parquet file."""


@dataclass(frozen=True, slots=True)
class Span:
    """One task's share of a source.

    `start` and `end` count bytes of a mbox, tar, log or text file, members of a zip file, row
    groups of a Parquet file, and files of `names`. A packed source is one span: it cannot be
    entered in the middle.
    """

    source: str
    kind: Kind
    start: int
    end: int
    size: int
    """Bytes, as the progress counts them."""
    names: tuple[str, ...] = ()
    """Files below `source`."""
    column: str = ""
    packed: Packed = ""
    written: datetime | None = None
    """When a log was last written to: syslog's stamps have no year (RFC 3164, 4.1.2)."""


class Item(NamedTuple):
    """One message, or one delivery line as a message."""

    raw: bytes | str
    start: int
    """Where it begins: in bytes of the (unpacked) source; the row of a table; 0 in a file or member
    of its own."""
    length: int
    """In bytes."""
    member: str = ""
    """The file or the archive's member it lies in."""
    time: datetime | None = None
    """When it was written, where the source says so; without a zone where the source has none."""
    fault: str = ""
    """Why it cannot be read; empty where it can."""


Tally = Counter[str]
"""What a span held: `in` counts every unit; `mails` those yielded; the other keys say what the rest
was: `delivered`, `other_lines`, `blank_lines`."""


class NoColumn(PlaybookError):  # noqa: N818 - it is a question, not a failure
    """A table whose text column has to be named; says which columns it has."""

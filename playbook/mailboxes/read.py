"""A span becomes items: the one function every worker runs, whatever the source is made of."""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from playbook.mailboxes import files, lines, mbox
from playbook.mailboxes.spans import SPAN_BYTES, Item, Kind, Span, Tally

_Part = Callable[[BinaryIO, int, int, Tally], Iterator[Item]]

_BLOCK = 1024 * 1024
_TAIL = 64 * 1024


def read_span(span: Span, tally: Tally) -> Iterator[Item]:
    """Every item of `span` in its order; what is not yielded is counted in `tally`.

    Damage never ends the batch: what lies behind it becomes one item that names the fault.
    """
    try:
        for item in _items(span, tally):
            tally["mails"] += 1
            yield item
    except files.DAMAGE as error:
        tally["in"] += 1
        tally["mails"] += 1
        yield Item(b"", span.start, 0, fault=type(error).__name__)


def _items(span: Span, tally: Tally) -> Iterator[Item]:
    path = Path(span.source)
    if span.names:
        yield from files.mails(path, span.names, tally)
        return
    part = _part(span)
    if not span.packed:
        with path.open("rb") as file:
            yield from part(file, span.start, span.end, tally)
        return
    with _unpacked(path, span) as (file, size, broken):
        # The members of a tar are found one behind the other, from its beginning.
        step = size if span.kind is Kind.TAR else SPAN_BYTES
        for start in range(0, size, step or 1):
            yield from part(file, start, min(start + step, size), tally)
        if broken:
            raise broken


def _part(span: Span) -> _Part:
    if span.kind is Kind.LOG:
        return cast("_Part", partial(lines.deliveries, written=span.written))
    if span.kind is Kind.COLUMN:
        return lambda file, start, end, tally: files.rows(file, span.column, start, end, tally)
    return _PARTS[span.kind]


_PARTS: dict[Kind, _Part] = {
    Kind.MBOX: mbox.messages,
    Kind.LINES: lines.texts,
    Kind.TAR: files.tar_members,
    Kind.ZIP: files.zip_members,
    Kind.MAILS: files.whole,
}


@contextmanager
def _unpacked(path: Path, span: Span) -> Iterator[tuple[BinaryIO, int, Exception | None]]:
    """The unpacked source in a file without a name, its size, and what broke the unpacking."""
    broken: Exception | None = None
    with tempfile.TemporaryFile() as spool:
        try:
            with files.unpacked(path, span.packed) as packed:
                # A cut-off file gives its last block only when it is not asked for more.
                while block := packed.read1(_BLOCK):
                    spool.write(block)
        except files.DAMAGE as error:
            broken = error
        size = spool.tell()
        yield cast("BinaryIO", spool), size, broken


def fingerprint(span: Span) -> str:
    """Stands for what `span` holds: another content, another name, another fingerprint."""
    made_of = hashlib.blake2b(digest_size=12)
    said = (span.source, span.kind, span.start, span.end, span.column, span.packed, span.written)
    made_of.update(repr(said).encode("utf-8", "surrogateescape"))
    path = Path(span.source)
    try:
        if span.kind in (Kind.MBOX, Kind.LOG, Kind.LINES, Kind.TAR) and not span.packed:
            for checksum in _checksums(path, span.start, span.end + _TAIL):
                made_of.update(checksum)
        else:
            for name in span.names or ("",):
                about = (path / name).stat()
                told = f"{name}\0{about.st_size}\0{about.st_mtime_ns}\0"
                made_of.update(told.encode("utf-8", "surrogateescape"))
    except OSError as error:
        made_of.update(type(error).__name__.encode())
    return made_of.hexdigest()


def _checksums(path: Path, start: int, end: int) -> Iterator[bytes]:
    """CRC-32 of each block: nobody forges his own mailbox, and it costs a fifth of a digest."""
    block = memoryview(bytearray(_BLOCK))
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        left = end - start
        while left > 0 and (length := file.readinto(block[:left])):
            left -= length
            yield zlib.crc32(block[:length]).to_bytes(4, "little")

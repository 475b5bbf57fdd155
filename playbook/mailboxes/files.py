"""Mails that are files or members of an archive, and rows of a Parquet file."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO

from playbook.mailboxes.spans import LONGEST, Item, Packed, Tally

_ROWS = 1024

DAMAGE = (
    OSError, EOFError, RuntimeError, ValueError,
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What reading a damaged source raises: `RuntimeError` is an encrypted zip member or an unknown
compression, `ValueError` covers Arrow's `ArrowInvalid`."""


def unpacked(path: Path, packed: Packed) -> BufferedIOBase:
    """A packed file, opened."""
    if packed == "bz2":
        return bz2.BZ2File(path)
    return lzma.LZMAFile(path) if packed == "xz" else gzip.GzipFile(path)


def mails(folder: Path, names: tuple[str, ...], tally: Tally) -> Iterator[Item]:
    """Each file as one mail; a file that cannot be read is told as such."""
    for name in names:
        tally["in"] += 1
        try:
            path = folder / name
            size = _size_of_file(path)
            with path.open("rb") as file:
                yield _whole(file, size, name)
        except OSError as error:
            yield Item(b"", 0, 0, name, fault=type(error).__name__)


def _size_of_file(path: Path) -> int:
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise OSError
    return about.st_size


def whole(file: BinaryIO, start: int, end: int, tally: Tally) -> Iterator[Item]:
    """A packed file that is one mail."""
    if start == 0:
        tally["in"] += 1
        file.seek(0)
        yield _whole(file, end, "")


def _whole(file: IO[bytes], size: int, name: str) -> Item:
    raw = file.read(LONGEST)
    return Item(raw, 0, size, name, fault="empty" if not raw or raw.isspace() else "")


def zip_members(file: BinaryIO, start: int, end: int, tally: Tally) -> Iterator[Item]:
    """The members `[start, end)` of a zip file; each checked against its checksum."""
    with zipfile.ZipFile(file) as archive:
        for member in islice(archive.infolist(), start, end):
            if member.is_dir():
                continue
            tally["in"] += 1
            try:
                with archive.open(member) as inner:
                    yield _whole(inner, member.file_size, member.filename)
            except DAMAGE as error:
                yield Item(b"", 0, member.file_size, member.filename, fault=type(error).__name__)


def tar_members(file: BinaryIO, start: int, end: int, tally: Tally) -> Iterator[Item]:
    """The members whose headers stand in `[start, end)`, a boundary between two members."""
    file.seek(start)
    with tarfile.open(fileobj=file, mode="r:", ignore_zeros=False) as archive:
        while (member := archive.next()) is not None:
            if member.offset >= end:
                return
            archive.members = []  # type: ignore[attr-defined]  # it remembers every one it has seen
            if not member.isfile():
                continue
            tally["in"] += 1
            yield _tar_member(archive, member)
        if not _ends_here(file, archive.offset):
            tally["in"] += 1
            yield Item(b"", archive.offset, 0, fault="TruncatedArchive")


def _tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Item:
    try:
        inner = archive.extractfile(member)
        raw = inner.read(min(member.size, LONGEST)) if inner else b""
    except DAMAGE as error:
        return Item(b"", 0, member.size, member.name, fault=type(error).__name__)
    fault = "empty" if not raw or raw.isspace() else ""
    if len(raw) < min(member.size, LONGEST):
        fault = "TruncatedMember"
    return Item(raw, 0, member.size, member.name, fault=fault)


def _ends_here(file: BinaryIO, at: int) -> bool:
    """Whether a tar ends at `at` as it should: with blocks of zeros.

    tarfile takes any rubbish between two members for the end.
    """
    file.seek(at)
    block = file.read(tarfile.BLOCKSIZE)
    return len(block) == tarfile.BLOCKSIZE and not block.strip(b"\0")


def rows(file: BinaryIO, column: str, start: int, end: int, tally: Tally) -> Iterator[Item]:
    """The column's values in the row groups `[start, end)`."""
    from pyarrow import parquet  # noqa: PLC0415 - only the extra "batch" has it

    table = parquet.ParquetFile(file)
    sizes = [table.metadata.row_group(i).num_rows for i in range(end)]
    row = sum(sizes[:start])
    for group in range(start, end):
        begun = row
        try:
            for batch in table.iter_batches(_ROWS, row_groups=[group], columns=[column]):
                for value in batch.column(0).to_pylist():
                    tally["in"] += 1
                    yield _cell(value, row)
                    row += 1
        except DAMAGE as error:
            for lost in range(row, begun + sizes[group]):
                tally["in"] += 1
                yield Item(b"", lost, 0, fault=type(error).__name__)
        row = begun + sizes[group]


def _cell(value: bytes | str | None, row: int) -> Item:
    if value is None or not value or value.isspace():
        return Item(b"", row, 0, fault="empty")
    return Item(value[:LONGEST], row, len(value))

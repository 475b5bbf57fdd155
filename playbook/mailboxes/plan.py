"""What a path holds, and how it is cut into spans."""

from __future__ import annotations

import os
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from playbook.mailboxes.files import DAMAGE, unpacked
from playbook.mailboxes.mbox import SEPARATOR
from playbook.mailboxes.spans import SPAN_BYTES, Kind, NoColumn, Packed, Span

_HEAD = 64 * 1024
_MOST_NAMES = 4096
"""Files in one span, however small they are."""

_PACKED: tuple[tuple[bytes, Packed], ...] = (
    (b"\x1f\x8b", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\0", "xz"),
)  # fmt: skip
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}[ \t]*:")
_LOG = re.compile(
    rb"^(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|"
    rb"@4[0-9a-f]{23}|\d{9,10}\.\d+ (?:new|end|info|starting|delivery|status|bounce))",
    re.MULTILINE,
)
_BY_NAME: tuple[tuple[tuple[str, ...], Kind], ...] = (
    ((".parquet",), Kind.COLUMN),
    ((".zip",), Kind.ZIP),
    ((".tar", ".tgz", ".tbz", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz"), Kind.TAR),
)
"""What a file must be by its name: without the marks of one it is damaged, and no text."""

_SOURCES_IN_A_FOLDER = (
    ".mbox", ".mbx", ".tar", ".tgz", ".tbz", ".txz", ".zip", ".log", ".parquet",
    ".gz", ".bz2", ".xz",
)  # fmt: skip
"""By these endings a file in a folder is a source of its own; any other file is one mail."""


def kind_of(path: Path) -> tuple[Kind, Packed]:
    """What `path` is made of, by its content rather than its name; damage hides no archive."""
    if path.is_dir():
        return (Kind.MAILDIR if (path / "cur").is_dir() else Kind.MAILS), ""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        packed: Packed = next((name for magic, name in _PACKED if head.startswith(magic)), "")
        if packed:
            head = _unpacked_head(path, packed)
    except DAMAGE:
        return Kind.MAILS, ""
    return _kind_of_head(head, path), packed


def _unpacked_head(path: Path, packed: Packed) -> bytes:
    """The beginning of a packed file, or what stands before damage: its reader tells that."""
    head = b""
    with suppress(*DAMAGE), unpacked(path, packed) as file:
        while len(head) < _HEAD and (block := file.read1(_HEAD)):
            head += block
    return head


def _kind_of_head(head: bytes, path: Path) -> Kind:
    if head.startswith(b"PAR1"):
        return Kind.COLUMN
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return Kind.ZIP
    if head[257:262] == b"ustar":
        return Kind.TAR
    for endings, kind in _BY_NAME:
        if path.name.lower().endswith(endings):
            return kind
    if SEPARATOR.match(head.lstrip()) or path.suffix in (".mbox", ".mbx"):
        return Kind.MBOX
    if len(_LOG.findall(head)) * 2 > head.count(b"\n"):
        return Kind.LOG
    if path.suffix in (".eml", ".msg") or b"\0" in head or _begins_with_fields(head):
        return Kind.MAILS
    return Kind.LINES


def _begins_with_fields(head: bytes) -> bool:
    """Whether the first two lines are fields of a header (RFC 5322), or a long one."""
    lines = [line for line in re.split(rb"\r\n|\n|\r", head[:2000]) if line.strip()][:2]
    return (
        len(lines) == 2
        and _FIELD.match(lines[0]) is not None
        and (lines[1][:1] in b" \t" or _FIELD.match(lines[1]) is not None)
    )


def plan(
    paths: Iterable[Path], *, kind: Kind | None = None, column: str = "", span: int = SPAN_BYTES
) -> Iterator[Span]:
    """The spans of all `paths`, each path once, in an order that only their names decide.

    Args:
        paths: files and folders.
        kind: what the files among them are, where their content misleads.
        column: the text column of Parquet files; by default the only one there is.
        span: bytes of a span.
    """
    seen: set[Path] = set()
    for path in paths:
        known = path.resolve()
        if known not in seen:
            seen.add(known)
            yield from _spans(known, kind, column, span)


def _spans(path: Path, asked: Kind | None, column: str, span: int) -> Iterator[Span]:
    kind, packed = kind_of(path)
    if kind is Kind.MAILDIR:
        yield from _of_names(path, Kind.MAILDIR, _maildir(path), span)
    elif path.is_dir():
        yield from _folder(path, asked, column, span)
    else:
        yield from _file(path, asked or kind, packed, column, span)


def _maildir(path: Path) -> Iterator[str]:
    """The messages of a Maildir and of those inside it (maildir(5)).

    `tmp` holds none yet, and no message has a name that begins with a dot.
    """
    for folder in (path, *sorted(inner for inner in path.iterdir() if (inner / "cur").is_dir())):
        for part in ("cur", "new"):
            if (folder / part).is_dir():
                for name in sorted(os.listdir(folder / part)):  # noqa: PTH208 - a million names
                    if not name.startswith("."):
                        yield os.path.relpath(folder / part / name, path)


def _folder(path: Path, kind: Kind | None, column: str, span: int) -> Iterator[Span]:
    mails: list[str] = []
    sources: list[Path] = []
    for folder, inner, names in os.walk(path):
        inner.sort()
        here = Path(folder)
        sources += [here / name for name in inner if (here / name / "cur").is_dir()]
        inner[:] = [name for name in inner if not (here / name / "cur").is_dir()]
        # Notes of file managers and mail programs begin with a dot (`.DS_Store`, `.mh_sequences`).
        for name in sorted(name for name in names if not name.startswith(".")):
            if name.lower().endswith(_SOURCES_IN_A_FOLDER):
                sources.append(here / name)
            else:
                mails.append(os.path.relpath(here / name, path))
    yield from _of_names(path, Kind.MAILS, mails, span)
    for source in sources:
        yield from _spans(source, kind, column, span)


def _of_names(path: Path, kind: Kind, names: Iterable[str], span: int) -> Iterator[Span]:
    group: list[str] = []
    begun = size = 0
    for name in names:
        group.append(name)
        try:
            size += (path / name).stat().st_size
        except OSError:
            size += 1
        if size >= span or len(group) == _MOST_NAMES:
            yield Span(str(path), kind, begun, begun + len(group), size, tuple(group))
            begun, group, size = begun + len(group), [], 0
    if group:
        yield Span(str(path), kind, begun, begun + len(group), size, tuple(group))


def _file(path: Path, kind: Kind, packed: Packed, column: str, span: int) -> Iterator[Span]:
    if kind is Kind.MAILS and not packed:
        yield from _of_names(path.parent, kind, [path.name], span)
        return
    about = path.stat()
    size = about.st_size
    written = None
    if kind is Kind.LOG:
        written = datetime.fromtimestamp(int(about.st_mtime), UTC).replace(tzinfo=None)
    if packed:
        yield Span(str(path), kind, 0, size, size, packed=packed, written=written)
        return
    try:
        cuts, column = _cuts(path, kind, size, column, span)
    except DAMAGE:
        cuts = [(0, size, size)]  # whoever reads it meets the same damage and tells it
    for start, end, weight in cuts:
        yield Span(str(path), kind, start, end, weight, column=column, written=written)


def _cuts(
    path: Path, kind: Kind, size: int, column: str, span: int
) -> tuple[list[tuple[int, int, int]], str]:
    """Where each span begins and ends, and its bytes; and the column that is read."""
    if kind is Kind.TAR:
        return _grouped(_tar_offsets(path, size), span), ""
    if kind is Kind.ZIP:
        with zipfile.ZipFile(path) as archive:
            sizes = [member.file_size for member in archive.infolist()]
        return _grouped(_running(sizes), span), ""
    if kind is Kind.COLUMN:
        return _row_groups(path, column, span)
    return [(at, min(at + span, size), min(span, size - at)) for at in range(0, size, span)], ""


def _tar_offsets(path: Path, size: int) -> list[tuple[int, int]]:
    """Each member's beginning, twice: as place and as weight; the file's end last."""
    offsets = [0]
    # What stands behind damage is in the last span, whose reader meets the damage and tells it.
    with suppress(*DAMAGE), tarfile.open(path, mode="r:") as archive:
        while (member := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # it remembers every one it has seen
            if member.offset:
                offsets.append(member.offset)
    return [(at, at) for at in (*offsets, size)]


def _running(sizes: Iterable[int]) -> list[tuple[int, int]]:
    places, weight = [(0, 0)], 0
    for i, size in enumerate(sizes):
        weight += size
        places.append((i + 1, weight))
    return places


def _grouped(places: list[tuple[int, int]], span: int) -> list[tuple[int, int, int]]:
    """Neighbours together until they weigh a span."""
    cuts = []
    start, begun = places[0]
    for place, weight in places[1:]:
        if weight - begun >= span or place == places[-1][0]:
            cuts.append((start, place, weight - begun))
            start, begun = place, weight
    return cuts


def _row_groups(path: Path, column: str, span: int) -> tuple[list[tuple[int, int, int]], str]:
    import pyarrow as pa  # noqa: PLC0415 - only the extra "batch" has it
    from pyarrow import parquet  # noqa: PLC0415

    with parquet.ParquetFile(path) as table:
        schema, about = table.schema_arrow, table.metadata
        texts = [
            field.name
            for field in schema
            if pa.types.is_string(field.type)
            or pa.types.is_large_string(field.type)
            or pa.types.is_binary(field.type)
            or pa.types.is_large_binary(field.type)
        ]
        column = column or (texts[0] if len(texts) == 1 else "")
        if column not in texts:
            raise NoColumn("batch_no_column", columns=f"{path}: {', '.join(texts)}")
        at = schema.get_field_index(column)
        sizes = [
            about.row_group(i).column(at).total_uncompressed_size
            for i in range(about.num_row_groups)
        ]
    return _grouped(_running(sizes), span), column

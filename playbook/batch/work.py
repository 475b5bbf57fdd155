"""What a worker does: one span in, one part out. The same function in a pool and on a cluster."""

from __future__ import annotations

import gc
import json
import os
import platform
import re
import time
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from pyarrow import parquet

from playbook.batch.kept import kept_knowledge
from playbook.batch.order import Done, Order, Task
from playbook.batch.rows import SCHEMA, Rows
from playbook.bounce import Reader, RecurringReader
from playbook.errors import PlaybookError
from playbook.mailboxes import Item, Tally, fingerprint, read_span
from playbook.schema import Knowledge

_ROWS_AT_ONCE = 16_384
_LONG_AGO = 3600.0
_COUNTS = b"playbook.counts"


class OtherVersionError(PlaybookError):
    """A worker is of another version than the batch; says which worker and which version."""


@lru_cache(maxsize=1)
def _equipment(folder: Path, digest: str) -> tuple[RecurringReader, Knowledge]:
    """What this worker reads with: built once, for one knowledge."""
    knowledge = kept_knowledge(folder, digest)
    reader = RecurringReader(Reader(knowledge))
    # Readings hold no cycles worth looking for every 700 objects, Python's default.
    gc.set_threshold(200_000)
    gc.freeze()  # both stay until the worker ends: the collector need not look at them again
    return reader, knowledge


def do(task: Task) -> Done:
    """`task` has its part afterwards; nothing is done where the part is there already.

    A part is written under a name of its own and then renamed, so that no other process ever sees
    half of it, and two that make the same part do no harm to each other.
    """
    if version("mail-playbook") != task.order.version:
        worker = f"{platform.node()}, {version('mail-playbook')}"
        raise OtherVersionError("batch_other_version", worker=worker)
    part = task.order.parts / f"{_stem(task)}.parquet"
    if part.exists():
        return Done(task.span, part.name, counts_of(part), was_there=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    begun = part.with_name(f".{part.stem}.{uuid4().hex}.begun")
    try:
        counts = _write(task, begun)
        begun.replace(part)
    finally:
        begun.unlink(missing_ok=True)
    return Done(task.span, part.name, counts, was_there=False)


def counts_of(part: Path) -> dict[str, int]:
    """What a part says was in its span."""
    said = parquet.read_metadata(part).metadata or {}
    return {str(key): int(count) for key, count in json.loads(said[_COUNTS]).items()}


def _stem(task: Task) -> str:
    name = re.sub(r"[^\w.-]+", "_", Path(task.span.source).name.partition("@")[0])[:40]
    return f"{name}-{task.span.start:014d}-{fingerprint(task.span)}"


def _write(task: Task, to: Path) -> dict[str, int]:
    reader, knowledge = _equipment(task.order.folder, task.order.knowledge)
    tally: Tally = Tally()
    rows = Rows(task.order, knowledge, task.span)
    with parquet.ParquetWriter(to, SCHEMA, compression="zstd") as writer:
        for item in read_span(task.span, tally):
            _read(item, reader, rows, tally)
            if len(rows) >= _ROWS_AT_ONCE:
                tally["rows"] += len(rows)
                writer.write_table(rows.taken())
        if len(rows):
            tally["rows"] += len(rows)
            writer.write_table(rows.taken())
        counts = dict(sorted(tally.items()))
        writer.add_key_value_metadata({_COUNTS: json.dumps(counts).encode()})
    with to.open("rb") as file:  # a part that was renamed survives a power cut whole
        os.fsync(file.fileno())
    return counts


def _read(item: Item, reader: RecurringReader, rows: Rows, tally: Tally) -> None:
    fault = item.fault
    if not fault:
        try:
            rows.add(item, reader.read(item.raw))
        except Exception as error:  # noqa: BLE001 - one message must not stop a million
            fault = type(error).__name__
    if fault:
        tally["unreadable"] += 1
        rows.add_unreadable(item, fault)


def forget(order: Order) -> None:
    """Remove what killed workers left half-written, but not what another batch is just writing."""
    for begun in order.parts.glob(".*.begun"):
        if begun.stat().st_mtime < time.time() - _LONG_AGO:
            begun.unlink(missing_ok=True)

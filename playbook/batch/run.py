"""A batch from its sources to its list of parts."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from playbook.batch.order import Done, Lost, Order, Task
from playbook.batch.pool import in_processes
from playbook.batch.standing import Scribe
from playbook.batch.work import forget
from playbook.errors import PlaybookError
from playbook.mailboxes import Span, Tally

LIST = "batch.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is after one more task."""

    size: int
    """Bytes of the task's span."""
    mails: int
    """Messages in it."""
    was_there: bool
    """It was done by an earlier run."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A finished batch: its parts, and what became of everything in its sources."""

    folder: Path
    knowledge: str
    parts: tuple[str, ...]
    """Below `folder`."""
    sources: dict[str, dict[str, int]]
    """Of each source: `in`, all its messages or lines; `mails`, those with rows, `unreadable` ones
    among them; `delivered`, `other_lines` and `blank_lines` of logs and texts; `rows`."""
    lost: tuple[str, ...]
    """Spans that killed every worker that tried them."""
    utc_offset: int
    """Minutes; the zone of its stamps."""

    @classmethod
    def of(cls, folder: Path) -> Batch:
        """The last batch that went into `folder`.

        Raises:
            PlaybookError: where none has been finished there.
        """
        try:
            said = json.loads((folder / LIST).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError) as error:
            raise PlaybookError("batch_none_yet", file=str(folder / LIST)) from error
        return cls(
            folder,
            said["knowledge"],
            tuple(said["parts"]),
            said["sources"],
            tuple(said["lost"]),
            said["utc_offset"],
        )

    @property
    def paths(self) -> list[str]:
        """The files of all parts."""
        return [str(self.folder / part) for part in self.parts]

    @property
    def total(self) -> Tally:
        """The counts of all sources together."""
        return sum((Tally(counts) for counts in self.sources.values()), Tally())

    def save(self) -> None:
        """Write the list, whole or not at all."""
        said = {
            "format": 1,
            "knowledge": self.knowledge,
            "sources": self.sources,
            "lost": self.lost,
            "utc_offset": self.utc_offset,
            "parts": self.parts,
        }
        begun = self.folder / f".{LIST}.{uuid4().hex}"
        begun.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        begun.replace(self.folder / LIST)


def run_batch(
    spans: Iterable[Span],
    order: Order,
    *,
    workers: int = 0,
    cluster: str = "",
    progress: Callable[[Progress], object] = lambda _: None,
) -> Batch:
    """Every span of `spans` has its part afterwards, and the list of parts is written.

    A run that was broken off is taken up again by the same call.

    Args:
        spans: what is to be read.
        order: how, and where the parts go.
        workers: processes; one for each processor by default.
        cluster: address of a Dask scheduler, or `local`; a process pool by default.
        progress: called after each task.
    """
    spans = tuple(spans)
    order.parts.mkdir(parents=True, exist_ok=True)
    forget(order)
    scribe = Scribe(order.folder, sum(span.size for span in spans))
    ended = _ended((Task(order, span) for span in spans), workers or os.cpu_count() or 1, cluster)
    parts: dict[tuple[str, int], str] = {}
    sources: dict[str, Tally] = {}
    lost: list[str] = []
    with closing(ended):
        for outcome in ended:
            span = outcome.span
            if isinstance(outcome, Lost):
                lost.append(f"{span.source} [{span.start}, {span.end})")
                continue
            parts[span.source + span.kind, span.start] = outcome.part
            sources.setdefault(span.source, Tally()).update(outcome.counts)
            scribe.note(span.size, outcome.counts.get("mails", 0), was_there=outcome.was_there)
            progress(Progress(span.size, outcome.counts.get("mails", 0), outcome.was_there))
    below = order.parts.relative_to(order.folder).as_posix()
    batch = Batch(
        order.folder,
        order.knowledge,
        tuple(f"{below}/{parts[place]}" for place in sorted(parts)),
        {source: dict(sorted(sources[source].items())) for source in sorted(sources)},
        tuple(sorted(lost)),
        order.utc_offset,
    )
    batch.save()
    scribe.end()
    return batch


def _ended(tasks: Iterable[Task], workers: int, cluster: str) -> Generator[Done | Lost, None, None]:
    if not cluster:
        return in_processes(tasks, workers)
    from playbook.batch.cluster import on_cluster  # noqa: PLC0415 - a pool needs no Dask

    return on_cluster(tasks, cluster, workers)


def key_in(file: Path) -> bytes:
    """The key in `file`; a new one is written there where there is none.

    Whoever has the key can tell whether a hash is that of an address he knows.

    Raises:
        PlaybookError: where the file holds something else.
    """
    try:
        return bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        begun = file.with_name(f".{file.name}.{uuid4().hex}")
        descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as new:
            new.write(secrets.token_hex(32))
        begun.replace(file)
        return bytes.fromhex(file.read_text(encoding="ascii"))
    except ValueError as error:
        raise PlaybookError("batch_no_key", file=str(file)) from error

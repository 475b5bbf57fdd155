"""The command `playbook batch`: a mailbox of any size through the reader."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from playbook.cli.words import Existing, Voice, Wrong, command
from playbook.errors import PlaybookError

if TYPE_CHECKING:
    from playbook.batch import Batch, Progress
    from playbook.language import Language
    from playbook.mailboxes import Span
    from playbook.schema import Knowledge

_KINDS = ("mbox", "mails", "tar", "zip", "log", "lines", "column")

_INCOMPLETE, _SOME_UNREADABLE = 1, 3
"""Exit codes: rows are missing; every message has its rows, but some of them say that it could not
be read."""


def _minutes(_context: click.Context, _parameter: click.Parameter, value: str) -> int:
    found = re.fullmatch(r"([+-])(\d\d):?([0-5]\d)", value)
    if not found or int(found[2]) > 14:
        raise Wrong("wrong_utc_offset", given=value)
    return (60 * int(found[2]) + int(found[3])) * (-1 if found[1] == "-" else 1)


@command()
@click.argument("sources", nargs=-1, type=Existing(exists=True, path_type=Path))
@click.option(
    "--out", "folder", required=True, metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--workers", type=click.IntRange(1))
@click.option("--cluster", default="", metavar="ADDRESS|local")
@click.option("--kind", type=click.Choice(_KINDS))
@click.option("--column", default="", metavar="NAME")
@click.option("--keep-addresses", is_flag=True)
@click.option("--key-file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--utc-offset", metavar="OFFSET", default="+09:00", show_default=True, callback=_minutes
)
@click.option("--report", is_flag=True)
@click.option("--seen", type=click.IntRange(1), default=3, show_default=True)
@click.pass_obj
def batch(  # noqa: PLR0913, PLR0917 - the options of a command
    voice: Voice,
    sources: tuple[Path, ...],
    folder: Path,
    workers: int | None,
    cluster: str,
    kind: str | None,
    column: str,
    key_file: Path | None,
    utc_offset: int,
    seen: int,
    *,
    keep_addresses: bool,
    report: bool,
) -> None:
    """Read whole mailboxes: mbox, Maildir, folders, tar, zip, mail logs, texts, Parquet."""
    _need_the_extra()
    from playbook.batch import Batch, Order, keep_knowledge, key_in, run_batch
    from playbook.loader import load_knowledge
    from playbook.mailboxes import Kind, plan

    if not sources and not report:
        raise Wrong("wrong_no_sources")
    knowledge = keep_knowledge(folder.resolve()) if sources else load_knowledge()
    if sources:
        order = Order(
            folder=folder.resolve(),
            knowledge=knowledge.digest,
            key=key_in(key_file or folder / "recipients.key"),
            keep_addresses=keep_addresses,
            utc_offset=utc_offset,
        )
        asked = Kind(kind) if kind else None
        held = {
            source: tuple(plan([source], kind=asked, column=column))
            for source in dict.fromkeys(source.resolve() for source in sources)
        }
        spans = tuple(chain.from_iterable(held.values()))
        try:
            with _bar(spans) as progress:
                done = run_batch(
                    spans, order, workers=workers or 0, cluster=cluster, progress=progress
                )
        except KeyboardInterrupt:
            click.echo(f"\n{voice.say('batch_broken_off')}", err=True)
            raise SystemExit(1) from None
        empty = [str(source) for source, inside in held.items() if not inside]
        click.echo("\n".join(_counts(done, empty, knowledge, voice.language)), err=report)
    else:
        done = Batch.of(folder.resolve())
    if report:
        _print_report(done, knowledge, voice.language, seen)
    _tell_what_is_missing(done, voice)


def _tell_what_is_missing(done: Batch, voice: Voice) -> None:
    """The last lines, and the exit code: a nightly run is looked at only where that is not 0."""
    unread = done.total["unreadable"]
    if unread:
        click.echo(voice.say("batch_some_unreadable", times=f"{unread:,}"), err=True)
    for span in done.lost:
        click.echo(voice.say("batch_lost", span=span), err=True)
    if done.lost or unread:
        raise SystemExit(_INCOMPLETE if done.lost else _SOME_UNREADABLE)


def _need_the_extra() -> None:
    try:
        import duckdb  # noqa: F401
        import pyarrow as pa  # noqa: F401
        import tqdm  # noqa: F401
    except ImportError as error:
        raise PlaybookError("batch_needs_extra", name=str(error.name)) from error


@contextmanager
def _bar(spans: tuple[Span, ...]) -> Iterator[Callable[[Progress], object]]:
    """A bar of bytes with rate and time left, messages behind it; silent where nobody looks."""
    from tqdm import tqdm

    size = sum(span.size for span in spans)
    with tqdm(total=size, unit="B", unit_scale=True, disable=None, file=sys.stderr) as bar:
        mails = 0

        def show(progress: Progress) -> None:
            nonlocal mails
            mails += progress.mails
            bar.set_postfix_str(f"✉ {mails:,}", refresh=False)
            bar.update(progress.size)

        yield show


def _counts(
    done: Batch, empty: Sequence[str], knowledge: Knowledge, language: Language
) -> Iterator[str]:
    """What went in and what came out, source by source."""

    def say(label: str, **values: str) -> str:
        return knowledge.say(label, language, **values)

    for source, counts in done.sources.items():
        told = say("batch_counts", **{name: f"{counts.get(name, 0):,}" for name in _COUNTED})
        passed = [
            say("batch_" + name, times=f"{counts[name]:,}") for name in _PASSED if counts.get(name)
        ]
        yield say("fact", title=source, says=knowledge.listed([told, *passed], language))
    for source in empty:
        yield say("fact", title=source, says=say("batch_nothing"))


_COUNTED = ("in", "mails", "rows")
_PASSED = ("unreadable", "delivered", "other_lines", "blank_lines")


def _print_report(done: Batch, knowledge: Knowledge, language: Language, seen: int) -> None:
    from playbook.batch import report_on
    from playbook.batch.paper import as_markdown

    click.echo(as_markdown(report_on(done, knowledge, seen=seen), knowledge, language))

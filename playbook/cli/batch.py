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

from playbook.cli.options import in_language

if TYPE_CHECKING:
    from playbook.batch import Batch, Progress
    from playbook.language import Language
    from playbook.mailboxes import Span
    from playbook.schema import Knowledge

_KINDS = ("mbox", "mails", "tar", "zip", "log", "lines", "column")


def _minutes(_context: click.Context, _parameter: click.Parameter, value: str) -> int:
    found = re.fullmatch(r"([+-])(\d\d):?([0-5]\d)", value)
    if not found or int(found[2]) > 14:
        raise click.BadParameter(f"write it as +09:00, not {value!r}")
    return (60 * int(found[2]) + int(found[3])) * (-1 if found[1] == "-" else 1)


@click.command()
@click.argument("sources", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the Parquet parts. The same call again goes on where a batch was broken off.",
)  # fmt: skip
@click.option("--workers", type=click.IntRange(1), help="Processes; one a processor by default.")
@click.option(
    "--cluster", default="", metavar="ADDRESS|local",
    help="Run on Dask: address of a scheduler (tcp://host:8786), or `local`.",
)  # fmt: skip
@click.option(
    "--kind", type=click.Choice(_KINDS), help="What the files are, if not what they seem."
)
@click.option("--column", default="", help="Text column of Parquet files.")
@click.option(
    "--keep-addresses", is_flag=True, help="Write recipients and diagnostic codes into the rows."
)
@click.option(
    "--key-file", type=click.Path(dir_okay=False, path_type=Path),
    help="Key of the recipients' hashes; a new one in the folder by default.",
)  # fmt: skip
@click.option(
    "--utc-offset", default="+09:00", show_default=True, callback=_minutes,
    help="Zone of stamps that name none.",
)  # fmt: skip
@click.option("--report", is_flag=True, help="Print the report; without SOURCES on the last batch.")
@click.option(
    "--seen", type=click.IntRange(1), default=3, show_default=True,
    help="Report: failures after which an address is to be dropped.",
)  # fmt: skip
@in_language
def batch(  # noqa: PLR0913, PLR0917 - the options of a command
    sources: tuple[Path, ...],
    folder: Path,
    workers: int | None,
    cluster: str,
    kind: str | None,
    column: str,
    key_file: Path | None,
    utc_offset: int,
    seen: int,
    language: Language,
    *,
    keep_addresses: bool,
    report: bool,
) -> None:
    """Read whole mailboxes: mbox, Maildir, folders, tar, zip, mail logs, texts, Parquet."""
    _need_the_extra()
    from playbook.batch import Batch, Order, OtherVersionError, keep_knowledge, key_in, run_batch
    from playbook.loader import load_knowledge
    from playbook.mailboxes import Kind, NoColumn, plan

    if not sources and not report:
        raise click.UsageError("name SOURCES to read, or --report")
    knowledge = keep_knowledge(folder.resolve()) if sources else load_knowledge()
    try:
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
            with _bar(spans) as progress:
                done = run_batch(
                    spans, order, workers=workers or 0, cluster=cluster, progress=progress
                )
            empty = [str(source) for source, inside in held.items() if not inside]
            click.echo("\n".join(_counts(done, empty, knowledge, language)), err=report)
        else:
            done = Batch.of(folder.resolve())
        if report:
            _print_report(done, knowledge, language, seen)
    except KeyboardInterrupt:
        click.echo(f"\n{knowledge.say('batch_broken_off', language)}", err=True)
        raise
    except NoColumn as error:
        raise click.ClickException(
            knowledge.say("batch_no_column", language, columns=str(error))
        ) from error
    except OtherVersionError as error:
        raise click.ClickException(
            knowledge.say("batch_other_version", language, worker=str(error))
        ) from error
    except FileNotFoundError as error:
        raise click.ClickException(
            knowledge.say("batch_none_yet", language, file=str(error.filename))
        ) from error
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if done.lost:
        raise SystemExit(1)


def _need_the_extra() -> None:
    try:
        import duckdb  # noqa: F401
        import pyarrow as pa  # noqa: F401
        import tqdm  # noqa: F401
    except ImportError as error:
        raise click.ClickException(f"{error.name}: pip install 'mail-playbook[batch]'") from error


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
    for span in done.lost:
        yield say("batch_lost", span=span)


_COUNTED = ("in", "mails", "rows")
_PASSED = ("unreadable", "delivered", "other_lines", "blank_lines")


def _print_report(done: Batch, knowledge: Knowledge, language: Language, seen: int) -> None:
    from playbook.batch import report_on
    from playbook.batch.paper import as_markdown

    click.echo(as_markdown(report_on(done, knowledge, seen=seen), knowledge, language))

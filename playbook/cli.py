"""The command `playbook`: one subcommand for each thing a person at a terminal wants."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playbook.cli_batch import batch
from playbook.cli_caselog import migrate, purge
from playbook.cli_cases import cases
from playbook.cli_lookup import address, explain, size
from playbook.cli_simulate import simulate
from playbook.cli_start import in_language, in_words, knowledge_at_hand

if TYPE_CHECKING:
    from playbook.bounce import Reader, Reading
    from playbook.language import Language
    from playbook.schema import Knowledge


class _Commands(click.Group):
    """The subcommands; a file or folder that cannot be used is told by its name and why."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mail-playbook")
def main() -> None:
    """From "my e-mail stopped working" to its cause and remedy."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@main.command()
@in_language
@click.option("--cases", "with_cases", is_flag=True, help="Print generated cases for review.")
def check(language: Language, *, with_cases: bool) -> None:
    """Load the knowledge and prove it: shapes, references, and that every entry does its work."""
    from playbook.checkup import checkup, opening_prices

    knowledge = knowledge_at_hand()
    broken = False
    for proof in checkup(knowledge):
        law = proof.ja if language == "ja" else proof.en
        click.echo(f"{'✗' if proof.faults else '✓'} {law} ({proof.tried})")
        for fault in proof.faults:
            broken = True
            click.echo(f"  {fault}")
    for symptom, minutes in opening_prices(knowledge, language):
        values = {"symptom": symptom, "minutes": f"{minutes:.2f}"}
        click.echo(knowledge.say("opening_price", language, **values))
    if with_cases:
        click.echo("\n".join(_cases_for_review(knowledge, language)))
    if broken:
        raise SystemExit(1)


def _cases_for_review(knowledge: Knowledge, language: Language) -> Iterator[str]:
    from playbook.checkup.walks import for_review, walks

    for label, chosen in for_review(walks(knowledge)):
        yield knowledge.say(label, language)
        for walk in chosen:
            yield f"  {walk.symptom.title.of(language)} · {walk.cause.title.of(language)}"
            steps = " → ".join(f"{name} {seen}".strip() for name, seen in walk.steps)
            yield f"    {walk.minutes:.0f} min: {steps}"


@main.command()
@in_language
@click.option("--json", "as_json", is_flag=True, help="For programs: both languages as JSON.")
@click.option("--counts", is_flag=True, help="With the closed cases of each cause.")
def tree(language: Language, *, as_json: bool, counts: bool) -> None:
    """Print the cause tree: symptoms, causes, remedies and cautions."""
    from playbook.outline import as_data, as_text

    knowledge = knowledge_at_hand()
    if as_json:
        click.echo(json.dumps(as_data(knowledge), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(knowledge, language, _closed_causes() if counts else None))


@main.command()
@click.option(
    "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the schemas: `schema` inside a folder of knowledge.",
)  # fmt: skip
def schema(folder: Path) -> None:
    """Write JSON Schemas of the knowledge files, by which editors complete and check."""
    from playbook.loader.completion import write_schemas

    for path in write_schemas(folder, knowledge_at_hand()):
        click.echo(path)


def _closed_causes() -> dict[str, dict[str, int]]:
    from datetime import UTC, datetime

    from playbook.caselog import open_case_log
    from playbook.errors import PlaybookError

    try:
        return open_case_log().closed_causes(datetime.now(UTC))
    except PlaybookError as error:
        raise in_words(error) from error


@main.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@in_language
@click.option("--letter", "with_letter", is_flag=True, help="Print the letter to the customer too.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON value a file.")
@click.option(
    "--jsonl",
    "as_lines",
    is_flag=True,
    help='Read lines {"id", "text" or "file"} from standard input, write one line for each.',
)
def read(
    files: tuple[str, ...],
    language: Language,
    *,
    with_letter: bool,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Read bounces: whole mails or pasted text in FILES (`-` is standard input)."""
    from playbook.bounce import reader_of
    from playbook.letter import letter

    knowledge = knowledge_at_hand()
    reader = reader_of(knowledge)
    if as_lines:
        for answer in _read_lines(sys.stdin.buffer, reader, knowledge):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    for file in files or ("-",):
        with click.open_file(file, "rb") as stream:
            reading = reader.read(stream.read())
        if as_json:
            data = {"id": file, **_as_data(reading, knowledge), **_words(reading, knowledge)}
            click.echo(json.dumps(data, ensure_ascii=False))
            continue
        click.echo("\n".join(_for_people(file, reading, knowledge, language)))
        if with_letter:
            click.echo(f"\n{letter(reading, knowledge, language)}")


def _read_lines(
    lines: Iterable[bytes], reader: Reader, knowledge: Knowledge
) -> Iterator[dict[str, object]]:
    """An answer for every line that is not blank, in the same order; a bad line is told as such."""
    for line in lines:
        if not line.strip():
            continue
        asked: Any = None
        try:
            asked = json.loads(line)
            given = Path(asked["file"]).read_bytes() if "file" in asked else str(asked["text"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            id_ = asked.get("id") if isinstance(asked, dict) else None
            yield {"id": id_, "reason": "undetermined", "error": f"{type(error).__name__}: {error}"}
            continue
        yield {"id": asked.get("id"), **_as_data(reader.read(given), knowledge)}


def _as_data(reading: Reading, knowledge: Knowledge) -> dict[str, object]:
    return {
        "reason": reading.reason,
        "nature": reading.nature,
        "who_acts": list(reading.who_acts),
        "recipients": list(reading.recipients),
        "status": reading.status,
        "reply_code": reading.reply_code,
        "reporting_mta": reading.reporting_mta,
        "confidence": round(reading.confidence, 3),
        "alternatives": [
            {"reason": reason, "confidence": round(chance, 3)}
            for reason, chance in reading.alternatives
        ],
        "evidence": [
            {
                "quote": e.quote,
                "start": e.start,
                "end": e.end,
                "rule": e.rule,
                "reason": e.points_to,
            }
            for e in reading.evidence
        ],
        "shown": reading.shown,
        "causes": [cause.id for cause in knowledge.causes_of(reading.reason)],
    }


def _words(reading: Reading, knowledge: Knowledge) -> dict[str, object]:
    """What to say and to write to the customer, in both languages, and slips in the recipients."""
    from playbook.address import probable_addresses
    from playbook.language import LANGUAGES
    from playbook.letter import letter

    reason = knowledge.reason[reading.reason]
    return {
        "tell": {each: reason.tell.of(each) for each in LANGUAGES},
        "next": {each: reason.next.of(each) for each in LANGUAGES},
        "misspelt": dict(probable_addresses(reading.recipients, knowledge)),
        "letter": {each: letter(reading, knowledge, each) for each in LANGUAGES},
    }


def _for_people(
    file: str, reading: Reading, knowledge: Knowledge, language: Language
) -> Iterator[str]:
    from playbook.address import probable_addresses
    from playbook.letter import doubt

    def say(label: str, **values: str) -> str:
        return knowledge.say(label, language, **values)

    reason = knowledge.reason[reading.reason]
    yield f"{file}: {reason.title.of(language)} [{reason.id}]"
    yield f"  {reason.explains.of(language)}"
    unsure = doubt(reading, knowledge, language)
    if unsure:
        yield f"  {unsure}"
    yield f"  {say('nature_label')}: {say('nature_' + reading.nature)}"
    who_acts = [say("who_acts_" + who) for who in reading.who_acts] or [""]
    listed = reduce(lambda first, rest: say("list", first=first, rest=rest), who_acts)
    yield f"  {say('who_acts_label')}: {listed}"
    if reading.recipients:
        yield f"  {say('recipients_label')}: {', '.join(reading.recipients)}"
    for recipient, meant in probable_addresses(reading.recipients, knowledge).items():
        yield f"  {say('meant_label')}: {say('meant', recipient=recipient, meant=meant)}"
    codes = " ".join(code for code in (reading.reply_code, reading.status) if code)
    if codes:
        yield f"  {say('codes_label')}: {codes}"
    for evidence in reading.evidence:
        quote = " ".join(evidence.quote.split())
        yield f"  {say('evidence_label')}: {quote}  ({evidence.rule})"
    for cause in knowledge.causes_of(reading.reason):
        yield f"  {say('cause_label')}: {cause.title.of(language)}  [{cause.id}]"
    yield f"  {say('tell_label')}: {reason.tell.of(language)}"
    yield f"  {say('next_label')}: {reason.next.of(language)}"


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8866, show_default=True)
@click.option("--ip", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--base-url", default="/", show_default=True, help="Path below which the pages lie.")
def serve(port: int, ip: str, base_url: str) -> None:
    """Open the agent dashboard and the bounce desk in Voilà."""
    from playbook.errors import PlaybookError
    from playbook.serve import serve as serve_pages

    try:
        serve_pages(ip=ip, port=port, base_url=base_url)
    except PlaybookError as error:
        raise click.ClickException(str(error)) from error


@main.command(hidden=True)
def hub() -> None:
    """Open the pages as the server of one agent; JupyterHub starts this."""
    from playbook.errors import PlaybookError
    from playbook.hub import HubVisitors, place
    from playbook.serve import serve as serve_pages

    try:
        ip, port, base_url = place()
        serve_pages(ip=ip, port=port, base_url=base_url, visitors=HubVisitors)
    except PlaybookError as error:
        raise click.ClickException(str(error)) from error


main.add_command(migrate)
main.add_command(purge)
main.add_command(batch)
main.add_command(simulate)
main.add_command(cases)
for lookup in (explain, address, size):
    main.add_command(lookup)

if __name__ == "__main__":
    main()

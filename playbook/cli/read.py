"""The command `read`: bounces of any kind, told to people or given to programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playbook.cli.words import Existing, Voice, command
from playbook.errors import PlaybookError

if TYPE_CHECKING:
    from playbook.bounce import Reader, Reading
    from playbook.language import Language
    from playbook.schema import Knowledge


@command()
@click.argument("files", nargs=-1, type=Existing(exists=True, dir_okay=False, allow_dash=True))
@click.option("--letter", "with_letter", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@click.option("--jsonl", "as_lines", is_flag=True)
@click.pass_obj
def read(
    voice: Voice, files: tuple[str, ...], *, with_letter: bool, as_json: bool, as_lines: bool
) -> None:
    """Read bounces: whole mails or pasted text in FILES (`-` is standard input)."""
    from playbook.bounce import reader_of
    from playbook.letter import letter
    from playbook.loader import load_knowledge

    knowledge, language = load_knowledge(), voice.language
    reader = reader_of(knowledge)
    if as_lines:
        for answer in _read_lines(sys.stdin.buffer, reader, knowledge):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    for file in files or ("-",):
        # What a pipe holds can be looked at only once.
        if Path(file).is_file() and _holds_many(Path(file)):
            raise PlaybookError("read_many", file=file)
        with click.open_file(file, "rb") as stream:
            reading = reader.read(stream.read())
        if as_json:
            data = {"id": file, **_as_data(reading, knowledge), **_words(reading, knowledge)}
            click.echo(json.dumps(data, ensure_ascii=False))
            continue
        click.echo("\n".join(_for_people(file, reading, knowledge, language)))
        if with_letter:
            click.echo(f"\n{letter(reading, knowledge, language)}")


def _holds_many(file: Path) -> bool:
    """Whether the file is a mailbox or an archive, and no mail or text."""
    from playbook.mailboxes import Kind, Tally, kind_of, plan, read_span

    kind, packed = kind_of(file)
    if kind is not Kind.MBOX:
        return bool(packed) or kind in (Kind.TAR, Kind.ZIP, Kind.COLUMN)
    mails = (mail for span in plan([file]) for mail in read_span(span, Tally()))
    return len(tuple(islice(mails, 2))) == 2


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
    who_acts = knowledge.listed([say("who_acts_" + who) for who in reading.who_acts], language)
    yield f"  {say('who_acts_label')}: {who_acts}"
    if reading.recipients:
        yield f"  {say('recipients_label')}: {', '.join(reading.recipients)}"
    for recipient, meant in probable_addresses(reading.recipients, knowledge).items():
        yield f"  {say('meant_label')}: {say('meant', recipient=recipient, meant=meant)}"
    codes = " ".join(code for code in (reading.reply_code, reading.status) if code)
    if codes:
        yield f"  {say('codes_label')}: {codes}"
    for quote, rule in dict.fromkeys((" ".join(e.quote.split()), e.rule) for e in reading.evidence):
        yield f"  {say('evidence_label')}: {quote}  ({rule})"
    for cause in knowledge.causes_of(reading.reason):
        yield f"  {say('cause_label')}: {cause.title.of(language)}  [{cause.id}]"
    yield f"  {say('tell_label')}: {reason.tell.of(language)}"
    yield f"  {say('next_label')}: {reason.next.of(language)}"

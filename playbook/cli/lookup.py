"""Commands for looking one thing up: `explain` an error, check an `address`, weigh a `size`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from playbook.cli.words import Voice, Wrong, command

if TYPE_CHECKING:
    from playbook.language import Language
    from playbook.schema import Cause, Knowledge, Reason


@command()
@click.argument("text", default="-")
@click.pass_obj
def explain(voice: Voice, text: str) -> None:
    """Say what an error of a mail program, or a line of a bounce, means (`-` is standard input)."""
    from playbook.loader import load_knowledge

    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    click.echo("\n".join(explained(text, load_knowledge(), voice.language)))


@command()
@click.argument("typed", metavar="ADDRESS")
@click.pass_obj
def address(voice: Voice, typed: str) -> None:
    """Say why ADDRESS is not valid, and what was probably meant. Nothing is sent anywhere."""
    from playbook.loader import load_knowledge

    click.echo("\n".join(address_checked(typed, load_knowledge(), voice.language)))


@command()
@click.argument("written", metavar="SIZE")
@click.option("--provider", metavar="NAME")
@click.pass_obj
def size(voice: Voice, written: str, provider: str | None) -> None:
    """Say what a file of SIZE ("26214400", "25MB") weighs in a mail, and who takes it."""
    from playbook.loader import load_knowledge
    from playbook.size import bytes_in

    size_bytes = bytes_in(written)
    if size_bytes is None:
        raise Wrong("wrong_size", given=written)
    click.echo("\n".join(weighed(size_bytes, load_knowledge(), voice.language, provider)))


def explained(text: str, knowledge: Knowledge, language: Language) -> Iterator[str]:
    """What the codes and sentences of mail programs in `text` mean, or what a bounce line says."""
    from playbook.bounce import reader_of
    from playbook.client_errors import causes_of, find, reason_of
    from playbook.terms import UNDETERMINED

    found = find(text, knowledge)
    for each in found:
        quote = " ".join(each.quote.split())
        yield f"{quote}: {each.meaning.of(language)}"
        yield f"  → {each.first_check.of(language)}  ({each.rule})"
    reason = reason_of(found)
    if reason == UNDETERMINED:
        reason = reader_of(knowledge).read(text).reason
    yield from _reason(knowledge.reason[reason], language)
    yield from _causes(causes_of(found, knowledge) or knowledge.causes_of(reason), language)


def _reason(reason: Reason, language: Language) -> Iterator[str]:
    yield f"{reason.title.of(language)}  [{reason.id}]"
    yield f"  {reason.explains.of(language)}"


def _causes(causes: tuple[Cause, ...], language: Language) -> Iterator[str]:
    for cause in causes:
        yield f"  ● {cause.title.of(language)}  [{cause.id}]"


def address_checked(typed: str, knowledge: Knowledge, language: Language) -> Iterator[str]:
    """The address as it was understood, what is to be said of it, and what was probably meant."""
    from playbook.address import check_address

    reading = check_address(typed, knowledge)
    yield f"{_MARK[reading.verdict]} {reading.address}"
    for finding in reading.findings:
        yield f"  {_MARK[finding.weighs]} {finding.says.of(language)}"
        yield f"    {finding.todo.of(language)}"
    if reading.correction:
        yield f"  → {reading.correction}"


_MARK = {
    "good": "✓",
    "repaired": "✓",
    "caution": "⚠",
    "bad": "✗",
    "fault": "✗",
}


def weighed(
    size_bytes: int, knowledge: Knowledge, language: Language, provider: str | None
) -> Iterator[str]:
    """What the file becomes in a mail, and which mail systems take it."""
    from playbook.size import MARK, weigh

    weighing = weigh(size_bytes, knowledge, provider)
    if provider is not None and not weighing.against:
        known = (limit.provider.of(language) for limit in knowledge.size_limits if not limit.until)
        raise Wrong("wrong_choice", name="--provider", known=" / ".join(dict.fromkeys(known)))
    yield weighing.says.of(language)
    for each in weighing.against:
        yield f"  {MARK[each.outlook]} {each.says.of(language)}"

"""Commands for whoever edits the knowledge: `check` proves it, `schema` helps to write it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from playbook.cli.words import Voice, command

if TYPE_CHECKING:
    from playbook.language import Language
    from playbook.schema import Knowledge


@command()
@click.option("--cases", "with_cases", is_flag=True)
@click.pass_obj
def check(voice: Voice, *, with_cases: bool) -> None:
    """Load the knowledge and prove it: shapes, references, and that every entry does its work."""
    from playbook.checkup import checkup, opening_prices, repeated_phrases
    from playbook.loader import load_knowledge

    knowledge, language = load_knowledge(), voice.language
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
    for repeated in repeated_phrases(knowledge):
        click.echo(f"· {repeated}")
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


@command()
@click.option(
    "--out", "folder", required=True, metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
)  # fmt: skip
def schema(folder: Path) -> None:
    """Write JSON Schemas of the knowledge files, by which editors complete and check."""
    from playbook.loader import load_knowledge
    from playbook.loader.completion import write_schemas

    for path in write_schemas(folder, load_knowledge()):
        click.echo(path)

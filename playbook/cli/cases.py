"""The command `cases`: the training cases, drawn ones, and what each kind of trainee costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from playbook.cli.options import in_language

if TYPE_CHECKING:
    from playbook.language import Language
    from playbook.schema import Case, Knowledge

_NAMED = 5
"""Faults of a kind that are named; of more the count is told."""


@click.command()
@click.option("--draw", type=click.IntRange(1, 100_000), help="Draw this many random cases.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Number of the first drawn case; the same number is the same case.",
)
@click.option("--trainees", is_flag=True, help="Minutes and regret of scripted trainees.")
@in_language
def cases(draw: int | None, seed: int, language: Language, *, trainees: bool) -> None:
    """List the training cases, or draw random ones and prove them. The causes are told."""
    from playbook.loader import load_knowledge

    knowledge = load_knowledge()
    chosen = _drawn(knowledge, draw, seed) if draw else knowledge.cases
    if trainees:
        click.echo("\n".join(_figures(knowledge, chosen)))
        return
    for case in chosen:
        click.echo("\n".join(_lines(case, knowledge, language)))
    if draw:
        click.echo("\n".join(_proof(knowledge, draw, seed)))


def _drawn(knowledge: Knowledge, number: int, first: int) -> tuple[Case, ...]:
    from playbook.training import TrainingRoom

    room = TrainingRoom(knowledge)
    return tuple(room.random_case(first + n) for n in range(number))


def _lines(case: Case, knowledge: Knowledge, language: Language) -> Iterator[str]:
    symptom = knowledge.symptom[case.symptom].title.of(language)
    cause = knowledge.cause[case.cause].title.of(language)
    yield f"{case.id}  [{case.level}] {case.title.of(language)} · {symptom}"
    yield f"    {case.opening.of(language)}"
    yield f"    {knowledge.say('cause_label', language)}: {cause}  [{case.cause}]"
    yield f"    {' → '.join(case.path)}"


def _proof(knowledge: Knowledge, number: int, first: int) -> Iterator[str]:
    """What is proven of the drawn cases; every count of faults is 0 when they hold."""
    from playbook.training.bench import drawn_figures

    told = drawn_figures(knowledge, number, first)
    levels = ", ".join(f"{level}: {count}" for level, count in told.levels.items())
    yield f"cases {told.cases}; levels {levels}; with a notice {told.with_notice}"
    for name, faults in (
        ("causes not drawn", told.not_drawn),
        ("with a nearly impossible fact", told.unlikely),
        ("misleading when all is known", told.misleading),
        ("not solved by the engine", told.unsolved),
    ):
        names = [each if isinstance(each, str) else "/".join(each) for each in faults[:_NAMED]]
        more = [f"… {len(faults) - _NAMED} more"] if len(faults) > _NAMED else []
        yield f"{name} {len(faults)}{': ' if names else ''}{', '.join((*names, *more))}"


def _figures(knowledge: Knowledge, chosen: tuple[Case, ...]) -> Iterator[str]:
    from playbook.training.bench import trainee_figures

    yield f"{'trainee':<10}{'minutes':>9}{'regret':>9}{'solved':>9}{'traps':>7}"
    for name, told in trainee_figures(knowledge, chosen).items():
        solved = f"{told.solved}/{len(chosen)}"
        yield f"{name:<10}{told.minutes:>9.1f}{told.regret:>9.2f}{solved:>9}{told.sprung:>7}"

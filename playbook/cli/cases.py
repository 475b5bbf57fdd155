"""The command `cases`: the training cases, drawn ones, and what each kind of trainee costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from playbook.cli.words import Voice, columns, command

if TYPE_CHECKING:
    from playbook.language import Language
    from playbook.schema import Case, Knowledge

_NAMED = 5
"""Faults of a kind that are named; of more the count is told."""


@command()
@click.option("--draw", type=click.IntRange(1, 100_000))
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--trainees", is_flag=True)
@click.pass_obj
def cases(voice: Voice, draw: int | None, seed: int, *, trainees: bool) -> None:
    """List the training cases, or draw random ones and prove them. The causes are told."""
    from playbook.loader import load_knowledge

    knowledge = load_knowledge()
    chosen = _drawn(knowledge, draw, seed) if draw else knowledge.cases
    if trainees:
        click.echo("\n".join(_figures(knowledge, chosen, voice)))
        return
    for case in chosen:
        click.echo("\n".join(_lines(case, knowledge, voice.language)))
    if draw:
        click.echo("\n".join(_proof(knowledge, draw, seed, voice)))


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


def _proof(knowledge: Knowledge, number: int, first: int, voice: Voice) -> Iterator[str]:
    """What is proven of the drawn cases; every count of faults is 0 when they hold."""
    from playbook.training.bench import drawn_figures

    told = drawn_figures(knowledge, number, first)
    levels = ", ".join(f"{level}: {count}" for level, count in told.levels.items())
    yield voice.say(
        "cases_proof", cases=str(told.cases), levels=levels, notices=str(told.with_notice)
    )
    for label, faults in (
        ("cases_not_drawn", told.not_drawn),
        ("cases_unlikely", told.unlikely),
        ("cases_misleading", told.misleading),
        ("cases_unsolved", told.unsolved),
    ):
        says = voice.say(label, times=str(len(faults)))
        named = ", ".join(e if isinstance(e, str) else "/".join(e) for e in faults[:_NAMED])
        if len(faults) > _NAMED:
            named = voice.say("cases_more", named=named, times=str(len(faults) - _NAMED))
        yield f"{says}: {named}" if named else says


_WIDTHS = {"trainee": -10, "minutes": 9, "regret": 9, "solved": 9, "traps": 9}


def _figures(knowledge: Knowledge, chosen: tuple[Case, ...], voice: Voice) -> Iterator[str]:
    from playbook.training.bench import trainee_figures

    widths = tuple(_WIDTHS.values())
    yield columns([voice.say("cases_column_" + name) for name in _WIDTHS], widths)
    for name, told in trainee_figures(knowledge, chosen).items():
        solved = f"{told.solved}/{len(chosen)}"
        cells = (name, f"{told.minutes:.1f}", f"{told.regret:.2f}", solved, str(told.sprung))
        yield columns(cells, widths)

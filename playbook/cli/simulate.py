"""The command `simulate`: what a way of choosing the next step costs, on cases played through."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from playbook.cli.words import Existing, Voice, Wrong, columns, command
from playbook.errors import PlaybookError

if TYPE_CHECKING:
    from pydantic import ValidationError

    from playbook.troubleshooting import Model

_POLICIES = (
    "shipped", "look-ahead", "one-step", "two-step", "information", "edge-cut",
    "weighing-script", "printed-script", "efficiency", "all",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noise:
    """How customers answer: the shares of "don't know" and of wrong answers.

    `none` is no noise at all, not even what the model itself says.
    """

    unknown: float = 0.0
    wrong: float = 0.0
    none: bool = False


def _noise(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Noise | None:
    if value is None:
        return None
    if value in ("none", "0"):
        return Noise(none=True)
    try:
        unknown, wrong = (float(share) for share in value.split(","))
    except ValueError:
        raise Wrong("wrong_noise") from None
    if not (0.0 <= unknown < 1.0 and 0.0 <= wrong < 1.0):
        raise Wrong("wrong_noise")
    return Noise(unknown, wrong)


@command()
@click.option("--symptom", metavar="ID")
@click.option("--model", "file", type=Existing(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", type=click.Choice(_POLICIES), default="shipped", show_default=True)
@click.option("--noise", callback=_noise, metavar="none|UNKNOWN,WRONG")
@click.option("--cases", type=click.IntRange(1, 1_000_000), default=2000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def simulate(
    voice: Voice,
    symptom: str | None,
    file: Path | None,
    policy: str,
    noise: Noise | None,
    cases: int,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Play cases through and tell the minutes, the steps and the share repaired.

    Every policy meets the same customers (common random numbers). Without noise one case of each
    cause is played, so the minutes are exact, and the best any strategy can do is told as well.
    With noise the minutes are told that no strategy can save: those the same customers take if all
    their answers were known beforehand for nothing, and those if even the cause were.
    """
    if symptom and file:
        raise Wrong("wrong_both", first="--symptom", second="--model")
    names = _POLICIES[:-1] if policy == "all" else (policy,)
    worlds = _of_file(file, noise) if file else _of_knowledge(symptom, noise or Noise(0.15, 0.05))
    results = [_result(world, name, cases=cases, seed=seed) for world in worlds for name in names]
    if as_json:
        click.echo(json.dumps(_as_data(results), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_for_people(results, voice)))


@dataclass(frozen=True, slots=True)
class _World:
    """A model as it is believed, and as customers answer."""

    name: str
    believed: Model
    true: Model


def _of_file(file: Path, noise: Noise | None) -> list[_World]:
    from pydantic import ValidationError

    from playbook.troubleshooting import with_noise, without_noise
    from playbook.troubleshooting.model_file import ModelFile

    try:
        model = ModelFile.model_validate_json(file.read_bytes()).model()
    except ValidationError as error:
        faults = "\n".join(_faults(error))
        raise PlaybookError("simulate_no_model", file=str(file), faults=faults) from error
    if noise is not None:
        changed = without_noise(model) if noise.none else None
        model = changed or with_noise(model, unknown=noise.unknown, wrong=noise.wrong)
    return [_World(file.name, model, model)]


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        where = ".".join(str(part) for part in fault["loc"])
        yield f"  {where}: {fault['msg']}" if where else f"  {fault['msg']}"


def _of_knowledge(symptom: str | None, noise: Noise) -> list[_World]:
    from playbook.loader import load_knowledge
    from playbook.troubleshooting import with_noise, without_noise
    from playbook.troubleshooting.from_knowledge import Numbers

    knowledge = load_knowledge()
    if symptom and symptom not in knowledge.symptom:
        known = ", ".join(knowledge.symptom)
        raise Wrong("wrong_choice", name="--symptom", known=known)
    numbers = Numbers(knowledge)
    worlds = []
    for each in (symptom,) if symptom else tuple(knowledge.symptom):
        written = numbers.written(each)
        if noise.none:
            certain = without_noise(written)
            worlds.append(_World(each, certain, certain))
        else:
            true = with_noise(written, unknown=noise.unknown, wrong=noise.wrong)
            worlds.append(_World(each, numbers.model(each), true))
    return worlds


@dataclass(frozen=True, slots=True)
class _Result:
    """What one policy did in one world; minutes and counts are means over the cases."""

    model: str
    policy: str
    cases: int
    seed: int | None
    expected_minutes: float
    standard_error: float
    steps: float
    checks: float
    remedies: float
    repaired: float
    optimum_minutes: float | None
    answers_known_minutes: float | None
    cause_known_minutes: float
    milliseconds_per_step: float


def _result(world: _World, name: str, *, cases: int, seed: int) -> _Result:
    from playbook.troubleshooting import (
        POLICIES,
        Cases,
        answers_known_minutes,
        cause_known_minutes,
        optimum_minutes,
        play,
    )

    policy = POLICIES[name](world.true)
    exact = world.true.is_noise_free
    drawn = Cases.one_of_each(world.true) if exact else Cases.drawn(world.true, cases, seed)
    started = perf_counter()
    played = play(policy, world.believed, world.true, drawn)
    took = perf_counter() - started
    repaired = played.mean(played.repaired)
    checks, remedies = played.mean(played.checks), played.mean(played.remedies)
    return _Result(
        model=world.name,
        policy=name,
        cases=len(drawn.cause),
        seed=None if exact else seed,
        expected_minutes=round(played.expected_minutes, 4),
        standard_error=0.0 if exact else round(float(played.minutes.std()) / cases**0.5, 4),
        steps=round(checks + remedies + 1.0 - repaired, 4),
        checks=round(checks, 4),
        remedies=round(remedies, 4),
        repaired=round(repaired, 4),
        optimum_minutes=_rounded(optimum_minutes(world.true)),
        answers_known_minutes=_rounded(answers_known_minutes(world.true, drawn)),
        cause_known_minutes=round(cause_known_minutes(world.true), 4),
        milliseconds_per_step=round(1000.0 * took / played.steps, 3),
    )


def _rounded(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes, 4)


def _as_data(results: Sequence[_Result]) -> dict[str, object]:
    """One result as it is; of several the list."""
    if len(results) == 1:
        return asdict(results[0])
    return {"results": [asdict(result) for result in results]}


_WIDTHS = {
    "model": -24, "policy": -17, "minutes": 9, "error": 6, "optimum": 9, "excess": 8,
    "repaired": 10, "steps": 7, "checks": 8, "pace": 9,
}  # fmt: skip


def _for_people(results: Sequence[_Result], voice: Voice) -> Iterator[str]:
    widths = tuple(_WIDTHS.values())
    yield columns([voice.say("simulate_column_" + name) for name in _WIDTHS], widths)
    for r in results:
        best = r.optimum_minutes
        excess = f"{100 * (r.expected_minutes / best - 1):.1f}%" if best else ""
        yield columns(
            (
                r.model, r.policy, f"{r.expected_minutes:.2f}", f"{r.standard_error:.2f}",
                f"{best:.2f}" if best else "", excess, f"{100 * r.repaired:.1f}%",
                f"{r.steps:.1f}", f"{r.checks:.1f}", f"{r.milliseconds_per_step:.1f}",
            ),
            widths,
        )  # fmt: skip
    for r in {r.model: r for r in results if r.optimum_minutes is None}.values():
        known = r.answers_known_minutes
        cause = f"{r.cause_known_minutes:.2f}"
        if known:
            yield voice.say(
                "simulate_answers_known", model=r.model, answers=f"{known:.2f}", cause=cause
            )
        else:
            yield voice.say("simulate_cause_known", model=r.model, cause=cause)

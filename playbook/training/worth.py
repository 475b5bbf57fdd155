"""What a step is worth, seen one answer further than the diagnosis lists it.

The diagnosis looks deeply only into its best steps; the others keep a value that supposes nothing
more will be asked, which makes them look dearer than they are. To compare two steps fairly both are
valued by what can best be done after each of their outcomes.
"""

from __future__ import annotations

from playbook.diagnosis import FAILED, REMEDY, Diagnosis, Step

_RARE = 0.01
"""Outcomes rarer than this are taken to leave things as they are."""


def worth(diagnosis: Diagnosis, step: Step) -> float:
    """Minutes until solved, on average, when `step` is done now."""
    if step.kind == "check":
        return step.minutes + _after_check(diagnosis, step.id)
    if step.kind == "remedy":
        return step.minutes + _after_remedy(diagnosis, step.id)
    return step.minutes


def _after_check(diagnosis: Diagnosis, check: str) -> float:
    minutes = 0.0
    for forecast in diagnosis.foresee(check):
        rare = forecast.chance < _RARE
        after = diagnosis if rare else diagnosis.observe(check, forecast.outcome)
        minutes += forecast.chance * _outlook(after)
    return minutes


def _after_remedy(diagnosis: Diagnosis, remedy: str) -> float:
    meant = sum(s.probability for s in diagnosis.suspects() if s.cause.remedy == remedy)
    fails = 1.0 - meant * diagnosis.knowledge.remedy[remedy].works.share
    return fails * _outlook(diagnosis.observe(REMEDY + remedy, FAILED))


def _outlook(diagnosis: Diagnosis) -> float:
    return min(step.expected_minutes for step in diagnosis.next_steps())

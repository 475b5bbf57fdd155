"""Generated cases for review: how the diagnosis walks a customer with each cause.

As in the BATS authoring tools (Skaanning), an expert reads the longest, the dearest and those that
end in a hand-over; what looks odd there is wrong in the knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playbook.diagnosis import FAILED, REMEDY, SYMPTOM, Diagnosis
from playbook.schema import Cause, Knowledge, Symptom
from playbook.troubleshooting.from_knowledge import Numbers


@dataclass(frozen=True, slots=True)
class Walk:
    """One customer, who answers every check as is likeliest with the cause."""

    symptom: Symptom
    cause: Cause
    steps: tuple[tuple[str, str], ...]
    """Check and outcome, remedy and whether it helped, or the hand-over."""
    minutes: float
    handed_over: bool


def walks(knowledge: Knowledge) -> tuple[Walk, ...]:
    """A walk for every cause under every symptom it can have."""
    numbers = Numbers(knowledge)
    start = Diagnosis(numbers)
    return tuple(
        _walk(start.observe(SYMPTOM, symptom.id), symptom, cause)
        for symptom in knowledge.symptoms
        for cause in numbers.causes(symptom.id)
    )


def _walk(diagnosis: Diagnosis, symptom: Symptom, cause: Cause) -> Walk:
    steps: list[tuple[str, str]] = []
    minutes = 0.0
    while True:
        step = diagnosis.next_steps()[0]
        minutes += step.minutes
        if step.kind == "hand_over":
            steps.append((step.id, ""))
            return Walk(symptom, cause, tuple(steps), minutes, handed_over=True)
        if step.kind == "remedy":
            helped = cause.remedy == step.id
            steps.append((step.id, "✓" if helped else "✗"))
            if helped:
                return Walk(symptom, cause, tuple(steps), minutes, handed_over=False)
            diagnosis = diagnosis.observe(REMEDY + step.id, FAILED)
            continue
        by_outcome = diagnosis.numbers.likelihood(step.id)
        outcome = max(by_outcome, key=lambda each: by_outcome[each][cause.id])
        steps.append((step.id, outcome))
        diagnosis = diagnosis.observe(step.id, outcome)


def for_review(found: tuple[Walk, ...], *, most: int = 5) -> Iterator[tuple[str, tuple[Walk, ...]]]:
    """The walks an expert should read, by label of the reason to read them."""
    by_length = sorted(found, key=lambda walk: -len(walk.steps))
    by_minutes = sorted(found, key=lambda walk: -walk.minutes)
    yield "walks_longest", tuple(by_length[:most])
    yield "walks_dearest", tuple(by_minutes[:most])
    yield "walks_handed_over", tuple(walk for walk in found if walk.handed_over)

"""What an event makes of a case.

A case is the replay of its events. This is the one place that says what each of them does, for the
agent at work as for a page that brings a case back.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import cast, get_args

from playbook.bounce.reading import Evidence, Missing, Reading
from playbook.caselog import CHANGES, Event, Quote, new_case
from playbook.diagnosis import BOUNCE, REMEDY, WORKED, Diagnosis
from playbook.schema import Knowledge
from playbook.terms import UNDETERMINED, ReasonId

_STATUS, _REPLY, _CHANCE = "read:status", "read:reply_code", "read:confidence"
_MISSING = "read:missing"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that undoing brings back."""

    diagnosis: Diagnosis
    asked: str | None = None
    """The check the agent chose to ask; none: the one the diagnosis advises."""
    opened: str | None = None
    """The cause whose remedy is open."""
    reading: Reading | None = None
    pasted: str = ""
    notes: tuple[str, ...] = ()
    """What the agent noted, in order; everything personal is hidden in it."""
    ended: str = ""
    """"closed" or "handed_over", once it is."""
    id: str = field(default_factory=new_case)
    """The case's address in the case log."""


def after(case: Case, event: Event, reading: Reading | None = None) -> Case:
    """The case after an event; `reading` is what a `bounce_read` has read, where it is at hand.

    Raises:
        ValueError: when the knowledge has no such check, outcome, remedy or cause any more.
    """
    diagnosis, subject, outcome = case.diagnosis, event.subject, event.outcome
    if event.kind in CHANGES:
        case = replace(case, ended="")
    match event.kind:
        case "answered":
            return replace(case, diagnosis=diagnosis.observe(subject, outcome), asked=None)
        case "withdrawn":
            kept = None if subject == BOUNCE else case.reading
            return replace(case, diagnosis=diagnosis.withdraw(subject), asked=None, reading=kept)
        case "bounce_read":
            found = reading or remembered(event, diagnosis.knowledge)
            return replace(case, diagnosis=_read(diagnosis, outcome), reading=found)
        case "remedy_tried":
            tried = diagnosis.observe(REMEDY + subject, outcome)
            opened = case.opened if outcome == WORKED else None
            return replace(case, diagnosis=tried, opened=opened, asked=None)
        case "noted":
            return replace(case, notes=(*case.notes, event.says))
        case "asked":
            return replace(case, asked=_known(subject, diagnosis.knowledge.check))
        case "opened":
            return replace(case, opened=_known(subject, diagnosis.knowledge.cause))
        case "closed" | "handed_over":
            return replace(case, ended=event.kind)
        case _:
            return case


def _known(id_: str, entries: Container[str]) -> str | None:
    if not id_:
        return None
    if id_ not in entries:
        raise ValueError(f"the knowledge has no {id_}")
    return id_


def _read(diagnosis: Diagnosis, reason: str) -> Diagnosis:
    if reason != UNDETERMINED:
        return diagnosis.observe(BOUNCE, reason)
    return diagnosis if diagnosis.outcome_of(BOUNCE) is None else diagnosis.withdraw(BOUNCE)


def quotes_of(reading: Reading) -> tuple[Quote, ...]:
    """What is kept of a reading: the quotes of its evidence and its codes."""
    codes = (
        (reading.status or "", _STATUS),
        (reading.reply_code or "", _REPLY),
        (f"{reading.confidence:.3f}", _CHANCE),
        (reading.missing or "", _MISSING),
    )
    return (
        *(Quote(words, rule) for words, rule in codes if words),
        *(Quote(each.quote, each.rule, each.points_to) for each in reading.evidence),
    )


def remembered(event: Event, knowledge: Knowledge) -> Reading:
    """A reading from what was kept of it: redacted quotes where the text itself is gone.

    Raises:
        ValueError: when the knowledge has no such reason any more.
    """
    if event.outcome not in knowledge.reason:
        raise ValueError(f"the knowledge has no {event.outcome}")
    reason = knowledge.reason[event.outcome]
    facts = {quote.rule: quote.words for quote in event.quotes if quote.rule.startswith("read:")}
    shown = ""
    evidence: list[Evidence] = []
    for quote in event.quotes:
        if quote.rule in facts or quote.points_to not in knowledge.reason:
            continue
        start, end = len(shown), len(shown) + len(quote.words)
        points_to = cast("ReasonId", quote.points_to)
        evidence.append(Evidence(quote.words, start, end, quote.rule, points_to, len(evidence)))
        shown += quote.words + "\n"
    return Reading(
        shown=shown,
        reason=cast("ReasonId", reason.id),
        nature=reason.nature,
        who_acts=reason.who_acts,
        deliveries=(),
        recipients=(),
        status=facts.get(_STATUS),
        reply_code=facts.get(_REPLY),
        reporting_mta=None,
        evidence=tuple(evidence),
        confidence=float(facts.get(_CHANCE, "1")),
        alternatives=(),
        missing=next((each for each in get_args(Missing) if each == facts.get(_MISSING)), None),
    )

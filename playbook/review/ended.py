"""One ended case as a reviewer needs it: what was known at its end, and how it came to that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from playbook.caselog import CHANGES, ENDS, Entry, Event
from playbook.diagnosis import REMEDY, SYMPTOM, UNKNOWN, Observation
from playbook.terms import UNDETERMINED

PAUSE = timedelta(minutes=30)
"""Nothing for longer than this: the customer was to call again, nobody worked on it. Assumed."""

_FINDINGS = {*CHANGES} - {"noted"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A case that has ended."""

    symptom: str
    """Empty where nobody could tell."""
    cause: str
    """What was wrong; empty where another desk went on with it."""
    ended: datetime
    minutes: float
    """From the first event to the last, without pauses."""
    known: tuple[Observation, ...]
    """What was observed, in order, remedies tried among it."""
    reasons: tuple[tuple[datetime, str], ...]
    """The bounce reasons read."""
    chosen: tuple[str, ...]
    """Checks the agent put on the screen in place of the advised one, and got an answer to."""
    abandoned: tuple[str, ...]
    """Checks put on the screen and left without an answer."""
    taken_back: tuple[str, ...]
    """Checks whose answer was withdrawn, changed or undone."""


def ended(entries: Sequence[Entry]) -> Ended | None:
    """What a case's events say; nothing where it has not ended, or its end cannot be read."""
    events = [(entry.at, entry.event) for entry in entries if entry.event is not None]
    standing, taken_back = _standing(event for _, event in events)
    if not standing or standing[-1].kind not in ENDS:
        return None
    chosen, abandoned = _looks(event for _, event in events)
    known = {each.check: each for each in _observed(standing)}
    symptom = known.pop(SYMPTOM, None)
    return Ended(
        symptom=symptom.outcome if symptom and symptom.outcome != UNKNOWN else "",
        cause=standing[-1].subject if standing[-1].kind == "closed" else "",
        ended=events[-1][0],
        minutes=_minutes([at for at, _ in events]),
        known=tuple(known.values()),
        reasons=tuple(
            (at, event.outcome)
            for at, event in events
            if event.kind == "bounce_read" and event in standing
        ),
        chosen=chosen,
        abandoned=abandoned,
        taken_back=taken_back,
    )


def _standing(events: Iterable[Event]) -> tuple[list[Event], tuple[str, ...]]:
    """The changes that were not undone, and the checks of which an answer was taken back."""
    standing: list[Event] = []
    taken_back = []
    for event in events:
        if event.kind == "undone" and standing:
            undone = standing.pop()
            if undone.kind == "answered":
                taken_back.append(undone.subject)
        elif event.kind in CHANGES:
            again = event.kind == "answered" and any(
                each.kind == "answered"
                and each.subject == event.subject
                and each.outcome != event.outcome
                for each in standing
            )
            if again or event.kind == "withdrawn":
                taken_back.append(event.subject)
            standing.append(event)
    return standing, tuple(taken_back)


def _observed(standing: Iterable[Event]) -> Iterator[Observation]:
    known: dict[str, Observation] = {}
    for event in standing:
        check = REMEDY + event.subject if event.kind == "remedy_tried" else event.subject
        known.pop(check, None)
        tells = event.kind in {"answered", "bounce_read", "remedy_tried"}
        if tells and event.outcome != UNDETERMINED:
            known[check] = Observation(check, event.outcome)
    return iter(known.values())


def _looks(events: Iterable[Event]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Checks put on the screen by hand: those answered, and those left."""
    chosen: list[str] = []
    abandoned: list[str] = []
    answered: set[str] = set()
    asked = ""
    for event in events:
        if event.kind == "answered":
            answered.add(event.subject)
        if event.kind == "asked":
            if asked and event.subject != asked:
                abandoned.append(asked)
            # Going back to an answer, to change it, goes against no advice.
            asked = "" if event.subject in answered else event.subject
        elif event.kind in _FINDINGS and asked:
            answers_it = event.kind == "answered" and event.subject == asked
            (chosen if answers_it else abandoned).append(asked)
            asked = ""
    return tuple(chosen), tuple(abandoned)


def _minutes(times: Sequence[datetime]) -> float:
    gaps = (later - earlier for earlier, later in pairwise(times))
    worked = sum((gap for gap in gaps if gap <= PAUSE), timedelta())
    return worked.total_seconds() / 60

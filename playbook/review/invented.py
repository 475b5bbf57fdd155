"""Invented cases, to show a review before any case has been closed. Seeded: the same every time.

Customers are drawn from the knowledge, but from causes that are not as common as it assumes, so
that the review has something to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from playbook.caselog import Entry, Event, Kind
from playbook.diagnosis import BOUNCE, FAILED, REMEDY, SYMPTOM, UNKNOWN, WORKED, Diagnosis
from playbook.schema import Cause, Knowledge

DAYS = 112
"""The days the cases are spread over."""

_TRUST = 20.0
"""Of how many cases the assumed shares are worth when the invented truth is drawn."""
_OTHER_CHECK = 0.12
"""How often an agent asks something else than what is advised."""
_LEFT = 0.05
"""How often a check is put on the screen and left."""
_MISTAKEN = 0.04
"""How often an answer is corrected at once."""
_HAS_NOTICE = 0.7
"""How often a customer whose cause sends bounces has one at hand."""


def invented_cases(
    knowledge: Knowledge, until: datetime, *, count: int = 240, seed: int = 1
) -> tuple[tuple[Entry, ...], ...]:
    """The events of `count` cases that ended in the `DAYS` before `until`."""
    inventor = _Inventor(knowledge, np.random.default_rng(seed))
    starts = sorted(
        until - timedelta(days=DAYS * share) for share in inventor.luck.uniform(0.01, 1.0, count)
    )
    return tuple(inventor.case(start) for start in starts)


class _Inventor:
    def __init__(self, knowledge: Knowledge, luck: np.random.Generator) -> None:
        self.luck = luck
        self._knowledge = knowledge
        blank = Diagnosis.start(knowledge)
        self._numbers = blank.numbers
        self._known = {symptom.id: blank.observe(SYMPTOM, symptom.id) for symptom in
                       knowledge.symptoms}  # fmt: skip
        self._seen: dict[tuple[object, ...], Diagnosis] = {}
        self._truth = {symptom: self._drawn_truth(symptom) for symptom in self._known}

    def _drawn_truth(self, symptom: str) -> tuple[tuple[Cause, ...], np.ndarray]:
        causes = self._numbers.causes(symptom)
        counts = np.array([self._numbers.count(cause, symptom) for cause in causes])
        return causes, self.luck.dirichlet(_TRUST * counts / counts.sum())

    def case(self, start: datetime) -> tuple[Entry, ...]:
        """One case, from the first words to its end."""
        symptom = str(self.luck.choice(list(self._known)))
        causes, shares = self._truth[symptom]
        cause = causes[self.luck.choice(len(causes), p=shares)]
        entries: list[Entry] = []
        at = start
        for minutes, event in self._events(symptom, cause):
            at += timedelta(minutes=minutes * float(self.luck.lognormal(0.0, 0.35)))
            entries.append(Entry(event, len(entries) + 1, at, self._knowledge.digest))
        return tuple(entries)

    def _events(self, symptom: str, cause: Cause) -> Iterator[tuple[float, Event]]:
        """What happens, with the minutes it takes."""
        yield 0.0, self._event("started")
        yield 0.5, self._event("answered", SYMPTOM, symptom)
        diagnosis = self._known[symptom]
        if cause.bounce_reasons and self.luck.random() < _HAS_NOTICE:
            reason = str(self.luck.choice(list(cause.bounce_reasons)))
            yield 1.0, self._event("bounce_read", BOUNCE, reason)
            diagnosis = self._observe(diagnosis, BOUNCE, reason)
        while True:
            steps = diagnosis.next_steps()
            step = steps[0]
            if step.kind == "hand_over":
                yield step.minutes, self._event("handed_over")
                return
            if step.kind == "remedy":
                worked = self._works(step.id, cause)
                yield step.minutes, self._event("remedy_tried", step.id, worked)
                if worked == WORKED:
                    yield 0.5, self._event("closed", cause.id)
                    return
                diagnosis = self._observe(diagnosis, REMEDY + step.id, worked)
                continue
            checks = [each for each in steps if each.kind == "check"]
            if len(checks) > 1 and self.luck.random() < _LEFT:
                yield 0.3, self._event("asked", checks[1].id)
                yield 0.1, self._event("asked")
            if len(checks) > 1 and self.luck.random() < _OTHER_CHECK:
                step = checks[1 + int(self.luck.integers(min(3, len(checks) - 1)))]
                yield 0.2, self._event("asked", step.id)
            outcome = self._answer(step.id, cause)
            if self.luck.random() < _MISTAKEN:
                yield step.minutes, self._event("answered", step.id, UNKNOWN)
                yield 0.3, self._event("undone")
            yield step.minutes, self._event("answered", step.id, outcome)
            diagnosis = self._observe(diagnosis, step.id, outcome)

    def _observe(self, diagnosis: Diagnosis, check: str, outcome: str) -> Diagnosis:
        """Kept by what was observed: what one case was advised, another need not work out anew."""
        key = (*diagnosis.observations, check, outcome)
        if key not in self._seen:
            self._seen[key] = diagnosis.observe(check, outcome)
        return self._seen[key]

    def _answer(self, check: str, cause: Cause) -> str:
        chances = {
            outcome: by_cause[cause.id]
            for outcome, by_cause in self._numbers.likelihood(check).items()
        }
        if self.luck.random() < _DONT_KNOW:
            return UNKNOWN
        shares = np.array(list(chances.values()))
        return str(self.luck.choice(list(chances), p=shares / shares.sum()))

    def _works(self, remedy: str, cause: Cause) -> str:
        chance = self._knowledge.remedy[remedy].works.share if remedy == cause.remedy else 0.0
        return WORKED if self.luck.random() < chance else FAILED

    def _event(self, kind: Kind, subject: str = "", outcome: str = "") -> Event:
        return Event(kind, subject, outcome, id=self.luck.bytes(16).hex())


_DONT_KNOW = 0.1
"""How often a customer does not know."""

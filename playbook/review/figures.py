"""The figures of a review: causes beside what is assumed, minutes, steps, where the tree misled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from math import sqrt

from playbook.caselog import Entry
from playbook.diagnosis import FAILED, REMEDY, SYMPTOM, UNKNOWN, WORKED, Diagnosis, Observation
from playbook.review.ended import Ended, ended
from playbook.schema import Cause, Check, Knowledge, Remedy, Symptom
from playbook.terms import UNDETERMINED
from playbook.troubleshooting.from_knowledge import ClosedCases, Numbers

_Z = 1.645
"""Nine of ten (two-sided) of a normal distribution."""
_WEEKS = timedelta(days=120)
"""Up to here reasons are counted by week, beyond it by month."""


@dataclass(frozen=True, slots=True)
class CauseFigures:
    """How often a cause was it, of the closed cases of one symptom."""

    cause: Cause
    closed: int
    of: int
    """Closed cases of the symptom."""
    assumed: float
    """The share the knowledge assumes."""

    @property
    def seen(self) -> float:
        """The share of the closed cases."""
        return self.closed / self.of if self.of else 0.0

    @property
    def between(self) -> tuple[float, float]:
        """Where the true share lies, nine times of ten (Wilson 1927)."""
        if not self.of:
            return 0.0, 1.0
        n, z2 = self.of, _Z * _Z
        middle = (self.seen + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z / (1 + z2 / n) * sqrt(self.seen * (1 - self.seen) / n + z2 / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def stands_out(self) -> bool:
        """The assumed share lies outside."""
        low, high = self.between
        return not low <= self.assumed <= high


@dataclass(frozen=True, slots=True)
class SymptomFigures:
    """The closed cases of one symptom."""

    symptom: Symptom
    closed: int
    causes: tuple[CauseFigures, ...]
    """Every cause it can have, the most frequent first."""


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How a check fares with agents and customers."""

    check: Check
    asked: int
    """Cases in which it has an answer, "don't know" among them."""
    unknown: int
    """Of those: ended in "don't know"."""
    chosen: int
    """Put on the screen in place of the advised check, and answered."""
    abandoned: int
    """Put on the screen and left without an answer."""
    taken_back: int
    """Answers withdrawn or changed."""


@dataclass(frozen=True, slots=True)
class RemedyFigures:
    """How a remedy went where it was tried, whatever was wrong."""

    remedy: Remedy
    worked: int
    failed: int


@dataclass(frozen=True, slots=True)
class Hint:
    """Where the tree misled: what was wrong came out although the answers spoke for another."""

    cause: Cause
    times: int
    of: int
    """Closed cases of the cause."""
    taken_for: tuple[tuple[Cause, int], ...]
    """What stood first instead, most frequent first."""
    at_odds: tuple[tuple[Observation, int], ...]
    """Answers that fitted no probable cause in those cases, most frequent first."""


@dataclass(frozen=True)
class Review:
    """What the ended cases say."""

    knowledge: Knowledge
    cases: tuple[Ended, ...]
    unreadable: int
    """Cases that could not be read: damaged, or of other knowledge."""

    @cached_property
    def closed(self) -> tuple[Ended, ...]:
        """The cases whose cause was found."""
        return tuple(each for each in self.cases if each.cause)

    @cached_property
    def handed_over(self) -> int:
        """Cases another desk went on with."""
        return len(self.cases) - len(self.closed)

    @cached_property
    def counts(self) -> ClosedCases:
        """How many cases were closed, by symptom and cause."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for each in self.closed:
            # A cause found under a symptom it is not known for says nothing of how common it is.
            if each.symptom in self.knowledge.cause[each.cause].how_common:
                counts[each.symptom][each.cause] += 1
        return {symptom: dict(by_cause) for symptom, by_cause in counts.items()}

    def symptoms(self) -> tuple[SymptomFigures, ...]:
        """Causes by frequency beside what is assumed, symptom by symptom."""
        numbers = Numbers(self.knowledge)
        return tuple(self._symptom(symptom, numbers) for symptom in self.knowledge.symptoms)

    def _symptom(self, symptom: Symptom, numbers: Numbers) -> SymptomFigures:
        counts = self.counts.get(symptom.id, {})
        of = sum(counts.values())
        causes = numbers.causes(symptom.id)
        total = sum(numbers.count(cause, symptom.id) for cause in causes)
        figures = (
            CauseFigures(
                cause, counts.get(cause.id, 0), of, numbers.count(cause, symptom.id) / total
            )
            for cause in causes
        )
        return SymptomFigures(symptom, of, tuple(sorted(figures, key=_by_frequency)))

    def minutes(self, symptom: str = "") -> tuple[float, ...]:
        """Minutes to close, of one symptom or all, shortest first."""
        return tuple(sorted(e.minutes for e in self.closed if symptom in ("", e.symptom)))

    def steps(self) -> tuple[StepFigures, ...]:
        """Every check that was touched, those gone against the advice most often first."""
        asked, unknown = Counter[str](), Counter[str]()
        for each in self.cases:
            for observation in each.known:
                asked[observation.check] += 1
                unknown[observation.check] += observation.outcome == UNKNOWN
        chosen = Counter(check for each in self.cases for check in each.chosen)
        abandoned = Counter(check for each in self.cases for check in each.abandoned)
        taken_back = Counter(check for each in self.cases for check in each.taken_back)
        figures = (
            StepFigures(
                check, asked[check.id], unknown[check.id], chosen[check.id], abandoned[check.id],
                taken_back[check.id],
            )
            for check in self.knowledge.checks
            if asked[check.id] or chosen[check.id] or abandoned[check.id]
        )  # fmt: skip
        return tuple(sorted(figures, key=lambda s: (-s.chosen - s.abandoned, -s.asked)))

    def remedies(self) -> tuple[RemedyFigures, ...]:
        """Remedies that were tried, those that failed most often first."""
        tried = Counter((o.check, o.outcome) for each in self.cases for o in each.known)
        figures = (
            RemedyFigures(
                remedy, tried[REMEDY + remedy.id, WORKED], tried[REMEDY + remedy.id, FAILED]
            )
            for remedy in self.knowledge.remedies
        )
        return tuple(
            sorted(
                (each for each in figures if each.worked or each.failed),
                key=lambda each: (-each.failed, -each.worked),
            )
        )

    def hints(self) -> tuple[Hint, ...]:
        """Where the tree misled, the cause that was missed most often first."""
        of = Counter(each.cause for each in self.closed)
        taken_for: dict[str, Counter[str]] = defaultdict(Counter)
        at_odds: dict[str, Counter[Observation]] = defaultdict(Counter)
        for each, first, contradiction in self._misled():
            taken_for[each.cause][first.id] += 1
            at_odds[each.cause].update(o for o in contradiction if o.check != SYMPTOM)
        cause = self.knowledge.cause
        hints = (
            Hint(
                cause[missed], sum(others.values()), of[missed],
                tuple((cause[other], times) for other, times in others.most_common()),
                tuple(at_odds[missed].most_common()),
            )
            for missed, others in taken_for.items()
        )  # fmt: skip
        return tuple(sorted(hints, key=lambda hint: (-hint.times, hint.cause.id)))

    def _misled(self) -> Iterator[tuple[Ended, Cause, tuple[Observation, ...]]]:
        blank = Diagnosis.start(self.knowledge)

        @cache
        def concluded(
            symptom: str, known: tuple[Observation, ...]
        ) -> tuple[Cause, tuple[Observation, ...]]:
            diagnosis = blank.observe(SYMPTOM, symptom) if symptom else blank
            for observation in known:
                diagnosis = diagnosis.observe(observation.check, observation.outcome)
            return diagnosis.suspects()[0].cause, diagnosis.contradiction()

        for each in self.closed:
            # What the diagnosis made of the answers alone: a remedy that worked proves its cause.
            answers = tuple(o for o in each.known if not o.check.startswith(REMEDY))
            first, contradiction = concluded(each.symptom, answers)
            if first.remedy != self.knowledge.cause[each.cause].remedy:
                yield each, first, contradiction

    def over_time(self) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[int, ...]], ...]]:
        """Weeks (by their Monday) or months, and each reason's counts in them, frequent first."""
        read = [
            (at, reason)
            for each in self.cases
            for at, reason in each.reasons
            if reason != UNDETERMINED
        ]
        if not read:
            return (), ()
        times = sorted(at for at, _ in read)
        names = _weeks if times[-1] - times[0] <= _WEEKS else _months
        periods = tuple(dict.fromkeys(names(times[0], times[-1])))
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for at, reason in read:
            (period,) = names(at, at)
            counts[reason][period] += 1
        rows = sorted(counts.items(), key=lambda row: (-sum(row[1].values()), row[0]))
        return periods, tuple((reason, tuple(row[p] for p in periods)) for reason, row in rows)


def review(knowledge: Knowledge, cases: Iterable[Sequence[Entry]]) -> Review:
    """What these cases say, each given by its events; those still open are passed over."""
    read, unreadable = [], 0
    for entries in cases:
        case = ended(entries)
        if case is None or not _is_of(case, knowledge):
            unreadable += 1
        else:
            read.append(case)
    return Review(knowledge, tuple(read), unreadable)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of `ordered` does not exceed; 0 where there is none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _is_of(case: Ended, knowledge: Knowledge) -> bool:
    """Whether the knowledge still has everything the case names."""
    blank = Diagnosis.start(knowledge)
    try:
        for observation in case.known:
            blank.observe(observation.check, observation.outcome)
    except ValueError:
        return False
    return (not case.symptom or case.symptom in knowledge.symptom) and (
        not case.cause or case.cause in knowledge.cause
    )


def _by_frequency(figures: CauseFigures) -> tuple[int, float]:
    return -figures.closed, -figures.assumed


def _weeks(first: datetime, last: datetime) -> Iterator[str]:
    day = first.date() - timedelta(days=first.weekday())
    while day <= last.date():
        yield day.isoformat()
        day += timedelta(days=7)


def _months(first: datetime, last: datetime) -> Iterator[str]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)

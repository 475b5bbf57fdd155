"""What a change of the knowledge does to the cases: whose best path is another one now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playbook.diagnosis import Diagnosis
from playbook.schema import Case, Knowledge
from playbook.training.session import opened
from playbook.training.trainees import engine, play


@dataclass(frozen=True, slots=True)
class BestPath:
    """How the diagnosis works a case."""

    steps: tuple[str, ...]
    """The checks, reasons of bounces and remedies in order, by id."""
    minutes: float
    solved: bool


@dataclass(frozen=True, slots=True)
class PathChange:
    """A case that is worked another way, or takes other minutes, since the knowledge changed."""

    case: Case
    before: BestPath
    after: BestPath

    @property
    def minutes(self) -> float:
        """Minutes more, or less where below 0."""
        return self.after.minutes - self.before.minutes


def compared(before: Knowledge, after: Knowledge) -> Iterator[PathChange | None]:
    """Case by case of those that both know, for whoever shows how far it is: what changed, if any.

    A case takes some tenths of a second.
    """
    earlier, later = Diagnosis.start(before), Diagnosis.start(after)
    for case in after.cases:
        if case.id in before.case:
            was, is_now = _best_path(earlier, before.case[case.id]), _best_path(later, case)
            yield None if was == is_now else PathChange(case, was, is_now)


def _best_path(blank: Diagnosis, case: Case) -> BestPath:
    session = play(opened(blank, case), engine)
    return BestPath(tuple(move.id for move in session.moves), session.minutes, session.is_solved)

"""What a change of the knowledge does to the cases: whose best path is another one now."""

from __future__ import annotations

from dataclasses import dataclass

from playbook.diagnosis import Diagnosis
from playbook.schema import Case, Knowledge
from playbook.training.session import opened
from playbook.training.trainees import engine, play


@dataclass(frozen=True, slots=True)
class BestPath:
    """How the diagnosis works a case."""

    steps: tuple[str, ...]
    """The checks and remedies in order, by id."""
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


def best_paths(knowledge: Knowledge) -> dict[str, BestPath]:
    """The best path of every case, by its id."""
    blank = Diagnosis.start(knowledge)
    return {case.id: _best_path(blank, case) for case in knowledge.cases}


def path_changes(before: Knowledge, after: Knowledge) -> tuple[PathChange, ...]:
    """The cases both know whose best path differs, those that gained most minutes first."""
    earlier, later = best_paths(before), best_paths(after)
    changes = (
        PathChange(case, earlier[case.id], later[case.id])
        for case in after.cases
        if case.id in earlier and earlier[case.id] != later[case.id]
    )
    return tuple(sorted(changes, key=lambda change: -change.minutes))


def _best_path(blank: Diagnosis, case: Case) -> BestPath:
    session = play(opened(blank, case), engine)
    return BestPath(tuple(move.id for move in session.moves), session.minutes, session.is_solved)

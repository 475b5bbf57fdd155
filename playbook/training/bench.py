"""Figures over many cases: whether drawn cases hold, and what each kind of trainee costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from playbook.diagnosis import BOUNCE, Diagnosis
from playbook.schema import Case, Knowledge
from playbook.training.debrief import walk
from playbook.training.random_cases import NEARLY_IMPOSSIBLE, deck, random_case
from playbook.training.session import Session, opened
from playbook.training.trainees import Trainee, at_random, engine, expert, hurried, play

TRAINEES: Mapping[str, Trainee] = {
    "engine": engine,
    "expert": expert,
    "hurried": hurried,
    "random": at_random(1),
}


@dataclass(frozen=True, slots=True)
class DrawnFigures:
    """What was found in drawn cases; every list is empty when they hold."""

    cases: int
    levels: Mapping[int, int]
    """How many cases there are of each level."""
    with_notice: int
    not_drawn: tuple[tuple[str, str], ...]
    """Symptoms and causes that never came up."""
    unlikely: tuple[str, ...]
    """Cases with a fact that is nearly impossible with its cause."""
    misleading: tuple[str, ...]
    """Cases whose facts, all known, show another remedy than their cause's."""
    unsolved: tuple[str, ...]
    """Cases the engine hands over before they are solved."""


@dataclass(frozen=True, slots=True)
class TraineeFigures:
    """What one kind of trainee needs over many cases."""

    minutes: float
    """Mean minutes a case."""
    regret: float
    """Mean regret a case, in minutes."""
    solved: int
    sprung: int
    """Traps run into."""


def drawn_figures(knowledge: Knowledge, number: int, first: int = 0) -> DrawnFigures:
    """`number` drawn cases from `first` on, each proven consistent and played by the engine."""
    blank = Diagnosis.start(knowledge)
    cases = [random_case(blank, i) for i in range(first, first + number)]
    drawn = {(case.symptom, case.cause) for case in cases}
    return DrawnFigures(
        cases=number,
        levels=dict(sorted(Counter(case.level for case in cases).items())),
        with_notice=sum(case.notice is not None for case in cases),
        not_drawn=tuple(
            (symptom.id, cause.id)
            for symptom, cause in deck(knowledge)
            if (symptom.id, cause.id) not in drawn
        ),
        unlikely=tuple(case.id for case in cases if any(_unlikely(case, blank))),
        misleading=tuple(case.id for case in cases if _misleads(case, blank)),
        unsolved=tuple(
            case.id for case in cases if not play(opened(blank, case), engine).is_solved
        ),
    )


def trainee_figures(
    knowledge: Knowledge, cases: Iterable[Case], trainees: Mapping[str, Trainee] = TRAINEES
) -> dict[str, TraineeFigures]:
    """Every trainee on the same cases."""
    blank = Diagnosis.start(knowledge)
    cases = tuple(cases)
    return {
        name: _figures([play(opened(blank, case), trainee) for case in cases])
        for name, trainee in trainees.items()
    }


def _figures(played: list[Session]) -> TraineeFigures:
    walks = [walk(session) for session in played]
    return TraineeFigures(
        minutes=sum(walked.minutes for walked in walks) / len(walks),
        regret=sum(walked.regret for walked in walks) / len(walks),
        solved=sum(walked.solved for walked in walks),
        sprung=sum(len(move.sprung) for session in played for move in session.moves),
    )


def _unlikely(case: Case, blank: Diagnosis) -> Iterator[bool]:
    for check, fact in case.facts.items():
        yield blank.numbers.likelihood(check)[fact.outcome][case.cause] < NEARLY_IMPOSSIBLE


def _misleads(case: Case, blank: Diagnosis) -> bool:
    cause = blank.knowledge.cause[case.cause]
    if not cause.shown_by:
        # "Something else" has no facts of its own, so nothing can show it.
        return False
    diagnosis = opened(blank, case).opening
    for check, fact in case.facts.items():
        diagnosis = diagnosis.observe(check, fact.outcome)
    if case.notice:
        diagnosis = diagnosis.observe(BOUNCE, case.notice.reason)
    return diagnosis.suspects()[0].cause.remedy != cause.remedy

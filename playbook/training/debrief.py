"""After the case: the trainee's way beside the expert's and the engine's, and what each step cost.

The regret of a step is the difference of expected minutes between it and the best step at that
moment, at what the trainee knew then: the diagnosis' own figures, nothing else (see `worth`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from playbook.diagnosis import Diagnosis, Step, Suspect
from playbook.schema import Case, Cause, Trap
from playbook.training.session import Move, Session, observed
from playbook.training.trainees import engine, expert, play
from playbook.training.worth import worth

Why = Literal[
    "best",
    "as_good",
    "told_already",
    "repeated",
    "no_use",
    "weaker_check",
    "too_early",
    "too_late",
    "other_remedy",
    "gave_up",
    "read",
]
"""Why a step was as good as it was; words in `training.yaml` as `training_why_…`."""

POSSIBLE = 0.02
"""A cause less probable than this is shown as no longer possible."""
_AS_GOOD = 0.5


@dataclass(frozen=True, slots=True)
class Look:
    """One move looked at afterwards."""

    move: Move
    best: Step
    """What the diagnosis advised at that moment."""
    best_minutes: float
    """Minutes until solved, on average, when following the advice."""
    expected_minutes: float
    """Minutes until solved, on average, when going on with this move."""
    why: Why
    separates: tuple[Cause, ...]
    """The causes the best step would have told apart, where it is a check."""
    chance: float
    """How probable it was then that this remedy is the right one; 0 for anything else."""
    before: tuple[Suspect, ...]
    after: tuple[Suspect, ...]
    """Every cause, most probable first."""

    @property
    def regret(self) -> float:
        """Minutes it was dearer than what was advised, on average; 0 for the best."""
        return max(0.0, self.expected_minutes - self.best_minutes)

    @property
    def possible(self) -> tuple[Suspect, ...]:
        """The causes still possible after it."""
        return tuple(suspect for suspect in self.after if suspect.probability >= POSSIBLE)

    @property
    def ruled_out(self) -> tuple[Cause, ...]:
        """The causes that were possible before it and are not any more."""
        left = {suspect.cause.id for suspect in self.possible}
        return tuple(
            suspect.cause
            for suspect in self.before
            if suspect.probability >= POSSIBLE and suspect.cause.id not in left
        )

    @property
    def hypothesis(self) -> float | None:
        """How probable the noted hypothesis was then; None where none was noted."""
        noted = self.move.hypothesis
        if noted is None:
            return None
        return next((s.probability for s in self.before if s.cause.id == noted), 0.0)


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through the case, looked at step by step."""

    looks: tuple[Look, ...]
    solved: bool

    @property
    def minutes(self) -> float:
        """Minutes it took."""
        return sum(look.move.minutes for look in self.looks)

    @property
    def regret(self) -> float:
        """The regret of all its steps together, in minutes."""
        return sum(look.regret for look in self.looks)


@dataclass(frozen=True, slots=True)
class Debrief:
    """Three ways through one case, and how the trainee closed it."""

    case: Case
    trainee: Walk
    expert: Walk
    engine: Walk
    named: Cause | None
    """The cause the trainee named."""
    named_right: bool
    verified: bool
    sprung: tuple[Trap, ...]
    """The traps the trainee ran into."""
    kept: tuple[Trap, ...]
    """The traps the trainee avoided."""
    hints: int
    """How many moves were made with a hint."""
    undone: int


def debrief(session: Session) -> Debrief:
    """A closed session looked at.

    Raises:
        ValueError: when the session is still open: it would give the case away.
    """
    if session.closing is None:
        raise ValueError("the case is still open")
    again = Session(session.case, session.opening)
    named = session.closing.cause
    sprung = tuple(trap for move in session.moves for trap in move.sprung)
    return Debrief(
        case=session.case,
        trainee=walk(session),
        expert=walk(play(again, expert)),
        engine=walk(play(again, engine)),
        named=None if named is None else session.knowledge.cause[named],
        named_right=named == session.case.cause,
        verified=session.closing.verified,
        sprung=sprung,
        kept=tuple(trap for trap in session.case.traps if trap not in sprung),
        hints=sum(move.hints > 0 for move in session.moves),
        undone=session.undone,
    )


def walk(session: Session) -> Walk:
    """Every move of a session looked at, at what was known before it."""
    looks = []
    diagnosis = session.opening
    for place in range(len(session.moves)):
        so_far = replace(session, moves=session.moves[:place], closing=None)
        looks.append(_look(so_far, session.moves[place], diagnosis))
        diagnosis = observed(diagnosis, session.moves[place])
    return Walk(tuple(looks), session.is_solved)


def _look(session: Session, move: Move, known: Diagnosis) -> Look:
    steps = known.next_steps()
    best = steps[0]
    own = next((step for step in steps if (step.kind, step.id) == (move.kind, move.id)), None)
    best_minutes = worth(known, best)
    if own is None:
        # A step the diagnosis does not even consider leaves everything as it is.
        expected = move.minutes + best_minutes
    else:
        expected = best_minutes if own == best else worth(known, own)
    remedied = (s.probability for s in known.suspects() if s.cause.remedy == move.id)
    return Look(
        move=move,
        best=best,
        best_minutes=best_minutes,
        expected_minutes=expected,
        why=_why(session, move, best, own, expected - best_minutes),
        separates=known.separates(best.id) if best.kind == "check" else (),
        chance=sum(remedied) if move.kind == "remedy" else 0.0,
        before=known.suspects(),
        after=observed(known, move).suspects(),
    )


def _why(session: Session, move: Move, best: Step, own: Step | None, regret: float) -> Why:
    if move.kind == "notice":
        return "read"
    if own is None:
        return _useless(session, move)
    if own == best:
        return "best"
    if regret <= _AS_GOOD:
        return "as_good"
    if move.kind == "hand_over":
        return "gave_up"
    return _OTHER_WAYS[move.kind == "remedy", best.kind == "check"]


_OTHER_WAYS: dict[tuple[bool, bool], Why] = {
    (False, True): "weaker_check",
    (False, False): "too_late",
    (True, True): "too_early",
    (True, False): "other_remedy",
}
"""By whether a remedy was tried, and whether a check was best."""


def _useless(session: Session, move: Move) -> Why:
    if session.opening.outcome_of(move.id):
        return "told_already"
    if any(earlier.id == move.id for earlier in session.moves):
        return "repeated"
    return "no_use"

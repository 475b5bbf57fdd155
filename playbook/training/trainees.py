"""Scripted trainees: each makes one move at a time. The debrief plays the expert and the engine."""

from __future__ import annotations

import random
from collections.abc import Callable

from playbook.diagnosis import REMEDY
from playbook.training.session import HAND_OVER, Session

Trainee = Callable[[Session], Session]
"""Makes the next move of an open session, or closes it."""


def play(session: Session, trainee: Trainee) -> Session:
    """The session worked to its end."""
    while not session.is_over:
        session = trainee(session)
    return session


def engine(session: Session) -> Session:
    """Does what the diagnosis advises at every point."""
    if session.is_solved:
        return session.close(_named(session), verified=True)
    if session.unread_notice:
        return session.read_notice()
    best = session.diagnosis.next_steps()[0]
    if best.kind == "check":
        return session.ask(best.id)
    if best.kind == "remedy":
        return _with_care(session, best.id)
    return session.hand_over()


def expert(session: Session) -> Session:
    """Goes the way written in the case."""
    if session.is_solved:
        return session.close(session.case.cause, verified=True)
    if session.unread_notice:
        return session.read_notice()
    done = sum(move.kind != "notice" for move in session.moves)
    step = session.case.path[done]
    if step.startswith(REMEDY):
        return _with_care(session.suspect(session.case.cause), step.removeprefix(REMEDY))
    return session.ask(step)


def hurried(session: Session) -> Session:
    """Asks nothing and warns of nothing: tries what is most common, three times at most."""
    if session.is_solved:
        return session.close(_named(session), verified=False)
    tried = {move.id for move in session.moves}
    for suspect in session.diagnosis.suspects():
        remedy = suspect.cause.remedy
        if remedy not in tried and remedy != HAND_OVER and len(tried) < _PATIENCE:
            return session.try_remedy(remedy)
    return session.hand_over()


_PATIENCE = 3


def at_random(seed: int) -> Trainee:
    """A trainee who asks and tries anything, and gives up after half a dozen moves."""

    def move(session: Session) -> Session:
        if session.is_solved:
            return session.close(_named(session), verified=False)
        if len(session.moves) >= _HALF_A_DOZEN:
            return session.hand_over()
        luck = random.Random(f"{seed} {session.case.id} {len(session.moves)}")  # noqa: S311
        done = {move.id for move in session.moves}
        checks = [check.id for check in session.checks() if check.id not in done]
        remedies = [remedy.id for remedy in session.remedies() if remedy.id not in done]
        if checks and (not remedies or luck.random() < _ASKS):
            return session.ask(luck.choice(checks))
        return session.try_remedy(luck.choice(remedies))

    return move


_HALF_A_DOZEN = 6
_ASKS = 0.7


def _with_care(session: Session, remedy: str) -> Session:
    numbers = range(1, len(session.cautions(remedy)) + 1)
    return session.read_cautions(*numbers).try_remedy(remedy)


def _named(session: Session) -> str:
    """The likeliest cause that the remedy which worked is meant for."""
    worked = session.moves[-1].id
    return next(s.cause.id for s in session.diagnosis.suspects() if s.cause.remedy == worked)

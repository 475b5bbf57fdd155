"""Hints at three depths: what kind of step comes next, which causes it is about, the step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playbook.diagnosis import Step
from playbook.schema import Cause
from playbook.training.session import Session

Depth = Literal[1, 2, 3]
LookAt = Literal["customer", "agent", "trial", "remedy", "hand_over", "notice", "close"]
"""Where to look next: a question, a look-up, something to try, a remedy, ..."""


@dataclass(frozen=True, slots=True)
class Hint:
    """As much of the best next step as the depth tells."""

    depth: Depth
    look_at: LookAt
    causes: tuple[Cause, ...] = ()
    """From depth 2: the causes to tell apart, or to repair."""
    step: Step | None = None
    """From depth 3, where it is a step of the diagnosis."""


def hint(session: Session, depth: Depth) -> tuple[Session, Hint]:
    """The hint, and the session with it on the record.

    Raises:
        ValueError: in check mode.
    """
    taken = session.with_hint(depth)
    if session.is_solved:
        return taken, Hint(depth, "close")
    if session.unread_notice:
        return taken, Hint(depth, "notice")
    diagnosis = session.diagnosis
    best = diagnosis.next_steps()[0]
    look_at: LookAt = session.knowledge.check[best.id].by if best.kind == "check" else best.kind
    if best.kind == "check":
        causes = diagnosis.separates(best.id)
    else:
        causes = tuple(s.cause for s in diagnosis.suspects() if s.cause.remedy == best.id)[:4]
    return taken, Hint(
        depth,
        look_at,
        causes if depth >= 2 else (),
        best if depth >= 3 else None,
    )

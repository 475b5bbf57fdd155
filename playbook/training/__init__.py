"""The training room: a simulated customer, minutes that run, and a debrief of every step.

Pure: it reads a `Knowledge` and returns values. No screens, files or network.
"""

from __future__ import annotations

from playbook.diagnosis import Diagnosis
from playbook.schema import Case, Knowledge
from playbook.training.debrief import POSSIBLE, Debrief, Look, Walk, debrief
from playbook.training.group import Choice, Group, Round
from playbook.training.hints import Hint, hint
from playbook.training.random_cases import random_case
from playbook.training.session import HAND_OVER, Closing, Mode, Move, Session, opened


class TrainingRoom:
    """Opens cases: those of the knowledge, and numbered ones drawn from it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._blank = Diagnosis.start(knowledge)

    def open(self, case: Case, mode: Mode = "practice") -> Session:
        """A new session: the customer has just said the first words."""
        return opened(self._blank, case, mode)

    def random_case(self, number: int) -> Case:
        """The drawn case of this number, from 0.

        Raises:
            ValueError: when the number is below 0.
        """
        return random_case(self._blank, number)


__all__ = [
    "HAND_OVER",
    "POSSIBLE",
    "Choice",
    "Closing",
    "Debrief",
    "Group",
    "Hint",
    "Look",
    "Mode",
    "Move",
    "Round",
    "Session",
    "TrainingRoom",
    "Walk",
    "debrief",
    "hint",
    "random_case",
]

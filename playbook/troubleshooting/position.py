"""What is believed, and what can still be done, at some point of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playbook.troubleshooting.model import Flags, Floats, Model


@dataclass(frozen=True, slots=True)
class Choice:
    """A next step: a check or a remedy by its number, or handing the case over."""

    kind: Literal["check", "remedy", "hand_over"]
    number: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class Position:
    """Weights of the causes, and the checks and remedies still open."""

    weights: Floats
    """Prior times the likelihood of everything seen; their sum is the chance of getting here."""
    checks: Flags
    remedies: Flags
    seen: tuple[int, ...] = ()
    """The rows of `Model.likelihood` that came as answers, in order."""

    @classmethod
    def start(cls, model: Model) -> Position:
        """Nothing asked, nothing tried."""
        open_checks = np.ones(len(model.checks), dtype=np.bool_)
        open_remedies = np.ones(len(model.remedies), dtype=np.bool_)
        return cls(model.prior, open_checks, open_remedies)

    @property
    def mass(self) -> float:
        """The sum of the weights."""
        return float(self.weights.sum())

    def answered(self, model: Model, row: int) -> Position:
        """After the outcome that is this row of `Model.likelihood`."""
        weights = self.weights * model.likelihood[row]
        checks = _closed(self.checks, int(model.check_of_row[row]))
        return Position(weights, checks, self.remedies, (*self.seen, row))

    def failed(self, model: Model, remedy: int) -> Position:
        """After a remedy that did not help."""
        weights = self.weights * (1.0 - model.chance[remedy])
        return Position(weights, self.checks, _closed(self.remedies, remedy), self.seen)


def _closed(flags: Flags, number: int) -> Flags:
    flags = flags.copy()
    flags[number] = False
    return flags

"""What is believed, and what can still be done, at some point of a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from playbook.troubleshooting.model import Flags, Floats, Model


@dataclass(frozen=True, slots=True)
class Choice:
    """A next step: a check or a remedy by its number, or handing the case over."""

    kind: Literal["check", "remedy", "hand_over"]
    number: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class Told:
    """Something learnt without asking for it, such as the reason in a bounce."""

    likelihood: Floats
    """How likely it is told, by cause."""
    answers: Flags
    """The checks it answers better than the customer does: they are closed and do not count."""


@dataclass(frozen=True, eq=False, slots=True)
class Position:
    """Weights of the causes, and the checks and remedies still open."""

    weights: Floats
    """Prior times the likelihood of everything seen; their sum is the chance of getting here."""
    checks: Flags
    remedies: Flags
    seen: tuple[int, ...] = ()
    """The rows of `Model.likelihood` that came as answers and still count, in order."""
    stale: tuple[int, ...] = ()
    """The rows that came as answers and count no longer."""
    tried: tuple[int, ...] = ()
    """The remedies that did not help."""
    told: Told | None = None

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
        return replace(self, weights=weights, checks=checks, seen=(*self.seen, row))

    def failed(self, model: Model, remedy: int) -> Position:
        """After a remedy that did not help: what it may have changed can be checked anew.

        A repair ends what was seen of the thing repaired (Heckerman, Breese & Rommelse 1995).
        """
        changed = model.changes[remedy]
        after = replace(
            self,
            weights=self.weights * (1.0 - model.chance[remedy]),
            checks=self.checks | (changed & ~self.told.answers if self.told else changed),
            remedies=_closed(self.remedies, remedy),
            tried=(*self.tried, remedy),
        )
        return _without(changed, after, model)

    def with_told(self, model: Model, told: Told) -> Position:
        """After something was told unasked."""
        weights, checks = self.weights * told.likelihood, self.checks & ~told.answers
        after = replace(self, weights=weights, checks=checks, told=told)
        return _without(told.answers, after, model)


def _without(checks: Flags, position: Position, model: Model) -> Position:
    """As if these checks had never been made."""
    stale = tuple(row for row in position.seen if checks[model.check_of_row[row]])
    if not stale:
        return position
    seen = tuple(row for row in position.seen if row not in stale)
    weights = model.prior * model.likelihood[list(seen)].prod(axis=0)
    weights = weights * (1.0 - model.chance[list(position.tried)]).prod(axis=0)
    if position.told:
        weights = weights * position.told.likelihood
    return replace(position, weights=weights, seen=seen, stale=(*position.stale, *stale))


def _closed(flags: Flags, number: int) -> Flags:
    flags = flags.copy()
    flags[number] = False
    return flags

"""What each possible next step is worth, looking one step ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playbook.troubleshooting.model import Flags, Floats, Model
from playbook.troubleshooting.position import Choice, Position
from playbook.troubleshooting.repair import NOTHING, product, repair_cost


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """Expected minutes until solved by what is done first; infinite where it is not possible."""

    checks: Floats
    remedies: Floats
    hand_over: float

    def best(self) -> Choice:
        """The cheapest step. On a tie a remedy goes before a check: it may end the case."""
        least_check, least_remedy = (
            self.checks.min(initial=np.inf),
            self.remedies.min(initial=np.inf),
        )
        if least_remedy <= min(least_check, self.hand_over):
            return Choice("remedy", int(self.remedies.argmin()))
        if least_check <= self.hand_over:
            return Choice("check", int(self.checks.argmin()))
        return Choice("hand_over")


def one_step(model: Model, position: Position) -> Values:
    """Each step's value when only remedies follow it (Heckerman, Breese & Rommelse 1995).

    ECO(Q) = minutes + Σ P(a)·ECR(after a) for a check, and likewise minutes + P(fails)·ECR(after
    it failed) for a remedy.
    """
    weights, mass = position.weights[np.newaxis], position.mass
    checks = checks_one_step(model, weights, position.checks, position.remedies)[0]
    remedies = remedies_one_step(model, weights, position.remedies)[0]
    return Values(checks / mass, remedies / mass, model.hand_over_minutes)


def checks_one_step(model: Model, weights: Floats, checks: Flags, remedies: Flags) -> Floats:
    """Weighted value of every check, one row per position; infinite where it is not open."""
    positions, rows = len(weights), len(model.likelihood)
    if not rows:
        return np.zeros((positions, 0))
    after = (weights[:, np.newaxis, :] * model.likelihood).reshape(positions * rows, -1)
    each = np.broadcast_to(remedies, (positions, len(model.remedies)))
    repaired = repair_cost(model, after, np.repeat(each, rows, axis=0))
    values = np.add.reduceat(repaired.reshape(positions, rows), model.first_row[:-1], axis=1)
    values += weights.sum(axis=1, keepdims=True) * model.check_minutes
    return np.where(checks, values, np.inf)


def remedies_one_step(model: Model, weights: Floats, remedies: Flags) -> Floats:
    """Weighted value of every remedy, one row per position; infinite where it cannot help."""
    positions, number = len(weights), len(model.remedies)
    if not number:
        return np.zeros((positions, 0))
    after = weights[:, np.newaxis, :] * (1.0 - model.chance)
    others = np.atleast_2d(remedies)[:, np.newaxis, :] & ~np.eye(number, dtype=np.bool_)
    left_open = np.broadcast_to(others, (positions, number, number)).reshape(-1, number)
    values = repair_cost(model, after.reshape(positions * number, -1), left_open)
    values = values.reshape(positions, number)
    values = values + weights.sum(axis=1, keepdims=True) * model.remedy_minutes
    helps = product(weights, model.chance) > NOTHING
    return np.where(remedies & helps, values, np.inf)

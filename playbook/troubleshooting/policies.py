"""Ways to choose the next step, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playbook.troubleshooting.lookahead import look_ahead
from playbook.troubleshooting.model import Floats, Model
from playbook.troubleshooting.optimum import exact_step
from playbook.troubleshooting.position import Choice, Position
from playbook.troubleshooting.repair import NOTHING, product, repair_cost
from playbook.troubleshooting.steps import one_step

BREADTHS = (3, 2)
"""How many checks and remedies the shipped policy looks into, step by step. Wider takes longer and
was no better on the knowledge."""
WIDER = (6, 4, 2)
"""Without noise there are fewer outcomes to follow, so more steps can be looked into."""
_SURE = 0.8


def shipped(model: Model, position: Position) -> Choice:
    """Look a few steps ahead along the best few; where no noise is left, play perfectly."""
    return exact_step(model, position) or looking_ahead(model, position)


def looking_ahead(model: Model, position: Position) -> Choice:
    """The step that is best looking several steps ahead along the best few."""
    breadths = WIDER if model.is_noise_free else BREADTHS
    return look_ahead(model, position, breadths).best()


def one_step_ahead(model: Model, position: Position) -> Choice:
    """The step that is best when only remedies follow it (Heckerman, Breese & Rommelse 1995)."""
    return one_step(model, position).best()


def two_steps_ahead(model: Model, position: Position) -> Choice:
    """The step that is best when one more step may be chosen after it."""
    return look_ahead(model, position, (max(len(model.checks), len(model.remedies)),)).best()


def most_efficient(model: Model, position: Position) -> Choice:
    """Never ask; try what most likely helps per minute, hand over when that is cheaper (P/C)."""
    weights = position.weights[np.newaxis]
    repaired = product(weights, model.chance)[0] * position.remedies
    waits = repair_cost(model, weights, position.remedies)[0]
    if waits >= position.mass * model.hand_over_minutes - NOTHING:
        return Choice("hand_over")
    return Choice("remedy", int(np.argmax(repaired / model.remedy_minutes)))


Score = Callable[[Model, Position], Floats]
"""How much each check promises; the open one that promises most is asked."""


@dataclass(frozen=True, slots=True)
class AskFirst:
    """Ask what promises most until one remedy is likely enough, then try remedies by efficiency."""

    score: Score
    sure: float = _SURE
    """Chance of the likeliest remedy from which asking ends."""

    def __call__(self, model: Model, position: Position) -> Choice:
        """The next step."""
        repairs = product(position.weights[np.newaxis], (model.chance > 0).astype(float))[0]
        is_sure = (repairs * position.remedies).max(initial=0.0) >= self.sure * position.mass
        promises = np.where(position.checks, self.score(model, position), 0.0)
        if is_sure or promises.max(initial=0.0) <= NOTHING:
            return most_efficient(model, position)
        return Choice("check", int(promises.argmax()))


def information(model: Model, position: Position) -> Floats:
    """Bits a check is expected to tell about the cause, per minute."""
    belief = position.weights / position.mass
    joint = model.likelihood * belief
    chance = joint.sum(axis=1)
    gained = _bits(joint).sum(axis=1) - _bits(chance)
    by_check = np.add.reduceat(gained, model.first_row[:-1]) if len(gained) else gained
    told: Floats = (by_check - _bits(belief).sum()) / model.check_minutes
    return told


def _bits(shares: Floats) -> Floats:
    """x·log2(x), 0 at 0."""
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    bits: Floats = shares * logs
    return bits


def edges_cut(model: Model, position: Position) -> Floats:
    """Weight of the edges a check is expected to cut per minute (EC2, Golovin, Krause & Ray 2010).

    An edge joins two causes that call for different remedies and weighs the product of their
    probabilities.
    """
    if not len(model.likelihood):
        return np.zeros(0)
    classes = _remedy_classes(model)
    belief = position.weights / position.mass
    joint = model.likelihood * belief
    chance = joint.sum(axis=1)
    inside = ((joint @ classes.T) ** 2).sum(axis=1)
    kept = np.divide(inside, chance, out=np.zeros_like(inside), where=chance > 0)
    left = np.add.reduceat(chance - kept, model.first_row[:-1])
    now = 1.0 - ((classes @ belief) ** 2).sum()
    cut: Floats = (now - left) / model.check_minutes
    return cut


def _remedy_classes(model: Model) -> Floats:
    """Causes by the set of remedies that repair them: one row per set, 1 for its causes."""
    sets = np.unique(model.chance > 0, axis=1, return_inverse=True)[1].ravel()
    classes: Floats = (sets == np.arange(sets.max() + 1)[:, np.newaxis]).astype(np.float64)
    return classes

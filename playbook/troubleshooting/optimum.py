"""The least expected minutes any strategy can reach, for models without noise.

What is still possible is then a set of causes S. With W(S) = P(S)·V(S), W(S) is the least of
P(S)·hand-over, P(S)·minutes + W(S without what a remedy repairs), and
P(S)·minutes + Σ W(S and what gives the outcome of a check).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from playbook.troubleshooting.model import Floats, Model
from playbook.troubleshooting.position import Choice, Position
from playbook.troubleshooting.steps import Values

MOST_CAUSES = 24
"""Causes up to which the table of all their sets is built: 2^24 numbers of 8 bytes."""
_SOON = 18
"""Causes up to which that takes less time than an agent notices (0.1 s)."""
_CHUNK = 1 << 18


def optimum_minutes(model: Model) -> float | None:
    """Expected minutes of the best strategy; None where the model is noisy or too large."""
    if not model.is_noise_free:
        return None
    puzzle = _Puzzle.of(model, Position.start(model))
    if len(puzzle.weights) > MOST_CAUSES:
        return None
    return float(puzzle.values[-1])


def exact_step(model: Model, position: Position) -> Choice | None:
    """The first step of the best strategy; None where that is not known soon enough."""
    if not model.is_noise_free:
        return None
    puzzle = _Puzzle.of(model, position)
    return puzzle.steps().best() if len(puzzle.weights) <= _SOON else None


@dataclass(frozen=True, eq=False)
class _Puzzle:
    """The causes still possible, each kind once, with what repairs them and what they answer."""

    model: Model
    weights: Floats
    repaired: tuple[int, ...]
    """What each remedy repairs, as a set of causes: bit i for cause i."""
    given: tuple[int, ...]
    """What gives each outcome, likewise: one set per row of `Model.likelihood`."""

    @classmethod
    def of(cls, model: Model, position: Position) -> Self:
        """The possible causes of a position; those nothing tells apart weigh together."""
        alive = position.weights > 0
        columns = np.concatenate((model.chance, model.likelihood))[:, alive]
        kinds, kind = np.unique(columns, axis=1, return_inverse=True)
        weights = np.zeros(kinds.shape[1])
        np.add.at(weights, kind.ravel(), position.weights[alive])
        sets = tuple(sum(1 << int(i) for i in np.flatnonzero(row)) for row in kinds)
        return cls(model, weights, sets[: len(model.remedies)], sets[len(model.remedies) :])

    @cached_property
    def mass(self) -> Floats:
        """Weight of every set of causes."""
        mass = np.zeros(1)
        for weight in self.weights:
            mass = np.concatenate((mass, mass + weight))
        return mass

    @cached_property
    def values(self) -> Floats:
        """W of every set, filled in order of size: every successor is smaller."""
        # Infinite until filled, so that a step which changes nothing is never the best.
        values = np.full(len(self.mass), np.inf)
        values[0] = 0.0
        for sets in _by_size(len(self.weights)):
            best = self.mass[sets] * self.model.hand_over_minutes
            for value in self._step_values(values, sets):
                np.minimum(best, value, out=best)
            values[sets] = best
        return values

    def _step_values(self, values: Floats, sets: NDArray[np.int64]) -> Iterator[Floats]:
        """What each remedy, then each check, is worth done first with each of the sets."""
        for repaired, minutes in zip(self.repaired, self.model.remedy_minutes, strict=True):
            yield self.mass[sets] * minutes + values[sets & ~repaired]
        for check, minutes in enumerate(self.model.check_minutes):
            after = self.mass[sets] * minutes
            for given in self.given[self.model.rows(check)]:
                after += values[sets & given]
            yield after

    def steps(self) -> Values:
        """What each step is worth done first now."""
        everything = np.array([len(self.mass) - 1])
        values = self.values.copy()
        values[-1] = np.inf
        worth = np.array([float(each[0]) for each in self._step_values(values, everything)])
        worth /= self.mass[-1]
        remedies = len(self.model.remedies)
        return Values(worth[remedies:], worth[:remedies], self.model.hand_over_minutes)


def _by_size(causes: int) -> Iterator[NDArray[np.int64]]:
    """All sets but the empty one, in chunks of one size each, smaller sets first."""
    sizes = np.bitwise_count(np.arange(1 << causes, dtype=np.uint32))
    order = np.argsort(sizes, kind="stable")
    ends = np.cumsum(np.bincount(sizes))
    for start, end in pairwise(ends):
        for chunk in range(int(start), int(end), _CHUNK):
            yield order[chunk : min(chunk + _CHUNK, int(end))]

"""The model: causes with weights, remedies with minutes and chances, checks with likelihoods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that can be done: how long it takes and how likely it repairs each cause."""

    id: str
    minutes: float
    repairs: Mapping[str, float]
    """Chance of success by cause; a cause not named is not repaired."""
    changes: frozenset[str] = frozenset()
    """Checks whose outcome may be another after it: earlier ones no longer count."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that can be asked: how long it takes and how likely each outcome is by cause."""

    id: str
    minutes: float
    outcomes: Mapping[str, Mapping[str, float]]
    """Likelihood by outcome and cause; for each cause they sum to 1."""


@dataclass(frozen=True, eq=False)
class Model:
    """One fault among `causes`, and all that can be done about it.

    Causes, remedies, checks and outcomes are numbered in the order given; the arrays below use
    those numbers. A remedy or check is used at most once in a case.
    """

    weights: Mapping[str, float]
    """Prior weight of each cause; only their ratios matter."""
    remedies: tuple[Remedy, ...]
    checks: tuple[Check, ...]
    hand_over_minutes: float
    """What giving the case to the second level costs."""

    @cached_property
    def causes(self) -> tuple[str, ...]:
        """The causes in order."""
        return tuple(self.weights)

    @cached_property
    def prior(self) -> Floats:
        """Prior probability by cause."""
        weights = np.array(list(self.weights.values()), dtype=np.float64)
        prior: Floats = weights / weights.sum()
        return prior

    @cached_property
    def chance(self) -> Floats:
        """Chance of success by remedy and cause."""
        table = [
            [remedy.repairs.get(cause, 0.0) for cause in self.causes] for remedy in self.remedies
        ]
        return np.array(table, dtype=np.float64).reshape(len(self.remedies), len(self.causes))

    @cached_property
    def remedy_minutes(self) -> Floats:
        """Minutes by remedy."""
        return np.array([remedy.minutes for remedy in self.remedies], dtype=np.float64)

    @cached_property
    def changes(self) -> Flags:
        """By remedy and check: its outcome may be another after the remedy."""
        table = [[check.id in remedy.changes for check in self.checks] for remedy in self.remedies]
        return np.array(table, dtype=np.bool_).reshape(len(self.remedies), len(self.checks))

    @cached_property
    def check_minutes(self) -> Floats:
        """Minutes by check."""
        return np.array([check.minutes for check in self.checks], dtype=np.float64)

    @cached_property
    def likelihood(self) -> Floats:
        """Likelihood by row and cause: one row per outcome, the outcomes of a check together."""
        table = [
            [outcome.get(cause, 0.0) for cause in self.causes]
            for check in self.checks
            for outcome in check.outcomes.values()
        ]
        return np.array(table, dtype=np.float64).reshape(len(table), len(self.causes))

    @cached_property
    def first_row(self) -> Indices:
        """The first row of `likelihood` by check, and after the last check the number of rows."""
        sizes = [len(check.outcomes) for check in self.checks]
        return np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)

    @cached_property
    def check_of_row(self) -> Indices:
        """The check each row of `likelihood` belongs to."""
        return np.repeat(np.arange(len(self.checks)), np.diff(self.first_row))

    def rows(self, check: int) -> slice:
        """The rows of `likelihood` with the outcomes of `check`."""
        return slice(int(self.first_row[check]), int(self.first_row[check + 1]))

    @cached_property
    def remedies_are_apart(self) -> bool:
        """No two remedies repair the same cause: sorting by efficiency is then optimal."""
        return bool(np.all((self.chance > 0).sum(axis=0) <= 1))

    @cached_property
    def is_noise_free(self) -> bool:
        """A cause gives one outcome per check for certain; a remedy works for certain or never."""
        tables = (self.likelihood, self.chance)
        return all(bool(np.all((table == 0.0) | (table == 1.0))) for table in tables)

"""What each next step is worth, looking several steps ahead along the best few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playbook.troubleshooting.model import Flags, Floats, Indices, Model
from playbook.troubleshooting.position import Position
from playbook.troubleshooting.repair import NOTHING, product, repair_cost
from playbook.troubleshooting.steps import Values, one_step


@dataclass(frozen=True, eq=False, slots=True)
class _Positions:
    """Many positions side by side, one row each."""

    weights: Floats
    checks: Flags
    remedies: Flags

    def __len__(self) -> int:
        return len(self.weights)

    def at(self, rows: Indices | Flags) -> _Positions:
        return _Positions(self.weights[rows], self.checks[rows], self.remedies[rows])


@dataclass(frozen=True, eq=False, slots=True)
class _Branches:
    """Steps tried from positions: what each costs by itself, and the positions it leads to."""

    origin: Indices
    minutes: Floats
    after: _Positions
    branch: Indices
    """The branch each position after belongs to."""

    def values(self, values_after: Floats) -> Floats:
        """Weighted value of each branch."""
        summed = np.bincount(self.branch, weights=values_after, minlength=len(self.minutes))
        return self.minutes + summed


def look_ahead(model: Model, position: Position, breadths: tuple[int, ...]) -> Values:
    """Each step's value, the best of them looked into more closely.

    All steps get their one-step value. The best `breadths[0]` checks and remedies are then
    valued anew by what can best be done after each outcome, the best `breadths[1]` steps of those
    by what comes after them, and so on. Looking further never makes a step look dearer.
    """
    values = one_step(model, position)
    if not breadths:
        return values
    root = _Positions(
        position.weights[np.newaxis], position.checks[np.newaxis], position.remedies[np.newaxis]
    )
    checks, remedies = values.checks.copy(), values.remedies.copy()
    few = _best(checks[np.newaxis], breadths[0])
    asked = _ask(model, root, *few)
    ahead = _least(model, asked.after, breadths[1:], position.mass)
    checks[few[1]] = np.minimum(checks[few[1]], asked.values(ahead) / position.mass)
    few = _best(remedies[np.newaxis], breadths[0])
    tried = _try(model, root, *few)
    ahead = _least(model, tried.after, breadths[1:], position.mass)
    remedies[few[1]] = np.minimum(remedies[few[1]], tried.values(ahead) / position.mass)
    return Values(checks, remedies, values.hand_over)


_LIGHT = 0.02
"""Positions that come up less often than this, seen from where we are, are not looked into."""
_SHORT = 6
"""Checks valued at a position further ahead: those that tell most per minute."""


def _least(model: Model, positions: _Positions, breadths: tuple[int, ...], mass: float) -> Floats:
    """Weighted value of the best that can be done from each position."""
    least = repair_cost(model, positions.weights, positions.remedies)
    heavy = np.flatnonzero(positions.weights.sum(axis=1) > _LIGHT * mass)
    if not len(heavy):
        return least
    inner = positions.at(heavy)
    checks = _short_listed(model, inner)
    best = np.minimum(least[heavy], checks.min(axis=1, initial=np.inf))
    if breadths:
        best = np.minimum(best, _further(model, inner, checks, breadths, mass))
    least[heavy] = best
    return least


def _short_listed(model: Model, positions: _Positions) -> Floats:
    """Weighted one-step value of the checks that tell most; infinite for the others."""
    values = np.full((len(positions), len(model.checks)), np.inf)
    silence = np.where(positions.checks, -telling(model, positions.weights), np.inf)
    origin, check = _best(silence, _SHORT)
    asked = _ask(model, positions, origin, check)
    values[origin, check] = asked.values(
        repair_cost(model, asked.after.weights, asked.after.remedies)
    )
    return values


def telling(model: Model, weights: Floats) -> Floats:
    """How much purer belief gets by each check, per minute: one row per position.

    The gain of Σ P(cause)² over the outcomes: edges between causes cut (EC2), counting each cause
    as a class of its own.
    """
    if not model.checks:
        return np.zeros((len(weights), 0))
    given = product(weights, model.likelihood)
    squares = product(weights**2, model.likelihood**2)
    purity = np.divide(squares, given, out=np.zeros_like(given), where=given > NOTHING)
    after = np.add.reduceat(purity, model.first_row[:-1], axis=1)
    before = (weights**2).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    gain: Floats = (after - before) / model.check_minutes
    return gain


def _further(
    model: Model, positions: _Positions, checks: Floats, breadths: tuple[int, ...], mass: float
) -> Floats:
    best = np.full(len(positions), np.inf)
    asked = _ask(model, positions, *_best(checks, breadths[0]))
    tried = _try(model, positions, *_best(_inefficiency(model, positions), breadths[0]))
    for branches in (asked, tried):
        ahead = _least(model, branches.after, breadths[1:], mass)
        np.minimum.at(best, branches.origin, branches.values(ahead))
    return best


def _inefficiency(model: Model, positions: _Positions) -> Floats:
    """Minutes per chance of repair, infinite where there is none."""
    repaired = product(positions.weights, model.chance) * positions.remedies
    with np.errstate(divide="ignore"):
        per_chance: Floats = np.where(repaired > NOTHING, model.remedy_minutes / repaired, np.inf)
    return per_chance


def _best(values: Floats, breadth: int) -> tuple[Indices, Indices]:
    """The `breadth` least finite values of each row: their rows and columns."""
    breadth = min(breadth, values.shape[1])
    if not breadth:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    columns = np.argpartition(values, breadth - 1, axis=1)[:, :breadth]
    rows = np.repeat(np.arange(len(values)), breadth)
    flat = columns.ravel()
    finite = np.isfinite(values[rows, flat])
    return rows[finite], flat[finite]


def _ask(model: Model, positions: _Positions, origin: Indices, check: Indices) -> _Branches:
    sizes = np.diff(model.first_row)[check]
    branch = np.repeat(np.arange(len(check)), sizes)
    within = np.arange(len(branch)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    row = model.first_row[check][branch] + within
    weights = positions.weights[origin[branch]] * model.likelihood[row]
    possible = weights.sum(axis=1) > NOTHING
    branch, weights = branch[possible], weights[possible]
    checks = positions.checks[origin[branch]]
    checks[np.arange(len(branch)), check[branch]] = False
    after = _Positions(weights, checks, positions.remedies[origin[branch]])
    minutes = positions.weights[origin].sum(axis=1) * model.check_minutes[check]
    return _Branches(origin, minutes, after, branch)


def _try(model: Model, positions: _Positions, origin: Indices, remedy: Indices) -> _Branches:
    branch = np.arange(len(remedy))
    weights = positions.weights[origin] * (1.0 - model.chance[remedy])
    remedies = positions.remedies[origin]
    remedies[branch, remedy] = False
    after = _Positions(weights, positions.checks[origin], remedies)
    minutes = positions.weights[origin].sum(axis=1) * model.remedy_minutes[remedy]
    return _Branches(origin, minutes, after, branch)

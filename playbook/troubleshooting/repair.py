"""Expected cost of repair without asking: remedies in a good order, then the hand-over."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from playbook.troubleshooting.model import Flags, Floats, Model

NOTHING = 1e-12
"""Weights below this are rounding, not belief."""


def repair_cost(model: Model, weights: Floats, remedies: Flags) -> Floats:
    """Weighted minutes of trying remedies in order of efficiency and handing over in time.

    `weights` is one row of weights per position, `remedies` the open remedies: one row per
    position or one for all. The order is by chance of repair per minute; the hand-over comes at
    the stopping point that makes the whole cheapest. Where no two remedies repair the same cause
    that order is the best there is; otherwise it is sorted anew after every failure, which is at
    most four times the optimum (Lín 2014).
    """
    if not model.remedies:
        return _handed_over(model, weights)
    cost = _sorted_once if model.remedies_are_apart else _sorted_after_each
    each = np.broadcast_to(remedies, (len(weights), len(model.remedies)))
    values = np.empty(len(weights))
    for some in _chunks(len(weights), model.chance.size):
        values[some] = cost(model, weights[some], each[some])
    return values


def product(rows: Floats, table: Floats) -> Floats:
    """Each row times each row of `table`."""
    values = np.empty((len(rows), len(table)))
    for some in _chunks(len(rows), table.size):
        np.matmul(rows[some], table.T, out=values[some])
    return values


_FEW = 200_000
"""Multiplications up to which OpenBLAS keeps to one thread; starting more costs more than it saves
here, and smaller pieces stay in the processor's cache (measured: three times faster)."""


def _chunks(rows: int, per_row: int) -> Iterator[slice]:
    at_once = max(1, _FEW // max(1, per_row))
    for start in range(0, rows, at_once):
        yield slice(start, start + at_once)


def _sorted_once(model: Model, weights: Floats, remedies: Flags) -> Floats:
    repaired = (weights @ model.chance.T) * remedies
    order = np.argsort(-repaired / model.remedy_minutes, axis=1)
    repaired = np.take_along_axis(repaired, order, axis=1)
    handed_over = _handed_over(model, weights)
    left_before = weights.sum(axis=1, keepdims=True) - np.cumsum(repaired, axis=1) + repaired
    # What each remedy adds to the whole: its minutes, less the hand-overs it saves.
    adds = left_before * model.remedy_minutes[order] - repaired * model.hand_over_minutes
    best: Floats = handed_over + np.cumsum(adds, axis=1).min(axis=1).clip(max=0.0)
    return best


def _sorted_after_each(model: Model, weights: Floats, remedies: Flags) -> Floats:
    left = weights
    still_open = remedies.copy()
    everyone = np.arange(len(weights))
    spent = np.zeros(len(weights))
    best = _handed_over(model, left)
    for _ in model.remedies:
        repaired = (left @ model.chance.T) * still_open
        if repaired.max(initial=0.0) <= NOTHING:
            break
        chosen = (repaired / model.remedy_minutes).argmax(axis=1)
        spent = spent + model.remedy_minutes[chosen] * left.sum(axis=1)
        left = left * (1.0 - model.chance[chosen])
        still_open[everyone, chosen] = False
        best = np.minimum(best, spent + _handed_over(model, left))
    return best


def _handed_over(model: Model, weights: Floats) -> Floats:
    minutes: Floats = weights.sum(axis=1) * model.hand_over_minutes
    return minutes

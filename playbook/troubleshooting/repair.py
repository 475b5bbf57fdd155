"""Expected cost of repair without asking: remedies in a good order, then the hand-over."""

from __future__ import annotations

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
    if model.remedies_are_apart:
        return _sorted_once(model, weights, remedies)
    return _sorted_after_each(model, weights, remedies)


def _sorted_once(model: Model, weights: Floats, remedies: Flags) -> Floats:
    repaired = (weights @ model.chance.T) * remedies
    order = np.argsort(-(repaired / model.remedy_minutes), axis=1)
    repaired = np.take_along_axis(repaired, order, axis=1)
    left_after = weights.sum(axis=1, keepdims=True) - np.cumsum(repaired, axis=1)
    spent = np.cumsum(model.remedy_minutes[order] * (left_after + repaired), axis=1)
    stopping = spent + left_after * model.hand_over_minutes
    best: Floats = np.minimum(_handed_over(model, weights), stopping.min(axis=1))
    return best


def _sorted_after_each(model: Model, weights: Floats, remedies: Flags) -> Floats:
    left = weights
    still_open = np.broadcast_to(remedies, (len(weights), len(model.remedies))).copy()
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

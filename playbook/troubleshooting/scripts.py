"""Fixed scripts: the same questions in the same order, whatever the customer says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from playbook.troubleshooting.lookahead import telling
from playbook.troubleshooting.model import Floats, Model
from playbook.troubleshooting.policies import AskFirst, most_efficient
from playbook.troubleshooting.position import Choice, Position
from playbook.troubleshooting.simulation import Cases, Policy, outcomes_of, play

_CASES, _SEED = 300, 0
Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InOrder:
    """The promise of each check in a fixed order: higher for what comes earlier, 0 if left out."""

    order: Order

    def __call__(self, model: Model, _: Position) -> Floats:
        """The promise by check."""
        promises = np.zeros(len(model.checks))
        promises[list(self.order)] = np.arange(len(self.order), 0, -1)
        return promises


@dataclass(frozen=True, eq=False)
class Printed:
    """A script on paper: an answer that points to a remedy leads to it, else the next question.

    When the questions are through, what is left is tried in the order a page of answers would
    print, most likely help per minute first, as long as that pays.
    """

    order: Order
    points: tuple[tuple[int, ...], ...]
    """The remedies each answer points to, by row of `Model.likelihood`."""

    @classmethod
    def of(cls, model: Model, order: Order, pointing: float) -> Printed:
        """An answer points to the remedies it makes at least as likely as `pointing`."""
        joint = model.prior * model.likelihood
        helped = joint @ (model.chance > 0).T / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
        by_efficiency = np.argsort(-helped / model.remedy_minutes, axis=1)
        points = tuple(
            tuple(int(remedy) for remedy in line if row[remedy] >= pointing)
            for row, line in zip(helped, by_efficiency, strict=True)
        )
        return cls(order, points)

    def __call__(self, model: Model, position: Position) -> Choice:
        """The next step."""
        for row in position.seen:
            for remedy in self.points[row]:
                if position.remedies[remedy]:
                    return Choice("remedy", remedy)
        for check in self.order:
            if position.checks[check]:
                return Choice("check", check)
        failed = model.chance[~position.remedies]
        unweighed = model.prior * np.prod(1.0 - failed, axis=0)
        return most_efficient(model, Position(unweighed, position.checks, position.remedies))


def printed_script(model: Model) -> Policy:
    """The best script on paper found: order, length and what points to what, on drawn cases."""
    cases = Cases.drawn(model, _CASES, _SEED)
    order = _by_telling(model, cases)
    found = []
    for pointing in (0.2, 0.3, 0.4, 0.5):
        cost = _cost(model, cases, lambda o, p=pointing: Printed.of(model, o, p))  # type: ignore[misc]
        best = _improved(order, cost)
        found.append((cost(best), pointing, best))
    _, pointing, best = min(found)
    return Printed.of(model, best, pointing)


def weighing_script(model: Model) -> Policy:
    """The best fixed order found for an agent who weighs every answer as exactly as the engine.

    The questions stop when one remedy is likely enough; the remedies then follow by efficiency.
    """
    cases = Cases.drawn(model, _CASES, _SEED)
    order = _by_telling(model, cases)
    found = []
    for sure in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        cost = _cost(model, cases, lambda o, s=sure: AskFirst(InOrder(o), s))  # type: ignore[misc]
        best = min((order[:length] for length in range(len(order) + 1)), key=cost)
        found.append((cost(best), sure, best))
    _, sure, best = min(found)
    return AskFirst(InOrder(best), sure)


Cost = Callable[[Order], float]


def _cost(model: Model, cases: Cases, script: Callable[[Order], Policy]) -> Cost:
    return cache(lambda order: play(script(order), model, model, cases).expected_minutes)


def _by_telling(model: Model, cases: Cases) -> Order:
    """First what tells most per minute to the average customer, given all asked before."""
    outcomes = outcomes_of(model, cases)
    beliefs = np.tile(model.prior, (len(outcomes), 1))
    order: list[int] = []
    left = set(range(len(model.checks)))
    while left:
        promises = telling(model, beliefs).mean(axis=0)
        order.append(max(left, key=lambda check: promises[check]))
        left.remove(order[-1])
        beliefs = beliefs * model.likelihood[outcomes[:, order[-1]]]
        beliefs /= beliefs.sum(axis=1, keepdims=True)
    return tuple(order)


def _improved(order: Order, cost: Cost) -> Order:
    """The order with questions left out or exchanged with their neighbours while that helps."""
    for changed in (_shorter, _exchanged):
        place = 0
        while place < len(order):
            other = changed(order, place)
            if cost(other) < cost(order) or (
                len(other) < len(order) and cost(other) <= cost(order)
            ):
                order = other
            else:
                place += 1
    return order


def _shorter(order: Order, place: int) -> Order:
    return order[:place] + order[place + 1 :]


def _exchanged(order: Order, place: int) -> Order:
    pair = order[place : place + 2]
    return order[:place] + pair[::-1] + order[place + 2 :]

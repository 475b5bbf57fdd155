"""Cases played through: what a policy costs with customers who answer from a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from playbook.troubleshooting.model import Floats, Indices, Model
from playbook.troubleshooting.position import Choice, Position, Told

Policy = Callable[[Model, Position], Choice]
"""What to do next at a position of a model."""


@dataclass(frozen=True, eq=False, slots=True)
class Cases:
    """Cases about to be played: who has which fault, and the luck of every answer and remedy.

    The luck is drawn beforehand, so that every policy meets the same customers.
    """

    cause: Indices
    share: Floats
    """How much each case counts; they sum to 1."""
    answer: Floats
    """By case and check, between 0 and 1: where the outcome falls among the likelihoods."""
    success: Floats
    """By case and remedy, between 0 and 1: a remedy works when its chance is larger."""
    told: Mapping[int, Told] = field(default_factory=dict)
    """What comes with the answer to a check, whatever it is, in all of the cases."""

    @classmethod
    def drawn(cls, world: Model, number: int, seed: int) -> Cases:
        """Customers drawn at random, their faults as common as the model's weights say."""
        random = np.random.default_rng(seed)
        spots = (np.arange(number) + random.random(number)) / number
        ends = np.cumsum(world.prior)
        cause = np.minimum(np.searchsorted(ends, spots, side="right"), len(ends) - 1)
        answer = random.random((number, len(world.checks)))
        success = random.random((number, len(world.remedies)))
        return cls(cause, np.full(number, 1.0 / number), answer, success)

    @classmethod
    def one_of_each(cls, world: Model) -> Cases:
        """One case of every cause, counting as its prior: exact where there is no noise."""
        possible = np.flatnonzero(world.prior)
        answer = np.full((len(possible), len(world.checks)), 0.5)
        success = np.full((len(possible), len(world.remedies)), 0.5)
        return cls(possible, world.prior[possible], answer, success)


@dataclass(frozen=True, eq=False, slots=True)
class Played:
    """How the cases went, one number per case."""

    cases: Cases
    minutes: Floats
    checks: Floats
    """Checks made."""
    remedies: Floats
    """Remedies tried."""
    repaired: Floats
    """1 where a remedy repaired it, 0 where it was handed over."""
    steps: int
    """Times the policy was asked for a step."""

    def mean(self, numbers: Floats) -> float:
        """The mean of numbers by case."""
        return float(self.cases.share @ numbers)

    @property
    def expected_minutes(self) -> float:
        """Mean minutes until repaired or handed over."""
        return self.mean(self.minutes)


def play(
    policy: Policy, model: Model, world: Model, cases: Cases, start: Position | None = None
) -> Played:
    """`cases` worked by `policy`, which believes `model` while customers answer from `world`.

    Both have the same causes, checks, outcomes and remedies, in the same order. `start` is what the
    customers' first words tell.
    """
    number = len(cases.cause)
    minutes, checks, remedies, repaired = (np.zeros(number) for _ in range(4))
    outcome = outcomes_of(world, cases)
    works = world.chance.T[cases.cause] > cases.success
    steps = 0
    # Cases that went the same way so far share the next decision.
    waiting = [(start or Position.start(model), np.arange(number))]
    while waiting:
        position, group = waiting.pop()
        choice = policy(model, position)
        steps += 1
        if choice.kind == "hand_over":
            minutes[group] += model.hand_over_minutes
        elif choice.kind == "remedy":
            minutes[group] += model.remedy_minutes[choice.number]
            remedies[group] += 1
            solved = works[group, choice.number]
            repaired[group[solved]] = 1
            left = group[~solved]
            if len(left):
                waiting.append((position.failed(model, choice.number), left))
        else:
            minutes[group] += model.check_minutes[choice.number]
            checks[group] += 1
            rows = outcome[group, choice.number]
            for row in np.unique(rows):
                after = position.answered(model, int(row))
                if choice.number in cases.told:
                    after = after.with_told(model, cases.told[choice.number])
                waiting.append((after, group[rows == row]))
    return Played(cases, minutes, checks, remedies, repaired, steps)


def outcomes_of(world: Model, cases: Cases) -> Indices:
    """The row of the outcome each case gives to each check: one line per case."""
    rows = np.empty(cases.answer.shape, dtype=np.intp)
    for check in range(len(world.checks)):
        span = world.rows(check)
        ends = np.cumsum(world.likelihood[span], axis=0).T[cases.cause]
        within = (cases.answer[:, check, np.newaxis] > ends).sum(axis=1)
        rows[:, check] = span.start + np.minimum(within, span.stop - span.start - 1)
    return rows

"""Fixed scripts: the same questions in the same order, whatever the customer says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from playbook.troubleshooting.lookahead import telling
from playbook.troubleshooting.model import Flags, Floats, Indices, Model
from playbook.troubleshooting.policies import AskFirst
from playbook.troubleshooting.position import Choice, Position
from playbook.troubleshooting.repair import NOTHING
from playbook.troubleshooting.simulation import Cases, Policy, outcomes_of, play

_CASES, _SEED = 300, 0
_WRITTEN_FROM = 2000
"""Cases a page is written from: fewer, and its lists fit their luck."""
_STARTS, _QUESTIONS, _IN_VAIN = 32, 8, 60
_LATER = (0.45, 0.6, 0.75, 0.9)
"""What a case not repaired yet may still cost, as a share of a hand-over."""

Order = tuple[int, ...]
Cost = Callable[[Order], float]


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
class Page:
    """A script on paper, followed from top to bottom; what was done is crossed out.

    Every question is asked once, then the remedies beside its answer are tried. When the questions
    are through, the remedies at the foot are tried, then the case is handed over.
    """

    order: Order
    beside: Mapping[int, tuple[int, ...]]
    """The remedies beside an answer, by row of `Model.likelihood`."""
    foot: tuple[int, ...]

    def __call__(self, model: Model, position: Position) -> Choice:
        """The next step."""
        answers = (*position.seen, *position.stale)
        given = {int(model.check_of_row[row]): row for row in answers}
        for check in self.order:
            if check not in given:
                return Choice("check", check)
            for remedy in self.beside.get(given[check], ()):
                if position.remedies[remedy]:
                    return Choice("remedy", remedy)
        for remedy in self.foot:
            if position.remedies[remedy]:
                return Choice("remedy", remedy)
        return Choice("hand_over")


@dataclass(frozen=True, eq=False)
class Writer:
    """Writes the page of an order of questions from cases whose answers and repairs are known."""

    model: Model
    cases: Cases

    @cached_property
    def _outcomes(self) -> Indices:
        return outcomes_of(self.model, self.cases)

    @cached_property
    def _works(self) -> Flags:
        works: Flags = self.model.chance.T[self.cases.cause] > self.cases.success
        return works

    def page(self, order: Order, later: float) -> tuple[float, Page]:
        """Expected minutes of the best page found, and the page.

        What helps most cases per minute goes beside an answer as long as it pays, where a case
        not repaired there is taken to cost `later` minutes more; at the foot, a hand-over.
        """
        share = self.cases.share
        tried = np.zeros(self._works.shape, dtype=np.bool_)
        left, minutes = np.arange(len(share)), 0.0
        beside: dict[int, tuple[int, ...]] = {}
        for check in order:
            minutes += self.model.check_minutes[check] * share[left].sum()
            rows, still = self._outcomes[left, check], []
            for row in np.unique(rows):
                listed, took, some = self._listed(left[rows == row], tried, later)
                beside[int(row)] = listed
                minutes += took
                still.append(some)
            left = np.concatenate([left[:0], *still])
        hand_over = self.model.hand_over_minutes
        foot, took, left = self._listed(left, tried, hand_over)
        return float(minutes + took + hand_over * share[left].sum()), Page(order, beside, foot)

    def _listed(
        self, some: Indices, tried: Flags, later: float
    ) -> tuple[tuple[int, ...], float, Indices]:
        """Remedies for some cases, the minutes they take, and the cases they leave."""
        listed: list[int] = []
        minutes = 0.0
        while len(some):
            untried, share = ~tried[some], self.cases.share[some]
            takes = share @ untried * self.model.remedy_minutes
            repairs = share @ (self._works[some] & untried)
            pays = np.where(repairs * later > takes, repairs / np.maximum(takes, NOTHING), 0.0)
            if not pays.max(initial=0.0):
                break
            remedy = int(pays.argmax())
            listed.append(remedy)
            minutes += float(takes[remedy])
            tried[some, remedy] = True
            some = some[~(untried[:, remedy] & self._works[some, remedy])]
        return tuple(listed), minutes, some


def printed_script(model: Model) -> Policy:
    """The best script on paper found, from many first orders, changed while that helps."""
    exact = model.is_noise_free
    cases = Cases.one_of_each(model) if exact else Cases.drawn(model, _WRITTEN_FROM, _SEED)
    writer = Writer(model, cases)
    random = np.random.default_rng(_SEED)
    found = []
    for start in range(_STARTS):
        later = model.hand_over_minutes * _LATER[start % len(_LATER)]
        cost = cache(lambda order, later=later: writer.page(order, later)[0])
        order = tuple(
            map(int, random.permutation(len(model.checks))[: random.integers(_QUESTIONS + 1)])
        )
        best = _changed_while_it_helps(order, cost, random, len(model.checks))
        found.append((cost(best), later, best))
    _, later, best = min(found)
    return writer.page(best, later)[1]


def _changed_while_it_helps(
    order: Order, cost: Cost, random: np.random.Generator, checks: int
) -> Order:
    in_vain = 0
    while in_vain < _IN_VAIN:
        other = _changed(order, random, checks)
        in_vain = 0 if cost(other) < cost(order) else in_vain + 1
        if not in_vain:
            order = other
    return order


def _changed(order: Order, random: np.random.Generator, checks: int) -> Order:
    """The order with a question left out, put in, or moved."""
    kept = list(order)
    way = random.integers(3)
    if way == 1:
        outside = [check for check in range(checks) if check not in order]
        taken = int(random.choice(outside)) if outside else None
    else:
        taken = kept.pop(random.integers(len(kept))) if kept else None
    if way and taken is not None:
        kept.insert(random.integers(len(kept) + 1), taken)
    return tuple(kept)


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

"""The playbook's knowledge as numbers: priors, likelihoods and a `Model` per symptom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from playbook.schema import Cause, HowOften, Knowledge
from playbook.schema import Check as KnownCheck
from playbook.troubleshooting.customers import misreported, with_noise
from playbook.troubleshooting.model import Check, Floats, Model, Remedy

ClosedCases = Mapping[str, Mapping[str, int]]
"""How many cases were closed, by symptom and cause."""

OTHER_REASON = 0.003
"""How often a bounce tells a reason the cause does not list, beside 1 for each it does. Assumed."""

UNEXPECTED_BOUNCE = 0.1
"""How often there is a bounce at all with a cause that lists no reason, beside 1. Assumed."""

DONT_KNOW = 0.15
"""How often a check ends in "don't know". Assumed."""
WRONG = 0.05
"""How often another outcome is reported than the true one, by customers. Assumed."""
CLOSED_CASE = 4.0
"""How many assumed cases a closed one outweighs: 100 closed cases mend a badly wrong guess to below
5 % more minutes than the best possible, and 30 do not spoil a good one (`tests/bench`)."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers behind `knowledge`, each computed once and shared by all who ask.

    Closed cases add to the assumed counts (a Dirichlet prior), each for `CLOSED_CASE` of them: the
    knowledge itself stays as written.
    """

    knowledge: Knowledge
    closed: ClosedCases = field(default_factory=dict)
    _models: dict[str | None, Model] = field(default_factory=dict, repr=False)

    def causes(self, symptom: str | None) -> tuple[Cause, ...]:
        """The causes a symptom can have; all of them when no symptom is known."""
        causes = self.knowledge.causes
        return tuple(c for c in causes if symptom is None or symptom in c.how_common)

    def checks(self, symptom: str | None) -> tuple[KnownCheck, ...]:
        """The checks asked for a symptom; all of them when no symptom is known."""
        checks = self.knowledge.checks
        return tuple(c for c in checks if symptom is None or c.is_asked_for(symptom))

    def count(self, cause: Cause, symptom: str | None) -> float:
        """Assumed and closed cases of `cause` with `symptom`, or with any when none is known."""
        return sum(
            how_common.pseudo_count + CLOSED_CASE * self.closed.get(each, {}).get(cause.id, 0)
            for each, how_common in cause.how_common.items()
            if symptom in (None, each)
        )

    def likelihood(self, check: str) -> Mapping[str, Mapping[str, float]]:
        """How likely each outcome is reported when known, by outcome and cause; never 0."""
        return self._reported[check]

    @cached_property
    def _reported(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        return {
            check.id: self._written[check.id]
            if check.by == "agent"
            else misreported(
                Check(check.id, check.minutes, self._written[check.id]), WRONG
            ).outcomes
            for check in self.knowledge.checks
        }

    @cached_property
    def _written(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        return {check.id: self._table(check) for check in self.knowledge.checks}

    def _table(self, check: KnownCheck) -> Mapping[str, Mapping[str, float]]:
        by_cause = {cause.id: _outcomes(check, cause) for cause in self.knowledge.causes}
        return {
            outcome.id: {cause: shares[outcome.id] for cause, shares in by_cause.items()}
            for outcome in check.outcomes
        }

    def bounce_likelihood(self, reason: str) -> Mapping[str, float] | None:
        """How likely a bounce tells `reason`, by cause; None where it speaks for no cause."""
        if not self.knowledge.causes_of(reason):
            return None
        return {cause.id: self._chance_of_bounce(reason, cause) for cause in self.knowledge.causes}

    def _chance_of_bounce(self, reason: str, cause: Cause) -> float:
        listed, reasons = len(cause.bounce_reasons), len(self.knowledge.reasons)
        if not listed:
            return UNEXPECTED_BOUNCE / reasons
        told = 1.0 if reason in cause.bounce_reasons else OTHER_REASON
        return told / (listed + OTHER_REASON * (reasons - listed))

    def model(self, symptom: str | None) -> Model:
        """The troubleshooting model of one symptom, or of the whole knowledge."""
        if symptom not in self._models:
            known = self._model(symptom, self._reported)
            self._models[symptom] = with_noise(known, unknown=DONT_KNOW, wrong=0.0)
        return self._models[symptom]

    def written(self, symptom: str | None) -> Model:
        """The model as the editors wrote it: everyone knows the answer and nobody errs."""
        return self._model(symptom, self._written)

    def _model(
        self, symptom: str | None, outcomes: Mapping[str, Mapping[str, Mapping[str, float]]]
    ) -> Model:
        causes = self.causes(symptom)
        meant_for: dict[str, list[str]] = {}
        for cause in causes:
            meant_for.setdefault(cause.remedy, []).append(cause.id)
        known = self.knowledge.remedy
        remedies = tuple(
            Remedy(
                id_,
                known[id_].minutes,
                dict.fromkeys(repaired, known[id_].works.share),
                frozenset(known[id_].changes),
            )
            for id_, repaired in meant_for.items()
        )
        checks = tuple(
            Check(check.id, check.minutes, outcomes[check.id]) for check in self.checks(symptom)
        )
        weights = {cause.id: self.count(cause, symptom) for cause in causes}
        return Model(weights, remedies, checks, self.knowledge.site.hand_over_minutes)

    def vector(self, by_cause: Mapping[str, float], symptom: str | None) -> Floats:
        """Numbers by cause as an array in the order of the symptom's model."""
        return np.array([by_cause[cause] for cause in self.model(symptom).causes])


def _outcomes(check: KnownCheck, cause: Cause) -> dict[str, float]:
    """Shares of the named outcomes; the rest of 1 goes to the others by their ordinary share."""
    named = cause.shown_by.get(check.id, {})  # type: ignore[call-overload]
    others = [outcome for outcome in check.outcomes if outcome.id not in named]
    shares = {outcome: how_often.share for outcome, how_often in named.items()}
    left = max(1.0 - sum(shares.values()), HowOften.NEVER.share * len(others))
    ordinary = sum(outcome.how_often.share for outcome in others)
    shares |= {o.id: left * o.how_often.share / ordinary for o in others}
    total = sum(shares.values())
    return {outcome: share / total for outcome, share in shares.items()}

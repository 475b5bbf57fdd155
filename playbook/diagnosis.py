"""The diagnosis of one case: what was observed is its only state, the rest is recomputed.

It reads a `Knowledge` and returns values; it knows no screens, files or network. One fault at a
time is assumed. No outcome ever rules a cause out: customers err. Every check accepts `UNKNOWN`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from playbook.schema import Cause, Knowledge
from playbook.troubleshooting import BREADTHS, Floats, Model, Position, look_ahead
from playbook.troubleshooting import UNKNOWN as UNKNOWN  # noqa: PLC0414 - one of our words
from playbook.troubleshooting.from_knowledge import ClosedCases, Numbers

SYMPTOM = "symptom"
"""The check whose outcome is the symptom the customer complains of."""
BOUNCE = "bounce_reason"
"""The check whose outcome is the reason read from a bounce."""
REMEDY = "remedy:"
"""Before a remedy's id: the check whether it "worked" or "failed"."""
WORKED, FAILED = "worked", "failed"

_LIVE = 0.01
_PROBABLE = 0.05
_FITS = 0.3


@dataclass(frozen=True, slots=True)
class Observation:
    """A check and the outcome that was seen."""

    check: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cause and how probable it is now."""

    cause: Cause
    probability: float


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done next."""

    kind: Literal["check", "remedy", "hand_over"]
    id: str
    minutes: float
    """What doing it costs."""
    expected_minutes: float
    """Minutes until solved, on average, when this is done first (expected cost of repair)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an outcome would do: how likely it is, and who would be suspected then, best first."""

    outcome: str
    chance: float
    suspects: tuple[Suspect, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """What an observation says of a cause: a factor above 1 speaks for it, below 1 against.

    The factor is the likelihood of the outcome over its mean likelihood by everything else seen:
    how many times more probable the observation makes the cause.
    """

    observation: Observation
    factor: float


@dataclass(frozen=True)
class Diagnosis:
    """Everything observed in a case, in the order first observed, and what follows from it."""

    numbers: Numbers
    observations: tuple[Observation, ...] = ()

    @classmethod
    def start(cls, knowledge: Knowledge, closed: ClosedCases | None = None) -> Diagnosis:
        """A case nothing is known of; `closed` cases weigh in with the assumed counts."""
        return cls(Numbers(knowledge, closed)) if closed else _unknown(knowledge)

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge the case is worked with."""
        return self.numbers.knowledge

    # -- what was observed ------------------------------------------------------------------

    def observe(self, check: str, outcome: str) -> Diagnosis:
        """With the outcome of a check added, or changed when it was observed before.

        A check that a remedy has made stale is made anew: its new outcome counts from now on.

        Raises:
            ValueError: when there is no such check or it has no such outcome.
        """
        if outcome not in self._outcomes_of(check):
            raise ValueError(f"{check} has no outcome {outcome}")
        seen = Observation(check, outcome)
        if self.outcome_of(check) is None or check in self._stale:
            others = self.withdraw(check).observations
            return replace(self, observations=(*others, seen))
        changed = tuple(seen if each.check == check else each for each in self.observations)
        return replace(self, observations=changed)

    def withdraw(self, check: str) -> Diagnosis:
        """As if the check had never been made."""
        return replace(self, observations=tuple(o for o in self.observations if o.check != check))

    def outcome_of(self, check: str) -> str | None:
        """The outcome observed, if the check was made."""
        return next((o.outcome for o in self.observations if o.check == check), None)

    def stale(self) -> tuple[Observation, ...]:
        """Observations that no longer count: a remedy tried since may have changed them.

        A repair ends what was seen of the thing repaired (Heckerman, Breese & Rommelse 1995).
        """
        return tuple(o for o in self.observations if o.check in self._stale)

    @cached_property
    def _stale(self) -> frozenset[str]:
        made: set[str] = set()
        stale: set[str] = set()
        for check, outcome in ((o.check, o.outcome) for o in self.observations):
            if check.startswith(REMEDY) and outcome == FAILED:
                stale |= made & set(self.knowledge.remedy[check.removeprefix(REMEDY)].changes)
            made.add(check)
        return frozenset(stale)

    @property
    def symptom(self) -> str | None:
        """The symptom, if known."""
        outcome = self.outcome_of(SYMPTOM)
        return None if outcome == UNKNOWN else outcome

    @property
    def is_solved(self) -> bool:
        """A remedy worked."""
        return any(o.check.startswith(REMEDY) and o.outcome == WORKED for o in self.observations)

    def _outcomes_of(self, check: str) -> frozenset[str]:
        knowledge = self.knowledge
        if check == SYMPTOM:
            return frozenset((*knowledge.symptom, UNKNOWN))
        if check == BOUNCE:
            return frozenset((*knowledge.reason, UNKNOWN))
        if check.startswith(REMEDY) and check.removeprefix(REMEDY) in knowledge.remedy:
            return frozenset((WORKED, FAILED, UNKNOWN))
        if check not in knowledge.check:
            raise ValueError(f"there is no check {check}")
        return frozenset((*(outcome.id for outcome in knowledge.check[check].outcomes), UNKNOWN))

    # -- what follows -----------------------------------------------------------------------

    def suspects(self) -> tuple[Suspect, ...]:
        """Every cause the symptom can have, most probable first; probabilities sum to 1."""
        return self._suspects

    def next_steps(self) -> tuple[Step, ...]:
        """What can be done next, best first; nothing once a remedy worked.

        Every check of the symptom not made yet, every remedy of a live suspect, the hand-over.
        The checks the symptom opens with come first, in their order.
        """
        return self._next_steps

    def next_check(self) -> Step | None:
        """The best check to make now; None where a remedy or the hand-over is better."""
        best = next(iter(self._next_steps), None)
        return best if best and best.kind == "check" else None

    def foresee(self, check: str) -> tuple[Forecast, ...]:
        """What each outcome of a check would do, in the order of its outcomes.

        Raises:
            ValueError: when there is no such check.
        """
        if check not in self.knowledge.check:
            raise ValueError(f"there is no check {check}")
        return tuple(
            Forecast(outcome, float(joint.sum()), self._ranked(joint))
            for outcome, joint in self._joint(check).items()
        )

    def separates(self, check: str) -> tuple[Cause, ...]:
        """The probable causes whose probability the check moves most, strongest first."""
        now = self._belief
        moves = sum(np.abs(joint - now * joint.sum()) for joint in self._joint(check).values())
        order = np.argsort(-moves)[:4]
        causes = self._causes
        return tuple(causes[i] for i in order if moves[i] > moves[order[0]] / 4 and now[i] > _LIVE)

    def weights(self, cause: str) -> tuple[Weight, ...]:
        """What each observation says of a cause, strongest first.

        Raises:
            ValueError: when the cause is none of the suspects.
        """
        place = [suspect.id for suspect in self._causes].index(cause)
        weights = []
        for observation, likelihood in self._evidence:
            before = _normalised(self._product(without=observation))
            weights.append(Weight(observation, float(likelihood[place] / (before @ likelihood))))
        return tuple(sorted(weights, key=lambda weight: -abs(np.log(weight.factor))))

    def contradiction(self) -> tuple[Observation, ...]:
        """Observations that fit no probable cause together; empty while one fits them all.

        They are what speaks against the first suspect, and what speaks most for it.
        """
        return self._contradiction

    @cached_property
    def _model(self) -> Model:
        return self.numbers.model(self.symptom)

    @cached_property
    def _causes(self) -> tuple[Cause, ...]:
        return self.numbers.causes(self.symptom)

    @cached_property
    def _answered(self) -> frozenset[str]:
        """Checks whose outcome a bounce has told already, with its reason."""
        reason = self.outcome_of(BOUNCE)
        if reason is None or self._bounce_likelihood(reason) is None:
            return frozenset()
        return frozenset(check.id for check in self.knowledge.checks if check.answered_by_bounce)

    @cached_property
    def _evidence(self) -> tuple[tuple[Observation, Floats], ...]:
        """What was observed with its likelihood by cause; without what says nothing."""
        silent = self._stale | self._answered
        told = ((o, self._likelihood(o)) for o in self.observations if o.check not in silent)
        return tuple((o, likelihood) for o, likelihood in told if likelihood is not None)

    def _likelihood(self, observation: Observation) -> Floats | None:
        check, outcome = observation.check, observation.outcome
        if outcome == UNKNOWN or check == SYMPTOM:
            return None
        if check == BOUNCE:
            return self._bounce_likelihood(outcome)
        if check.startswith(REMEDY):
            return self._remedy_likelihood(check.removeprefix(REMEDY), outcome)
        return self.numbers.vector(self.numbers.likelihood(check)[outcome], self.symptom)

    def _bounce_likelihood(self, reason: str) -> Floats | None:
        # A friend's "mailbox full" told in a receiving case: no cause of this symptom is meant.
        if not any(reason in cause.bounce_reasons for cause in self._causes):
            return None
        by_cause = self.numbers.bounce_likelihood(reason)
        return None if by_cause is None else self.numbers.vector(by_cause, self.symptom)

    def _remedy_likelihood(self, remedy: str, outcome: str) -> Floats:
        chance = self.knowledge.remedy[remedy].works.share
        # Trouble also goes away by itself, so what worked need not have been the cause's remedy.
        works = np.array([chance if c.remedy == remedy else 0.01 for c in self._causes])
        return works if outcome == WORKED else 1.0 - works

    def _product(self, *, without: Observation | None = None) -> Floats:
        product = self._model.prior
        # In one fixed order, so that not even rounding depends on the order of observing.
        for observation, likelihood in sorted(self._evidence, key=lambda each: each[0].check):
            if observation != without:
                product = product * likelihood
        return product

    @cached_property
    def _belief(self) -> Floats:
        return _normalised(self._product())

    def _joint(self, check: str) -> dict[str, Floats]:
        """Chance of outcome and cause together, by outcome."""
        by_outcome = self.numbers.likelihood(check)
        return {
            outcome: self._belief * self.numbers.vector(by_cause, self.symptom)
            for outcome, by_cause in by_outcome.items()
        }

    def _ranked(self, weights: Floats) -> tuple[Suspect, ...]:
        belief = _normalised(weights)
        order = np.argsort(-belief, kind="stable")
        return tuple(Suspect(self._causes[i], float(belief[i])) for i in order)

    @cached_property
    def _suspects(self) -> tuple[Suspect, ...]:
        return self._ranked(self._belief)

    @cached_property
    def _position(self) -> Position:
        made = {observation.check for observation in self.observations} - self._stale
        made |= self._answered
        checks = np.array([check.id not in made for check in self._model.checks], dtype=np.bool_)
        remedies = np.array(
            [REMEDY + remedy.id not in made for remedy in self._model.remedies], dtype=np.bool_
        )
        return Position(self._belief, checks, remedies)

    @cached_property
    def _next_steps(self) -> tuple[Step, ...]:
        if self.is_solved:
            return ()
        model, position = self._model, self._position
        values = look_ahead(model, position, BREADTHS)
        repaired = (model.chance > 0) @ position.weights
        live = repaired >= min(_LIVE, repaired.max(initial=0.0))
        steps = [
            Step("check", check.id, check.minutes, float(values.checks[i]))
            for i, check in enumerate(model.checks)
            if position.checks[i]
        ]
        steps += [
            Step("remedy", remedy.id, remedy.minutes, float(values.remedies[i]))
            for i, remedy in enumerate(model.remedies)
            if position.remedies[i] and live[i]
        ]
        steps.append(Step("hand_over", "hand_over", model.hand_over_minutes, values.hand_over))
        opening = self.knowledge.symptom[self.symptom].opening if self.symptom else ()
        first = {check: place - len(opening) for place, check in enumerate(opening)}
        # On a tie a remedy goes first: it may end the case.
        return tuple(
            sorted(
                steps,
                key=lambda s: (first.get(s.id, 0), s.expected_minutes, s.kind != "remedy"),  # type: ignore[call-overload]
            )
        )

    @cached_property
    def _contradiction(self) -> tuple[Observation, ...]:
        probable = [suspect for suspect in self._suspects if suspect.probability >= _PROBABLE]
        against = [self._misfits(suspect.cause) for suspect in probable]
        if not against or not all(against):
            return ()
        speaks_for = max(self.weights(probable[0].cause.id), key=lambda weight: weight.factor)
        involved = {*against[0], speaks_for.observation}
        return tuple(o for o in self.observations if o in involved)

    def _misfits(self, cause: Cause) -> tuple[Observation, ...]:
        """Outcomes much rarer with a cause than with the average customer of the symptom."""
        place = [suspect.id for suspect in self._causes].index(cause.id)
        return tuple(
            observation
            for observation, likelihood in self._evidence
            if not observation.check.startswith(REMEDY)
            and likelihood[place] < _FITS * (likelihood @ self._model.prior)
        )


@lru_cache(maxsize=1)
def _unknown(knowledge: Knowledge) -> Diagnosis:
    # One value for all pages: what follows from nothing is worked out once.
    return Diagnosis(Numbers(knowledge))


def _normalised(weights: Floats) -> Floats:
    # Scaling by the largest first keeps long products of small likelihoods from vanishing.
    scaled = weights / weights.max()
    normalised: Floats = scaled / scaled.sum()
    return normalised

"""Symptoms, causes, checks and remedies: what the diagnosis works with.

Editors write words for how often something is seen; the two tables here are the only place where
those words become numbers. The numbers are assumed (no source counts cases); their order follows
the provider's own support pages.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from playbook.language import Text
from playbook.schema.base import File, Id, Minutes, Shape, Source
from playbook.terms import CheckId, OutcomeId, ReasonId, RemedyId, SymptomId


class HowOften(StrEnum):
    """How often an outcome is seen, or a remedy works."""

    ALWAYS = "always"
    USUALLY = "usually"
    HALF = "half"
    RARELY = "rarely"
    NEVER = "never"

    @property
    def share(self) -> float:
        """The probability the word stands for. Never 0 or 1: customers err."""
        return _SHARE[self]


_SHARE = {
    HowOften.ALWAYS: 0.97,
    HowOften.USUALLY: 0.8,
    HowOften.HALF: 0.5,
    HowOften.RARELY: 0.1,
    HowOften.NEVER: 0.01,
}


class HowCommon(StrEnum):
    """How common a cause is among customers with one symptom."""

    VERY_COMMON = "very_common"
    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"

    @property
    def pseudo_count(self) -> float:
        """How many of about a hundred imagined cases with the symptom had this cause."""
        return _PSEUDO_COUNT[self]


_PSEUDO_COUNT = {
    HowCommon.VERY_COMMON: 16.0,
    HowCommon.COMMON: 8.0,
    HowCommon.UNCOMMON: 4.0,
    HowCommon.RARE: 1.0,
}


Often = Annotated[HowOften, Field(strict=False)]
"""`HowOften`, written as its word."""
Common = Annotated[HowCommon, Field(strict=False)]
"""`HowCommon`, written as its word."""


Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
"""A year and a month, as '2026-11'."""


class Symptom(Shape):
    """What the customer complains of."""

    id: Id
    title: Text
    says: Text
    """The customer's first words, as an agent hears them."""
    opening: tuple[CheckId, ...] = ()
    """Checks to begin with, in order, whatever their value; `playbook check` tells their price."""


class Outcome(Shape):
    """One possible answer of a check."""

    id: Id
    says: Text
    how_often: Often = HowOften.HALF
    """How often it is seen with causes that say nothing about this check (before normalising)."""


class Check(Shape):
    """Something the agent can ask, look up or have tried; "don't know" is always an outcome."""

    id: Id
    title: Text
    asks: Text
    """The words to read to the customer, or what the agent looks up."""
    how: Text | None = None
    """Where to look or click, for a customer who does not find it."""
    by: Literal["customer", "agent", "trial"]
    """Who finds out: the customer looks, the agent looks it up, or something is tried together."""
    minutes: Minutes
    outcomes: tuple[Outcome, ...] = Field(min_length=2)
    symptoms: tuple[Id, ...] = ()
    """Symptoms it is asked for; empty means all."""
    answered_by_bounce: bool = False
    """A bounce that was read tells its outcome: it is not asked then, and does not count twice."""
    source: Source = "assumed"

    def is_asked_for(self, symptom: str) -> bool:
        """It makes sense for customers with this symptom."""
        return not self.symptoms or symptom in self.symptoms


class Remedy(Shape):
    """What repairs a cause: steps to read out, warnings, and what to do when it does not help."""

    id: Id
    title: Text
    minutes: Minutes
    works: Often
    """How often it repairs a cause it is meant for."""
    changes: tuple[CheckId, ...] = ()
    """Checks whose outcome may be another after this was done: earlier ones no longer count."""
    steps: tuple[Text, ...] = Field(min_length=1)
    cautions: tuple[Text, ...] = ()
    """To be read to the customer before the first step."""
    verify: Text
    """How both can see that it worked."""
    contacts: tuple[Id, ...] = ()
    """Where to send the customer next (ids of `site.yaml`)."""
    escalation: Text | None = None
    """When and to which desk the case is handed over."""
    source: Source = "assumed"


class Cause(Shape):
    """What is really wrong."""

    id: Id
    seed: tuple[str, ...] = ()
    """The entries of the provider's source document it covers (R1 ... N3)."""
    title: Text
    explains: Text
    """Why this stops the mail, in words for the customer."""
    how_common: dict[SymptomId, Common] = Field(min_length=1)
    shown_by: dict[CheckId, dict[OutcomeId, Often]] = Field(default_factory=dict)
    """Per check, the outcomes this cause makes likely or unlikely; what is not named keeps its
    ordinary share."""
    bounce_reasons: tuple[ReasonId, ...] = ()
    """Reasons of bounces that speak for this cause."""
    remedy: RemedyId
    source: Source = "assumed"
    reviewed: Month | None = None
    """The month the entry was last read by a person, as '2026-11'."""


class SymptomFile(File):
    """symptoms.yaml"""

    symptoms: tuple[Symptom, ...]


class CheckFile(File):
    """checks.yaml"""

    checks: tuple[Check, ...]


class RemedyFile(File):
    """remedies.yaml"""

    remedies: tuple[Remedy, ...]


class CauseFile(File):
    """causes/*.yaml"""

    causes: tuple[Cause, ...]

"""Cases for the training room: a customer, what is really wrong, and what each check finds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from playbook.language import Text
from playbook.schema.base import File, Id, Shape
from playbook.terms import CauseId, CheckId, OutcomeId, ReasonId, RemedyId, SymptomId

PathStep = Annotated[str, StringConstraints(pattern=r"^(remedy:)?[a-z][a-z0-9_]*$")]
"""The id of a check, or `remedy:` and the id of a remedy."""


class Fact(Shape):
    """What a check finds in this case."""

    outcome: OutcomeId
    says: Text | None = None
    """The customer's words, or what the agent's screen shows; without it, the outcome's own."""


class Notice(Shape):
    """A bounce, or the text of an error window, that the customer has at hand."""

    comes_with: CheckId
    """The check whose answer brings it: only then does the customer think of it."""
    reason: ReasonId
    """What it is read as; the checkup proves it."""
    text: str = Field(min_length=3)
    """The whole of it, as the customer would paste it."""


class Trap(Shape):
    """A mistake this case invites: a caution left out, or a remedy tried that does harm.

    Exactly one of `caution`, `own` and `lure` is given.
    """

    caution: int | None = Field(default=None, ge=1)
    """A caution of the cause's remedy, by its number in the list (the first is 1)."""
    own: Text | None = None
    """A caution of this case alone, to be read out before its remedy."""
    lure: RemedyId | None = None
    """A remedy that must not be tried here."""
    bites: Text
    """What happens to the customer who was not warned, or on whom the lure was tried."""


class Case(Shape):
    """One customer on the line, invented."""

    id: Id
    title: Text
    """The situation as the customer sees it; it never gives the cause away."""
    symptom: SymptomId
    level: Literal[1, 2, 3]
    """1 for beginners, 2 for the practised, 3 for those who have seen everything."""
    opening: Text
    """The customer's first words."""
    mood: Text
    """How the customer speaks."""
    cause: CauseId
    """What is really wrong."""
    facts: dict[CheckId, Fact] = Field(min_length=1)
    """What the checks find; the customer knows nothing of any other check."""
    opening_facts: tuple[CheckId, ...] = ()
    """The checks whose answers the opening words already give."""
    notice: Notice | None = None
    path: tuple[PathStep, ...] = Field(min_length=1)
    """How an expert goes: checks in order, then the remedy."""
    traps: tuple[Trap, ...] = ()
    verify: Text
    """What has to be seen before this case is closed."""


class CaseFile(File):
    """cases/*.yaml"""

    cases: tuple[Case, ...]

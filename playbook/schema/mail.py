"""Bounce reasons, enhanced status codes and the wordings of mail systems."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from playbook.language import Text
from playbook.schema.base import File, Id, Shape, Source
from playbook.terms import Nature, ReasonId, WhoActs


class Reason(Shape):
    """Why a mail was not delivered, or what else a returned mail is."""

    id: Id
    seed: tuple[str, ...] = ()
    title: Text
    nature: Nature
    who_acts: tuple[WhoActs, ...] = Field(min_length=1)
    explains: Text
    """What happened, in words for the agent."""
    tell: Text
    """What to say to the customer, ready to be read out."""
    next: Text
    """What is to be done now."""


class StatusCodeEntry(Shape):
    """An enhanced status code (RFC 3463, IANA registry), or a mail system's own use of one."""

    code: Annotated[str, StringConstraints(pattern=r"^[245xX]\.\d{1,3}\.\d{1,3}$")]
    """`X` as class stands for both 4 and 5."""
    mta: str | None = None
    """The mail system whose own use this is; none for the registry's meaning."""
    meaning: Text
    reason: ReasonId | None = None
    """None where the code alone does not say why."""
    source: Source


class Wording(Shape):
    """A sentence a mail system says, and the reason it stands for."""

    id: Id
    says: Annotated[str, StringConstraints(min_length=3)]
    """Plain text; case, width and runs of blanks do not matter; `…` stands for any words on the line."""
    reason: ReasonId
    sample: str
    """A text in which it was seen; the checkup proves that it lands here."""
    source: Source
    seen: str | None = None


class ReasonFile(File):
    """reasons.yaml"""

    reasons: tuple[Reason, ...]


class StatusCodeFile(File):
    """status_codes.yaml"""

    status_codes: tuple[StatusCodeEntry, ...]


class WordingFile(File):
    """wordings/*.yaml: one mail system's sentences."""

    mta: str
    wordings: tuple[Wording, ...]

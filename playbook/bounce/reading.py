"""The words for what was read in a bounce. Values only: nothing here reads anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from playbook.terms import UNDETERMINED, Action, Nature, ReasonId, WhoActs

Missing = Literal["reply", "whole_mail", "other_source"]
"""What would settle a doubt: the server's own lines ("550 5.1.1 …", often below "Diagnostic
information"), the whole mail with its headers, or, where all of it was read, nothing in it."""


class Evidence(NamedTuple):
    """A quote that speaks for a reason: `shown[start:end] == quote` always holds."""

    quote: str
    start: int
    end: int
    rule: str
    """The entry that read it, as `file:id` of the knowledge, or the RFC field."""
    points_to: ReasonId
    trust: int
    """Its place in the order of trust; the lowest number is believed first."""


class Delivery(NamedTuple):
    """What happened to one recipient (RFC 3464 per-recipient fields, or the human part's words)."""

    final_recipient: str | None = None
    original_recipient: str | None = None
    action: Action | None = None
    status: str | None = None
    """Enhanced status code, RFC 3463."""
    reply_code: str | None = None
    """SMTP reply code, RFC 5321."""
    remote_mta: str | None = None
    diagnostic_code: str | None = None
    reason: ReasonId = UNDETERMINED


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in one paste."""

    shown: str
    """The decoded text all evidence spans refer to."""
    reason: ReasonId
    nature: Nature
    who_acts: tuple[WhoActs, ...]
    deliveries: tuple[Delivery, ...]
    recipients: tuple[str, ...]
    status: str | None
    reply_code: str | None
    reporting_mta: str | None
    evidence: tuple[Evidence, ...]
    """Best believed first; evidence for other reasons stands behind it."""
    confidence: float
    """Chance that `reason` is right, 0 to 1."""
    alternatives: tuple[tuple[ReasonId, float], ...]
    """Other reasons evidence speaks for, with their chance, best first."""
    still_trying: bool = False
    """The reporting server is still trying to deliver: nothing should be sent again."""
    missing: Missing | None = None
    """What to ask for when the reading is in doubt."""

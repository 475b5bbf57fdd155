"""Words of the mail RFCs as types."""

from __future__ import annotations

from typing import Literal, NewType

CauseId = NewType("CauseId", str)
CheckId = NewType("CheckId", str)
OutcomeId = NewType("OutcomeId", str)
ReasonId = NewType("ReasonId", str)
RemedyId = NewType("RemedyId", str)
SymptomId = NewType("SymptomId", str)

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
"""What became of the mail for one recipient (RFC 3464, 2.3.3)."""

Nature = Literal["permanent", "temporary", "either", "none"]
"""Whether trying again unchanged can help: RFC 3463 class 5, class 4, both, or not a failure."""

Subject = Literal["address", "mailbox", "system", "network", "protocol", "content", "policy"]
"""What a failed delivery was about: the second number of an enhanced status code, 1 to 7 (RFC 3463,
3)."""

WhoActs = Literal["customer", "recipient", "recipient_admin", "our_isp", "none"]
"""Who has to do something now: the customer, the person written to, the administrator of that
person's mail system, our own provider, or nobody (wait)."""

UNDETERMINED = ReasonId("undetermined")
"""The reason of a text that says no reason we know."""

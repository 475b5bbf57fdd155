"""From evidence to a reason: one visible order of trust.

All evidence is kept, also what speaks against the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from playbook.terms import UNDETERMINED, ReasonId


class Trust(IntEnum):
    """Kinds of evidence, in the order in which they are believed."""

    KIND_OF_REPORT = 1
    """What the mail is by its type: RFC 5965, RFC 8098, RFC 3464 with nothing but deliveries."""
    SYSTEM_REPLY = 2
    """A sentence that names the reason when said by this very mail system, with this very code or
    to this very command."""
    REPLY = 3
    """A sentence that names the reason, in the reply of the server that refused."""
    SYSTEM_CODE = 4
    """A mail system's own use of a code."""
    NOTICE = 5
    """A sentence that names the reason, in the words of the server that reports."""
    CODE = 6
    """An enhanced status code that says one thing."""
    LIKELY_REPLY = 7
    """A sentence that usually goes with the reason, in the refusing server's reply."""
    LIKELY_NOTICE = 8
    """The same in the reporting server's words."""
    TOPIC = 9
    """A single word that tells what a reply is about, where no sentence of it is known."""
    OUTCOME = 10
    """A sentence or field that tells how the delivery ended, not why."""
    LIKENESS = 11
    """Nothing known in a reply whose words are much like those of known sentences."""
    GENERAL_CODE = 12
    """An enhanced status code used for many things."""
    HINT = 13
    """A sentence of many notices."""
    REPLY_CODE = 14
    """The three digits of RFC 5321."""
    GENERAL_REPLY_CODE = 15
    """Three digits used for many things: 550, 554."""
    TOPIC_OF_NOTICE = 16
    """A single word in a notice that says nothing else."""


class Sign(NamedTuple):
    """One piece of evidence before the verdict.

    Sorted, the best believed comes first; of equals the one with more letters found, then the
    earlier.
    """

    trust: Trust
    missing_letters: int
    """The letters found word for word, counted downwards from zero."""
    start: int
    end: int
    points_to: ReasonId
    rule: str
    delivery: int = -1
    """The recipient it speaks of; -1 where it speaks of all."""


# How often a verdict resting on each kind of evidence was right on the development corpora (1,354
# texts, `make bench-bounces`), taken down a little for mail systems not seen there; topics, on the
# same texts without all sentences.
_RIGHT = {
    Trust.KIND_OF_REPORT: 0.99,
    Trust.SYSTEM_REPLY: 0.98,
    Trust.REPLY: 0.96,
    Trust.SYSTEM_CODE: 0.95,
    Trust.NOTICE: 0.93,
    Trust.CODE: 0.90,
    Trust.LIKELY_REPLY: 0.92,
    Trust.LIKELY_NOTICE: 0.85,
    Trust.OUTCOME: 0.92,
    Trust.TOPIC: 0.82,
    Trust.LIKENESS: 0.78,
    Trust.GENERAL_CODE: 0.65,
    Trust.HINT: 0.80,
    Trust.REPLY_CODE: 0.65,
    Trust.GENERAL_REPLY_CODE: 0.60,
    Trust.TOPIC_OF_NOTICE: 0.60,
}
CERTAIN = 0.85
"""From this confidence on a reading is told without a doubt: a verdict that rests on a single word
or a code used for many things stays below it."""
_DISPUTED = 0.93
"""What is left of the confidence where evidence of the same kind speaks for another reason."""


def chances(
    verdict: Sign, signs: Iterable[Sign]
) -> tuple[float, tuple[tuple[ReasonId, float], ...]]:
    """The chance that the verdict is right, and those of the other reasons spoken for.

    What is said of another recipient disputes nothing.
    """
    right, of = _RIGHT, verdict.points_to
    if verdict.delivery >= 0:
        signs = [sign for sign in signs if sign.delivery in (verdict.delivery, -1)]
    confidence = right[verdict.trust]
    rivals: dict[ReasonId, float] = {}
    for sign in signs:
        reason = sign.points_to
        if reason != of and reason not in rivals and reason != UNDETERMINED:
            rivals[reason] = right[sign.trust]  # signs come sorted: the first is the best believed
    if not rivals:
        return confidence, ()
    if max(rivals.values()) >= confidence:
        confidence *= _DISPUTED
    share = (1 - confidence) / sum(rivals.values())
    return confidence, tuple((reason, right * share) for reason, right in rivals.items())

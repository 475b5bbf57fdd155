"""What can happen in a case, as values."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, get_args

from playbook.redact import redact

Kind = Literal[
    "started",
    "answered",
    "withdrawn",
    "bounce_read",
    "remedy_tried",
    "undone",
    "asked",
    "opened",
    "noted",
    "closed",
    "handed_over",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
ENDS: tuple[Kind, ...] = ("closed", "handed_over")
"""After one of these, as its last event, a case is not open; any other event opens it again."""

CHANGES: tuple[Kind, ...] = (
    "answered", "withdrawn", "bounce_read", "remedy_tried", "noted", *ENDS,
)  # fmt: skip
"""These change the case, and undoing takes them back."""

LOOKS: tuple[Kind, ...] = ("asked", "opened")
"""These change what is on the screen and nothing of the case."""

MOST_TEXT = 4_000
"""Characters kept of a text, MOST_QUOTES quotes of an event; more tells nobody more."""
MOST_QUOTES = 20

_FINDINGS = {"answered", "bounce_read", "remedy_tried"}

# An id of the knowledge, with the prefix `remedy:`; nothing a customer wrote looks like it.
_ID = re.compile(r"(?:[a-z][a-z0-9_]*(?::[a-z][a-z0-9_]*)?)?")
# The entry that read a quote (`postfix:user_unknown`), or the field of the RFC.
_RULE = re.compile(r"[A-Za-z0-9_:/-]{0,120}")


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of evidence: the words (redacted), the rule that read them, what it points to."""

    words: str
    rule: str = ""
    points_to: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a case. What its fields mean depends on the kind.

    `subject` is the check, remedy or cause (none for `started` and `undone`), `outcome` what came
    of it, `says` how both read on the screen or what was noted.
    """

    kind: Kind
    subject: str = ""
    outcome: str = ""
    says: str = ""
    quotes: tuple[Quote, ...] = ()
    digest: str = ""
    """Of a bounce that was read, to know the same text again: see `digest_of`."""
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    """The event's own, so that writing it twice writes it once."""

    def __post_init__(self) -> None:
        """Refuse ids that are none: they are stored as they come.

        Raises:
            ValueError: when the kind is unknown or an id is not one of the knowledge's.
        """
        if self.kind not in KINDS:
            raise ValueError("no such kind of event")
        if not all(map(_ID.fullmatch, (self.subject, self.outcome))):
            raise ValueError("subject and outcome are ids of the knowledge")

    def redacted(self) -> Event:
        """The event as it may be stored."""
        quotes = tuple(
            Quote(
                redact(_plain(quote.words[:MOST_TEXT])),
                quote.rule if _RULE.fullmatch(quote.rule) else "",
                quote.points_to if _ID.fullmatch(quote.points_to) else "",
            )
            for quote in self.quotes[:MOST_QUOTES]
        )
        return replace(self, says=redact(_plain(self.says[:MOST_TEXT])), quotes=quotes)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it stands in the log."""

    event: Event | None
    """None where the row is damaged: its seal does not fit, or it cannot be read."""
    place: int
    """Its place in the case, from 1."""
    at: datetime
    """When it was written, UTC."""
    knowledge: str
    """The digest of the knowledge it was written with."""


def headline(events: Iterable[Event]) -> tuple[str, str]:
    """What tells a case from others: its symptom, or what was found first, and what was found last.

    Either is empty where nothing was found. A note stands in for findings while there are none.
    """
    standing: list[Event] = []
    for event in events:
        if event.kind == "undone":
            standing = standing[:-1]
        elif event.kind in CHANGES:
            standing.append(event)
    found: dict[str, str] = {}
    for event in standing:
        found.pop(event.subject, None)
        if event.kind in _FINDINGS:
            found[event.subject] = event.says
    if not found:
        return next((each.says for each in standing if each.kind == "noted"), ""), ""
    first = found.pop("symptom" if "symptom" in found else next(iter(found)))
    return first, next(reversed(found.values()), "")


def _plain(text: str) -> str:
    """Without what no database takes: halves of characters, and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def digest_of(text: str, case: str) -> str:
    """A digest by which a pasted text is known again, within one case only."""
    return hashlib.sha256(f"{case}\n{text}".encode("utf-8", "replace")).hexdigest()


def packed(quotes: tuple[Quote, ...]) -> str:
    """Quotes as one text."""
    return json.dumps([[q.words, q.rule, q.points_to] for q in quotes], ensure_ascii=False)


def unpacked(text: str) -> tuple[Quote, ...]:
    """Quotes out of one text.

    Raises:
        ValueError: when the text holds something else.
    """
    try:
        return tuple(Quote(*map(str, quote)) for quote in json.loads(text))
    except TypeError as error:
        raise ValueError("not a list of quotes") from error

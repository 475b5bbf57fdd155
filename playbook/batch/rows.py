"""A reading becomes rows: one for each recipient, at least one for each message.

Without addresses and without text, unless they are asked for: a recipient is a domain and a keyed
hash, so that repeated failures can be counted without knowing whose they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pyarrow as pa

from playbook.batch.order import Order
from playbook.bounce import Delivery, Reading
from playbook.mailboxes import Item, Span
from playbook.schema import Knowledge
from playbook.terms import UNDETERMINED

SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("member", pa.string()),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("delivery", pa.int32(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("nature", pa.string(), nullable=False),
        pa.field("who_acts", pa.list_(pa.string()), nullable=False),
        pa.field("action", pa.string()),
        pa.field("status", pa.string()),
        pa.field("reply_code", pa.string()),
        pa.field("reporting_mta", pa.string()),
        pa.field("remote_mta", pa.string()),
        pa.field("domain", pa.string()),
        pa.field("recipient_hash", pa.binary(16)),
        pa.field("time", pa.timestamp("ms", "UTC")),
        pa.field("rules", pa.list_(pa.string()), nullable=False),
        pa.field("confidence", pa.float32(), nullable=False),
        pa.field("still_trying", pa.bool_(), nullable=False),
        pa.field("fault", pa.string()),
        pa.field("recipient", pa.string()),
        pa.field("diagnostic_code", pa.string()),
    ],
    metadata={"title": "bounces, one row for each recipient"},
)
"""`delivery` counts the recipients of a message from 0, so the rows with 0 are the messages.
`fault` says why a message could not be read. `recipient` and `diagnostic_code` stay empty unless
asked for.
"""

Row = tuple[object, ...]
"""The values of one row in the order of `SCHEMA`."""

_ADDRESS = re.compile(r"[^\s<>/@]+@")
_DATE = re.compile(rb"^date:[ \t]*([^\r\n]{6,80})", re.IGNORECASE | re.MULTILINE)
_HEADERS = 32 * 1024
_EARLIEST, _LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class RowMaker:
    """Makes the rows of one span."""

    def __init__(self, order: Order, knowledge: Knowledge, span: Span) -> None:
        self._key, self._keep = order.key, order.keep_addresses
        self._source = _without_address(span.source)
        self._zone = timezone(timedelta(minutes=order.utc_offset))
        self._kinds = {
            reason.id: (reason.id, reason.nature, list(reason.who_acts))
            for reason in knowledge.reasons
        }

    def unreadable(self, item: Item, fault: str) -> Row:
        """The row of a message nobody could read: no reason, and why."""
        return (
            *self._place(item), 0, *self._kinds[UNDETERMINED], None, None, None, None, None,
            None, None, self._time(item), [], 0.0, False, fault, None, None,
        )  # fmt: skip

    def rows(self, item: Item, reading: Reading) -> Iterator[Row]:
        """A row for each recipient; one for a message that names none."""
        place, time = self._place(item), self._time(item)
        mta = _host(reading.reporting_mta)
        for number, delivery in enumerate(_deliveries(reading)):
            recipient = delivery.final_recipient or delivery.original_recipient
            kept = (recipient, delivery.diagnostic_code) if self._keep else (None, None)
            yield (
                *place, number, *self._kinds[delivery.reason],
                delivery.action, delivery.status, delivery.reply_code, mta,
                _host(delivery.remote_mta), _domain(recipient), self._hash(recipient), time,
                _rules(reading, delivery.reason), round(reading.confidence, 3),
                reading.still_trying, None, *kept,
            )  # fmt: skip

    def _place(self, item: Item) -> tuple[str, str | None, int, int]:
        return self._source, _without_address(item.member) or None, item.start, item.length

    def _hash(self, recipient: str | None) -> bytes | None:
        if not recipient:
            return None
        known = recipient.strip().lower().encode("utf-8", "replace")
        return hashlib.blake2b(known, key=self._key, digest_size=16).digest()

    def _time(self, item: Item) -> datetime | None:
        time = item.time or _written(item.raw)
        if time is None:
            return None
        if time.tzinfo is None:
            time = time.replace(tzinfo=self._zone)
        try:
            return time if _EARLIEST <= time <= _LATEST else None
        except OverflowError:
            return None


def _deliveries(reading: Reading) -> tuple[Delivery, ...]:
    if reading.deliveries:
        return reading.deliveries
    return tuple(
        Delivery(
            final_recipient=recipient,
            status=reading.status,
            reply_code=reading.reply_code,
            reason=reading.reason,
        )
        for recipient in reading.recipients or (None,)
    )


def _rules(reading: Reading, reason: str) -> list[str]:
    """The entries of the knowledge the reason rests on, best believed first."""
    return list(dict.fromkeys(e.rule for e in reading.evidence if e.points_to == reason))


def _written(raw: bytes | str) -> datetime | None:
    """RFC 5322's Date of the bounce itself."""
    head = raw[:_HEADERS] if isinstance(raw, bytes) else b""
    blank = head.find(b"\n\n")
    found = _DATE.search(head, 0, blank if blank > 0 else len(head))
    if found is None:
        return None
    try:
        return parsedate_to_datetime(found[1].decode("latin-1"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _domain(recipient: str | None) -> str | None:
    if not recipient or "@" not in recipient:
        return None
    return recipient.rpartition("@")[2].strip(" .>").lower() or None


def _host(name: str | None) -> str | None:
    """A server's name as reported; some report an address there."""
    if not name:
        return None
    return name.rpartition("@")[2].strip(" .").lower()[:255] or None


def _without_address(path: str) -> str:
    """A file's name may be somebody's address."""
    return _ADDRESS.sub("…@", path) if "@" in path else path

"""A reading becomes rows: one for each recipient, at least one for each message.

Without addresses and without text, unless they are asked for: a recipient is a domain and a keyed
hash, so that repeated failures can be counted without knowing whose they are.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pyarrow as pa

from playbook.batch.order import Order
from playbook.bounce import Delivery, Reading
from playbook.mailboxes import Item, Span
from playbook.schema import Knowledge
from playbook.terms import UNDETERMINED

_STRINGS = pa.list_(pa.string())

SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("member", pa.string()),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("delivery", pa.int32(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("nature", pa.string(), nullable=False),
        pa.field("who_acts", _STRINGS, nullable=False),
        pa.field("action", pa.string()),
        pa.field("status", pa.string()),
        pa.field("reply_code", pa.string()),
        pa.field("reporting_mta", pa.string()),
        pa.field("remote_mta", pa.string()),
        pa.field("domain", pa.string()),
        pa.field("recipient_hash", pa.binary(16)),
        pa.field("time", pa.timestamp("ms", "UTC")),
        pa.field("rules", _STRINGS, nullable=False),
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

_ADDRESS = re.compile(r"[^\s<>/@]+@")
_DATE = re.compile(rb"^date:[ \t]*([^\r\n]{6,80})", re.IGNORECASE | re.MULTILINE)
_HEADERS = 32 * 1024
_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_ZERO = datetime(1970, 1, 1)  # noqa: DTZ001 - of stamps without a zone
_MILLISECOND = timedelta(milliseconds=1)
_EARLIEST, _LATEST = (
    (datetime(year, 1, 1, tzinfo=UTC) - _ZERO) // _MILLISECOND for year in (1980, 2200)
)


class Rows:
    """Collects the rows of one span.

    What repeats is held once and pointed to: a span has few reasons and few sets of rules.
    """

    def __init__(self, order: Order, knowledge: Knowledge, span: Span) -> None:
        self._keyed = hashlib.blake2b(key=order.key, digest_size=16)
        self._keep = order.keep_addresses
        self._source = _without_address(span.source)
        self._ahead = order.utc_offset * 60_000
        self._reasons = knowledge.reasons
        self._reason = {reason.id: number for number, reason in enumerate(knowledge.reasons)}
        self._rules: dict[tuple[str, ...], int] = {}
        self._rows: list[tuple[object, ...]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add_unreadable(self, item: Item, fault: str) -> None:
        """The row of a message nobody could read: no reason, and why."""
        self._rows.append((
            _without_address(item.member) or None, item.start, item.length, 0,
            self._reason[UNDETERMINED], None, None, None, None, None, None, None,
            self._time(item), self._rules.setdefault((), len(self._rules)), 0.0, False, fault,
            None, None,
        ))  # fmt: skip

    def add(self, item: Item, reading: Reading) -> None:
        """A row for each recipient; one for a message that names none."""
        member, time = _without_address(item.member) or None, self._time(item)
        mta, confidence = _host(reading.reporting_mta), round(reading.confidence, 3)
        made = []
        for number, delivery in enumerate(_deliveries(reading)):
            reason = delivery.reason
            recipient = delivery.final_recipient or delivery.original_recipient
            kept = (recipient, delivery.diagnostic_code) if self._keep else (None, None)
            rules = _rules(reading, reason)
            made.append((
                member, item.start, item.length, number, self._reason[reason],
                delivery.action, delivery.status, delivery.reply_code, mta,
                _host(delivery.remote_mta), _domain(recipient), self._hash(recipient), time,
                self._rules.setdefault(rules, len(self._rules)), confidence,
                reading.still_trying, None, *kept,
            ))  # fmt: skip
        self._rows += made

    def taken(self) -> pa.Table:
        """The rows collected since the last call."""
        (
            members, starts, lengths, deliveries, reasons, actions, statuses, replies, mtas,
            remotes, domains, hashes, times, rules, confidences, trying, faults, recipients, codes,
        ) = zip(*self._rows, strict=True)  # fmt: skip
        reason = pa.array(reasons, pa.int32())
        columns = (
            [self._source] * len(reasons), members, starts, lengths, deliveries,
            pa.array([known.id for known in self._reasons]).take(reason),
            pa.array([known.nature for known in self._reasons]).take(reason),
            pa.array([known.who_acts for known in self._reasons], _STRINGS).take(reason),
            actions, statuses, replies, mtas, remotes, domains, hashes, times,
            pa.array(list(self._rules), _STRINGS).take(pa.array(rules, pa.int32())),
            confidences, trying, faults, recipients, codes,
        )  # fmt: skip
        self._rows.clear()
        return pa.table(
            [
                column if isinstance(column, pa.Array) else pa.array(column, field.type)
                for column, field in zip(columns, SCHEMA, strict=True)
            ],
            schema=SCHEMA,
        )

    def _hash(self, recipient: str | None) -> bytes | None:
        if not recipient:
            return None
        made_of = self._keyed.copy()
        made_of.update(recipient.strip().lower().encode("utf-8", "replace"))
        return made_of.digest()

    def _time(self, item: Item) -> int | None:
        """Milliseconds since 1970."""
        time = item.time or _written(item.raw)
        if time is None:
            return None
        if time.tzinfo is None:
            since = (time - _NAIVE_ZERO) // _MILLISECOND - self._ahead
        else:
            since = (time - _ZERO) // _MILLISECOND
        return since if _EARLIEST <= since <= _LATEST else None


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


def _rules(reading: Reading, reason: str) -> tuple[str, ...]:
    """The entries of the knowledge the reason rests on, best believed first."""
    said = [rule for _, _, _, rule, of, _ in reading.evidence if of == reason]
    return tuple(dict.fromkeys(said))


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

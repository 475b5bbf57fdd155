"""Delivery lines of Postfix, sendmail, qmail and Exim, as the fields of RFC 3464.

Layouts: Postfix's `smtp(8)` and `bounce(8)` logging; sendmail's "to=" lines (Installation and
Operation Guide, 2.1); qmail-send(8), "Logging"; the Exim specification, chapter "Log files".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from playbook.terms import Action


@dataclass(frozen=True, slots=True)
class LogLine:
    """What a delivery line tells."""

    recipients: tuple[str, ...]
    action: Action
    said: str
    """The refusing server's words, or the sending one's where it got no answer."""
    status: str | None = None
    remote_mta: str | None = None
    time: datetime | None = None


class Remembered(Protocol):
    """Knows to whom a numbered delivery goes; only qmail numbers its deliveries."""

    def take(self, line: str) -> None:
        """Remember the recipient where `line` names one."""

    def of(self, number: str) -> str | None:
        """The recipient of delivery `number`."""


def understood(line: str, recipients: Remembered, written: datetime | None) -> LogLine | None:
    """What `line` tells of a delivery; None where it tells of something else.

    `delivered` as action also stands for a mail handed on or queued: nothing was refused.
    """
    line = line.rstrip()
    for read in (_postfix, _sendmail, _exim):
        told = read(line)
        if told is not None:
            return _at(told, line, written)
    told = _qmail(line, recipients)
    return None if told is None else _at(told, line, written)


def _at(told: LogLine, line: str, written: datetime | None) -> LogLine:
    if told.action == "delivered":
        return told
    return replace(told, time=time_of(line, written))


def text_of(told: LogLine) -> str:
    """The line as the machine part of a report (RFC 3464), one block for each recipient."""
    blocks = []
    for recipient in told.recipients:
        fields = [f"Final-Recipient: rfc822; {recipient}", f"Action: {told.action}"]
        if told.status:
            fields.append(f"Status: {told.status}")
        if told.remote_mta:
            fields.append(f"Remote-MTA: dns; {told.remote_mta}")
        if told.said:
            fields.append(f"Diagnostic-Code: smtp; {told.said}")
        blocks.append("\n".join(fields))
    return "\n\n".join(blocks) + "\n"


# --- Postfix ------------------------------------------------------------------------------------

_POSTFIX = re.compile(
    r" to=<(?P<to>[^>]*)>,.*? status=(?P<status>[a-z-]+)(?: \((?P<said>.*)\))?$", re.DOTALL
)
_RELAY = re.compile(r" relay=([^,\s\[]+)")
_DSN = re.compile(r" dsn=(\d\.\d{1,3}\.\d{1,3})")
_POSTFIX_ACTIONS: dict[str, Action] = {
    "bounced": "failed", "expired": "failed", "undeliverable": "failed", "deferred": "delayed",
    "sent": "delivered", "deliverable": "delivered",
}  # fmt: skip


def _postfix(line: str) -> LogLine | None:
    found = _POSTFIX.search(line)
    action = _POSTFIX_ACTIONS.get(found["status"]) if found else None
    if found is None or action is None:
        return None
    return LogLine(
        (found["to"],), action, found["said"] or "", _first(_DSN, line), _host(_first(_RELAY, line))
    )


# --- sendmail -----------------------------------------------------------------------------------

_SENDMAIL = re.compile(r": to=(?P<to>.*?), (?:.*, )?stat=(?P<stat>.*)$", re.DOTALL)
_SENT = re.compile(r"(?:Sent|queued)\b")
_NOT_ANSWERED = re.compile(r"Deferred(?:: )?")


def _sendmail(line: str) -> LogLine | None:
    found = _SENDMAIL.search(line)
    if found is None:
        return None
    said, status = found["stat"], _first(_DSN, line)
    action: Action = "failed"
    if _SENT.match(said):
        action = "delivered"
    elif _NOT_ANSWERED.match(said) or (status or "").startswith("4"):
        action, said = "delayed", _NOT_ANSWERED.sub("", said, count=1)
    recipients = tuple(part.strip().strip("<>") for part in found["to"].split(","))
    return LogLine(recipients, action, said, status, _host(_first(_RELAY, line)))


# --- Exim ---------------------------------------------------------------------------------------

_EXIM = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*(?: [+-]\d{4})?(?: \[\d+\])? (?:[\w-]{16,32}) "
    r"(?P<flag>\*\*|==|=>|->|>>|\*>) (?P<to>\S+)(?P<rest>.*)$",
    re.DOTALL,
)
_EXIM_ACTIONS: dict[str, Action] = {"**": "failed", "==": "delayed"}
_EXIM_HOST = re.compile(r" H=(\S+)")
_EXIM_FIELDS = re.compile(
    r"^(?: <[^>]*>| \([^)]*\)| [A-Z]{1,3}=(?:\"[^\"]*\"|\S+)| \[[^\]]*\](?::\d+)?)*:? ?"
)


def _exim(line: str) -> LogLine | None:
    found = _EXIM.match(line)
    if found is None:
        return None
    said = _EXIM_FIELDS.sub("", found["rest"], count=1)
    return LogLine(
        (found["to"].rstrip(":").strip("<>"),),
        _EXIM_ACTIONS.get(found["flag"], "delivered"),
        said,
        remote_mta=_host(_first(_EXIM_HOST, found["rest"])),
    )


# --- qmail --------------------------------------------------------------------------------------

_QMAIL = re.compile(
    r"\bdelivery (?P<number>\d+): (?P<kind>success|failure|deferral): ?(?P<said>.*)$"
)
_QMAIL_ACTIONS: dict[str, Action] = {
    "success": "delivered", "failure": "failed", "deferral": "delayed",
}  # fmt: skip


def _qmail(line: str, recipients: Remembered) -> LogLine | None:
    recipients.take(line)
    found = _QMAIL.search(line)
    if found is None:
        return None
    # qmail-send writes blanks as "_" and line ends as "/".
    said = " ".join(found["said"].replace("_", " ").rstrip("/").replace("/", " ").split())
    recipient = recipients.of(found["number"])
    return LogLine((recipient or "",), _QMAIL_ACTIONS[found["kind"]], said)


# --- times --------------------------------------------------------------------------------------

_ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?) ?(Z|[+-]\d\d:?\d\d)?")
_SYSLOG = re.compile(r"(?:<\d+>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) ")
_TAI64 = re.compile(r"@4([0-9a-f]{15})[0-9a-f]{8} ")
_UNIX = re.compile(r"(?:.*qmail: )?(\d{9,10})\.\d+ ")
_DAY = timedelta(days=1)


def time_of(line: str, written: datetime | None) -> datetime | None:
    """The stamp a log line begins with; without a zone where it has none."""
    for form, read in _STAMPS:
        found = form.match(line)
        if found:
            try:
                return read(found, written)
            except (ValueError, OverflowError, OSError):
                return None
    return None


def _iso(found: re.Match[str], _written: datetime | None) -> datetime:
    return datetime.fromisoformat(found[1].replace(" ", "T") + (found[2] or ""))


def _syslog(found: re.Match[str], written: datetime | None) -> datetime | None:
    """RFC 3164 stamps have no year: it is the last one in which the log could hold the line."""
    if written is None:
        return None
    for year in (written.year, *range(written.year - 1, written.year - 5, -1)):
        try:
            time = datetime.strptime(f"{year} {found[1]}", "%Y %b %d %H:%M:%S")  # noqa: DTZ007
        except ValueError:  # 29 February
            continue
        if time <= written + _DAY:
            return time
    return None


def _tai(found: re.Match[str], _written: datetime | None) -> datetime:
    # TAI64 labels begin at 2^62, of which "4" is the top, and 10 seconds before the Unix epoch.
    return datetime.fromtimestamp(int(found[1], 16) - 10, UTC)


def _unix(found: re.Match[str], _written: datetime | None) -> datetime:
    return datetime.fromtimestamp(int(found[1]), UTC)


_STAMPS: tuple[
    tuple[re.Pattern[str], Callable[[re.Match[str], datetime | None], datetime | None]], ...
] = ((_ISO, _iso), (_TAI64, _tai), (_UNIX, _unix), (_SYSLOG, _syslog))


def _first(form: re.Pattern[str], line: str) -> str | None:
    found = form.search(line)
    return found[1] if found else None


def _host(name: str | None) -> str | None:
    return None if name in (None, "none", "local") else str(name).rstrip(".")

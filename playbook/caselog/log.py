"""Writing and reading cases."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from playbook.caselog.database import READING, database
from playbook.caselog.errors import LogUnavailableError, NoSuchCaseError, told
from playbook.caselog.events import ENDS, LOOKS, Entry, Event, headline, packed, unpacked
from playbook.caselog.tables import VERSION, cases, events, version
from playbook.settings import Settings, settings

_TRIES = 5
_CASE = re.compile(r"[A-Za-z0-9_-]{1,43}")
_SEALED = ("id", "at", "kind", "subject", "outcome", "says", "quotes", "digest", "knowledge")


_last = events.alias()
_LAST_KIND = (
    select(_last.c.kind)
    .where((_last.c.case_id == cases.c.id) & _last.c.kind.not_in(LOOKS))
    .order_by(_last.c.place.desc())
    .limit(1)
    .scalar_subquery()
)
"""The kind of a case's last event that changed it."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a line of a list."""

    id: str
    owner: str
    opened_at: datetime
    touched_at: datetime
    says: str
    """Its symptom, or what was found first."""
    last: str
    """What was found last; empty where nothing more was."""


def new_case() -> str:
    """An id for a new case; nobody can guess it (128 bits)."""
    return secrets.token_urlsafe(16)


def open_case_log(given: Settings | None = None) -> CaseLog:
    """The log the settings name; its tables are made where there are none yet.

    Raises:
        SettingError: when the database's URL cannot be understood.
        LogUnavailableError: when the database cannot be reached.
        LogError: when its tables are those of another version.
    """
    given = given or settings()
    engine = database(given)
    with told(), engine.connect().execution_options(**READING) as connection:
        found = version(connection)
    if found != VERSION:
        # Loaded only then: most kernels find their tables and can do without Alembic.
        from playbook.caselog.migrate import upgrade

        upgrade(engine)
    return CaseLog(engine, given.agent, sees_all=given.agent in given.leads)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _read(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _seal(case: str, place: int, columns: dict[str, str]) -> str:
    parts = (case, str(place), *(columns[name] for name in sorted(columns)))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _columns(event: Event, at: str, knowledge: str) -> dict[str, str]:
    return {
        "at": at,
        "id": event.id,
        "kind": event.kind,
        "subject": event.subject,
        "outcome": event.outcome,
        "says": event.says,
        "quotes": packed(event.quotes),
        "digest": event.digest,
        "knowledge": knowledge,
    }


class CaseLog:
    """The cases of one agent."""

    def __init__(self, engine: Engine, owner: str, *, sees_all: bool = False) -> None:
        """`sees_all`: the agent may read every case, but writes only to own ones."""
        self._engine = engine
        self.owner = owner
        self.sees_all = sees_all

    def append(self, case: str, event: Event, *, knowledge: str) -> None:
        """Write an event at the end of a case; `started` makes the case. Once back, it is written.

        Writing the same event again does nothing, so whoever was not told the outcome may retry.

        Raises:
            NoSuchCaseError: when the agent has no such case.
            LogUnavailableError: when it could not be written.
        """
        if not _CASE.fullmatch(case):
            raise NoSuchCaseError("no_such_case")
        stored = event.redacted()
        with told():
            for _ in range(_TRIES):
                try:
                    with self._engine.begin() as connection:
                        self._append(connection, case, stored, knowledge)
                except IntegrityError:
                    # Another page of the same case took the place between looking and writing.
                    continue
                return
        raise LogUnavailableError("busy")

    def _append(self, connection: Connection, case: str, event: Event, knowledge: str) -> None:
        written = select(events.c.case_id).where(events.c.id == event.id)
        if connection.scalar(written) == case:
            return
        now = _written(datetime.now(UTC))
        if event.kind == "started":
            row = {"id": case, "owner": self.owner, "opened_at": now, "touched_at": now}
            connection.execute(insert(cases).values(row))
        else:
            mine = (cases.c.id == case) & (cases.c.owner == self.owner)
            touched = connection.execute(update(cases).where(mine).values(touched_at=now))
            if not touched.rowcount:
                raise NoSuchCaseError("no_such_case")
        last = connection.scalar(select(func.max(events.c.place)).where(events.c.case_id == case))
        place = (last or 0) + 1
        columns = _columns(event, now, knowledge)
        seal = _seal(case, place, columns)
        connection.execute(insert(events).values(case_id=case, place=place, seal=seal, **columns))

    def entries(self, case: str) -> tuple[Entry, ...]:
        """Everything that happened in a case, in order; damaged rows stand in their places.

        Raises:
            NoSuchCaseError: when the agent may see no such case.
            LogUnavailableError: when the log cannot be read.
        """
        if not _CASE.fullmatch(case):
            raise NoSuchCaseError("no_such_case")
        with told(), self._reading() as connection:
            owner = connection.scalar(select(cases.c.owner).where(cases.c.id == case))
            if owner is None or not (owner == self.owner or self.sees_all):
                raise NoSuchCaseError("no_such_case")
            rows = connection.execute(
                select(events).where(events.c.case_id == case).order_by(events.c.place)
            ).all()
        return tuple(_entry(row) for row in rows)

    def is_own(self, case: str) -> bool:
        """The agent may write to this case.

        Raises:
            LogUnavailableError: when the log cannot be read.
        """
        with told(), self._reading() as connection:
            return connection.scalar(select(cases.c.owner).where(cases.c.id == case)) == self.owner

    def open_cases(self, most: int = 20) -> tuple[CaseLine, ...]:
        """The agent's cases that have not ended, the last worked on first.

        Raises:
            LogUnavailableError: when the log cannot be read.
        """
        query = (
            select(cases)
            .where(_LAST_KIND.not_in(ENDS))
            .order_by(cases.c.touched_at.desc(), cases.c.id)
            .limit(most)
        )
        if not self.sees_all:
            query = query.where(cases.c.owner == self.owner)
        with told(), self._reading() as connection:
            found = connection.execute(query).all()
            happened = connection.execute(
                select(events)
                .where(events.c.case_id.in_([row.id for row in found]))
                .order_by(events.c.case_id, events.c.place)
            ).all()
        entries = groupby(happened, key=lambda row: row.case_id)
        told_of = {case: headline(_events(rows)) for case, rows in entries}
        return tuple(
            CaseLine(
                row.id,
                row.owner,
                _read(row.opened_at),
                _read(row.touched_at),
                *told_of.get(row.id, ("", "")),
            )
            for row in found
        )

    def ended_cases(self, most: int = 5_000) -> tuple[tuple[Entry, ...], ...]:
        """Everything that happened in the cases that have ended, the case that ended first first.

        The agent's own cases, or everyone's for a lead; when there are more than `most`, the last.

        Raises:
            LogUnavailableError: when the log cannot be read.
        """
        ended = (
            select(cases.c.id)
            .where(_LAST_KIND.in_(ENDS))
            .order_by(cases.c.touched_at.desc(), cases.c.id)
            .limit(most)
        )
        if not self.sees_all:
            ended = ended.where(cases.c.owner == self.owner)
        found = ended.subquery()
        query = (
            select(events)
            .join(found, events.c.case_id == found.c.id)
            .order_by(events.c.case_id, events.c.place)
        )
        with told(), self._reading() as connection:
            rows = connection.execute(query).all()
        by_case = (
            tuple(_entry(row) for row in group)
            for _, group in groupby(rows, key=lambda row: row.case_id)
        )
        return tuple(sorted(by_case, key=lambda entries: entries[-1].at))

    def closed_causes(self, before: datetime, most: int = 5_000) -> dict[str, dict[str, int]]:
        """How many cases were closed before a time, by symptom and true cause.

        Everyone's, the latest `most`: they are counts and tell of no case.

        Raises:
            LogUnavailableError: when the log cannot be read.
        """
        end, first = events.alias(), events.alias()
        symptom = (
            select(first.c.outcome)
            .where((first.c.case_id == cases.c.id) & (first.c.subject == "symptom"))
            .order_by(first.c.place.desc())
            .limit(1)
            .scalar_subquery()
        )
        cause = (
            select(end.c.subject)
            .where((end.c.case_id == cases.c.id) & (end.c.kind == "closed"))
            .order_by(end.c.place.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(symptom.label("symptom"), cause.label("cause"))
            .where((_LAST_KIND == "closed") & (cases.c.touched_at < _written(before)))
            .order_by(cases.c.touched_at.desc(), cases.c.id)
            .limit(most)
        )
        counts: dict[str, dict[str, int]] = {}
        with told(), self._reading() as connection:
            for row in connection.execute(query):
                of_symptom = counts.setdefault(str(row.symptom or ""), {})
                of_symptom[row.cause] = of_symptom.get(row.cause, 0) + 1
        return counts

    def purge(self, days: int) -> int:
        """Delete every agent's cases whose last event is older than `days`; how many they were.

        Their bytes are overwritten in SQLite's files as well, not only marked as free.

        Raises:
            LogUnavailableError: when nothing could be deleted.
        """
        before = _written(datetime.now(UTC) - timedelta(days=days))
        with told():
            with self._engine.begin() as connection:
                gone = connection.execute(delete(cases).where(cases.c.touched_at < before))
            if self._engine.dialect.name == "sqlite":
                with self._engine.connect() as connection:
                    raw = connection.connection.dbapi_connection
                    if raw is not None:
                        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(gone.rowcount)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            yield connection.execution_options(**READING)


def _events(rows: Iterable[Row[Any]]) -> Iterator[Event]:
    """Those that can be read."""
    events_ = (_entry(row).event for row in rows)
    return (event for event in events_ if event is not None)


def _entry(row: Row[Any]) -> Entry:
    columns = {name: str(getattr(row, name)) for name in _SEALED}
    event = None
    if _seal(row.case_id, row.place, columns) == row.seal:
        quotes = unpacked(row.quotes)
        event = Event(row.kind, row.subject, row.outcome, row.says, quotes, row.digest, row.id)
    return Entry(event, row.place, _read(str(row.at)), str(row.knowledge))

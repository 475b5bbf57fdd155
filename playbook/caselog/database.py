"""Databases: SQLite in a file of the user's, or PostgreSQL by its URL."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, StaticPool

from playbook.caselog.errors import told
from playbook.settings import SettingError, Settings

WAIT = 1
"""Seconds to wait for a lock: longer, and the agent's page would stand still."""

IN_MEMORY = "sqlite://"

READING = {"reading": True}
"""Execution options of a connection that only reads."""


def database(given: Settings) -> Engine:
    """The database the settings name.

    Raises:
        SettingError: when its URL cannot be understood.
        LogUnavailableError: when the user's data folder cannot be made.
    """
    if given.demo:
        return engine_for(IN_MEMORY)
    with told():
        return engine_for(given.database or default_url())


def default_url() -> str:
    """The SQLite file in the user's data folder, which nobody else may enter."""
    folder = user_data_path("mail-playbook", appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'cases.sqlite3'}"


def engine_for(url: str) -> Engine:
    """An engine for this database.

    Raises:
        SettingError: when it is no URL of an SQLite or PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The URL itself stays out of the message: it may hold a password.
        raise SettingError("setting_database") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise SettingError("setting_database_kind")


def _sqlite(url: URL) -> Engine:
    in_memory = url.database in {None, "", ":memory:"}
    # A database in memory lives as long as its one connection.
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(
        url,
        connect_args={"timeout": WAIT, "check_same_thread": False},
        hide_parameters=True,
        **pool,
    )

    def connected(connection: Any, _record: object) -> None:
        # The driver would begin transactions by itself, too late to hold a lock from their start.
        connection.isolation_level = None
        # Bytes that are no text any more spoil the row they stand in and no other.
        connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
        pragmas = ["foreign_keys = ON", "secure_delete = ON", "busy_timeout = 1000"]
        if not in_memory:
            # What was confirmed outlives a killed process or server. A power cut may take the last
            # answers, not the log; waiting for the disk costs an agent 4 to 12 ms an answer.
            pragmas += ["synchronous = NORMAL"]
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        if not in_memory:
            _write_ahead(connection)

    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        # A writer takes its lock first: two who read and then want to write would both fail.
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    if not in_memory:
        _make_private(Path(str(url.database)))
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, waiting for others who open the same new file.

    SQLite does not apply its busy time-out to this switch: it fails at once while another
    connection makes it.
    """
    until = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _make_private(file: Path) -> None:
    """Create the file for its owner only; SQLite gives its companions the same rights."""
    # What cannot be created is told when something is to be written.
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _postgresql(url: URL) -> Engine:
    # No pool: a kernel writes once in a while, and forty idle ones would hold forty connections;
    # and after the server was restarted no dead connection is met.
    return create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 2,
            "tcp_user_timeout": 3000,
            "application_name": "playbook",
            "options": f"-c lock_timeout={WAIT * 1000} -c statement_timeout=3000",
        },
    )

"""Changing the tables of a database from one version to another, with the data in place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from playbook.caselog.database import database
from playbook.caselog.errors import LogError, told
from playbook.caselog.tables import NO_TABLES, version
from playbook.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_105_001


def migrate(given: Settings, down_to: str | None = None) -> str:
    """Bring the database of the settings to the newest version, or down to an older one.

    Returns:
        The version it has now.

    Raises:
        LogError: when the database cannot be reached or the version is unknown.
    """
    engine = database(given)
    if down_to is None:
        upgrade(engine)
    else:
        downgrade(engine, down_to)
    with told(), engine.connect() as connection:
        return version(connection) or NO_TABLES


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the tables to a version, the newest by default; all or nothing.

    Raises:
        LogError: when the database cannot be reached or has tables of a newer program.
    """
    with _migrating(engine, to) as config:
        command.upgrade(config, to)


def downgrade(engine: Engine, to: str) -> None:
    """Bring the tables back to an older version; all or nothing. `base` removes them.

    Raises:
        LogError: when the database cannot be reached or there is no such version.
    """
    with _migrating(engine, to) as config:
        command.downgrade(config, to)


@contextmanager
def _migrating(engine: Engine, to: str) -> Iterator[Config]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with told(), engine.connect() as connection, _untied(connection), connection.begin():
            if connection.dialect.name == "postgresql":
                # Several kernels may open a new database at once; SQLite locks by itself.
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config.attributes["connection"] = connection
            yield config
    except CommandError as error:
        raise _unknown(engine, config, to) from error


def _unknown(engine: Engine, config: Config, asked: str) -> LogError:
    """What is wrong with a version, and what to do."""
    known = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    with told(), engine.connect() as connection:
        found = version(connection)
    if found is not None and found not in known:
        return LogError("log_is_newer", found=found, newest=known[-1])
    versions = ", ".join((NO_TABLES, *known))
    return LogError("log_no_version", asked=asked, found=found or NO_TABLES, known=versions)


@contextmanager
def _untied(connection: Connection) -> Iterator[None]:
    """Without SQLite's foreign keys: copying a table drops the old one, and its events with it."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")

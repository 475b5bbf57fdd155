"""The tables as they are now; how they became so stands in `migrations/`."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)

VERSION = "v2"
"""The newest of `migrations/versions`."""

NO_TABLES = "base"
"""The version of a database without tables."""

metadata = MetaData()

cases = Table(
    "cases",
    metadata,
    Column("id", String(43), primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("opened_at", String(26), nullable=False),
    Column("touched_at", String(26), nullable=False),
    Index("cases_by_owner", "owner", "touched_at"),
)
"""One row a case. `touched_at` is when its last event was written.

Times are UTC and text of one length (ISO 8601): a damaged one spoils its own row and no other.
"""

events = Table(
    "events",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("at", String(26), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("outcome", String(120), nullable=False),
    Column("says", Text, nullable=False),
    Column("quotes", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("knowledge", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    UniqueConstraint("case_id", "place", name="one_event_a_place"),
)
"""One row an event, never changed. `seal` is a digest of the other columns: a damaged row shows."""


def version(connection: Connection) -> str | None:
    """The version of a database's tables, as Alembic keeps it; none where there are no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)

"""When a case was last touched: lists and purging need not look through its events."""

import sqlalchemy as sa
from alembic import op

revision = "v2"
down_revision = "v1"


def upgrade() -> None:
    """Add the column, filled from the events there are."""
    op.add_column("cases", sa.Column("touched_at", sa.String(26)))
    op.execute(
        "UPDATE cases SET touched_at = coalesce("
        "(SELECT max(at) FROM events WHERE events.case_id = cases.id), opened_at)"
    )
    with op.batch_alter_table("cases") as table:
        table.alter_column("touched_at", existing_type=sa.String(26), nullable=False)
        table.create_index("cases_by_owner", ["owner", "touched_at"])


def downgrade() -> None:
    """Take the column away; it can be filled again from the events."""
    with op.batch_alter_table("cases") as table:
        table.drop_index("cases_by_owner")
        table.drop_column("touched_at")

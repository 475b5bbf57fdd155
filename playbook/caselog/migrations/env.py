"""Run by Alembic: migrates on the connection it was given, inside its transaction."""

from alembic import context

from playbook.caselog.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a column: the table is copied.
    render_as_batch=True,
)
context.run_migrations()

"""Commands for whoever keeps the case log: `migrate` and `purge`."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--down", "to", metavar="VERSION", help="Go back to this version (`base`: no tables, no cases)."
)
def migrate(to: str | None) -> None:
    """Bring the tables of the case log to the version of this program."""
    from playbook.caselog.migrate import migrate as bring
    from playbook.settings import settings

    click.echo(f"the tables of the case log are at {bring(settings(), to)}")


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, 36_500),
    help="Days to keep after a case's last event; PLAYBOOK_KEPT_DAYS by default.",
)
def purge(days: int | None) -> None:
    """Delete the cases whose time is over."""
    from playbook.caselog import open_case_log
    from playbook.settings import settings

    given = settings()
    count = open_case_log(given).purge(days or given.kept_days)
    click.echo(f"cases deleted: {count}")

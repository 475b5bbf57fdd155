"""Commands for whoever keeps the case log: `migrate` and `purge`."""

from __future__ import annotations

import click

from playbook.cli.words import Voice, command


@command()
@click.option("--down", "to", metavar="VERSION")
@click.pass_obj
def migrate(voice: Voice, to: str | None) -> None:
    """Bring the tables of the case log to the version of this program."""
    from playbook.caselog.migrate import migrate as bring
    from playbook.settings import settings

    click.echo(voice.say("log_version", version=bring(settings(), to)))


@command()
@click.option("--days", type=click.IntRange(1, 36_500))
@click.pass_obj
def purge(voice: Voice, days: int | None) -> None:
    """Delete the cases whose time is over."""
    from playbook.caselog import open_case_log
    from playbook.settings import settings

    given = settings()
    count = open_case_log(given).purge(days or given.kept_days)
    click.echo(voice.say("purged", count=str(count)))

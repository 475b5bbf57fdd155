"""The command `tree`: the cause tree on paper."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from playbook.cli.words import Voice, command


@command()
@click.option("--json", "as_json", is_flag=True)
@click.option("--counts", is_flag=True)
@click.pass_obj
def tree(voice: Voice, *, as_json: bool, counts: bool) -> None:
    """Print the cause tree: symptoms, causes, remedies and cautions."""
    from playbook.loader import load_knowledge
    from playbook.outline import as_data, as_text

    knowledge = load_knowledge()
    if as_json:
        click.echo(json.dumps(as_data(knowledge), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(knowledge, voice.language, _closed_causes() if counts else None))


def _closed_causes() -> dict[str, dict[str, int]]:
    from playbook.caselog import open_case_log

    return open_case_log().closed_causes(datetime.now(UTC))

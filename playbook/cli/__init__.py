"""The command `playbook`: a module for each thing a person at a terminal wants.

A command imports what it needs when it runs: `--help` and the small ones answer at once.
"""

from __future__ import annotations

import sys

import click

from playbook.cli.batch import batch
from playbook.cli.caselog import migrate, purge
from playbook.cli.cases import cases
from playbook.cli.check import check, schema
from playbook.cli.lookup import address, explain, size
from playbook.cli.read import read
from playbook.cli.serve import hub, serve
from playbook.cli.simulate import simulate
from playbook.cli.tree import tree
from playbook.cli.words import Commands


@click.group("playbook", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mail-playbook")
def main() -> None:
    """From "my e-mail stopped working" to its cause and remedy."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


for command in (
    address, batch, cases, check, explain, hub, migrate, purge, read, schema, serve, simulate,
    size, tree,
):  # fmt: skip
    main.add_command(command)

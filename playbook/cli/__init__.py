"""The command `playbook`: a module for each thing a person at a terminal wants.

A command imports what it needs when it runs: `--help` and the small ones answer at once.
"""

from __future__ import annotations

import sys
from typing import Any

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
from playbook.errors import KnowledgeError, PlaybookError


class _Commands(click.Group):
    """The subcommands; what a person can mend is told in words, and by a file's name and why."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KnowledgeError as error:
            raise click.ClickException(f"\n{error}") from error
        except PlaybookError as error:
            raise click.ClickException(_in_words(error)) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error


def _in_words(error: PlaybookError) -> str:
    """What is wrong; where the case log is out of reach, what to look at."""
    from playbook.caselog import LogUnavailableError
    from playbook.loader import load_knowledge

    if isinstance(error, LogUnavailableError):
        return "\n".join(error.in_words(load_knowledge()))
    return str(error)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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

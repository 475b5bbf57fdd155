"""What several commands begin with: the language of the answer, and the knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from playbook.errors import KnowledgeError, PlaybookError
from playbook.language import LANGUAGES

if TYPE_CHECKING:
    from playbook.schema import Knowledge

in_language = click.option(
    "--lang",
    "language",
    type=click.Choice(["ja", "en"]),
    default="ja",
    show_default=True,
    help="Language of the answer.",
)
"""The option of every command that answers in words."""


def knowledge_at_hand() -> Knowledge:
    """The knowledge.

    Raises:
        click.ClickException: when it cannot be used, with every fault.
    """
    from playbook.loader import load_knowledge

    try:
        return load_knowledge()
    except KnowledgeError as error:
        raise click.ClickException(f"\n{error}") from error


def in_words(error: PlaybookError) -> click.ClickException:
    """The error as people are told it: where the case log is out of reach, what to look at."""
    from playbook.caselog import LogUnavailableError

    if not isinstance(error, LogUnavailableError):
        return click.ClickException(str(error))
    knowledge = knowledge_at_hand()
    says = (knowledge.say("log_unavailable", each, kind=error.kind) for each in LANGUAGES)
    return click.ClickException("\n".join(says))

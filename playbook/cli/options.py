"""Options that several commands have."""

from __future__ import annotations

import click

in_language = click.option(
    "--lang",
    "language",
    type=click.Choice(["ja", "en"]),
    default="ja",
    show_default=True,
    help="Language of the answer.",
)
"""The option of every command that answers in words."""

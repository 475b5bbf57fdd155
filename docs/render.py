"""Render the docstrings of the package: `python docs/render.py FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path
from pkgutil import walk_packages

import pdoc

import playbook

SCRIPTS = ("playbook.caselog.migrations",)
"""Run by Alembic, not imported."""


def modules() -> list[str]:
    """Every module of the package by its name."""
    found = (each.name for each in walk_packages(playbook.__path__, "playbook."))
    return ["playbook", *(name for name in found if not name.startswith(SCRIPTS))]


if __name__ == "__main__":
    pdoc.render.configure(docformat="google", footer_text=playbook.__doc__.splitlines()[0])
    pdoc.pdoc(*modules(), output_directory=Path(sys.argv[1]))

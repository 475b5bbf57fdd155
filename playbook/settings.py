"""The `PLAYBOOK_*` environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator can set from outside."""

    knowledge: Path | None
    """A private knowledge folder laid over the shipped one (`PLAYBOOK_KNOWLEDGE`)."""


def settings() -> Settings:
    """The settings as the environment stands now."""
    folder = os.environ.get("PLAYBOOK_KNOWLEDGE")
    return Settings(knowledge=Path(folder).expanduser() if folder else None)

"""The `PLAYBOOK_*` environment variables."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

from playbook.errors import PlaybookError

KEPT_DAYS = 90
"""Days a case is kept after its last event, unless an administrator says otherwise."""


class SettingError(PlaybookError):
    """A setting that cannot be understood; its text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator can set from outside."""

    knowledge: Path | None = None
    """A private knowledge folder laid over the shipped one (`PLAYBOOK_KNOWLEDGE`)."""
    database: str | None = None
    """Where cases are kept (`PLAYBOOK_DATABASE`, an SQLAlchemy URL); none: a file of the user's."""
    agent: str = "local"
    """Whose cases are worked on: `JUPYTERHUB_USER`, else the user the server runs as."""
    leads: frozenset[str] = frozenset()
    """The agents who may read everyone's cases (`PLAYBOOK_LEADS`, names with commas between)."""
    kept_days: int = KEPT_DAYS
    """Days a case is kept after its last event (`PLAYBOOK_KEPT_DAYS`)."""
    token: str = ""
    """What visitors are asked for (`PLAYBOOK_TOKEN`); needed where others can reach the server."""
    batch: Path | None = None
    """The folder of the batch whose report is shown (`PLAYBOOK_BATCH`)."""
    lab: str | None = None
    """The address of JupyterLab, where it runs beside the pages (`PLAYBOOK_LAB`)."""
    pages: tuple[str, ...] = ()
    """The pages beside this one, as paths below the server (`PLAYBOOK_PAGES`, which it sets)."""
    demo: bool = False
    """Nothing outlives the session (`PLAYBOOK_DEMO`; always so on Binder)."""


def settings() -> Settings:
    """The settings as the environment stands now.

    Raises:
        SettingError: when a value cannot be understood.
    """
    folder = os.environ.get("PLAYBOOK_KNOWLEDGE")
    batch = os.environ.get("PLAYBOOK_BATCH")
    leads = os.environ.get("PLAYBOOK_LEADS", "").split(",")
    return Settings(
        knowledge=Path(folder).expanduser() if folder else None,
        database=os.environ.get("PLAYBOOK_DATABASE") or None,
        agent=os.environ.get("JUPYTERHUB_USER") or _local_user(),
        leads=frozenset(name.strip() for name in leads if name.strip()),
        kept_days=_days(),
        token=os.environ.get("PLAYBOOK_TOKEN", ""),
        batch=Path(batch).expanduser() if batch else None,
        lab=os.environ.get("PLAYBOOK_LAB") or None,
        pages=tuple(os.environ.get("PLAYBOOK_PAGES", "").split()),
        demo=_is_set("PLAYBOOK_DEMO") or "BINDER_LAUNCH_HOST" in os.environ,
    )


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() not in {"", "0", "no", "off", "false"}


def _days() -> int:
    given = os.environ.get("PLAYBOOK_KEPT_DAYS") or str(KEPT_DAYS)
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 36_500:
        raise SettingError("setting_days", given=given)
    return int(given)


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container the user may have a number and no name.
        return "local"

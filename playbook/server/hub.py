"""A server of JupyterHub's: it starts one for each agent, who must be known to the hub.

The pages stay those of `pages`, standalone: as an extension of Jupyter's own server Voilà would run
whatever code a page sends.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.utils import url_path_join
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider

from playbook.settings import SettingError


class HubVisitors(JupyterHubIdentityProvider):  # type: ignore[misc]
    """Lets in whom the hub lets in: the agent the server belongs to."""

    def __init__(self, **how: Any) -> None:
        # The token of `pages.serve` has no meaning here; the hub's is read from the environment.
        how.pop("token", None)
        super().__init__(**how)

    @property
    def auth_enabled(self) -> bool:
        """Nobody comes in unknown."""
        return True

    def get_handlers(self) -> list[Any]:
        """Logging out, and the way back from the hub's log-in."""
        prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
        return [(url_path_join(prefix, path), *more) for path, *more in super().get_handlers()]


def place() -> tuple[str, int, str]:
    """Address, port and path the hub has given this server.

    Raises:
        SettingError: when no hub has started it.
    """
    url, prefix = (os.environ.get("JUPYTERHUB_SERVICE_" + name) for name in ("URL", "PREFIX"))
    if not url or not prefix or not os.environ.get("JUPYTERHUB_USER"):
        raise SettingError("setting_no_hub")
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80, prefix

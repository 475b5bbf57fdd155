"""How a Jupyter server opens the pages: at `playbook/` beside JupyterLab, as Binder does."""

from __future__ import annotations


def behind_jupyter() -> dict[str, object]:
    """What jupyter-server-proxy needs to start the pages when they are first asked for."""
    return {
        "command": ["playbook", "serve", "--port", "{port}", "--base-url", "{base_url}playbook/"],
        "absolute_url": True,
        "timeout": 90,
        "launcher_entry": {"title": "Playbook"},
    }

"""How a Jupyter server opens the pages: at `playbook/` beside JupyterLab, as Binder does."""

from __future__ import annotations

WALKTHROUGH = "lab/tree/notebooks/trainer_walkthrough.ipynb"
"""The trainers' notebook in JupyterLab, as seen from the server's base address."""


def behind_jupyter() -> dict[str, object]:
    """What jupyter-server-proxy needs to start the pages when they are first asked for."""
    return {
        "command": ["playbook", "serve", "--port", "{port}", "--base-url", "{base_url}playbook/"],
        "environment": {"PLAYBOOK_LAB": "{base_url}" + WALKTHROUGH},
        "absolute_url": True,
        "timeout": 90,
        "launcher_entry": {"title": "Playbook"},
    }

"""What a page can do in JupyterLab beyond its cell: open a file beside the notebook."""

from __future__ import annotations

import json
import os
from pathlib import Path

from jupyter_server.serverapp import list_running_servers
from markupsafe import Markup

from playbook.widgets.parts import tag


def opener(path: Path, says: str) -> Markup:
    """A link that opens `path` beside the notebook; plain text where JupyterLab cannot reach it.

    JupyterLab runs the command that stands on an element when it is pressed ("command linker").
    """
    place = _below_the_server(path)
    if place is None:
        return tag("code", says)
    asked = json.dumps({"path": place, "options": {"mode": "split-right"}})
    return tag(
        "a", says, href="#",
        data_commandlinker_command="docmanager:open", data_commandlinker_args=asked,
    )  # fmt: skip


def _below_the_server(path: Path) -> str | None:
    """The path as JupyterLab names it: relative to the folder its server was started in."""
    parent = os.environ.get("JPY_PARENT_PID")
    for server in list_running_servers():
        root = Path(server["root_dir"]).resolve()
        if str(server["pid"]) == parent and path.resolve().is_relative_to(root):
            return path.resolve().relative_to(root).as_posix()
    return None

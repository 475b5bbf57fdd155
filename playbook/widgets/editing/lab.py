"""What a page can do in JupyterLab beyond its cell: open a file beside the notebook."""

from __future__ import annotations

import json
import os
from pathlib import Path

from jupyter_server.serverapp import list_running_servers
from markupsafe import Markup

from playbook.widgets.shared.parts import tag


def opener(path: Path, says: str) -> Markup:
    """A link that opens `path` beside the notebook; plain text where JupyterLab cannot reach it."""
    return _link(path, says, "docmanager:open", {"options": {"mode": "split-right"}})


def shower(path: Path, line: int, says: str) -> Markup:
    """A link to a line (from 1) of `path`, in the editor where it is open already."""
    # The editor counts lines from 0.
    return _link(path, says, "rendermime:handle-local-link", {"id": f"#line={max(line - 1, 0)}"})


def _link(path: Path, says: str, command: str, asked: dict[str, object]) -> Markup:
    # JupyterLab runs the command that stands on what is pressed ("command linker").
    place = _below_the_server(path)
    if place is None:
        return tag("code", says)
    return tag(
        "a", says, href="#",
        data_commandlinker_command=command,
        data_commandlinker_args=json.dumps({"path": place, **asked}),
    )  # fmt: skip


def _below_the_server(path: Path) -> str | None:
    """The path as JupyterLab names it: relative to the folder its server was started in."""
    parent = os.environ.get("JPY_PARENT_PID")
    for server in list_running_servers():
        root = Path(server["root_dir"]).resolve()
        if str(server["pid"]) == parent and path.resolve().is_relative_to(root):
            return path.resolve().relative_to(root).as_posix()
    return None

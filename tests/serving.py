"""`playbook serve`, or a JupyterLab, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

READY = 60
"""Seconds the server may take to answer."""


@dataclass
class Server:
    """The running server: its address, and what it has written so far."""

    process: subprocess.Popen[str]
    address: str = ""
    log: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid

    def url(self, path: str = "/") -> str:
        return self.address + path

    def kernel(self, kernel_id: str) -> int:
        """The process of a kernel."""
        started = psutil.Process(self.pid).children(recursive=True)
        (pid,) = [each.pid for each in started if each.name() == f"kernel {kernel_id[:8]}"]
        return pid

    def stop(self) -> None:
        """End it as a person would."""
        self.process.terminate()
        self.process.wait(30)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(30)


def start_server(*, port: int = 0, before: str = "", **settings: str) -> Server:
    """A server that answers, started as `make dashboard` starts it.

    `settings` are environment variables; port 0 is a free one; `before` is code that runs first.
    """
    start = f"{before}\nfrom playbook.cli import main; main()"
    return _started(["-c", start, "serve", "--port", str(port)], "^(http[^ ]*?)/?$", settings)


def _started(command: list[str], says: str, settings: Mapping[str, str]) -> Server:
    """A server that answers; the first group of the pattern `says` is its address."""
    process = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, **settings},
    )
    running, ready = Server(process), threading.Event()

    def listen() -> None:
        for line in process.stdout:
            running.log.append(line)
            found = re.search(says, line.strip())
            if found and not running.address:
                running.address = found[1]
                ready.set()
        ready.set()

    threading.Thread(target=listen, daemon=True).start()
    ready.wait(READY)
    if not running.address:
        running.stop()
        raise AssertionError("".join(running.log))
    return running


@contextmanager
def running_server(before: str = "", **settings: str) -> Iterator[Server]:
    """A server for as long as the block lasts.

    Cases are kept in a folder of its own, unless `settings` say otherwise.
    """
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/cases.sqlite3"
        running = start_server(before=before, **{"PLAYBOOK_DATABASE": database, **settings})
        try:
            yield running
        finally:
            running.stop()


TOKEN = "only-for-tests"
_QUIET = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
"""Nothing is asked of other hosts, nothing written unasked, and every cell is on the page."""


@contextmanager
def running_lab(folder: Path, **settings: str) -> Iterator[Server]:
    """A JupyterLab on a free port, in this folder, for as long as the block lasts.

    It needs `TOKEN`. What it keeps of its user is forgotten; `settings` are environment variables.
    """
    with TemporaryDirectory() as home:
        for plugin, chosen in _QUIET.items():
            package, name = plugin.split(":")
            kept = Path(home, "settings", package, f"{name}.jupyterlab-settings")
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(chosen), encoding="utf-8")
        apart = {
            "JUPYTER_CONFIG_DIR": f"{home}/config",
            "JUPYTERLAB_SETTINGS_DIR": f"{home}/settings",
            "JUPYTERLAB_WORKSPACES_DIR": f"{home}/workspaces",
            "PLAYBOOK_DATABASE": f"sqlite:///{home}/cases.sqlite3",
        }
        options = {
            "ServerApp.open_browser": "False",
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": "0",
            "ServerApp.root_dir": str(folder),
            "ServerApp.allow_root": "True",
            "IdentityProvider.token": TOKEN,
            "LabApp.extension_manager": "readonly",
        }
        command = ["-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
        running = _started(command, r"(http://127\.0\.0\.1:\d+)/lab", {**apart, **settings})
        try:
            yield running
        finally:
            running.stop()

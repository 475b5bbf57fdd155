"""`playbook serve` in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

READY = 60
"""Seconds the server may take to answer."""


@dataclass
class Server:
    """The running server: its address, and what it has written so far."""

    address: str = ""
    pid: int = 0
    log: list[str] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return self.address + path


@contextmanager
def running_server(*, port: int = 0, **settings: str) -> Iterator[Server]:
    """A server on a free port, started as `make dashboard` starts it, ended afterwards.

    Cases are kept in a folder of its own, unless `settings` (environment variables) say otherwise.
    """
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/cases.sqlite3"
        env = {**os.environ, "PLAYBOOK_DATABASE": database, **settings}
        with _serving(port, env) as running:
            yield running


@contextmanager
def _serving(port: int, env: dict[str, str]) -> Iterator[Server]:
    start = "from playbook.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", "--port", str(port)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=env,
    )
    running, ready = Server(pid=process.pid), threading.Event()

    def listen() -> None:
        for line in process.stdout:
            running.log.append(line)
            if line.startswith("http") and not running.address:
                running.address = line.strip().rstrip("/")
                ready.set()
        ready.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        ready.wait(READY)
        assert running.address, "".join(running.log)
        yield running
    finally:
        process.terminate()
        process.wait(30)

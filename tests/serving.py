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

    process: subprocess.Popen[str]
    address: str = ""
    log: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid

    def url(self, path: str = "/") -> str:
        return self.address + path

    def stop(self) -> None:
        """End it as a person would."""
        self.process.terminate()
        self.process.wait(30)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(30)


def start_server(*, port: int = 0, **settings: str) -> Server:
    """A server that answers, started as `make dashboard` starts it.

    `settings` are environment variables; port 0 is a free one.
    """
    start = "from playbook.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", start, "serve", "--port", str(port)],
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
            if line.startswith("http") and not running.address:
                running.address = line.strip().rstrip("/")
                ready.set()
        ready.set()

    threading.Thread(target=listen, daemon=True).start()
    ready.wait(READY)
    if not running.address:
        running.stop()
        raise AssertionError("".join(running.log))
    return running


@contextmanager
def running_server(**settings: str) -> Iterator[Server]:
    """A server for as long as the block lasts.

    Cases are kept in a folder of its own, unless `settings` say otherwise.
    """
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/cases.sqlite3"
        running = start_server(**{"PLAYBOOK_DATABASE": database, **settings})
        try:
            yield running
        finally:
            running.stop()

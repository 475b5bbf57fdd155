"""Many agents at once against a real Voilà: what they lose (nothing) and how long they wait.

    python tests/bench/load.py [--sessions N] [--seconds S] [--ramp]
    python tests/bench/load.py --arrivals 25

Every session opens the page over HTTP and the websocket as a browser does, with a kernel of its
own, and works whole cases at the pace of a person: an answer every 2 to 6 seconds. The latency is
the time from the click until the page has everything the answer changed. `--ramp` goes on adding
sessions until 99 % of the answers take longer than a second, or the memory ends. `--arrivals` has
that many come within one second and tells how long each waits for its page, ready to be pressed: 95
of 100 are to wait no longer than 4 seconds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parent.parent))

import psutil
from serving import Server, running_server, start_server
from wire import Wire

from playbook.caselog import open_case_log
from playbook.loader import load_knowledge
from playbook.settings import settings
from playbook.widgets.case.keeping import Keeper
from playbook.widgets.case.state import CaseState

PACE = (2.0, 6.0)
"""Seconds between two answers of one agent."""
LONG_CASE = 8
STEP, STEP_SECONDS = 10, 30
MEMORY_LEFT = 2**30
SETTLED = 8
"""Seconds a server has been up when the first of many arrives."""
IN_TIME = 4
"""Seconds 95 of 100 who come together may wait."""


class Agent(threading.Thread):
    """One session: works cases until told to stop."""

    def __init__(self, address: str, number: int) -> None:
        super().__init__(daemon=True)
        self.dice = random.Random(number)
        self.address = address
        self.latencies: list[float] = []
        self.cases: dict[str, int] = {}
        """Answers confirmed, by case."""
        self.fault = ""
        self.opened = 0.0
        self.stopping = threading.Event()

    def run(self) -> None:
        try:
            began = time.perf_counter()
            self.wire = Wire(self.address, wait=120)
            self.opened = time.perf_counter() - began
            while not self.stopping.wait(self.dice.uniform(*PACE)):
                self._answer()
        except Exception as error:  # noqa: BLE001  # counted and told
            self.fault = f"{type(error).__name__}: {error}"

    def _answer(self) -> None:
        wire = self.wire
        answers = wire.buttons("pb-answers") if wire.case else []
        if not answers or len(wire.facts) >= LONG_CASE:
            if wire.case:
                wire.press(wire.find("pb-new"))
            answers = wire.buttons("pb-symptoms")[:3]
        began = time.perf_counter()
        wire.press(self.dice.choice(answers))
        self.latencies.append(time.perf_counter() - began)
        if not wire.kept:
            self.cases[wire.case] = 1 + len(wire.facts)


def memory(server: Server) -> tuple[float, int]:
    """MB (PSS) a kernel takes on average, and how many there are."""
    started = psutil.Process(server.pid).children(recursive=True)
    kernels = [each for each in started if each.name().startswith("kernel ")]
    sizes = [each.memory_full_info().pss / 2**20 for each in kernels]
    return sum(sizes) / max(1, len(sizes)), len(sizes)


def lost(database: str, agents: list[Agent]) -> tuple[int, int]:
    """Answers confirmed, and those of them a new kernel would not find."""
    knowledge = load_knowledge()
    log = open_case_log(replace(settings(), database=database))
    confirmed = missing = 0
    for agent in agents:
        for case, count in agent.cases.items():
            state = CaseState(knowledge, Keeper(knowledge.digest, lambda: log))
            state.resume(case)
            confirmed += count
            missing += max(0, count - len(state.facts))
    return confirmed, missing


def start(server: Server, agents: list[Agent], count: int) -> None:
    new = [Agent(server.address, len(agents) + n) for n in range(count)]
    agents += new
    for agent in new:
        agent.start()
    while any(not each.opened and not each.fault for each in new):
        time.sleep(0.2)


def arrive(count: int) -> int:
    """Let visitors come within a second; 0 when they were served in time and without a fault."""
    with running_server() as server:
        time.sleep(SETTLED)
        agents = [Agent(server.address, number) for number in range(count)]
        for agent in agents:
            agent.stopping.set()
            agent.start()
            time.sleep(1 / count)
        for agent in agents:
            agent.join()
        faults = [each.fault for each in agents if each.fault]
        waits = sorted(each.opened for each in agents if each.opened)
        size, kernels = memory(server)
    late = quantiles(waits, n=20)[18]
    print(
        f"{count} arrivals in a second: median {median(waits):.2f} s, 95 % within {late:.2f} s, "
        f"all within {waits[-1]:.2f} s; {size:.0f} MB PSS a kernel ({kernels}), "
        f"{len(faults)} faults"
    )
    return bool(faults or late > IN_TIME)


def measure(agents: list[Agent], seconds: float) -> tuple[float, float, int]:
    """Median and 99th percentile of the latency in ms over a stretch of time, and the answers."""
    before = [len(each.latencies) for each in agents]
    time.sleep(seconds)
    seen = [ms for each, n in zip(agents, before, strict=True) for ms in each.latencies[n:]]
    return median(seen) * 1000, quantiles(seen, n=100)[98] * 1000, len(seen)


def report(server: Server, agents: list[Agent], seconds: float) -> float:
    middle, late, answers = measure(agents, seconds)
    size, kernels = memory(server)
    faults = [each.fault for each in agents if each.fault]
    print(
        f"{len(agents):4} sessions: {answers} answers in {seconds:.0f} s, median {middle:.0f} ms, "
        f"99 % under {late:.0f} ms; {size:.0f} MB PSS a kernel ({kernels}); {len(faults)} faults",
        flush=True,
    )
    for fault in faults[:3]:
        print("    ", fault)
    return late


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--ramp", action="store_true")
    parser.add_argument("--arrivals", type=int)
    given = parser.parse_args()
    if given.arrivals:
        return arrive(given.arrivals)
    agents: list[Agent] = []
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/cases.sqlite3"
        server = start_server(PLAYBOOK_DATABASE=database)
        try:
            began = time.monotonic()
            start(server, agents, given.sessions)
            opened = sorted(each.opened for each in agents)
            print(
                f"{given.sessions} pages opened at once in {time.monotonic() - began:.1f} s, "
                f"median {median(opened):.1f} s"
            )
            late = report(server, agents, given.seconds)
            largest = len(agents) if late < 1000 else 0
            while given.ramp and late < 1000:
                if psutil.virtual_memory().available < MEMORY_LEFT:
                    print("the memory is used up")
                    break
                start(server, agents, STEP)
                late = report(server, agents, STEP_SECONDS)
                largest = len(agents) if late < 1000 else largest
            if given.ramp:
                print(f"largest number of sessions with 99 % under a second: {largest}")
            for agent in agents:
                agent.stopping.set()
            for agent in agents:
                agent.join(30)
            confirmed, missing = lost(database, agents)
            print(f"{confirmed} answers confirmed, {missing} lost")
        finally:
            server.stop()
    return bool(missing or any(each.fault for each in agents))


if __name__ == "__main__":
    sys.exit(main())

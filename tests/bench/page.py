"""How soon a page can be worked with: our dashboard beside a small form in bare Voilà and others.

    python tests/bench/page.py [--rounds 3] [--peers FOLDER] [--only NAME ...]

Each round starts each server anew, in turn. `cold` is the first visitor of a server that has been
up for a moment, `warm` the next with an empty cache, `cached` the same browser again; each until a
press is answered on the screen. `click` is one press there and back: in ours, an answer until the
next question stands there. `MB` is the proportional share (PSS) a session more takes on the server.
Medians; the ratios to bare Voilà of the same run are what counts. The others are installed from
PyPI into a folder of their own, below the system's folder for temporary files.
"""

from __future__ import annotations

import argparse
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

TESTS = Path(__file__).parent.parent
FORMS = Path(__file__).parent / "forms"
sys.path[:0] = [str(TESTS), str(TESTS / "browser")]

from install import find_chromium  # noqa: E402
from playwright.sync_api import (  # noqa: E402
    Browser,
    BrowserContext,
    Error,
    Page,
    sync_playwright,
)

PEERS = ("panel", "dash", "nicegui", "streamlit")
SETTLED = 6
"""Seconds a server has been up when its first visitor comes."""
PAUSE = 2
"""Seconds between two visitors."""
CLICKS = 10
SESSIONS = 3
"""Sessions opened to weigh one."""

DEEP = """
const roots = (root) => [root, ...[...root.querySelectorAll("*")]
    .filter((node) => node.shadowRoot).flatMap((node) => roots(node.shadowRoot))];
const all = (selector) => roots(document).flatMap((root) => [...root.querySelectorAll(selector)]);
const text = () => roots(document).map((root) => (root.body ?? root).textContent).join(" ");
let [pressed, gap] = [-Infinity, 125];
const again = (button) => {
    if (!button || performance.now() - pressed < gap) return;
    [pressed, gap] = [performance.now(), 2 * gap];
    button.click();
};
const soon = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
});
"""
"""Looks into shadow trees as well; waits without the browser's shortest timer. A press that comes
too early is lost on some pages and does harm on others, so it is repeated, ever later."""

FORM_USABLE = """() => {
    if (/done \\d/.test(text())) return true;
    again(all("button").find((each) => each.textContent.trim() === "Read"));
    return false;
}"""
FORM_CLICK = """async () => {
    // Streamlit takes the text away while it answers, and counts presses that came too early later.
    const done = () => Number(text().match(/done (\\d+)/)?.[1] ?? 0);
    const before = done();
    const began = performance.now();
    all("button").find((each) => each.textContent.trim() === "Read").click();
    while (done() <= before && performance.now() < began + 5000) await soon();
    return performance.now() - began;
}"""
OURS_USABLE = """() => {
    if (all(".pb-answers button").length) return true;
    again(all(".pb-symptoms button")[0]);
    return false;
}"""
OURS_CLICK = """async () => {
    const question = () => all(".pb-question h2")[0]?.textContent ?? "";
    const before = question();
    const began = performance.now();
    all(".pb-answers .pb-line-0")[0].click();
    while (question() === before) await soon();
    return performance.now() - began;
}"""


@dataclass(frozen=True)
class Contender:
    """A page and how it is started; `{port}` and `{peers}` (their Python) are filled in."""

    name: str
    command: tuple[str, ...]
    usable: str = FORM_USABLE
    click: str = FORM_CLICK
    clicks: int = CLICKS


CONTENDERS = (
    Contender(
        "playbook",
        (sys.executable, "-c", "from playbook.cli import main; main()", "serve",
         "--port", "{port}"),
        OURS_USABLE, OURS_CLICK, clicks=4,
    ),
    Contender(
        "bare voila",
        (sys.executable, "-m", "voila", str(FORMS / "voila_form.ipynb"), "--no-browser",
         "--port={port}", "--Voila.ip=127.0.0.1"),
    ),
    Contender(
        "panel",
        ("{peers}", "-m", "panel", "serve", str(FORMS / "panel_form.py"), "--port", "{port}",
         "--address", "127.0.0.1", "--index", "panel_form"),
    ),
    Contender("dash", ("{peers}", str(FORMS / "dash_form.py"), "{port}")),
    Contender("nicegui", ("{peers}", str(FORMS / "nicegui_form.py"), "{port}")),
    Contender(
        "streamlit",
        ("{peers}", "-m", "streamlit", "run", str(FORMS / "streamlit_form.py"), "--server.port",
         "{port}", "--server.address", "127.0.0.1", "--server.headless", "true",
         "--browser.gatherUsageStats", "false"),
    ),
)  # fmt: skip


@dataclass
class Measured:
    """What was measured of one contender, a value a round."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    cached: list[float] = field(default_factory=list)
    click: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


def peers_python(folder: Path) -> str:
    """The Python of the venv with the others, made when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return str(python)


@contextmanager
def started(contender: Contender, peers: str) -> Iterator[tuple[str, int]]:
    """The address and process of a server that listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [part.format(port=port, peers=peers) for part in contender.command]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "PLAYBOOK_DATABASE": f"sqlite:///{folder}/cases.sqlite3"}
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=env, cwd=folder) as process:
            try:
                _await_port(port, process)
                time.sleep(SETTLED)
                yield f"http://127.0.0.1:{port}/", process.pid
            finally:
                for each in psutil.Process(process.pid).children(recursive=True):
                    each.kill()
                process.kill()


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{process.args} does not listen")


def usable_after(page: Page, address: str, contender: Contender) -> float:
    """Seconds from asking for the page until a press is answered."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit", timeout=20_000)
    page.wait_for_function(contender.usable, polling=50, timeout=20_000)
    return time.perf_counter() - began


def watched(context: BrowserContext) -> tuple[Page, Callable[[], tuple[float, int]]]:
    """A page, and how many kilobytes and requests it has taken so far."""
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    return page, lambda: (sum(sizes) / 1000, len(sizes))


def new_context(browser: Browser) -> BrowserContext:
    context = browser.new_context(locale="ja-JP", bypass_csp=True)
    context.add_init_script(DEEP + "Object.assign(globalThis, { all, text, soon, again });")
    return context


def memory(pid: int) -> float:
    """Megabytes (PSS) of a server and all it has started."""
    whole = psutil.Process(pid)
    processes = [whole, *whole.children(recursive=True)]
    return sum(each.memory_full_info().pss for each in processes) / 1e6


def one_round(browser: Browser, contender: Contender, peers: str, into: Measured) -> None:
    """Start it, visit it three times, weigh its sessions in the first round."""
    with started(contender, peers) as (address, pid):
        context = new_context(browser)
        into.cold.append(usable_after(context.new_page(), address, contender))
        context.close()
        time.sleep(PAUSE)
        context = new_context(browser)
        page, taken = watched(context)
        into.warm.append(usable_after(page, address, contender))
        kilobytes, requests = taken()
        into.kilobytes.append(kilobytes)
        into.requests.append(requests)
        page.close()
        time.sleep(PAUSE)
        page = context.new_page()
        into.cached.append(usable_after(page, address, contender))
        page.wait_for_timeout(500)
        clicks = [page.evaluate(contender.click) for _ in range(contender.clicks)]
        into.click.append(statistics.median(clicks))
        if not into.megabytes:
            into.megabytes.append(weigh(browser, contender, address, pid))
        context.close()


def weigh(browser: Browser, contender: Contender, address: str, pid: int) -> float:
    """Megabytes a session more takes; it hardly differs from round to round."""
    time.sleep(PAUSE)
    before = memory(pid)
    others = [new_context(browser) for _ in range(SESSIONS)]
    for each in others:
        usable_after(each.new_page(), address, contender)
        time.sleep(PAUSE / 2)
    time.sleep(PAUSE)
    after = memory(pid)
    for each in others:
        each.close()
    return (after - before) / SESSIONS


def median(values: list[float]) -> float:
    """The median; not a number where nothing was measured."""
    return statistics.median(values) if values else math.nan


def report(measured: dict[str, Measured]) -> None:
    """The table, and the ratios to bare Voilà."""
    load = os.getloadavg()[0]
    print(f"\nload {load:.1f} on {os.cpu_count()} cores; medians")
    head = ("", "cold s", "warm s", "cached s", "click ms", "KB", "requests", "MB a session")
    print("".join(f"{name:>13}" for name in head))
    for name, each in measured.items():
        figures = [median(values) for values in vars(each).values()]
        digits = (2, 2, 2, 0, 0, 0, 1)
        cells = [f"{figure:.{n}f}" for figure, n in zip(figures, digits, strict=True)]
        print("".join(f"{cell:>13}" for cell in (name, *cells)))
    bare = measured.get("bare voila")
    if bare is None:
        return
    print("\nratio to bare Voilà")
    for name, each in measured.items():
        pairs = ((getattr(each, when), getattr(bare, when)) for when in ("cold", "warm", "cached"))
        ratios = [median(mine) / median(its) for mine, its in pairs]
        print("".join(f"{cell:>13}" for cell in (name, *(f"{ratio:.2f}" for ratio in ratios))))


def main() -> None:
    """Run the rounds and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="*", default=[each.name for each in CONTENDERS])
    default = Path(tempfile.gettempdir()) / "playbook-bench-peers"
    options.add_argument("--peers", type=Path, default=default)
    given = options.parse_args()
    contenders = [each for each in CONTENDERS if each.name in given.only]
    needs_peers = {each.name for each in contenders} & set(PEERS)
    peers = peers_python(given.peers) if needs_peers else ""
    measured = {each.name: Measured() for each in contenders}
    with sync_playwright() as playwright:
        for number in range(given.rounds):
            for each in contenders:
                # A browser of its own: nothing is left of the others.
                browser = playwright.chromium.launch(
                    executable_path=find_chromium(), args=["--no-sandbox"]
                )
                try:
                    one_round(browser, each, peers, measured[each.name])
                except Error as error:
                    # The others are measured all the same; what is missing shows as nan.
                    print(f"round {number + 1} {each.name}: {error.message.splitlines()[0]}")
                browser.close()
                latest = {
                    name: round(values[-1], 2)
                    for name, values in vars(measured[each.name]).items()
                    if values
                }
                print(f"round {number + 1} {each.name}: {latest}", flush=True)
    report(measured)


if __name__ == "__main__":
    main()

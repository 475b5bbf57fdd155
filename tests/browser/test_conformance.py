"""The notebooks show a person the same in our template, in Voilà's own and in JupyterLab."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from invented_mails import ENGLISH
from lab import run_all
from playwright.sync_api import Browser, Page, expect
from serving import Server, running_server

from playbook.server.pages import PAGES

SEEN = """root => {
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });
  const plain = (words) => words.replace(/\\s+/g, " ").trim();
  const rows = (selector, tell) => [...root.querySelectorAll(selector)].filter(seen).map(tell);
  return {
    buttons: rows("button", (each) => plain(each.innerText)),
    pressable: rows("button:not(:disabled)", (each) => plain(each.innerText)).length,
    prose: rows(".pb-prose:not(.pb-pages)", (each) => plain(each.innerText)).filter(Boolean),
    boxes: rows("textarea, input", (each) => each.value),
    marks: rows("mark", (each) => `${plain(each.innerText)} (${each.title})`),
  };
}"""
"""What a person sees of a page: the words of its buttons, its prose, what stands in its boxes.

The ways to other pages are only where there are others.
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def bare_voila(lab_folder: Path) -> Iterator[str]:
    """The address of Voilà with its own template, on a folder of notebooks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "voila", str(lab_folder), "--no-browser", f"--port={port}"]
    quiet = subprocess.DEVNULL
    with TemporaryDirectory() as folder:
        env = {**os.environ, "PLAYBOOK_DATABASE": f"sqlite:///{folder}/cases.sqlite3"}
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=env) as process:
            while not _listens(port):
                assert process.poll() is None
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/voila/render/"
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def work_the_dashboard(page: Page) -> None:
    page.locator(".pb-symptoms .pb-line-0").nth(1).click()
    page.locator(".pb-answers .pb-line-0").nth(1).click()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(1)
    read(page)


def read(page: Page) -> None:
    page.locator(".pb-paste textarea").fill(ENGLISH)
    page.locator(".pb-read").click()
    expect(page.locator(".pb-evidence mark").first).to_be_visible()


ADDRESS = {Path(notebook).stem: path for path, notebook in PAGES.items()}
STEPS: dict[str, Callable[[Page], None]] = {
    "agent_dashboard": work_the_dashboard,
    "bounce_desk": read,
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1600, "height": 1200}, locale="ja-JP")
    context.add_init_script("localStorage.setItem('playbook:hint-read', '1')")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", STEPS)
def test_a_person_sees_the_same_in_all_three_front_ends(page, server, bare_voila, lab, name):
    def seen() -> dict[str, list[str]]:
        page.locator(".pb-page .pb-language").first.wait_for(timeout=60_000)
        STEPS[name](page)
        return page.locator(".pb-page").evaluate(SEEN)

    page.goto(server.url(ADDRESS[name]))
    ours = seen()
    page.goto(f"{bare_voila}{name}.ipynb")
    voila = seen()
    run_all(page, lab, name)
    jupyterlab = seen()
    assert len(ours["buttons"]) > 4
    assert ours["marks"]
    assert voila == ours
    assert jupyterlab == ours

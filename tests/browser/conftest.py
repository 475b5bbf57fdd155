"""A real Chromium against a real Voilà, started once for all browser tests."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from install import find_chromium
from lab import run_all
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from serving import Server, running_lab, running_server

FAULT = re.compile(r"reference [0-9a-f]{8}:|Error at server while executing")
"""What the guard of a page, or Voilà for a cell, writes to the log."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The pages, served as `make dashboard` serves them."""
    with running_server() as running:
        yield running


NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder JupyterLab shows: a copy of the notebooks."""
    return Path(shutil.copytree(NOTEBOOKS, tmp_path_factory.mktemp("lab") / "notebooks"))


@pytest.fixture(scope="session")
def lab(lab_folder: Path) -> Iterator[Server]:
    """A real JupyterLab. A module of tests that works there returns it as its `server`."""
    with running_lab(lab_folder) as running:
        yield running


@pytest.fixture
def notebook(context: BrowserContext, lab: Server) -> Callable[[str], Page]:
    """Opens the notebook of a name in JupyterLab, with all its cells run."""

    def opened(name: str) -> Page:
        page = context.new_page()
        run_all(page, lab, name)
        return page

    return opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    # A kernel may just be starting for the page before this one.
    expect.set_options(timeout=25_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def look() -> dict[str, object]:
    """How the browser is set up; a test may ask for another screen by overriding it."""
    return {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def hint_read() -> bool:
    """Whether the hint for those who open a page for the first time has been read."""
    return True


@pytest.fixture
def context(
    browser: Browser, server: Server, look: dict[str, object], hint_read: bool
) -> Iterator[BrowserContext]:
    """A browser nobody has used yet. No page in it may ask another host, or fail."""
    kept = [{"name": "playbook:hint-read", "value": "1"}] if hint_read else []
    context = browser.new_context(
        locale="ja-JP",
        permissions=["clipboard-read", "clipboard-write"],
        storage_state={
            "cookies": [], "origins": [{"origin": server.address, "localStorage": kept}]
        },
        **look,
    )  # fmt: skip
    context.set_default_timeout(25_000)
    foreign, faults = [], []
    home = urlsplit(server.address).netloc

    def asked(url: str) -> None:
        if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).netloc != home:
            foreign.append(url)

    context.on("request", lambda request: asked(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: asked(socket.url)))
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield context
    context.close()
    assert foreign == []
    assert faults == []


@pytest.fixture
def dashboard(context: BrowserContext, server: Server) -> Page:
    """The agent's page, ready."""
    page = context.new_page()
    page.goto(server.url("/"))
    page.locator(".pb-symptoms button").first.wait_for()
    page.locator(".pb-search input").wait_for()
    page.locator("[data-keys]").first.wait_for(state="attached")
    return page


@pytest.fixture
def desk(context: BrowserContext, server: Server) -> Page:
    """The bounce desk, ready."""
    page = context.new_page()
    page.goto(server.url("/bounce_desk"))
    page.locator(".pb-paste textarea").wait_for()
    page.locator("[data-keys]").first.wait_for(state="attached")
    return page


@pytest.fixture(autouse=True)
def _nothing_went_wrong_behind_the_pages(server: Server) -> Iterator[None]:
    seen = len(server.log)
    yield
    wrong = [line for line in server.log[seen:] if FAULT.search(line)]
    assert wrong == []

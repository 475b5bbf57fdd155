"""Take the pictures of the pages: `python screenshots.py FOLDER [--all]`.

The few that the documentation shows and a call in moving pictures, or with `--all` each page at
each width, language and scheme, to look at after a change of design.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

sys.path.insert(0, str(Path(__file__).parent.parent))

from install import find_chromium
from invented_mails import ENGLISH
from lab import run_all
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from serving import TOKEN, Server, running_lab, running_server

PAGES = {
    "dashboard": "/",
    "desk": "/bounce_desk",
    "tree": "/voila/render/tree.ipynb",
    "choosing": "/voila/render/choosing.ipynb",
    "simulator": "/voila/render/simulator.ipynb",
    "class": "/voila/render/class.ipynb",
    "debrief": "/voila/render/simulator.ipynb",
}
TRAINING = {
    "tree": "from playbook.widgets.training import walkthrough\n"
    "lesson = walkthrough.begin('cannot_receive')\n"
    "lesson.answer('quota_used', 'full')\nlesson.picture()",
    "choosing": "from playbook.widgets.training import simulator\nsimulator.show()",
    "simulator": "from playbook.widgets.training import simulator\n"
    "simulator.show('grandchild_photos')",
    "class": "from playbook.widgets.training import simulator\n"
    "simulator.show('grandchild_photos', way='class')",
}
"""What the pages of the trainer notebook are opened with, each in a notebook of its own."""

WIDTHS = (390, 1280, 1920)
SHOWN = {("dashboard", 1280, "ja", "light"), ("dashboard", 1280, "en", "light"),
         ("dashboard", 390, "ja", "light"), ("desk", 1280, "ja", "light"),
         ("tree", 1280, "ja", "light"), ("debrief", 1280, "ja", "light")}  # fmt: skip
SETTLED = 400
"""Milliseconds after which nothing on the page moves any more."""


@dataclass(frozen=True)
class Picture:
    page: str
    width: int
    language: str
    scheme: str

    @property
    def name(self) -> str:
        return f"{self.page}-{self.width}-{self.language}-{self.scheme}.png"

    @property
    def is_shown(self) -> bool:
        return (self.page, self.width, self.language, self.scheme) in SHOWN


def pictures(*, every: bool) -> Iterator[Picture]:
    for each in product(PAGES, WIDTHS, ("ja", "en"), ("light", "dark")):
        picture = Picture(*each)
        if every or picture.is_shown:
            yield picture


def work_a_case(page: Page) -> None:
    """Half-way through a case: two answers given, a bounce read, a remedy open."""
    page.locator(".pb-symptoms .pb-line-0").nth(1).click()
    page.locator(".pb-answers .pb-line-0").nth(1).click()
    page.locator(".pb-facts .pb-line").first.wait_for()
    page.locator(".pb-paste textarea").fill(ENGLISH)
    page.locator(".pb-read").click()
    page.locator(".pb-evidence pre").wait_for()
    page.locator(".pb-ranking .pb-line-0").first.click()
    page.locator(".pb-sheet article").wait_for()


def read_a_bounce(page: Page) -> None:
    page.locator(".pb-paste textarea").fill(ENGLISH)
    page.locator(".pb-read").click()
    page.locator(".pb-evidence pre").wait_for()


def call(page: Page) -> Iterator[int]:
    """A call, step by step; after each, how many milliseconds there is something to see."""
    yield 1800
    page.locator(".pb-symptoms .pb-line-0").nth(1).click()
    page.locator(".pb-answers .pb-line-0").first.wait_for()
    yield 2200
    for answers in (1, 2):
        page.locator(".pb-answers .pb-line-0").nth(1).click()
        page.locator(".pb-facts .pb-line").nth(answers - 1).wait_for()
        yield 2000
    page.locator(".pb-paste textarea").fill(ENGLISH)
    yield 1500
    page.locator(".pb-read").click()
    page.locator(".pb-evidence pre").wait_for()
    yield 2500
    page.locator(".pb-ranking .pb-line-0").first.click()
    page.locator(".pb-sheet article").wait_for()
    yield 4000


def film(browser: Browser, server: Server, language: str, path: Path) -> None:
    """The call as a moving picture."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
    page.add_init_script("localStorage.setItem('playbook:hint-read', '1')")
    page.goto(server.url("/"))
    page.locator(".pb-symptoms button").first.wait_for()
    if language == "en":
        page.get_by_role("button", name="English").click()
    frames, durations = [], []
    for milliseconds in call(page):
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(SETTLED)
        frame = Image.open(BytesIO(page.screenshot())).convert("RGB")
        frames.append(frame.resize((960, 645), Image.Resampling.LANCZOS))
        durations.append(milliseconds)
    page.close()
    first, *rest = frames
    first.save(path, save_all=True, append_images=rest, duration=durations, loop=0, quality=72)
    print(path)


def pick_a_cause(page: Page) -> None:
    page.locator(".pb-drawing [data-id=quota_imap]").first.click()
    page.locator(".pb-sheet article").wait_for()


def work_with_a_customer(page: Page) -> None:
    """A question asked, a suspicion noted, a remedy looked at and one caution read out."""
    page.locator(".pb-checks button[data-id=quota_used]").click()
    page.locator(".pb-turns li").first.wait_for()
    page.locator(".pb-suspect summary").click()
    page.locator(".pb-suspect button[data-id=quota_imap]").click()
    page.locator(".pb-suspect summary").click()
    page.locator(".pb-checks button[data-id=recent_change]").click()
    page.locator(".pb-turns li").nth(1).wait_for()
    page.locator(".pb-hint-2").click()
    page.locator(".pb-given p").wait_for()
    page.locator(".pb-remedies summary").click()
    page.locator(".pb-remedies button[data-id=free_quota_pop]").click()
    page.locator(".pb-caution-lines button").first.click()
    page.locator(".pb-caution-lines .pb-chosen").wait_for()


def vote(page: Page) -> None:
    for check in ("quota_used", "quota_used", "protocol"):
        page.locator(f".pb-checks button[data-id={check}]").click()
    page.locator(".pb-votes .pb-line").nth(1).wait_for()
    page.locator(".pb-tree-picture summary").click()
    page.locator(".pb-drawing").wait_for()


def talk_it_through(page: Page) -> None:
    work_with_a_customer(page)
    page.locator(".pb-try").click()
    page.locator(".pb-solved").wait_for()
    page.locator(".pb-suspect summary").click()
    page.locator(".pb-suspect button[data-id=quota_leave_copy]").click()
    page.locator(".pb-verified").click()
    page.locator(".pb-debrief article").wait_for()


DOES = {
    "dashboard": work_a_case,
    "desk": read_a_bounce,
    "tree": pick_a_cause,
    "choosing": lambda _page: None,
    "simulator": work_with_a_customer,
    "class": vote,
    "debrief": talk_it_through,
}
"""What is done on a page before its picture is taken."""


@contextmanager
def training_notebooks() -> Iterator[Server]:
    """The pages for trainers in Voilà beside JupyterLab, with its own template."""
    with TemporaryDirectory() as folder:
        for name, source in TRAINING.items():
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
            nbformat.write(notebook, f"{folder}/{name}.ipynb")
        with running_lab(Path(folder)) as running:
            yield running


def check_a_copy(page: Page) -> None:
    """A copy with a change is checked, and stands beside the notebook."""
    page.locator(".pb-choice select").select_option("causes/receiving.yaml")
    page.locator(".pb-copy-file").click()
    page.locator(".pb-files a").click()
    page.locator(".jp-FileEditor .cm-content").wait_for()
    page.locator(".pb-check-again").click()
    page.locator(".pb-checked h3").first.wait_for()


LAB_SHOWN = ("case_review", "ja")


def lab_pictures(browser: Browser, folder: Path, *, every: bool) -> None:
    """The leads' notebooks in JupyterLab."""
    with TemporaryDirectory() as place:
        notebooks = Path(place, "notebooks")
        shutil.copytree(Path(__file__).parents[2] / "notebooks", notebooks)
        with running_lab(notebooks) as lab:
            for name, language in product(("case_review", "knowledge_editing"), ("ja", "en")):
                if not every and (name, language) != LAB_SHOWN:
                    continue
                page = browser.new_page(viewport={"width": 1280, "height": 1400})
                run_all(page, lab, name)
                if name == "knowledge_editing":
                    check_a_copy(page)
                if language == "en":
                    page.get_by_role("button", name="English").click()
                top = ".pb-page" if name == "knowledge_editing" else "h1"
                page.locator(top).first.evaluate("each => each.scrollIntoView()")
                page.wait_for_timeout(4 * SETTLED)
                page.screenshot(path=folder / f"{name}-{language}.png")
                page.close()
                print(folder / f"{name}-{language}.png")


def main(folder: Path, *, every: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        running_server() as agents,
        training_notebooks() as trainers,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for picture in pictures(every=every):
            take(browser, picture, agents, trainers, folder)
            print(folder / picture.name)
        for language in ("ja", "en"):
            # On a server of its own, so that no open case stands above the first symptom.
            with running_server() as called:
                film(browser, called, language, folder / f"call-{language}.webp")
        lab_pictures(browser, folder, every=every)
        browser.close()


def take(
    browser: Browser, picture: Picture, agents: Server, trainers: Server, folder: Path
) -> None:
    is_training = picture.page not in {"dashboard", "desk"}
    height = 844 if picture.width == 390 else 900
    # The notebook's own template scrolls inside: all that is to be seen has to fit.
    height = 3200 if is_training and picture.width == 390 else 1800 if is_training else height
    size = {"width": picture.width, "height": height}
    page = browser.new_page(viewport=size, color_scheme=picture.scheme)
    page.add_init_script("localStorage.setItem('playbook:hint-read', '1')")
    server = trainers if is_training else agents
    page.goto(server.url(f"{PAGES[picture.page]}?theme={picture.scheme}&token={TOKEN}"))
    page.locator(".pb-languages button").first.wait_for(timeout=60_000)
    if picture.language == "en":
        page.get_by_role("button", name="English").click()
    DOES[picture.page](page)
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
    page.wait_for_timeout(SETTLED)
    path = folder / picture.name
    if is_training:
        page.locator(".pb-page").screenshot(path=path)
    else:
        page.screenshot(path=path, full_page=picture.width != 1280)
    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), every="--all" in sys.argv)

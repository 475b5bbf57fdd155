"""Take the pictures of the pages: `python screenshots.py FOLDER [--all]`.

The few that the documentation shows and a call in moving pictures, or with `--all` each page at
each width, language and scheme, to look at after a change of design.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from install import find_chromium
from invented_mails import ENGLISH
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from serving import Server, running_server

WIDTHS = (390, 1280, 1920)
SHOWN = {("dashboard", 1280, "ja", "light"), ("dashboard", 1280, "en", "light"),
         ("dashboard", 390, "ja", "light"), ("desk", 1280, "ja", "light")}  # fmt: skip
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
    for each in product(("dashboard", "desk"), WIDTHS, ("ja", "en"), ("light", "dark")):
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


def main(folder: Path, *, every: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with running_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for picture in pictures(every=every):
            size = {"width": picture.width, "height": 844 if picture.width == 390 else 900}
            page = browser.new_page(viewport=size, color_scheme=picture.scheme)
            page.add_init_script("localStorage.setItem('playbook:hint-read', '1')")
            page.goto(server.url("/" if picture.page == "dashboard" else "/bounce_desk"))
            page.locator(".pb-paste textarea").wait_for()
            if picture.language == "en":
                page.get_by_role("button", name="English").click()
            (work_a_case if picture.page == "dashboard" else read_a_bounce)(page)
            page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
            page.wait_for_timeout(SETTLED)
            page.screenshot(path=folder / picture.name, full_page=picture.width != 1280)
            page.close()
            print(folder / picture.name)
        for language in ("ja", "en"):
            film(browser, server, language, folder / f"call-{language}.webp")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), every="--all" in sys.argv)

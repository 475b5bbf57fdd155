"""Take the pictures of the pages: `python screenshots.py FOLDER [--all]`.

The few that the documentation shows, or with `--all` each page at each width, language and scheme,
to look at after a change of design.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from install import find_chromium
from invented_mails import ENGLISH
from playwright.sync_api import Page, sync_playwright
from serving import running_server

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
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), every="--all" in sys.argv)

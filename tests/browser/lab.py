"""Opening a notebook in JupyterLab, as a person does."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from serving import TOKEN, Server


def run_all(page: Page, lab: Server, name: str) -> None:
    """Open the notebook of this name and run all its cells."""
    page.goto(lab.url(f"/lab/tree/{name}.ipynb?reset&token={TOKEN}"))
    ready = page.locator(".jp-StatusBar-TextItem", has_text=re.compile(r"\| Idle$"))
    ready.wait_for(timeout=60_000)
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(last).to_have_text(re.compile(r"\[\d+\]:"), timeout=60_000)

"""Nothing on any page keeps anybody from working with it (WCAG 2.2 AA, as far as axe-core sees)."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from screenshots import read_a_bounce, work_a_case

GRAVE = {"serious", "critical"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
         "resultTypes": ["violations"]}  # fmt: skip


def grave(page: Page) -> list[tuple[str, str]]:
    """The rules that are broken, and where, in light and dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        violations = Axe().run(page, options=RULES).response["violations"]
        found += [
            (f"{each['id']} ({scheme})", node["html"][:200])
            for each in violations
            if each["impact"] in GRAVE
            for node in each["nodes"]
        ]
    return found


def speak(page: Page, language: str) -> None:
    page.locator(".pb-language").nth(["ja", "en"].index(language)).click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_axe_finds_what_is_wrong(dashboard):
    dashboard.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in rule for rule, _ in grave(dashboard))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_dashboard_has_no_grave_fault_empty_in_mid_case_and_with_all_open(dashboard, language):
    speak(dashboard, language)
    assert grave(dashboard) == []
    work_a_case(dashboard)
    for each in dashboard.locator(":is(.pb-outline, .pb-tree-picture) summary").all():
        each.click()
    dashboard.locator(".pb-search input").fill("800ccc0e")
    dashboard.locator(".pb-search-item").first.wait_for()
    assert grave(dashboard) == []
    dashboard.locator(".pb-search-item").first.click()
    dashboard.locator(".pb-found article").wait_for()
    assert grave(dashboard) == []
    dashboard.locator(".pb-help > button").click()
    assert grave(dashboard) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_desk_has_no_grave_fault_empty_and_with_a_bounce_read(desk, language):
    speak(desk, language)
    assert grave(desk) == []
    read_a_bounce(desk)
    assert grave(desk) == []

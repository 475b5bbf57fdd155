"""From one page to another and back: nothing is lost, and nothing leads nowhere."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect
from serving import running_server
from test_accessible import grave, speak
from test_kept import DRAFT, begin, case_of, looks

TITLES = {"/": "dashboard_title", "/bounce_desk": "desk_title", "/bounce_report": "report_title"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with a batch to report on."""
    with running_server(PLAYBOOK_BATCH=str(tmp_path_factory.mktemp("batch"))) as running:
        yield running


def at(page: Page, server, path: str) -> None:
    page.goto(server.url(path))
    expect(page.locator("h1")).to_be_visible()
    page.locator("[data-keys]").first.wait_for(state="attached")


def to(page: Page, name: str) -> None:
    """Go to the page of this name, as its link says."""
    page.locator(".pb-pages").get_by_role("link", name=name, exact=True).click()


def ways(page: Page) -> list[str]:
    return [each.get_attribute("href") for each in page.locator(".pb-pages a").all()]


@pytest.mark.parametrize("path", TITLES)
def test_every_page_names_itself_and_leads_to_all_others(context, server, knowledge, path):
    page = context.new_page()
    at(page, server, path)
    here = page.locator(".pb-pages [aria-current=page]")
    expect(here).to_have_count(1)
    assert here.evaluate("each => each.tagName") != "A"
    others = {urljoin(server.url(path), way) for way in ways(page)}
    assert others == {server.url(each) for each in TITLES if each != path}
    for address in others:
        assert context.request.get(address).status == 200
    for language in ("en", "ja"):
        speak(page, language)
        titles = [each.get_attribute("title") for each in page.locator(".pb-pages a").all()]
        assert titles == [
            knowledge.say(label, language) for each, label in TITLES.items() if each != path
        ]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert grave(page) == []


def test_nothing_leads_to_the_report_of_no_batch(browser):
    with running_server(PLAYBOOK_BATCH="") as bare:
        page = browser.new_page()
        at(page, bare, "/")
        assert ways(page) == ["./bounce_desk"]
        at(page, bare, "/bounce_report")
        assert ways(page) == ["./", "./bounce_desk"]
        page.close()


def test_the_ways_are_gone_by_keyboard_in_the_same_tab_and_language(context, server, knowledge):
    page = context.new_page()
    at(page, server, "/")
    speak(page, "en")
    at(page, server, "/")
    for label in ("page_desk", "page_report", "page_case"):
        link = page.get_by_role("link", name=knowledge.say(label, "en"), exact=True)
        for _ in range(3):
            page.keyboard.press("Tab")
            if link.evaluate("each => each === document.activeElement"):
                break
        expect(link).to_be_focused()
        page.keyboard.press("Enter")
        current = page.locator(".pb-pages [aria-current=page]")
        expect(current).to_have_text(knowledge.say(label, "en"))
        page.locator("[data-keys]").first.wait_for(state="attached")
    expect(page.locator("h1")).to_have_text(knowledge.say("dashboard_title", "en"))
    assert len(context.pages) == 1


@pytest.mark.parametrize("back", ["by its name", "by the browser"])
def test_who_goes_away_from_a_case_and_comes_back_goes_on_with_it(context, server, knowledge, back):
    page = context.new_page()
    at(page, server, "/")
    begin(page)
    page.locator(".pb-note textarea").press_sequentially("half a no")
    case, before = case_of(page), looks(page)
    to(page, knowledge.say("page_desk", "ja"))
    expect(page.locator("h1")).to_have_text(knowledge.say("desk_title", "ja"))
    if back == "by its name":
        to(page, knowledge.say("page_case", "ja"))
    else:
        page.go_back()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(2)
    assert (case_of(page), looks(page)) == (case, before)
    expect(page.locator(".pb-note textarea")).to_have_value("half a no")
    page.locator(".pb-answers .pb-line-0").first.click()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(3)


def test_the_way_back_leads_to_no_case_that_was_put_aside(context, server, knowledge):
    page = context.new_page()
    at(page, server, "/")
    begin(page)
    page.locator(".pb-new").click()
    expect(page).not_to_have_url(re.compile("case="))
    to(page, knowledge.say("page_desk", "ja"))
    page.locator(".pb-paste textarea").press_sequentially(DRAFT)
    to(page, knowledge.say("page_case", "ja"))
    expect(page.locator(".pb-open-cases .pb-line").first).to_be_visible()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(0)
    to(page, knowledge.say("page_desk", "ja"))
    expect(page.locator(".pb-paste textarea")).to_have_value(DRAFT)

"""The case outlives the page, its kernel and its server, and the browser keeps the half-typed."""

from __future__ import annotations

import os
import re
import signal
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from serving import Server

DRAFT = "Hi. 山田です <taro@example.jp>\n\n550 5.1.1 User unkn"


def open_page(context, server, path="/") -> Page:
    page = context.new_page()
    page.goto(server.url(path))
    page.locator(".pb-symptoms button").first.wait_for()
    return page


def case_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["case"][0]


def begin(page: Page) -> None:
    """A case with a symptom, two answers and a half-typed bounce."""
    page.locator(".pb-symptoms .pb-line-0").nth(1).click()
    expect(page.locator(".pb-question h2")).to_be_visible()
    page.wait_for_url("**/?case=*")
    for count in (1, 2):
        page.locator(".pb-answers .pb-line-0").first.click()
        expect(page.locator(".pb-facts .pb-line")).to_have_count(count)
    page.locator(".pb-paste textarea").press_sequentially(DRAFT)


def looks(page: Page) -> dict[str, object]:
    """What stands on the page."""
    return {
        "facts": page.locator(".pb-facts .pb-line-prose").all_inner_texts(),
        "question": page.locator(".pb-question h2").all_inner_texts(),
        "causes": page.locator(".pb-causes").all_inner_texts(),
        "hand-off": page.locator(".pb-handoff-text").inner_text(),
        "box": page.locator(".pb-paste textarea").input_value(),
        "verdict": page.locator(".pb-verdict-read").inner_text(),
    }


SYMPTOMS_SEEN = """
    window.seen = [];
    const look = () => {
        if (document.querySelector(".pb-symptoms")?.checkVisibility())
            window.seen.push(document.querySelectorAll(".pb-symptoms .pb-chosen").length);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""


TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_a_page_opened_for_a_case_is_not_seen_without_it(context, server):
    page = open_page(context, server)
    begin(page)
    page.add_init_script(SYMPTOMS_SEEN)
    page.reload()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(2)
    page.evaluate(TWO_FRAMES)
    assert set(page.evaluate("window.seen")) == {1}


def test_what_was_typed_before_there_was_a_case_is_there_when_the_page_is(context, server):
    page = open_page(context, server)
    page.locator(".pb-paste textarea").press_sequentially(DRAFT)
    page.add_init_script(SYMPTOMS_SEEN.replace(
        'document.querySelectorAll(".pb-symptoms .pb-chosen").length',
        'document.querySelector(".pb-paste textarea").value'))  # fmt: skip
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    page.evaluate(TWO_FRAMES)
    assert set(page.evaluate("window.seen")) == {DRAFT}


def kernel_of(page: Page, server: Server) -> int:
    return server.kernel(page.locator("body").get_attribute("data-kernel"))


def test_a_text_too_long_to_be_read_does_not_keep_the_case_from_coming_back(context, server):
    page = open_page(context, server)
    page.locator(".pb-symptoms .pb-line-0").nth(1).click()
    page.wait_for_url("**/?case=*")
    page.locator(".pb-paste textarea").evaluate(
        """area => {
            area.value = "配送できませんでした。\\n".repeat(300_000);
            area.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    page.reload()
    expect(page.locator(".pb-symptoms .pb-chosen")).to_have_count(1)


def test_a_refresh_brings_the_case_back_as_it_stood(context, server):
    page = open_page(context, server)
    begin(page)
    before = looks(page)
    assert before["box"] == DRAFT
    page.reload()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(2)
    expect(page.locator(".pb-paste textarea")).to_have_value(DRAFT)
    assert looks(page) == before
    page.locator(".pb-undo").click()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(1)


def test_what_was_read_is_read_again_after_a_refresh(context, server):
    page = open_page(context, server)
    begin(page)
    page.locator(".pb-paste textarea").press_sequentially("own\n")
    page.locator(".pb-read").click()
    page.locator(".pb-verdict-read .pb-reason").wait_for()
    before = looks(page)
    verdict = page.locator(".pb-verdict-read").text_content()
    page.reload()
    expect(page.locator(".pb-paste textarea")).to_have_value(before["box"])
    expect(page.locator(".pb-verdict-read")).to_have_text(verdict)
    expect(page.locator(".pb-evidence mark").first).to_be_visible()
    assert looks(page) == before


def test_another_browser_gets_the_case_without_what_was_typed(browser, context, server):
    page = open_page(context, server)
    begin(page)
    page.locator(".pb-paste textarea").press_sequentially("own\n")
    page.locator(".pb-read").click()
    page.locator(".pb-verdict-read .pb-reason").wait_for()
    before = looks(page)
    elsewhere = browser.new_context(locale="ja-JP").new_page()
    elsewhere.goto(page.url)
    elsewhere.locator(".pb-verdict-read .pb-reason").wait_for()
    now = looks(elsewhere)
    assert (now["facts"], now["hand-off"]) == (before["facts"], before["hand-off"])
    assert now["box"] == ""
    assert "example.jp" not in elsewhere.locator(".pb-evidence").inner_text()
    elsewhere.context.close()


def test_a_killed_kernel_is_replaced_and_the_case_goes_on(context, server):
    page = open_page(context, server)
    begin(page)
    before = looks(page)
    page.locator(".pb-paste textarea").blur()
    with page.expect_navigation(timeout=15_000):
        os.kill(kernel_of(page, server), signal.SIGKILL)
    expect(page.locator(".pb-facts .pb-line")).to_have_count(2)
    expect(page.locator(".pb-paste textarea")).to_have_value(DRAFT)
    assert looks(page) == before
    page.locator(".pb-answers .pb-line-0").first.click()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(3)


def test_an_open_case_can_be_taken_up_from_the_list(context, server):
    page = open_page(context, server)
    begin(page)
    case = case_of(page)
    page.locator(".pb-new").click()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("case="))
    page.locator(".pb-open-cases .pb-line-0").first.press("Enter")
    expect(page.locator(".pb-facts .pb-line")).to_have_count(2)
    expect(page.locator(".pb-answers .pb-line-0").first).to_be_focused()
    expect(page).to_have_url(re.compile(f"case={re.escape(case)}"))
    expect(page.locator(".pb-paste textarea")).to_have_value(DRAFT)


def test_a_case_nobody_knows_is_told_and_a_new_one_can_begin(context, server):
    page = open_page(context, server, "/?case=AAAAAAAAAAAAAAAAAAAAAA")
    expect(page.locator(".pb-kept")).to_contain_text("見つかりません")
    page.locator(".pb-symptoms .pb-line-0").first.click()
    expect(page.locator(".pb-question h2")).to_be_visible()
    expect(page.locator(".pb-kept")).to_have_text("")
    assert case_of(page) != "AAAAAAAAAAAAAAAAAAAAAA"


def test_a_case_that_is_handed_over_stays_so_until_it_goes_on(context, server):
    page = open_page(context, server)
    begin(page)
    page.locator(".pb-hand-over").click()
    expect(page.locator(".pb-kept")).to_contain_text("引き継ぎ済み")
    page.reload()
    expect(page.locator(".pb-kept")).to_contain_text("引き継ぎ済み")
    page.locator(".pb-answers .pb-line-0").first.click()
    expect(page.locator(".pb-kept")).to_have_text("")


TITLES_SEEN = """
    window.seen = new Set();
    const look = () => {
        const title = document.querySelector(".pb-page h1");
        if (title?.checkVisibility()) window.seen.add(title.textContent);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""


def test_the_language_chosen_on_a_page_is_the_first_one_seen_on_every_page(
    context, server, knowledge
):
    page = open_page(context, server)
    page.locator(".pb-language").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.add_init_script(TITLES_SEEN)
    for path, title in (
        ("/", "dashboard_title"),
        ("/bounce_desk", "desk_title"),
        ("/bounce_report", "report_title"),
    ):
        other = context.new_page()
        other.goto(server.url(path))
        expect(other.locator("h1")).to_be_visible()
        expect(other.locator("html")).to_have_attribute("lang", "en")
        assert other.evaluate("[...window.seen]") == [knowledge.say(title, "en")]
        expect(other.locator("#pb-loading")).to_have_count(0)
    other.locator(".pb-language").first.click()
    expect(other.locator("html")).to_have_attribute("lang", "ja")
    page.reload()
    page.locator("h1").wait_for()
    assert page.evaluate("[...window.seen]") == [knowledge.say("dashboard_title", "ja")]


def choose(page: Page, language: str) -> None:
    """Have the browser keep a language as the one chosen, and open the page anew."""
    page.evaluate("each => localStorage.setItem('playbook:language', each)", language)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    page.locator("[data-keys]").first.wait_for(state="attached")


@pytest.mark.parametrize("kept", ["fr", "<b>", ""])
def test_a_language_nobody_speaks_leaves_the_page_as_it_comes(context, server, kept):
    page = open_page(context, server)
    choose(page, kept)
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.locator("html")).to_have_attribute("data-playbook", "")


def test_a_page_whose_kernel_says_nothing_is_shown_in_the_language_it_came_in(context, server):
    page = open_page(context, server)
    page.route_web_socket(lambda _url: True, lambda _socket: None)
    choose(page, "en")
    expect(page.locator("html")).to_have_attribute("lang", "ja")


def test_a_note_comes_back_and_so_does_a_half_typed_one(context, server):
    page = open_page(context, server)
    begin(page)
    page.locator(".pb-paste textarea").blur()
    page.keyboard.press("m")
    page.keyboard.type("夕方 taro@example.jp へ折り返し")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".pb-handoff-text pre").last).to_contain_text("夕方 [address] へ折り返し")
    expect(page.locator(".pb-note textarea")).to_have_value("")
    page.locator(".pb-note textarea").press_sequentially("half a no")
    page.reload()
    expect(page.locator(".pb-handoff-text pre").last).to_contain_text("夕方 [address] へ折り返し")
    expect(page.locator(".pb-note textarea")).to_have_value("half a no")


def test_the_desk_comes_back_with_what_it_had_read(context, server):
    page = context.new_page()
    page.goto(server.url("/bounce_desk"))
    page.locator(".pb-paste textarea").fill("550 5.1.1 User unknown")
    page.locator(".pb-read").click()
    page.locator(".pb-reason").wait_for()
    verdict = page.locator(".pb-verdict-read").inner_text()
    page.reload()
    expect(page.locator(".pb-reason")).to_be_visible()
    assert page.locator(".pb-verdict-read").inner_text() == verdict
    page.locator(".pb-new").click()
    expect(page.locator(".pb-paste textarea")).to_have_value("")
    page.reload()
    expect(page.locator(".pb-verdict-read .pb-empty")).to_be_visible()
    expect(page.locator(".pb-paste textarea")).to_have_value("")


class SlowKernel:
    """Between a page and its kernel: what the kernel says waits while it is held back."""

    def __init__(self, page: Page) -> None:
        self._held: list[str | bytes] | None = None
        page.route_web_socket(lambda _url: True, self._connect)

    def _connect(self, to_page) -> None:
        self._to_page, to_kernel = to_page, to_page.connect_to_server()
        to_page.on_message(to_kernel.send)
        to_kernel.on_message(self._said)

    def _said(self, message: str | bytes) -> None:
        if self._held is None:
            self._to_page.send(message)
        else:
            self._held.append(message)

    def hold_back(self) -> None:
        self._held = []

    def let_go(self, page: Page) -> None:
        page.wait_for_timeout(300)
        held, self._held = self._held, None
        assert held, "the kernel had nothing to say"
        for message in held:
            self._to_page.send(message)
        page.wait_for_timeout(300)


@pytest.fixture
def slow(context, server):
    """The agent's page with a case begun and a note half typed, and its kernel."""
    page = context.new_page()
    kernel = SlowKernel(page)
    page.goto(server.url("/"))
    page.locator("[data-keys]").first.wait_for(state="attached")
    begin(page)
    page.locator(".pb-note textarea").press_sequentially("half a note")
    page.keyboard.press("Escape")
    return page, kernel


NEXT = "550 5.2.2 Mailbox full"


@pytest.mark.parametrize("told", [False, True], ids=["still typing", "read at once"])
def test_what_is_typed_right_after_a_new_case_is_kept(slow, knowledge, told):
    page, kernel = slow
    box, note = page.locator(".pb-paste textarea"), page.locator(".pb-note textarea")
    kernel.hold_back()
    page.keyboard.press("n")
    page.keyboard.press("b")
    page.keyboard.insert_text(NEXT)
    if told:
        page.keyboard.press("Control+Enter")
    kernel.let_go(page)
    expect(page.locator(".pb-facts .pb-line")).to_have_count(1 if told else 0)
    expect(box).to_have_value(NEXT)
    expect(note).to_have_value("")
    if not told:
        page.keyboard.press("Control+Enter")
    expect(page.locator(".pb-reason")).to_have_text(knowledge.reason["mailbox_full"].title.ja)
    page.reload()
    expect(page.locator(".pb-reason")).to_have_text(knowledge.reason["mailbox_full"].title.ja)
    expect(box).to_have_value(NEXT)


def test_the_case_before_a_new_one_keeps_what_stood_in_its_boxes(slow):
    page, kernel = slow
    kernel.hold_back()
    page.keyboard.press("n")
    page.keyboard.press("b")
    page.keyboard.type("550")
    kernel.let_go(page)
    page.locator(".pb-undo").click()
    expect(page.locator(".pb-facts .pb-line")).to_have_count(2)
    # The browser tells the kernel what it has kept of the case.
    page.wait_for_timeout(500)
    expect(page.locator(".pb-paste textarea")).to_have_value(DRAFT)
    expect(page.locator(".pb-note textarea")).to_have_value("half a note")


def test_the_next_note_is_typed_while_the_last_one_is_added(slow):
    page, kernel = slow
    note = page.locator(".pb-note textarea")
    note.focus()
    kernel.hold_back()
    page.keyboard.press("Control+Enter")
    page.keyboard.type("and one more")
    kernel.let_go(page)
    expect(page.locator(".pb-handoff-text pre").last).to_contain_text("half a note")
    expect(note).to_have_value("and one more")
    page.reload()
    expect(page.locator(".pb-handoff-text pre").last).to_contain_text("half a note")
    expect(note).to_have_value("and one more")

"""The bounce desk, and what the server gives to a visitor."""

from __future__ import annotations

import pytest
from invented_mails import ENGLISH, HOSTILE, JAPANESE_RAW, LONG
from playwright.sync_api import Page, expect


def read(page: Page, text: str) -> None:
    page.locator(".pb-paste textarea").fill(text)
    page.locator(".pb-read").click()
    page.locator(".pb-evidence pre").wait_for()


@pytest.mark.parametrize(
    ("mail", "reason", "quote"),
    [(ENGLISH, "user_unknown", "User unknown"), (JAPANESE_RAW, "mailbox_full", "容量を超過")],
)
def test_the_desk_tells_reason_evidence_and_what_to_say(desk, knowledge, mail, reason, quote):
    read(desk, mail)
    entry = knowledge.reason[reason]
    expect(desk.locator(".pb-reason")).to_have_text(entry.title.ja)
    expect(desk.locator(".pb-mail")).to_contain_text(quote)
    expect(desk.locator(".pb-evidence mark").first).to_be_visible()
    for words in (entry.tell.ja, entry.next.ja):
        expect(desk.locator(".pb-tell")).to_contain_text(words)
    desk.get_by_role("button", name="返信文をコピー").click()
    expect(desk.get_by_text("コピーしました")).to_be_visible()
    assert entry.letter.ja in desk.evaluate("navigator.clipboard.readText()")


IN_SIGHT = """box => {
    const here = box.querySelector(".pb-decisive").getBoundingClientRect();
    const seen = box.getBoundingClientRect();
    return box.scrollTop > 0 && here.top >= seen.top && here.bottom <= seen.bottom;
}"""


def test_what_decided_is_in_sight_in_a_long_mail_and_the_page_stays(desk):
    read(desk, LONG)
    expect(desk.locator(".pb-decisive")).to_contain_text("User unknown")
    box = desk.locator(".pb-mail")
    assert box.evaluate(IN_SIGHT)
    assert desk.evaluate("scrollY") == 0


@pytest.mark.parametrize("look", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}])
def test_on_a_phone_the_reason_comes_before_the_text_it_was_read_from(desk):
    read(desk, LONG)
    expect(desk.locator(".pb-reason")).to_be_in_viewport()
    parts = (".pb-read", ".pb-reason", ".pb-tell", ".pb-mail")
    tops = [desk.locator(each).bounding_box()["y"] for each in parts]
    assert tops == sorted(tops)
    assert desk.locator(".pb-mail").evaluate(IN_SIGHT)


def test_the_desk_says_plainly_that_it_found_no_reason(desk, knowledge):
    read(desk, "きょうは良い天気です。")
    expect(desk.locator(".pb-reason")).to_have_text(knowledge.reason["undetermined"].title.ja)
    expect(desk.locator(".pb-evidence mark")).to_have_count(0)


def test_html_and_script_in_pasted_text_do_nothing_on_the_desk(desk):
    read(desk, HOSTILE)
    expect(desk.locator(".pb-mail")).to_contain_text("<script>window.harmed = 1</script>")
    assert desk.evaluate("window.harmed") is None
    assert desk.locator("#harm, .pb-page img").count() == 0


def test_the_language_of_the_desk_is_switched_without_losing_the_reading(desk, knowledge):
    read(desk, ENGLISH)
    desk.get_by_role("button", name="English").click()
    expect(desk.locator(".pb-reason")).to_have_text(knowledge.reason["user_unknown"].title.en)
    expect(desk.locator(".pb-paste textarea")).to_have_value(ENGLISH)


def test_what_is_typed_right_after_clearing_is_kept(desk):
    read(desk, ENGLISH)
    desk.locator("body").press("n")
    desk.keyboard.press("b")
    desk.keyboard.type("550 5.1.1")
    expect(desk.locator(".pb-reason")).to_have_count(0)
    box = desk.locator(".pb-paste textarea")
    expect(box).to_have_value("550 5.1.1")
    desk.reload()
    expect(box).to_have_value("550 5.1.1")


@pytest.mark.parametrize(
    "path",
    [
        "/voila/tree",
        "/voila/render/trainer_walkthrough.ipynb",
        "/voila/api/contents",
        "/voila/files/agent_dashboard.ipynb",
        "/api/contents",
        "/agent_dashboard.ipynb",
        "/playbook/../state.py",
    ],
)
def test_a_visitor_gets_the_named_pages_and_nothing_else(context, server, path):
    assert context.request.get(server.url(path)).status in {403, 404}


def test_a_mistyped_address_leads_to_those_that_there_are(context, server):
    page = context.new_page()
    assert page.goto(server.url("/bounce-desk")).status == 404
    page.get_by_role("link", name="/bounce_desk").click()
    expect(page.locator(".pb-paste textarea")).to_be_visible()


def test_nothing_in_the_address_bar_changes_template_or_theme(context, server):
    hostile = "?theme=%3Cscript%3Ewindow.harmed=1%3C/script%3E&template=lab"
    page = context.new_page()
    page.goto(server.url("/") + hostile)
    page.locator(".pb-symptoms button").first.wait_for()
    assert page.evaluate("window.harmed") is None
    assert "<script>window.harmed" not in page.content()

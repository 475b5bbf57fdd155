"""Everything is done from the keyboard, and the focus stays where one left it."""

from __future__ import annotations

import pytest
from invented_mails import ENGLISH, JAPANESE_RAW
from playwright.sync_api import Page, expect
from test_dashboard import CASES, STEPS, choose_symptom, title_of_question

FOCUS = """() => {
    const on = document.activeElement;
    return `${on.tagName} ${on.className} ${on.closest(".pb-line")?.className ?? ""}`;
}"""


def focus(page: Page) -> str:
    return page.evaluate(FOCUS)


def settled(page: Page) -> None:
    """Time enough for an answer of the kernel."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 150)))")


def key_for(page: Page, knowledge, cause) -> str:
    """The number of the answer a customer whose trouble has this cause would give."""
    title = title_of_question(page)
    (check,) = [each for each in knowledge.checks if each.title.ja == title]
    seen = cause.shown_by.get(check.id)
    outcomes = [each.id for each in check.outcomes]
    if not seen:
        return str(len(outcomes) + 1)
    return str(outcomes.index(max(seen, key=lambda outcome: seen[outcome].share)) + 1)


def one_step(page: Page, knowledge, cause) -> bool:
    """Do what the page advises; true when it was the remedy of the cause."""
    facts = page.locator(".pb-facts .pb-line")
    known = facts.count()
    if not page.locator(".pb-advice").is_visible():
        page.keyboard.press(key_for(page, knowledge, cause))
        expect(facts).to_have_count(known + 1)
        return False
    page.keyboard.press("r")
    expect(page.locator(".pb-sheet article")).to_be_focused()
    if page.locator(".pb-sheet h2").inner_text() == knowledge.remedy[cause.remedy].title.ja:
        page.keyboard.press("w")
        return True
    page.keyboard.press("f")
    expect(facts).to_have_count(known + 1)
    return False


def test_a_whole_case_is_worked_by_keyboard_alone(dashboard, knowledge):
    cause = knowledge.cause[CASES["cannot_send"]]
    page = dashboard
    page.keyboard.press("2")
    expect(page.locator(".pb-answers button").first).to_be_visible()
    expect(page.locator(".pb-symptoms .pb-chosen")).to_have_text("送信できない（受信はできる）")
    assert any(one_step(page, knowledge, cause) for _ in range(STEPS))
    expect(page.locator(".pb-question")).to_contain_text("解決しました")
    expect(page.locator(".pb-handoff-text")).to_contain_text("で解決")
    page.keyboard.press("c")
    expect(page.get_by_text("コピーしました")).to_be_visible()
    assert "で解決" in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("e")
    expect(page.locator(".pb-kept")).to_contain_text("終了しました")
    assert "pb-ends" in focus(page)
    page.keyboard.press("n")
    expect(page.locator(".pb-facts .pb-line")).to_have_count(0)
    page.keyboard.press("1")
    expect(page.locator(".pb-symptoms .pb-chosen")).to_have_text("受信できない（送信はできる）")


def test_a_bounce_is_pasted_and_read_by_keyboard_alone(dashboard, knowledge):
    dashboard.keyboard.press("b")
    dashboard.keyboard.insert_text(JAPANESE_RAW)
    dashboard.keyboard.press("Control+Enter")
    expect(dashboard.locator(".pb-reason")).to_have_text(knowledge.reason["mailbox_full"].title.ja)
    box = dashboard.locator(".pb-paste textarea")
    expect(box).to_be_focused()
    dashboard.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    dashboard.keyboard.press("1")
    expect(dashboard.locator(".pb-facts .pb-line")).to_have_count(2)


def test_answers_undo_and_language_leave_the_focus_and_the_text_alone(dashboard):
    typed = "途中まで入力した文面"
    dashboard.locator(".pb-paste textarea").fill(typed)
    choose_symptom(dashboard, "受信できない（送信はできる）")
    chosen = focus(dashboard)
    assert "pb-line" in chosen
    facts = dashboard.locator(".pb-facts .pb-line")
    for count in (1, 2):
        dashboard.keyboard.press("1")
        expect(facts).to_have_count(count)
        assert "pb-line-0" in focus(dashboard)
    undo = dashboard.locator(".pb-undo")
    while facts.count():
        count = facts.count()
        undo.click()
        expect(facts).to_have_count(count - 1)
        expect(undo).to_be_focused()
    undo.click()
    # Nothing is left to undo: the button rests, and keeps the focus.
    expect(dashboard.locator(".pb-answers .pb-line")).to_have_count(0)
    expect(undo).to_be_disabled()
    expect(undo).to_be_focused()
    for language, name in (("en", "English"), ("ja", "日本語")):
        press = dashboard.get_by_role("button", name=name)
        press.click()
        expect(dashboard.locator("html")).to_have_attribute("lang", language)
        expect(press).to_be_focused()
    expect(dashboard.locator(".pb-paste textarea")).to_have_value(typed)


def test_what_comes_from_the_kernel_never_touches_a_box_one_types_in(dashboard):
    choose_symptom(dashboard, "送信できない（受信はできる）")
    box = dashboard.locator(".pb-paste textarea")
    box.focus()
    dashboard.keyboard.insert_text(ENGLISH)
    dashboard.keyboard.press("Control+Enter")
    dashboard.keyboard.type(" and on")
    expect(dashboard.locator(".pb-reason")).to_be_visible()
    expect(box).to_be_focused()
    assert box.input_value().endswith(" and on")
    # An answer given by mouse while the text was not told yet.
    dashboard.locator(".pb-answers .pb-line-0").first.click()
    expect(dashboard.locator(".pb-facts .pb-line")).to_have_count(2)
    assert box.input_value().endswith(" and on")


def test_the_focus_stays_in_the_list_when_the_pressed_line_goes(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    dashboard.keyboard.press("1")
    expect(dashboard.locator(".pb-facts .pb-line")).to_have_count(1)
    dashboard.get_by_role("button", name="取消").press("Enter")
    expect(dashboard.locator(".pb-facts .pb-line")).to_have_count(0)
    assert "pb-facts" in focus(dashboard)
    dashboard.keyboard.press("Tab")
    assert "pb-outline-title" in focus(dashboard)


@pytest.mark.parametrize(
    ("typed", "lands"),
    [
        ("メールボックスの使用率", ".pb-now"),
        ("せきゅりてぃそふと", ".pb-remedy"),
        ("８００ccc0e", ".pb-found"),
    ],
)
def test_a_search_is_typed_chosen_and_lands_where_it_leads(dashboard, typed, lands):
    dashboard.keyboard.press("/")
    dashboard.keyboard.type(typed)
    expect(dashboard.locator(".pb-search-list")).to_have_attribute("aria-busy", "false")
    expect(dashboard.locator(".pb-search-item[aria-selected=true]")).to_have_count(1)
    dashboard.keyboard.press("Enter")
    expect(dashboard.locator(f"{lands} :focus")).to_have_count(1)
    expect(dashboard.locator(".pb-search-list")).to_be_hidden()


def test_results_are_walked_by_arrows_and_left_by_escape(dashboard):
    dashboard.keyboard.press("/")
    dashboard.keyboard.type("password")
    expect(dashboard.locator(".pb-search-list")).to_have_attribute("aria-busy", "false")
    chosen = dashboard.locator(".pb-search-item[aria-selected=true]")
    expect(chosen).to_have_count(1)
    first = chosen.inner_text()
    dashboard.keyboard.press("ArrowDown")
    assert chosen.inner_text() != first
    dashboard.keyboard.press("ArrowUp")
    assert chosen.inner_text() == first
    dashboard.keyboard.press("Escape")
    expect(dashboard.locator(".pb-search-list")).to_be_hidden()
    expect(dashboard.locator(".pb-search input")).to_have_value("")
    dashboard.keyboard.type("ぬるぽ量子")
    expect(dashboard.locator(".pb-search-none")).to_have_text("見つかりません。")


def press_at_once(page, keys: str) -> None:
    """Press keys one after the other, faster than any answer can come."""
    page.evaluate(
        """keys => {
            for (const key of keys) {
                const pressed = new KeyboardEvent("keydown", { key, bubbles: true });
                document.activeElement.dispatchEvent(pressed);
            }
        }""",
        keys,
    )


def test_keys_pressed_before_a_question_is_there_do_not_answer_it(dashboard):
    press_at_once(dashboard, "211")
    chosen = dashboard.locator(".pb-symptoms .pb-chosen")
    expect(chosen).to_have_text("送信できない（受信はできる）")
    settled(dashboard)
    facts = dashboard.locator(".pb-facts .pb-line")
    expect(facts).to_have_count(0)
    press_at_once(dashboard, "111")
    expect(facts).to_have_count(1)
    settled(dashboard)
    expect(facts).to_have_count(1)
    dashboard.keyboard.press("1")
    expect(facts).to_have_count(2)


@pytest.mark.parametrize(
    ("key", "box"),
    [("m", ".pb-note textarea"), ("b", ".pb-paste textarea"), ("/", ".pb-search input")],
)
def test_who_goes_from_a_found_code_to_a_box_types_on_there(dashboard, key, box):
    dashboard.keyboard.press("/")
    dashboard.keyboard.type("800ccc0e")
    # Pressed before the results are there.
    dashboard.keyboard.press("Enter")
    expect(dashboard.locator(".pb-found :focus")).to_contain_text("0x800CCC0E")
    dashboard.keyboard.press("Escape")
    dashboard.keyboard.press(key)
    # Slow enough for the kernel, which has heard of the Escape, to answer meanwhile.
    dashboard.keyboard.type("a customer in no hurry", delay=40)
    expect(dashboard.locator(box)).to_have_value("a customer in no hurry")
    expect(dashboard.locator(box)).to_be_focused()


def test_a_search_moves_nothing_on_the_page(dashboard):
    head = dashboard.locator(".pb-head")
    before = head.bounding_box()
    dashboard.keyboard.press("/")
    dashboard.keyboard.type("password")
    expect(dashboard.locator(".pb-search-list")).to_be_visible()
    assert head.bounding_box() == before


def test_the_keys_are_listed_and_the_focus_comes_back(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    question = title_of_question(dashboard)
    undo = dashboard.locator(".pb-undo")
    undo.focus()
    dashboard.keyboard.press("?")
    dialog = dashboard.get_by_role("dialog")
    expect(dialog).to_contain_text("元に戻す")
    dashboard.keyboard.press("1")
    dashboard.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(undo).to_be_focused()
    settled(dashboard)
    assert title_of_question(dashboard) == question


@pytest.mark.parametrize("hint_read", [False])
def test_the_hint_goes_away_for_good(dashboard):
    hint = dashboard.locator(".pb-hint")
    expect(hint).to_be_visible()
    hint.get_by_role("button").click()
    expect(hint).to_be_hidden()
    dashboard.reload()
    dashboard.locator(".pb-symptoms button").first.wait_for()
    expect(dashboard.locator(".pb-help > button")).to_be_visible()
    expect(hint).to_be_hidden()


@pytest.mark.parametrize("hint_read", [False])
def test_the_hint_leaves_the_page_to_who_begins_to_work(dashboard):
    hint = dashboard.locator(".pb-hint")
    dashboard.get_by_role("button", name="English").click()
    expect(dashboard.locator("html")).to_have_attribute("lang", "en")
    expect(hint).to_be_visible()
    dashboard.keyboard.press("1")
    expect(hint).to_be_hidden()


def test_after_a_remedy_that_failed_the_next_question_has_the_focus(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    dashboard.locator(".pb-ranking .pb-line-0").first.click()
    expect(dashboard.locator(".pb-sheet article")).to_be_focused()
    dashboard.keyboard.press("f")
    expect(dashboard.locator(".pb-answers button").first).to_be_focused()


@pytest.mark.parametrize("look", [{"viewport": {"width": 1280, "height": 700}}])
def test_the_next_question_is_seen_from_its_beginning(dashboard):
    choose_symptom(dashboard, "送信できない（受信はできる）")
    answers = dashboard.locator(".pb-answers .pb-line-0")
    question = dashboard.locator(".pb-question h2")
    for _ in range(4):
        asked = question.inner_text()
        answers.last.click()
        expect(question).not_to_have_text(asked)
        expect(answers.first).to_be_focused()
        edge = dashboard.locator(".pb-columns").bounding_box()["y"]
        assert question.bounding_box()["y"] > edge


def test_a_page_with_columns_of_its_own_does_not_scroll(dashboard):
    choose_symptom(dashboard, "送信できない（受信はできる）")
    expect(dashboard.locator(".pb-answers button").first).to_be_visible()
    assert dashboard.evaluate("document.documentElement.scrollHeight - innerHeight") == 0


def test_the_sheet_of_a_case_holds_what_was_found_and_nothing_to_press(dashboard):
    choose_symptom(dashboard, "送信できない（受信はできる）")
    dashboard.locator(".pb-paste textarea").fill(ENGLISH)
    dashboard.locator(".pb-read").click()
    dashboard.locator(".pb-reason").wait_for()
    dashboard.locator(".pb-ranking .pb-line-0").first.click()
    title = dashboard.locator(".pb-sheet h2").inner_text()
    dashboard.emulate_media(media="print")
    sheet = dashboard.locator(".pb-page").inner_text()
    assert title in sheet
    assert "【症状】送信できない" in sheet
    for unwanted in (
        "元に戻す",
        "読み取る",
        "わからない",
        "はっきりしない",
        "コピー",
        "jiro@example.com",
    ):
        assert unwanted not in sheet

"""The agent's page as an agent works with it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from invented_mails import ENGLISH, HOSTILE, JAPANESE_RAW
from playwright.sync_api import Page, expect
from serving import running_server

CASES = {
    "cannot_receive": "quota_leave_copy",
    "cannot_send": "outbox_stuck",
    "cannot_send_or_receive": "no_internet",
}
"""The cause behind the case of each symptom."""

STEPS = 15
"""More than any case needs."""


def choose_symptom(page: Page, words: str) -> None:
    page.locator(".pb-symptoms").get_by_role("button", name=words, exact=True).click()
    expect(page.locator(".pb-answers button").first).to_be_visible()


def title_of_question(page: Page) -> str:
    return page.locator(".pb-question h2").inner_text()


def answers(page: Page):
    return page.locator(".pb-answers .pb-line-0")


def paste(page: Page, text: str) -> None:
    page.locator(".pb-paste textarea").fill(text)
    page.locator(".pb-read").click()
    page.locator(".pb-verdict-read .pb-reason").wait_for()


def answer_like(page: Page, cause, knowledge) -> None:
    """Answer the question on the page as a customer whose trouble has this cause would."""
    title = title_of_question(page)
    (check,) = [each for each in knowledge.checks if each.title.ja == title]
    seen = cause.shown_by.get(check.id)
    likely = max(seen, key=lambda outcome: seen[outcome].share) if seen else None
    words = next((each.says.ja for each in check.outcomes if each.id == likely), "わからない")
    page.locator(".pb-answers").get_by_role("button", name=words, exact=True).click()
    expect(page.locator(".pb-facts")).to_contain_text(title)


def try_or_answer(page: Page, cause, knowledge) -> str | None:
    """Do what the page advises. Returns the remedy it has opened, when it is the right one."""
    advice = page.locator(".pb-advice")
    if not advice.is_visible():
        answer_like(page, cause, knowledge)
        return None
    advice.click()
    page.locator(".pb-sheet article").wait_for()
    title = page.locator(".pb-sheet h2").inner_text()
    if title != knowledge.remedy[cause.remedy].title.ja:
        page.get_by_role("button", name="改善しなかった").click()
        expect(page.locator(".pb-facts")).to_contain_text(title)
    return title


@pytest.mark.parametrize("symptom", CASES)
def test_a_case_of_each_symptom_is_worked_to_its_remedy(dashboard, knowledge, symptom):
    cause = knowledge.cause[CASES[symptom]]
    remedy = knowledge.remedy[cause.remedy]
    choose_symptom(dashboard, knowledge.symptom[symptom].title.ja)
    sheet = dashboard.locator(".pb-sheet")
    for _ in range(STEPS):
        advised = try_or_answer(dashboard, cause, knowledge)
        if advised == remedy.title.ja:
            break
    text = sheet.inner_text()
    places = [text.index(each.ja) for each in (*remedy.cautions, *remedy.steps, remedy.verify)]
    assert places == sorted(places)
    dashboard.get_by_role("button", name="解決した").click()
    expect(dashboard.locator(".pb-question")).to_contain_text("解決しました")
    expect(dashboard.locator(".pb-handoff-text")).to_contain_text(f"「{remedy.title.ja}」で解決")


def test_a_remedy_that_did_not_help_gives_way_to_the_next_cause(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    first = dashboard.locator(".pb-ranking .pb-line-0").first.inner_text()
    dashboard.locator(".pb-ranking .pb-line-0").first.click()
    dashboard.get_by_role("button", name="改善しなかった").click()
    expect(dashboard.locator(".pb-ranking .pb-line-0").first).not_to_have_text(first)
    expect(dashboard.locator(".pb-handoff-text")).to_contain_text("改善しなかった")


@pytest.mark.parametrize(
    ("mail", "reason"), [(ENGLISH, "user_unknown"), (JAPANESE_RAW, "mailbox_full")]
)
def test_a_pasted_bounce_is_read_and_enters_the_case(dashboard, knowledge, mail, reason):
    choose_symptom(dashboard, "送信できない（受信はできる）")
    paste(dashboard, mail)
    title = knowledge.reason[reason].title.ja
    expect(dashboard.locator(".pb-reason")).to_have_text(title)
    expect(dashboard.locator(".pb-evidence mark").first).to_be_visible()
    expect(dashboard.locator(".pb-facts")).to_contain_text(title)
    expect(dashboard.locator(".pb-handoff-text")).to_contain_text(title)
    leading = dashboard.locator(".pb-ranking .pb-line-0").first.inner_text()
    assert leading in {cause.title.ja for cause in knowledge.causes_of(reason)}


def test_the_language_is_switched_in_the_middle_of_a_case(dashboard, knowledge):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    question = title_of_question(dashboard)
    answers(dashboard).first.click()
    expect(dashboard.locator(".pb-facts")).to_contain_text(question)
    typed = "まだ読み取っていない文面"
    dashboard.locator(".pb-paste textarea").fill(typed)
    dashboard.get_by_role("button", name="English").click()
    (check,) = [each for each in knowledge.checks if each.title.ja == question]
    facts = dashboard.locator(".pb-facts")
    expect(facts).to_contain_text(check.title.en)
    expect(facts).to_contain_text(check.outcomes[0].says.en)
    expect(dashboard.locator(".pb-paste textarea")).to_have_value(typed)
    expect(dashboard.locator("html")).to_have_attribute("lang", "en")
    expect(dashboard).to_have_title("Mail trouble playbook")
    assert not re.search("[ぁ-ん]", dashboard.locator(".pb-call").inner_text())
    dashboard.get_by_role("button", name="日本語").click()
    expect(facts).to_contain_text(question)
    expect(dashboard.locator("html")).to_have_attribute("lang", "ja")


def test_an_answer_can_be_changed_withdrawn_and_undone(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    question = title_of_question(dashboard)
    answers(dashboard).nth(0).click()
    facts = dashboard.locator(".pb-facts .pb-line")
    expect(facts).to_have_count(1)
    first = dashboard.locator(".pb-facts strong").inner_text()

    dashboard.get_by_role("button", name="変更").click()
    expect(dashboard.locator(".pb-question h2")).to_have_text(question)
    answers(dashboard).nth(1).click()
    expect(dashboard.locator(".pb-facts strong")).not_to_have_text(first)
    expect(facts).to_have_count(1)

    undo = dashboard.get_by_role("button", name="元に戻す")
    undo.click()
    expect(dashboard.locator(".pb-facts strong")).to_have_text(first)
    dashboard.get_by_role("button", name="取消").click()
    expect(facts).to_have_count(0)
    undo.click()
    expect(facts).to_have_count(1)

    dashboard.get_by_role("button", name="新しい案件").click()
    expect(facts).to_have_count(0)
    expect(dashboard.locator(".pb-answers .pb-line")).to_have_count(0)
    undo.click()
    expect(dashboard.locator(".pb-facts strong")).to_have_text(first)


def test_any_other_check_and_any_cause_is_found_and_opened(dashboard, knowledge):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    checks, causes = dashboard.locator(".pb-outline").all()
    checks.locator("summary").click()
    checks.get_by_role("searchbox").fill("しようりつ")
    expect(checks.locator(".pb-outline-none")).to_be_visible()
    checks.get_by_role("searchbox").fill("使用率")
    checks.locator("button:visible").first.click()
    expect(dashboard.locator(".pb-question h2")).to_contain_text("使用率")
    expect(dashboard.get_by_role("button", name="おすすめの質問に戻る")).to_be_visible()

    causes.locator("summary").click()
    causes.get_by_role("searchbox").fill("ｾｷｭﾘﾃｨ")
    causes.locator("button:visible").first.click()
    remedy = knowledge.remedy[knowledge.cause["security_software"].remedy]
    expect(dashboard.locator(".pb-sheet h2")).to_have_text(remedy.title.ja)


def test_html_and_script_in_pasted_text_do_nothing(dashboard):
    paste(dashboard, HOSTILE)
    expect(dashboard.locator(".pb-mail")).to_contain_text("<script>window.harmed = 1</script>")
    assert dashboard.evaluate("window.harmed") is None
    assert dashboard.locator("#harm, .pb-page img").count() == 0


def test_the_hand_off_text_is_copied_as_it_stands(dashboard):
    choose_symptom(dashboard, "送信できない（受信はできる）")
    answers(dashboard).first.click()
    expect(dashboard.locator(".pb-facts .pb-line")).to_have_count(1)
    dashboard.get_by_role("button", name="引き継ぎ文をコピー").click()
    expect(dashboard.get_by_text("コピーしました")).to_be_visible()
    copied = dashboard.evaluate("navigator.clipboard.readText()")
    assert copied == dashboard.locator(".pb-handoff-text pre").inner_text()
    assert copied.startswith("【症状】送信できない")


def test_answers_are_given_by_number_keys_and_the_focus_stays(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    question = title_of_question(dashboard)
    dashboard.keyboard.press("1")
    expect(dashboard.locator(".pb-question h2")).not_to_have_text(question)
    focused = "document.activeElement.closest('.pb-answers .pb-line') !== null"
    assert dashboard.evaluate(focused)
    dashboard.keyboard.press("u")
    expect(dashboard.locator(".pb-question h2")).to_have_text(question)
    dashboard.locator(".pb-paste textarea").press("1")
    expect(dashboard.locator(".pb-paste textarea")).to_have_value("1")
    expect(dashboard.locator(".pb-question h2")).to_have_text(question)


def test_a_double_click_answers_one_question_only(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    question = title_of_question(dashboard)
    answers(dashboard).first.click()
    expect(dashboard.locator(".pb-question h2")).not_to_have_text(question)
    # What a browser sends as the second press of a double click.
    answers(dashboard).first.dispatch_event("click", {"detail": 2})
    dashboard.get_by_role("button", name="English").click()
    expect(dashboard.locator("html")).to_have_attribute("lang", "en")
    expect(dashboard.locator(".pb-facts .pb-line")).to_have_count(1)


def test_a_page_whose_sessions_keep_ending_says_so_and_can_be_reopened(dashboard):
    dashboard.evaluate(
        """async () => {
            const now = Date.now();
            sessionStorage.setItem("playbook:reopened", JSON.stringify([now, now, now]));
            const {base, kernel} = document.body.dataset;
            const body = new FormData();
            body.append("_xsrf", document.cookie.match(/_xsrf=([^;]*)/)[1]);
            await fetch(`${base}voila/api/shutdown/${kernel}`, {method: "POST", body});
        }"""
    )
    dashboard.locator(".pb-symptoms button").first.click()
    expect(dashboard.locator("#pb-gone")).to_be_visible(timeout=15_000)
    dashboard.get_by_role("button", name="開き直す").click()
    expect(dashboard.locator(".pb-symptoms button").first).to_be_visible(timeout=15_000)
    expect(dashboard.locator("#pb-gone")).to_be_hidden()


@pytest.mark.parametrize("look", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}])
def test_a_phone_shows_one_column_without_scrolling_sideways(dashboard):
    choose_symptom(dashboard, "受信できない（送信はできる）")
    paste(dashboard, ENGLISH)
    dashboard.locator(".pb-ranking .pb-line-0").first.click()
    expect(dashboard.locator(".pb-sheet h2")).to_be_in_viewport()
    assert dashboard.evaluate("document.documentElement.scrollWidth <= innerWidth")
    left = {round(each.bounding_box()["x"]) for each in dashboard.locator(".pb-card:visible").all()}
    assert len(left) == 1


@pytest.mark.parametrize("look", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_on_a_phone_the_bounce_box_is_one_press_away(dashboard, knowledge, language):
    dashboard.get_by_role("button", name=knowledge.say(f"language_{language}", language)).click()
    choose_symptom(dashboard, knowledge.symptom["cannot_send"].title.of(language))
    way, box = dashboard.locator(".pb-to-paste"), dashboard.locator(".pb-paste textarea")
    undo = dashboard.locator(".pb-undo").bounding_box()
    expect(way).to_have_text(knowledge.say("bounce", language))
    assert way.bounding_box()["y"] == undo["y"]
    expect(box).not_to_be_in_viewport()
    way.click()
    expect(box).to_be_in_viewport()
    expect(box).to_be_focused()


@pytest.mark.parametrize("look", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}])
def test_on_a_phone_a_question_takes_room_once_there_is_one(dashboard):
    now = dashboard.locator(".pb-now")
    assert now.bounding_box()["height"] < 100
    choose_symptom(dashboard, "受信できない（送信はできる）")
    assert now.bounding_box()["height"] > 200


def test_where_columns_stand_side_by_side_nothing_leads_to_the_bounce_box(dashboard):
    expect(dashboard.locator(".pb-to-paste")).to_be_hidden()
    expect(dashboard.locator(".pb-paste textarea")).to_be_in_viewport()


def test_the_page_is_there_before_it_is_connected(context, server):
    page = context.new_page()
    page.route_web_socket("**/channels*", lambda _socket: None)
    page.goto(server.url("/"))
    expect(page.locator(".pb-symptoms button").first).to_be_visible()
    expect(page.locator(".pb-search input")).to_be_visible()
    expect(page.locator(".pb-loading")).to_have_count(0)


def test_the_files_of_a_page_are_kept_by_the_browser_until_they_change(context, server):
    answers = []
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    page.goto(server.url("/"))
    page.locator(".pb-symptoms button").first.wait_for()
    files = [each for each in answers if urlsplit(each.url).path.endswith((".js", ".css"))]
    assert len(files) > 4
    assert all("immutable" in each.headers["cache-control"] for each in files)


def test_what_is_wrong_with_the_knowledge_is_read_to_its_end(browser, tmp_path):
    (tmp_path / "labels.yaml").write_text("format: 1\nlabels: none\n", encoding="utf-8")
    with running_server(PLAYBOOK_KNOWLEDGE=str(tmp_path)) as broken:
        page = browser.new_page(viewport={"width": 800, "height": 600})
        page.goto(broken.url("/"))
        fault = page.locator(".pb-notice pre")
        expect(fault).to_contain_text("labels.yaml:2:")
        assert fault.bounding_box()["x"] + fault.evaluate("part => part.scrollWidth") <= 800
        page.close()
        assert any("labels.yaml:2:" in line for line in broken.log)


def test_a_fault_saved_while_calls_go_on_leaves_agents_a_working_page(browser, tmp_path):
    labels = tmp_path / "labels.yaml"
    labels.write_text("format: 1\nlabels: []\n", encoding="utf-8")
    with running_server(PLAYBOOK_KNOWLEDGE=str(tmp_path)) as server:
        page = browser.new_page()
        outdated = page.locator(".pb-outdated")

        def visit() -> None:
            """The second visitor has a page made after the change; the first one's waited."""
            for _ in range(2):
                page.goto(server.url("/bounce_desk"))
                expect(page.locator(".pb-read")).to_be_visible()

        visit()
        expect(outdated).to_have_count(0)
        labels.write_text("format: 1\nlabels: none\n", encoding="utf-8")
        visit()
        expect(outdated).to_contain_text("変更前の内容で動いています")
        outdated.locator("summary").click()
        expect(outdated.locator("pre")).to_contain_text("labels.yaml:2:")
        page.locator(".pb-paste textarea").fill("552 5.2.2 Mailbox full")
        page.locator(".pb-read").click()
        expect(page.locator(".pb-reason")).to_be_visible()
        labels.write_text("format: 1\nlabels: []\n", encoding="utf-8")
        visit()
        expect(outdated).to_have_count(0)
        page.close()

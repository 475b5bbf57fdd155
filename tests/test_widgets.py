"""The pages as widgets, without a browser: what they show, and that all of it is escaped."""

from __future__ import annotations

import html
import logging
import re
from html.parser import HTMLParser

import ipywidgets as w
import pytest
from invented_mails import ENGLISH, HOSTILE
from traitlets.log import get_logger

from playbook.bounce.reading import Evidence
from playbook.caselog import LogUnavailableError
from playbook.diagnosis import SYMPTOM, Diagnosis
from playbook.errors import Fault, KnowledgeError
from playbook.language import LANGUAGES
from playbook.widgets.agent.dashboard import Dashboard
from playbook.widgets.case.hand_off import hand_off
from playbook.widgets.case.state import CaseState
from playbook.widgets.desk.page import Desk
from playbook.widgets.desk.state import DeskState
from playbook.widgets.shared import frame, parts
from playbook.widgets.shared.guard import Guard


def every(widget):
    """The widget and all widgets inside it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def classed(page, class_):
    (found,) = [each for each in every(page) if class_ in getattr(each, "_dom_classes", ())]
    return found


def shown(page):
    """All HTML of the page."""
    return "\n".join(each.value for each in every(page) if isinstance(each, w.HTML))


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.seen |= {tag, *(name for name, _ in attrs)}

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def state(knowledge):
    return CaseState(knowledge)


@pytest.fixture
def page(state):
    return Dashboard(state).page


@pytest.fixture
def desk_state(knowledge):
    return DeskState(knowledge)


def press(page, class_):
    classed(page, class_).click()


# ---- what becomes HTML is escaped ----------------------------------------------------------------


def test_text_in_an_element_is_escaped_and_markup_is_not():
    inner = parts.tag("b", "a < b")
    assert parts.tag("p", "<i>", inner, title='"x"') == (
        '<p title="&#34;x&#34;">&lt;i&gt;<b>a &lt; b</b></p>'
    )


def test_marked_text_is_the_text_itself_with_the_quotes_marked():
    text = "550 <User> unknown & gone"
    evidence = [
        Evidence("550", 0, 3, "x:y", "user_unknown", 2),
        Evidence("<User> unknown", 4, 18, "x:z", "user_unknown", 1),
    ]
    markup = parts.marked(text, evidence, {"user_unknown": "なし"}, "user_unknown")
    assert re.findall("<mark[^>]*>(.*?)</mark>", markup) == ["550", "&lt;User&gt; unknown"]
    assert html.unescape(re.sub("<[^>]+>", "", markup)) == text


def test_quotes_that_overlap_share_a_mark_named_for_the_one_believed_first():
    text = "552 mailbox full"
    evidence = [
        Evidence("552 mailbox", 0, 11, "x:a", "too_large", 5),
        Evidence("mailbox full", 4, 16, "x:b", "mailbox_full", 1),
    ]
    names = {"too_large": "a", "mailbox_full": "b"}
    markup = parts.marked(text, evidence, names, "mailbox_full")
    assert re.findall('<mark title="(.*?)"[^>]*>(.*?)</mark>', markup) == [("b", text)]


@pytest.mark.parametrize(
    ("reason", "decisive"),
    [("mailbox_full", "over quota"), ("delayed", "retrying"), ("undetermined", "over quota")],
)
def test_the_mark_that_decided_is_the_most_trusted_one_of_the_reason(reason, decisive):
    text = "552 over quota, retrying"
    evidence = [
        Evidence("over quota", 4, 14, "x:a", "mailbox_full", 1),
        Evidence("552", 0, 3, "x:b", "mailbox_full", 3),
        Evidence("retrying", 16, 24, "x:c", "delayed", 2),
    ]
    markup = parts.marked(text, evidence, dict.fromkeys(("mailbox_full", "delayed"), ""), reason)
    assert re.findall('<mark[^>]*class="pb-decisive">(.*?)</mark>', markup) == [decisive]


def test_html_in_a_pasted_mail_stays_text_on_both_pages(state, page, desk_state):
    desk = Desk(desk_state).page
    for one, screen in ((state, page), (desk_state, desk)):
        one.paste(HOSTILE)
        one.read()
        tags = Tags()
        tags.feed(shown(screen))
        assert not tags.seen & {"img", "script", "onerror", "src"}
        assert "<script>window.harmed = 1</script>" in tags.text


# ---- the agent's page ----------------------------------------------------------------------------


def test_the_page_keeps_its_widgets_while_their_content_changes(state, page):
    state.answer(SYMPTOM, "cannot_receive")
    before = classed(page, "pb-answers").children[0]
    state.answer(state.question.check.id, state.question.answers[0].outcome)
    assert classed(page, "pb-answers").children[0] is before


def test_a_press_on_an_answer_enters_it(state, page):
    press_symptom = classed(page, "pb-symptoms").children[0].children[1]
    press_symptom.click()
    check = state.question.check
    assert check.asks.ja in html.unescape(classed(page, "pb-question").value)
    classed(page, "pb-answers").children[0].children[1].click()
    assert state.diagnosis.outcome_of(check.id) == check.outcomes[0].id


def test_a_fact_can_be_changed_and_withdrawn_by_its_buttons(state, page):
    state.answer(SYMPTOM, "cannot_receive")
    state.answer("quota_used", "full")
    _, change, withdraw = classed(page, "pb-facts").children[0].children
    change.click()
    assert state.case.asked == "quota_used"
    withdraw.click()
    assert state.diagnosis.outcome_of("quota_used") is None
    assert classed(page, "pb-facts").children == ()


def test_a_check_picked_from_the_list_is_asked(state, page):
    (checks, causes) = [each for each in every(page) if isinstance(each, parts.Outline)]
    checks._handle_custom_msg({"picked": "quota_used"}, [])
    assert state.case.asked == "quota_used"
    causes._handle_custom_msg({"picked": "no_internet"}, [])
    assert state.opened.id == "no_internet"


def test_the_remedy_shows_its_cautions_before_its_steps(state, page):
    for cause in state.knowledge.causes:
        state.open(cause.id)
        remedy = state.knowledge.remedy[cause.remedy]
        sheet = html.unescape(classed(page, "pb-sheet").value)
        steps = sheet.index(remedy.steps[0].ja)
        assert all(sheet.index(caution.ja) < steps for caution in remedy.cautions)
        assert remedy.verify.ja in sheet


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_text_of_the_page_is_left_in_the_other_language(state, page, language):
    state.language = language
    state.answer(SYMPTOM, "cannot_send")
    state.paste(ENGLISH)
    state.read()
    state.open(state.suspects[0].cause.id)
    texts = [shown(page)]
    texts += [each.description for each in every(page) if hasattr(each, "description")]
    texts = [text for text in texts if text not in {"日本語", "English"}]
    japanese = re.findall("[ぁ-んァ-ヶ一-龠]+", "\n".join(texts))
    assert bool(japanese) is (language == "ja")
    assert "{" not in "\n".join(texts)


def test_answers_at_odds_are_told_on_the_page(state, page, monkeypatch):
    state.answer(SYMPTOM, "cannot_receive")
    monkeypatch.setattr(Diagnosis, "contradiction", lambda self: self.observations[1:])
    state.answer("quota_used", "full")
    assert state.say("at_odds") in shown(page)


def test_undo_rests_while_there_is_nothing_to_undo(state, page):
    assert classed(page, "pb-undo").disabled
    state.answer(SYMPTOM, "cannot_send")
    assert not classed(page, "pb-undo").disabled
    press(page, "pb-undo")
    assert classed(page, "pb-undo").disabled


def test_the_copy_button_holds_the_hand_off_text(state, page):
    copy = classed(page, "pb-handoff").children[2]
    assert copy.text == ""
    state.answer(SYMPTOM, "cannot_send")
    assert copy.text == hand_off(state) != ""


def test_a_new_case_empties_the_box(state, page):
    box = classed(page, "pb-paste")
    box.value = ENGLISH
    assert state.case.pasted == ENGLISH
    press(page, "pb-new")
    assert box.value == ""


# ---- when something goes wrong -------------------------------------------------------------------


def test_a_fault_behind_a_button_becomes_a_sentence_with_the_number_of_the_log(
    state, page, monkeypatch, caplog
):
    state.paste("秘密の文面 secret@example.com")

    def broken(text):
        raise RuntimeError(text)

    monkeypatch.setattr(state, "read_text", broken)
    monkeypatch.setattr(get_logger(), "propagate", True)
    with caplog.at_level(logging.ERROR):
        press(page, "pb-read")
    (record,) = caplog.records
    reference = re.search("reference ([0-9a-f]{8})", record.getMessage()).group(1)
    notice = classed(page, "pb-notice").value
    assert reference in notice
    assert "RuntimeError" not in notice
    assert "RuntimeError" in record.getMessage()
    assert "secret" not in record.getMessage()
    assert state.case.pasted
    press(page, "pb-new")
    assert classed(page, "pb-notice").value == ""


def test_a_guarded_handler_takes_whatever_a_widget_passes_it():
    heard = []
    Guard(heard.append, lambda: None)(lambda: heard.append("done"))("widget", 1, None)
    assert heard == ["done"]


def test_knowledge_that_cannot_be_used_is_told_with_file_and_line(monkeypatch):
    displayed = []
    monkeypatch.setattr(frame, "display", displayed.append)

    def broken():
        raise KnowledgeError([Fault("causes/a.yaml", 3, "直してください", "mend <it>")])

    frame.open_page(broken)
    assert "causes/a.yaml:3: 直してください / mend &lt;it&gt;" in shown(displayed[0])


def test_a_case_log_out_of_reach_is_told_in_both_languages(monkeypatch, knowledge):
    displayed = []
    monkeypatch.setattr(frame, "display", displayed.append)

    def broken():
        raise LogUnavailableError("SQLITE_FULL")

    frame.open_page(broken)
    for language in LANGUAGES:
        told = knowledge.say("log_unavailable", language, kind="SQLITE_FULL")
        assert told in shown(displayed[0])


def test_pages_opened_one_after_the_other_redact_the_log_once(page, monkeypatch):
    handler = logging.NullHandler()
    monkeypatch.setattr(get_logger(), "handlers", [handler])
    monkeypatch.setattr(frame, "display", lambda _page: None)
    for _ in range(2):
        frame.open_page(lambda: page)
    assert len(handler.filters) == 1


def test_a_bounce_that_was_read_brings_its_letter_and_a_button_to_copy_it(state, page):
    letter = classed(page, "pb-letter")
    assert "pb-hidden" in letter._dom_classes
    state.paste(ENGLISH)
    state.read()
    assert "pb-hidden" not in letter._dom_classes
    words = state.knowledge.reason["user_unknown"].letter.ja
    assert words in html.unescape(shown(letter))
    assert words in letter.children[-1].text
    assert "jiro" not in letter.children[-1].text


def test_a_recipient_with_a_misspelt_domain_is_shown_with_what_was_meant(state, page):
    state.paste(ENGLISH.replace("jiro@example.com", "jiro@dokomo.ne.jp"))
    state.read()
    told = html.unescape(classed(page, "pb-verdict-read").value)
    assert "jiro@dokomo.ne.jp → jiro@docomo.ne.jp" in told
    state.paste(ENGLISH)
    state.read()
    assert state.say("meant_label") not in classed(page, "pb-verdict-read").value


def test_a_reading_that_rests_on_a_word_is_told_with_the_word_and_what_to_ask_for(state, page):
    state.paste("550 zxcv quota qwerty")
    state.read()
    told = html.unescape(classed(page, "pb-verdict-read").value)
    assert state.say("doubt_whole_mail", words="quota") in told
    state.paste("552 5.2.2 Mailbox full")
    state.read()
    assert "pb-notice-care" not in classed(page, "pb-verdict-read").value


def test_of_hundreds_of_recipients_the_first_are_shown_and_the_others_folded_away(state, page):
    said = "host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown\n\n"
    state.paste("".join(f"<user{number:03d}@example.com>: {said}" for number in range(300)))
    state.read()
    first, _, folded = classed(page, "pb-verdict-read").value.partition("<details")
    assert [first.count("@example.com"), folded.count("@example.com")] == [5, 295]
    assert state.say("recipients_rest", count="295") in folded


def test_recipients_refused_for_different_reasons_each_have_their_own(state, page):
    state.paste(
        "<aki@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown\n\n"
        "<ken@example.org>: host mx.example.org[192.0.2.2] said: 552 5.2.2 Mailbox full\n"
    )
    state.read()
    told = html.unescape(classed(page, "pb-verdict-read").value)
    for recipient, reason in (
        ("aki@example.com", "user_unknown"),
        ("ken@example.org", "mailbox_full"),
    ):
        title = state.knowledge.reason[reason].title.ja
        assert f"<span>{recipient}</span><small>{title}</small>" in told
    assert state.case.reading.missing is None


# ---- the desk ------------------------------------------------------------------------------------


def test_the_desk_shows_reason_evidence_advice_and_letter(desk_state):
    page = Desk(desk_state).page
    box = classed(page, "pb-paste")
    box.value = ENGLISH
    press(page, "pb-read")
    reason = desk_state.knowledge.reason["user_unknown"]
    text = html.unescape(shown(page))
    for words in (reason.title.ja, reason.explains.ja, reason.tell.ja, reason.next.ja):
        assert words in text
    assert "<mark" in classed(page, "pb-evidence").value
    assert "jiro@example.com" in text
    press(page, "pb-new")
    assert box.value == ""
    assert "<mark" not in shown(page)


def test_a_page_leads_to_others_only_where_a_server_has_them(knowledge, monkeypatch):
    monkeypatch.delenv("PLAYBOOK_PAGES", raising=False)
    assert "<nav" not in shown(Desk(DeskState(knowledge)).page)
    monkeypatch.setenv("PLAYBOOK_PAGES", "/ /bounce_desk /elsewhere")
    page = shown(Desk(DeskState(knowledge)).page)
    assert 'href="./"' in page
    assert 'href="./bounce_desk"' not in page
    assert "elsewhere" not in page

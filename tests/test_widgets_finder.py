"""Looking things up on the agent's page, without a browser."""

from __future__ import annotations

import html

import pytest
from test_widgets import classed, every

from playbook.diagnosis import SYMPTOM
from playbook.widgets.agent.dashboard import KEYS, Dashboard
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared import parts


@pytest.fixture
def state(knowledge):
    return CaseState(knowledge)


@pytest.fixture
def page(state):
    return Dashboard(state).page


@pytest.fixture
def search(page):
    (field,) = [each for each in every(page) if isinstance(each, parts.Search)]

    def find(wanted, place=None):
        field._handle_custom_msg({"find": wanted}, [])
        if place is not None:
            field._handle_custom_msg({"picked": place, "wanted": wanted}, [])
        return field.results

    return find


def is_open(page):
    return "pb-hidden" not in classed(page, "pb-found")._dom_classes


def test_a_check_that_was_found_is_asked(state, search, knowledge):
    search(knowledge.check["quota_used"].title.ja, 0)
    assert state.case.asked == "quota_used"


def test_a_cause_that_was_found_is_opened(state, search, knowledge):
    search(knowledge.cause["no_internet"].title.en, 0)
    assert state.opened.id == "no_internet"


def test_a_remedy_that_was_found_opens_for_its_likeliest_cause(state, search, knowledge):
    state.answer(SYMPTOM, "cannot_send_or_receive")
    remedy = knowledge.cause["no_internet"].remedy
    search(knowledge.remedy[remedy].title.ja, 0)
    fitting = [each.cause for each in state.suspects if each.cause.remedy == remedy]
    assert state.opened is fitting[0]


def test_a_code_that_was_found_shows_its_meaning_and_the_causes_it_speaks_for(
    state, page, search, knowledge
):
    assert not is_open(page)
    search("800ccc0e", 0)
    code = knowledge.client_code["0x800CCC0E"]
    meaning = html.unescape(classed(page, "pb-meaning").value)
    assert is_open(page)
    assert code.meaning.ja in meaning
    assert code.first_check.ja in meaning
    state.language = "en"
    assert code.first_check.en in html.unescape(classed(page, "pb-meaning").value)
    (cause, *_) = classed(page, "pb-found-causes").children
    cause.children[1].click()
    assert cause.children[1].description == state.opened.title.en
    assert not is_open(page)


def test_a_misspelt_address_shows_what_was_meant_and_why(state, page, search, knowledge):
    results = search("<jiro@dokomo.ne.jp>", 0)
    assert "jiro@docomo.ne.jp" in results[0]["title"]
    meaning = html.unescape(classed(page, "pb-meaning").value)
    assert "jiro@docomo.ne.jp" in meaning
    assert knowledge.address_rule["domain_slip"].todo.ja.partition("{")[0] in meaning
    assert "<jiro@" not in meaning


def test_a_size_shows_who_takes_it(page, search):
    search("25MB", 0)
    meaning = html.unescape(classed(page, "pb-meaning").value)
    assert "35.9 MB" in meaning
    assert "✗" in meaning


def test_what_was_looked_up_is_closed_and_leaves_the_case_alone(state, page, search):
    before = state.case
    search("mailbox full", 3)
    assert is_open(page)
    classed(page, "pb-found").children[-1].children[0].click()
    assert not is_open(page)
    assert state.case == before


def test_a_result_of_an_earlier_search_is_not_picked(state, page, search):
    search("パスワード")
    (field,) = [each for each in every(page) if isinstance(each, parts.Search)]
    field._handle_custom_msg({"picked": 0, "wanted": "パス"}, [])
    field._handle_custom_msg({"picked": 99, "wanted": "パスワード"}, [])
    assert state.case.opened is None
    assert state.case.asked is None


def test_results_follow_the_language(state, page, search):
    search("パスワード")
    (field,) = [each for each in every(page) if isinstance(each, parts.Search)]
    japanese = field.results
    state.language = "en"
    assert len(field.results) == len(japanese)
    assert field.results != japanese
    assert all(each["title"].isascii() for each in field.results[:2])


def test_every_shortcut_is_explained(page):
    (help_,) = [each for each in every(page) if isinstance(each, parts.Help)]
    told = [keys for keys, _ in help_.lines]
    assert "1 – 9" in told
    single = {key.upper() for key in KEYS if len(key) == 1 and not key.isdecimal()}
    assert single < set(told)
    assert "?" in told

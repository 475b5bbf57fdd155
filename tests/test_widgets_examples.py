"""The public demo: what a visitor is told, and the examples one press away."""

from __future__ import annotations

import pytest
from test_widgets import classed, every, shown

from playbook.diagnosis import SYMPTOM
from playbook.widgets.agent.dashboard import Dashboard
from playbook.widgets.case.state import CaseState
from playbook.widgets.desk.page import Desk
from playbook.widgets.desk.state import DeskState
from playbook.widgets.shared.examples import bounces, calls


@pytest.fixture
def _demo(monkeypatch):
    monkeypatch.setenv("PLAYBOOK_DEMO", "1")


def presses(page):
    return [each for each in every(page) if "pb-example" in getattr(each, "_dom_classes", ())]


def test_outside_the_demo_no_page_offers_examples(knowledge, monkeypatch):
    for name in ("PLAYBOOK_DEMO", "BINDER_LAUNCH_HOST"):
        monkeypatch.delenv(name, raising=False)
    for page in (Dashboard(CaseState(knowledge)).page, Desk(DeskState(knowledge)).page):
        assert presses(page) == []
        assert knowledge.say("demo_notice", "ja") not in shown(page)


@pytest.mark.usefixtures("_demo")
def test_the_demo_asks_not_to_paste_real_mail_in_both_languages(knowledge):
    for state, make in ((CaseState(knowledge), Dashboard), (DeskState(knowledge), Desk)):
        page = make(state).page
        for language in ("ja", "en"):
            state.language = language
            assert knowledge.say("demo_notice", language) in shown(page)


@pytest.mark.usefixtures("_demo")
def test_the_demo_names_jupyterlab_only_where_it_runs_beside_the_pages(knowledge, monkeypatch):
    assert knowledge.say("demo_lab", "ja") not in shown(Desk(DeskState(knowledge)).page)
    monkeypatch.setenv("PLAYBOOK_LAB", "/user/x/lab")
    assert 'href="/user/x/lab"' in shown(Desk(DeskState(knowledge)).page)


def test_there_is_an_example_call_of_every_symptom_and_bounces_of_several_reasons(knowledge):
    assert {each.symptom for each in calls(knowledge)} == set(knowledge.symptom)
    reasons = [each.notice.reason for each in bounces(knowledge)]
    assert len(set(reasons)) == len(reasons) == 4


@pytest.mark.usefixtures("_demo")
def test_one_press_reads_an_example_bounce_on_the_desk(knowledge):
    state = DeskState(knowledge)
    page = Desk(state).page
    for case, press in zip(bounces(knowledge), presses(page), strict=True):
        press.click()
        assert state.reading.reason == case.notice.reason
        assert case.opening.ja in classed(page, "pb-demo-said").value


@pytest.mark.usefixtures("_demo")
def test_one_press_takes_an_example_call_as_far_as_the_customer_tells(knowledge):
    state = CaseState(knowledge)
    page = Dashboard(state).page
    taken = [*calls(knowledge), *bounces(knowledge)]
    for case, press in zip(taken, presses(page), strict=True):
        press.click()
        known = {each.check: each.outcome for each in state.diagnosis.observations}
        assert known[SYMPTOM] == case.symptom
        assert all(known[check] == case.facts[check].outcome for check in case.opening_facts)
        read = state.case.reading
        assert (read and read.reason) == (case.notice and case.notice.reason)
        assert len({*known} - {SYMPTOM, *case.opening_facts}) == (1 if case.notice else 0)

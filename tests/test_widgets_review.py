"""The review's pages: every part in both languages, from the log or clearly invented."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial

import pytest
from test_widgets import shown

from playbook.batch.sample import run_sample, sample_mailbox
from playbook.caselog import Event, new_case, open_case_log
from playbook.diagnosis import SYMPTOM
from playbook.review import invented_cases, review
from playbook.settings import Settings
from playbook.widgets.review import page, parts
from playbook.widgets.review import state as review_state
from playbook.widgets.shared import frame
from playbook.widgets.shared.figures import Bar, Series, bars, columns, table

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PARTS = (
    parts.Causes, parts.Minutes, parts.Steps, parts.Hints, parts.Reasons, parts.Proposals
)  # fmt: skip


@pytest.fixture(scope="module")
def state(knowledge):
    found = review(knowledge, invented_cases(knowledge, NOW))
    return review_state.ReviewState(knowledge, found, is_invented=True)


@pytest.fixture
def log(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path}/cases.sqlite3"
    monkeypatch.setenv("PLAYBOOK_DATABASE", url)
    monkeypatch.delenv("PLAYBOOK_DEMO", raising=False)
    monkeypatch.setattr(review_state, "invented_cases", partial(invented_cases, count=5))
    return open_case_log(Settings(database=url, agent="lead", leads=frozenset({"lead"})))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_drawn_in_both_languages_without_an_open_brace(state, part, language):
    drawn = part(state)
    state.language = language
    said = drawn._says.value
    assert state.say(part.title) in said
    assert state.say("review_nothing") not in said
    assert "{" not in said
    kana = re.search(r"[\u3041-\u30f6]", re.sub(r"<[^>]*>", "", said))
    assert bool(kana) is (language == "ja") or part is parts.Proposals


@pytest.mark.parametrize("part", PARTS)
def test_a_part_without_cases_says_so(knowledge, part):
    nothing = review_state.ReviewState(knowledge, review(knowledge, []), is_invented=False)
    said = part(nothing)._says.value
    assert nothing.say("review_nothing") in said


def test_invented_cases_are_said_to_be_invented_and_real_ones_are_not(log, knowledge, monkeypatch):
    monkeypatch.setenv("PLAYBOOK_LEADS", "lead")
    monkeypatch.setenv("JUPYTERHUB_USER", "lead")
    invented = review_state.review_of_the_log()
    assert invented.is_invented
    assert invented.say("review_invented") in page._Overview(invented)._says.value
    case = new_case()
    log.append(case, Event("started"), knowledge="k")
    log.append(case, Event("answered", SYMPTOM, "cannot_receive"), knowledge="k")
    log.append(case, Event("closed", "quota_leave_copy"), knowledge="k")
    real = review_state.review_of_the_log()
    assert not real.is_invented
    assert len(real.review.closed) == 1
    assert real.say("review_invented") not in page._Overview(real)._says.value


def test_the_public_demo_never_opens_the_case_log(monkeypatch):
    monkeypatch.setenv("PLAYBOOK_DEMO", "1")
    monkeypatch.setenv("PLAYBOOK_DATABASE", "nonsense://")
    monkeypatch.setattr(review_state, "invented_cases", partial(invented_cases, count=5))
    assert review_state.review_of_the_log().is_invented


def test_a_case_log_out_of_reach_is_told_and_not_thrown(monkeypatch):
    monkeypatch.setenv("PLAYBOOK_DATABASE", "sqlite:////no/such/folder/cases.sqlite3")
    monkeypatch.delenv("PLAYBOOK_DEMO", raising=False)
    displayed = []
    monkeypatch.setattr(frame, "display", displayed.append)
    page.overview()
    page.causes()
    assert len(displayed) == 2
    assert all("The case log cannot be read" in shown(each) for each in displayed)


def test_figures_say_in_numbers_what_they_show_by_length():
    drawn = bars([Bar("<b>", "3 of 4", (0.75,), tick=0.5)])
    assert "&lt;b&gt;" in drawn
    assert "3 of 4" in drawn
    assert "--length:0.7500" in drawn
    assert "--from:0.5000" in drawn
    chart = columns(["a", "b"], [Series("x", (1, 3)), Series("y", (1, 0))], "x most")
    assert 'aria-label="x most"' in chart
    assert chart.count("--length:0.3333") == 2
    assert columns(["a"], [Series("x", (0,))], "") == ""


def test_a_sample_mailbox_is_the_same_each_time_and_names_nobody(knowledge):
    mails = list(sample_mailbox(knowledge, NOW, count=50))
    assert mails == list(sample_mailbox(knowledge, NOW, count=50))
    addresses = re.findall(r"<?[\w.-]+@([\w.-]+)", "".join(mails))
    assert addresses
    assert all(
        re.search(r"example\.(com|net|org|jp|ne\.jp)$", each.rstrip(".")) for each in addresses
    )


def test_a_sample_has_something_for_every_section_of_the_report(knowledge, tmp_path):
    from playbook.batch import report_on  # noqa: PLC0415

    found = report_on(run_sample(tmp_path, NOW, count=600), knowledge)
    assert found.batch.total["unreadable"] == 0
    assert found.own_faults
    assert found.dead
    assert len(found.over_time) >= 6


def test_a_cell_knows_its_heading_and_a_table_of_numbers_keeps_its_columns():
    reasons = table(["reason", 'why "so"'], [("<b>", "x")])
    assert '<td class="pb-short" data-title="why &#34;so&#34;">x</td>' in reasons
    assert "pb-numbers" not in reasons
    numbers = table(["reason", "2025", "2026"], [("a", "1", "2,000"), ("b", "3", "4")])
    assert '<th scope="col" class="pb-number">2026</th>' in numbers
    assert "pb-numbers" in numbers
    assert table(["reason"], []) == ""

"""The case is the replay of its events, whatever was done, and whatever fails."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from invented_mails import ENGLISH
from sqlalchemy import text
from test_widgets import classed

from playbook.caselog import LogUnavailableError, NoSuchCaseError, open_case_log
from playbook.caselog.database import engine_for
from playbook.diagnosis import FAILED, SYMPTOM, UNKNOWN, WORKED
from playbook.settings import Settings
from playbook.widgets.agent.dashboard import Dashboard
from playbook.widgets.case.hand_off import hand_off
from playbook.widgets.case.keeping import Keeper
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared.parts import Voice


class Shaky:
    """Opens the log, unless it is told to fail."""

    def __init__(self, database, agent="hanako", **more):
        self.settings = Settings(database=database, agent=agent, **more)
        self.broken = False
        self._log = None

    def __call__(self):
        return self

    def __getattr__(self, name):
        if self.broken:
            raise LogUnavailableError("broken")
        if self._log is None:
            self._log = open_case_log(self.settings)
        return getattr(self._log, name)


@pytest.fixture
def opens(database):
    return Shaky(database)


@pytest.fixture
def new_state(knowledge, opens):
    return lambda: CaseState(knowledge, Keeper(knowledge.digest, opens))


def wander(state: CaseState, dice: random.Random, steps: int) -> None:
    """Do what an agent might do, at random."""
    if dice.random() < 0.5:
        state.ask(dice.choice(state.open_checks).id)
        state.open(dice.choice(state.suspects).cause.id)
    state.answer(SYMPTOM, dice.choice(list(state.knowledge.symptom)))
    for _ in range(steps):
        _do(state, dice, dice.randrange(10))


def _do(state: CaseState, dice: random.Random, what: int) -> None:
    checks = state.open_checks
    if what <= 2 and state.question:
        answer = dice.choice(state.question.answers)
        state.answer(state.question.check.id, answer.outcome)
    elif what == 3 and checks:
        state.ask(dice.choice(checks).id)
    elif what == 4:
        cause = dice.choice(state.suspects).cause
        state.open(cause.id)
        if dice.random() < 0.5:
            state.tried(cause.remedy, dice.choice([WORKED, FAILED]))
    elif what == 5 and state.facts:
        state.withdraw(dice.choice(state.facts).observation.check)
    elif what == 6:
        state.undo()
    elif what == 7:
        state.paste(ENGLISH)
        state.read()
    elif what == 8:
        state.close(state.suspects[0].cause.id) if dice.random() < 0.5 else state.hand_over()
    elif what == 9:
        state.jot(dice.choice(["折り返し希望", "山田様 03-1234-5678", "Subject: secret\nplease"]))
        state.note()


def plain(case):
    """A case without what only the browser keeps."""
    reason = case.reading and case.reading.reason
    seen = case.diagnosis.observations
    return case.id, seen, case.asked, case.opened, case.ended, case.notes, reason


@pytest.mark.parametrize("seed", range(12))
def test_a_resumed_case_is_the_case_with_all_that_can_be_undone(new_state, seed):
    first, dice = new_state(), random.Random(seed)
    wander(first, dice, 30)
    second = new_state()
    second.resume(first.case.id)
    assert second.unread == 0
    assert plain(second.case) == plain(first.case)
    assert [plain(case) for case in second.past] == [plain(case) for case in first.past]
    second.remember(first.case.pasted)
    assert second.case.reading == first.case.reading
    assert hand_off(second) == hand_off(first)


def test_what_could_not_be_saved_is_counted_and_saved_later_in_order(new_state, opens):
    state = new_state()
    state.answer(SYMPTOM, "cannot_receive")
    opens.broken = True
    asked = []
    for _ in range(3):
        asked.append(state.question.check.id)
        state.answer(state.question.check.id, UNKNOWN)
    assert state.keeper.unsaved == 3
    assert [state.diagnosis.outcome_of(check) for check in asked] == [UNKNOWN] * 3
    opens.broken = False
    state.keeper.flush()
    assert state.keeper.unsaved == 0
    entries = state.keeper.read(state.case.id)
    assert [entry.event.subject for entry in entries] == ["", SYMPTOM, *asked]


def test_a_case_begun_while_nothing_can_be_saved_is_saved_as_a_whole(new_state, opens):
    opens.broken = True
    state = new_state()
    state.answer(SYMPTOM, "cannot_send")
    assert state.keeper.unsaved == 2
    opens.broken = False
    state.answer(state.question.check.id, UNKNOWN)
    assert state.keeper.unsaved == 0
    other = new_state()
    other.resume(state.case.id)
    assert plain(other.case) == plain(state.case)


def test_looking_around_begins_no_case(new_state, opens):
    state = new_state()
    state.ask(state.open_checks[0].id)
    state.open(state.suspects[0].cause.id)
    state.paste(ENGLISH)
    assert opens.open_cases() == ()


def test_another_agents_case_cannot_be_resumed(knowledge, new_state, database):
    mine = new_state()
    mine.answer(SYMPTOM, "cannot_send")
    thief = CaseState(knowledge, Keeper(knowledge.digest, Shaky(database, "taro")))
    with pytest.raises(NoSuchCaseError):
        thief.resume(mine.case.id)
    assert not thief.is_begun


def test_a_lead_sees_another_agents_case_and_changes_nothing_of_it(knowledge, new_state, database):
    mine = new_state()
    mine.answer(SYMPTOM, "cannot_send")
    shaky = Shaky(database, "lead", leads=frozenset({"lead"}))
    lead = CaseState(knowledge, Keeper(knowledge.digest, shaky))
    lead.resume(mine.case.id)
    assert lead.symptom == "cannot_send"
    assert lead.keeper.is_foreign(mine.case.id)
    lead.answer(lead.question.check.id, UNKNOWN)
    assert lead.keeper.unsaved == 0
    assert len(mine.keeper.read(mine.case.id)) == 2


def test_events_the_knowledge_has_no_words_for_any_more_are_counted(new_state, database):
    first = new_state()
    first.answer(SYMPTOM, "cannot_send")
    gone = first.question.check.id
    first.answer(gone, UNKNOWN)
    first.answer(first.question.check.id, UNKNOWN)
    with engine_for(database).begin() as connection:
        connection.execute(text("UPDATE events SET outcome = 'changed' WHERE place = 3"))
    second = new_state()
    second.resume(first.case.id)
    assert second.unread == 1
    assert second.diagnosis.outcome_of(gone) is None
    assert len(second.facts) == 2


def test_a_doubt_is_still_told_when_the_case_comes_back(new_state):
    state = new_state()
    state.paste("550 zxcv quota qwerty")
    state.read()
    told = state.doubt_of(state.case.reading)
    resumed = new_state()
    resumed.resume(state.case.id)
    assert told == resumed.doubt_of(resumed.case.reading) != ""


def test_an_answer_there_is_none_of_is_not_kept(new_state):
    state = new_state()
    state.answer(SYMPTOM, "cannot_send")
    with pytest.raises(ValueError, match="no outcome"):
        state.answer(SYMPTOM, "no_such_symptom")
    assert len(state.keeper.read(state.case.id)) == 2


def test_a_note_begins_a_case_and_stands_in_its_hand_off_without_what_is_personal(new_state, opens):
    state = new_state()
    state.jot("山田様 taro@example.jp 03-1234-5678 に夕方折り返し")
    state.note()
    assert (state.jotted, state.is_kept, state.is_begun) == ("", True, False)
    assert state.question is None
    kept = [each.event for each in opens.entries(state.case.id)]
    for shown in (hand_off(state), str(kept)):
        assert "夕方折り返し" in shown
        assert not [each for each in ("山田", "taro", "1234") if each in shown]
    other = new_state()
    other.resume(state.case.id)
    assert hand_off(other) == hand_off(state)
    other.answer(SYMPTOM, "cannot_send")
    assert hand_off(other).splitlines()[-2:] == hand_off(state).splitlines()
    other.undo()
    other.undo()
    assert hand_off(other) == ""


def test_cases_closed_on_earlier_days_weigh_in_and_are_told(new_state, database):
    before, rare = new_state(), "quota_leave_copy"
    before.answer(SYMPTOM, "cannot_receive")
    shares = {each.cause.id: each.probability for each in before.suspects}
    for _ in range(10):
        before.close(rare)
        before.start_over()
        before.answer(SYMPTOM, "cannot_receive")
    today = new_state()
    today.answer(SYMPTOM, "cannot_receive")
    assert today.closed() == 0
    assert {each.cause.id: each.probability for each in today.suspects} == shares
    # A case comes back as it stood, whatever was closed since.
    again = new_state()
    again.resume(today.case.id)
    assert again.suspects == today.suspects
    with engine_for(database).begin() as connection:
        yesterday = {"then": f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%S.%f}"}
        connection.execute(text("UPDATE cases SET touched_at = :then"), yesterday)
    later = new_state()
    later.answer(SYMPTOM, "cannot_receive")
    assert later.closed() == later.closed(later.knowledge.cause[rare]) == 10
    assert later.suspects[0].cause.id == rare
    assert later.suspects[0].probability > shares[rare]
    page = Dashboard(later).page
    assert later.say("closed_counted", count="10") in classed(page, "pb-rest").value
    later.open(rare)
    assert later.say("closed_with_cause", count="10", of="10") in classed(page, "pb-sheet").value


def test_an_empty_note_is_none(new_state, opens):
    state = new_state()
    state.jot(" \n")
    state.note()
    assert opens.open_cases() == ()


def test_what_was_jotted_belongs_to_its_case(new_state):
    state = new_state()
    state.jot("half a no")
    state.start_over()
    assert state.jotted == ""


def test_nothing_that_was_pasted_stands_in_the_log(knowledge, tmp_path):
    shaky = Shaky(f"sqlite:///{tmp_path}/cases.sqlite3")
    state = CaseState(knowledge, Keeper(knowledge.digest, shaky))
    state.answer(SYMPTOM, "cannot_send")
    state.paste(ENGLISH)
    state.read()
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"bounce_read" in stored
    for word in ENGLISH.split():
        if "@" in word:
            assert word.strip("<>:;,").encode() not in stored


def test_a_page_that_waited_for_its_visitor_lists_the_cases_begun_meanwhile(new_state):
    waiting = Dashboard(new_state())
    new_state().answer(SYMPTOM, "cannot_send")
    listed = classed(waiting.page, "pb-open")
    assert "pb-hidden" in listed._dom_classes
    (voice,) = (each for each in waiting.page.children if isinstance(each, Voice))
    voice._handle_custom_msg({"case": ""}, [])
    assert "pb-hidden" not in listed._dom_classes
    assert len(classed(waiting.page, "pb-open-cases").children) == 1


def test_cases_with_the_same_symptom_are_told_apart_by_what_was_found_last(new_state):
    titles = []
    for _ in range(2):
        state = new_state()
        state.answer(SYMPTOM, "cannot_receive")
        question = state.question
        state.answer(question.check.id, question.answers[len(titles)].outcome)
        titles.append(question.answers[len(titles)].says)
    page = Dashboard(new_state()).page
    lines = classed(page, "pb-open-cases").children
    assert [titles[1] in lines[0].children[0].value, titles[0] in lines[1].children[0].value] == [
        True,
        True,
    ]
    assert all(
        title in line.children[1].tooltip for title, line in zip(titles[::-1], lines, strict=True)
    )


def test_a_case_of_which_all_was_taken_back_is_not_offered(new_state):
    state = new_state()
    state.answer(SYMPTOM, "cannot_send")
    state.undo()
    assert classed(Dashboard(new_state()).page, "pb-open-cases").children == ()

"""What the screens mean, without a screen."""

from __future__ import annotations

import subprocess
import sys

import pytest
from invented_mails import ENGLISH, JAPANESE_RAW

from playbook.diagnosis import BOUNCE, FAILED, SYMPTOM, UNKNOWN, WORKED, Diagnosis
from playbook.widgets.case.hand_off import hand_off
from playbook.widgets.case.state import CaseState
from playbook.widgets.desk.state import DeskState


@pytest.fixture
def state(knowledge):
    return CaseState(knowledge)


@pytest.fixture
def receiving(state):
    state.answer(SYMPTOM, "cannot_receive")
    return state


def test_the_state_of_the_screens_loads_no_jupyter_widgets():
    code = (
        "import sys, playbook.widgets.case.state;"
        "print(sorted({'IPython', 'ipywidgets', 'anywidget', 'voila'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_new_case_asks_nothing_and_hands_nothing_over(state):
    assert state.question is None
    assert state.advice is None
    assert hand_off(state) == ""


def test_every_question_can_be_answered_with_dont_know(receiving):
    question = receiving.question
    assert question.answers[-1].outcome == UNKNOWN
    receiving.answer(question.check.id, UNKNOWN)
    assert receiving.diagnosis.outcome_of(question.check.id) == UNKNOWN
    assert receiving.question.check.id != question.check.id


def test_each_answer_foretells_the_cause_that_leads_after_it(receiving):
    foretold = receiving.question.answers[0].leads_to
    receiving.answer(receiving.question.check.id, receiving.question.answers[0].outcome)
    assert receiving.suspects[0].cause is foretold.cause
    assert receiving.suspects[0].probability == pytest.approx(foretold.probability)


def test_a_check_chosen_from_the_list_is_asked_and_then_the_advised_one_again(receiving):
    advised = receiving.question.check
    chosen = receiving.open_checks[-1]
    receiving.ask(chosen.id)
    assert receiving.question.check is chosen
    receiving.ask(None)
    assert receiving.question.check is advised


def test_a_changed_answer_replaces_the_old_one_and_keeps_its_place(receiving):
    receiving.answer("quota_used", "full")
    receiving.answer("protocol", "pop")
    receiving.ask("quota_used")
    assert [each.outcome for each in receiving.question.answers if each.chosen] == ["full"]
    receiving.answer("quota_used", "below")
    known = [each.observation.check for each in receiving.facts]
    assert known == [SYMPTOM, "quota_used", "protocol"]
    assert receiving.diagnosis.outcome_of("quota_used") == "below"


def test_a_withdrawn_answer_leaves_the_case_as_if_it_had_not_been_given(receiving):
    before = receiving.suspects
    receiving.answer("quota_used", "full")
    assert receiving.suspects != before
    receiving.withdraw("quota_used")
    assert receiving.suspects == before


def test_undoing_takes_back_one_change_after_the_other(state):
    state.answer(SYMPTOM, "cannot_send")
    state.answer("outbox", state.knowledge.check["outbox"].outcomes[0].id)
    state.undo()
    assert state.diagnosis.outcome_of("outbox") is None
    assert state.symptom == "cannot_send"
    state.undo()
    assert not state.is_begun
    state.undo()
    assert not state.is_begun


def test_opening_a_remedy_is_not_a_change_to_undo(receiving):
    steps = len(receiving.past)
    receiving.open(receiving.suspects[0].cause.id)
    assert len(receiving.past) == steps


def test_undoing_never_loses_what_was_pasted(receiving):
    receiving.paste(ENGLISH)
    receiving.undo()
    assert receiving.case.pasted == ENGLISH


def test_starting_over_forgets_the_case_and_undoing_brings_it_back(receiving):
    receiving.paste(ENGLISH)
    receiving.read()
    receiving.start_over()
    assert not receiving.is_begun
    assert receiving.case.pasted == ""
    receiving.undo()
    assert receiving.diagnosis.outcome_of(BOUNCE) == "user_unknown"
    assert receiving.case.pasted == ENGLISH


def test_the_language_changes_the_words_and_nothing_else(receiving):
    receiving.answer("quota_used", "full")
    case = receiving.case
    japanese = hand_off(receiving)
    receiving.language = "en"
    assert receiving.case is case
    assert hand_off(receiving) != japanese
    receiving.language = "ja"
    assert hand_off(receiving) == japanese


def test_a_bounce_that_was_read_speaks_for_its_causes(state):
    state.answer(SYMPTOM, "cannot_send")
    state.paste(ENGLISH)
    state.read()
    assert state.case.reading.reason == "user_unknown"
    assert state.diagnosis.outcome_of(BOUNCE) == "user_unknown"
    assert state.suspects[0].cause in state.knowledge.causes_of("user_unknown")


def test_a_raw_japanese_bounce_is_read_as_well(state):
    state.paste(JAPANESE_RAW)
    state.read()
    assert state.case.reading.reason == "mailbox_full"


def test_a_text_that_says_no_reason_enters_nothing_and_takes_the_old_reading_out(state):
    state.paste(ENGLISH)
    state.read()
    state.paste("きょうは良い天気です。")
    state.read()
    assert state.case.reading.reason == "undetermined"
    assert state.diagnosis.outcome_of(BOUNCE) is None


def test_withdrawing_the_bounce_takes_its_reading_off_the_screen(state):
    state.paste(ENGLISH)
    state.read()
    state.withdraw(BOUNCE)
    assert state.case.reading is None
    assert not state.is_begun


def test_an_empty_box_is_not_read(state):
    state.paste(" \n ")
    state.read()
    assert state.past == ()


def test_a_remedy_that_failed_makes_its_cause_less_likely(receiving):
    receiving.answer("quota_used", "full")
    cause = receiving.suspects[0].cause
    before = receiving.suspects[0].probability
    receiving.open(cause.id)
    receiving.tried(cause.remedy, FAILED)
    after = {each.cause.id: each.probability for each in receiving.suspects}
    assert after[cause.id] < before
    assert receiving.opened is None


def test_a_remedy_that_worked_ends_the_asking_and_is_told_in_the_hand_off(receiving):
    receiving.answer("quota_used", "full")
    cause = receiving.suspects[0].cause
    receiving.tried(cause.remedy, WORKED)
    assert receiving.question is None
    assert receiving.advice is None
    title = receiving.knowledge.remedy[cause.remedy].title.ja
    assert title in hand_off(receiving).splitlines()[-1]


def test_the_hand_off_text_holds_no_address_and_none_of_the_pasted_words(state):
    state.answer(SYMPTOM, "cannot_send")
    state.paste(ENGLISH)
    state.read()
    assert "550" in hand_off(state)
    for secret in ("jiro", "hanako", "example", "192.0.2.10"):
        assert secret not in hand_off(state)


def test_every_cause_of_the_tree_can_be_opened_whatever_the_symptom(receiving):
    for cause in receiving.knowledge.causes:
        receiving.open(cause.id)
        assert receiving.opened is cause
        receiving.why(cause)


def test_answers_that_do_not_fit_together_are_named(receiving, monkeypatch):
    receiving.answer("quota_used", "full")
    assert receiving.at_odds == ()
    monkeypatch.setattr(Diagnosis, "contradiction", lambda self: self.observations[1:])
    assert [each.observation.check for each in receiving.at_odds] == ["quota_used"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_letter_of_the_desk_has_no_gaps(knowledge, language):
    desk = DeskState(knowledge)
    desk.language = language
    desk.paste(ENGLISH)
    desk.read()
    assert "{" not in desk.letter
    assert desk.words(knowledge.reason["user_unknown"].letter) in desk.letter


def test_the_desk_reads_again_what_it_had_read_and_nothing_else(knowledge):
    desk = DeskState(knowledge)
    desk.paste(ENGLISH)
    desk.read()
    again, half = DeskState(knowledge), DeskState(knowledge)
    again.remember(ENGLISH, desk.read_from)
    assert again.reading == desk.reading
    half.remember(ENGLISH + "x", desk.read_from)
    assert (half.pasted, half.reading) == (ENGLISH + "x", None)


def test_the_desk_forgets_what_was_pasted(knowledge):
    desk = DeskState(knowledge)
    desk.paste(ENGLISH)
    desk.read()
    desk.clear()
    assert (desk.pasted, desk.reading, desk.letter) == ("", None, "")

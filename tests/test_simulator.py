"""The page of the training room: cases played through it, and what it keeps to itself."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pytest
from invented_mails import HOSTILE
from test_widgets import classed, every, shown

from playbook.schema import Notice
from playbook.training import Session, TrainingRoom
from playbook.training.debrief import walk
from playbook.training.trainees import at_random, engine, expert, hurried, play
from playbook.training.worth import worth
from playbook.troubleshooting import POLICIES, UNKNOWN, Cases, OpenWith, Position, Told
from playbook.troubleshooting import play as simulate
from playbook.troubleshooting.from_knowledge import Numbers
from playbook.widgets.training import state as training_state
from playbook.widgets.training.simulator import Simulator
from playbook.widgets.training.state import NoSuchLessonError, TrainingState

TRAINEES = {"expert": expert, "hurried": hurried, "random": at_random(1)}


def is_hidden(page, class_):
    return "pb-hidden" in classed(page, class_)._dom_classes


def sent(page):
    """All that a browser is given of a page, without the names of the widgets."""
    states = []
    for each in every(page):
        state = {name: value for name, value in each.get_state().items() if name[0] != "_"}
        state["classes"] = each.get_state("_dom_classes") if hasattr(each, "_dom_classes") else ""
        states.append(state)
    names = {each.model_id: f"widget {n}" for n, each in enumerate(every(page))}
    told = json.dumps(states, ensure_ascii=False, default=str)
    return re.sub(r"IPY_MODEL_(\w+)", lambda found: names.get(found[1], "shared"), told)


def opened(knowledge, case, way="practice", language="ja"):
    return TrainingState.set_up(knowledge, case, None, way, language)


def work(state, trainee):
    """Play the case through the page's own buttons' handlers, as this trainee would."""
    while state.told is None:
        session = state.session
        wanted = trainee(session)
        closes = wanted.closing is not None and len(wanted.moves) == len(session.moves)
        noted = wanted.closing.cause if closes else wanted.hypothesis
        if noted is not None and noted != session.hypothesis:
            state.suspect(noted)
        if closes:
            state.close(verified=wanted.closing.verified)
            continue
        move = wanted.moves[-1]
        if move.kind == "check":
            state.ask(move.id)
        elif move.kind == "notice":
            state.read_notice()
        elif move.kind == "remedy":
            state.look(move.id)
            for caution in sorted(move.read_out):
                state.read_out(caution)
            state.try_it()
        else:
            state.hand_over()
    return state.told


# ---- whole cases ---------------------------------------------------------------------------------


def test_every_case_is_played_through_the_simulator_as_by_the_session_alone(knowledge, monkeypatch):
    """What each session is debriefed as is tested with the training room itself."""
    monkeypatch.setattr(training_state, "debrief", lambda session: session)
    monkeypatch.setattr(TrainingState.told, "klass", Session)
    room = TrainingRoom(knowledge)
    for case in knowledge.cases:
        for trainee in TRAINEES.values():
            played = work(opened(knowledge, case.id, "check"), trainee)
            alone = play(room.open(case, "check"), trainee)
            assert played.moves == alone.moves
            assert played.closing == alone.closing


def test_the_engines_own_path_costs_no_regret_and_the_others_some(knowledge):
    room, regret = TrainingRoom(knowledge), dict.fromkeys(TRAINEES, 0.0)
    for case in knowledge.cases[::14]:
        for name, trainee in TRAINEES.items():
            told = work(opened(knowledge, case.id, "check"), trainee)
            assert told.trainee == walk(play(room.open(case, "check"), trainee))
            assert told.engine.regret == 0
            assert told.trainee.regret >= 0
            regret[name] += told.trainee.regret
    assert 0 < regret["expert"] < regret["hurried"] < regret["random"]


def simulated(case, knowledge, numbers):
    """The case as `playbook simulate` plays it, with this one customer: how it went."""
    model, told = numbers.model(case.symptom), {}
    cause, right = model.causes.index(case.cause), knowledge.cause[case.cause].remedy
    number = {check.id: n for n, check in enumerate(model.checks)}
    answer = np.empty((1, len(model.checks)))
    start = Position.start(model)
    for id_, n in number.items():
        fact = case.facts.get(id_)
        row = list(model.checks[n].outcomes).index(fact.outcome if fact else UNKNOWN)
        shares = model.likelihood[model.rows(n), cause]
        answer[0, n] = shares[:row].sum() + shares[row] / 2
        if id_ in case.opening_facts:
            start = start.answered(model, model.rows(n).start + row)
    if case.notice:
        likelihood = numbers.vector(numbers.bounce_likelihood(case.notice.reason), case.symptom)
        answers = np.array([knowledge.check[id_].answered_by_bounce for id_ in number])
        came = Told(likelihood, answers)
        told = {number[case.notice.comes_with]: came}
        if case.notice.comes_with in case.opening_facts:
            start = start.with_told(model, came)
    success = np.array([[0.0 if each.id == right else 1.0 for each in model.remedies]])
    opening = tuple(number[id_] for id_ in knowledge.symptom[case.symptom].opening)
    policy = OpenWith(opening, POLICIES["shipped"](model))
    cases = Cases(np.array([cause]), np.ones(1), answer, success, told)
    return simulate(policy, model, model, cases, start)


def test_the_debriefs_figures_are_those_of_simulate_for_the_same_customers(knowledge):
    room, numbers = TrainingRoom(knowledge), Numbers(knowledge)
    for case in (*knowledge.cases, *(room.random_case(number) for number in range(48))):
        done, alone = play(room.open(case), engine), simulated(case, knowledge, numbers)
        kinds = [move.kind for move in done.moves]
        assert (case.id, done.minutes) == (case.id, alone.minutes[0])
        assert kinds.count("check") == alone.checks[0]
        assert kinds.count("remedy") == alone.remedies[0]
        assert ("hand_over" not in kinds) == alone.repaired[0]


def test_what_the_debrief_expects_at_the_start_is_what_simulate_measures(knowledge):
    room, model = TrainingRoom(knowledge), Numbers(knowledge).model("cannot_send")
    told = next(c for c in knowledge.cases if c.symptom == "cannot_send")
    blank = room.open(told.model_copy(update={"opening_facts": ()})).diagnosis
    cases = Cases.drawn(model, 80, 1)
    measured = simulate(POLICIES["shipped"](model), model, model, cases)
    error = measured.minutes.std() / 80**0.5
    expected = worth(blank, blank.next_steps()[0])
    assert abs(expected - measured.expected_minutes) < 2 * error


# ---- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["practice", "check", "class"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_part_of_the_page_speaks_the_language_chosen(knowledge, way, language):
    state = opened(knowledge, None, way, language)
    page = Simulator(state).page
    texts = [shown(page)]
    state.choose("fathers_mail" if way != "class" else "business_card")
    state.look(state.session.remedies()[0].id)
    if way == "class":
        state.ask("bounce_text")
        state.decide()
        state.read_notice()
    elif way == "practice":
        state.hint(3)
    state.suspect(state.session.causes()[0].id)
    texts.append(shown(page))
    texts += [each.description for each in every(page) if hasattr(each, "description")]
    state.look(state.knowledge.cause[state.session.case.cause].remedy)
    state.try_it()
    if way == "class":
        state.decide()
    texts.append(shown(page))
    state.close(verified=True)
    assert state.told is not None
    texts += [
        shown(page),
        *(each.description for each in every(page) if hasattr(each, "description")),
    ]
    # What a customer pastes is in the language of the mail system.
    texts = [re.sub(r"<pre.*?</pre>", "", text, flags=re.DOTALL) for text in texts]
    told = "\n".join(text for text in texts if text not in {"日本語", "English"})
    told = re.sub(r'font-family="[^"]*"', "", told)
    assert bool(re.search("[ぁ-んァ-ヶ一-龠]", told)) is (language == "ja")
    assert "{" not in told


def test_a_trap_is_told_at_once_in_practice_and_only_afterwards_in_check(knowledge):
    trap = knowledge.case["grandchild_photos"].traps[0].bites.ja
    for way, at_once in (("practice", True), ("check", False)):
        state = opened(knowledge, "grandchild_photos", way)
        page = Simulator(state).page
        state.look("free_quota_pop")
        state.try_it()
        assert (trap in html.unescape(shown(page))) is at_once
        state.suspect("quota_leave_copy")
        state.close(verified=False)
        assert trap in html.unescape(shown(page))


def test_cautions_read_out_keep_the_trap_shut(knowledge):
    state = opened(knowledge, "grandchild_photos")
    page = Simulator(state).page
    state.look("free_quota_pop")
    for line in classed(page, "pb-caution-lines").children:
        line.children[1].click()
    classed(page, "pb-try").click()
    assert state.session.is_solved
    assert state.session.moves[-1].sprung == ()


def test_hints_undo_and_the_tree_are_for_practice_only(knowledge):
    for way, there in (("practice", True), ("check", False), ("class", True)):
        state = opened(knowledge, "grandchild_photos", way)
        page = Simulator(state).page
        assert is_hidden(page, "pb-undo") is not there
        (tree,) = [each for each in every(page) if hasattr(each, "svg")]
        tree.unfolded = True
        assert bool(tree.svg) is tree.there is there
    with pytest.raises(ValueError, match="check mode"):
        opened(knowledge, "grandchild_photos", "check").hint(1)


def test_undo_takes_back_a_move_and_a_closing(knowledge):
    state = opened(knowledge, "grandchild_photos")
    page = Simulator(state).page
    state.ask("quota_used")
    state.hand_over()
    assert state.told is not None
    classed(page, "pb-undo").click()
    assert state.told is None
    classed(page, "pb-undo").click()
    assert state.session.moves == ()


def test_a_class_does_what_most_hands_went_up_for(knowledge):
    state = opened(knowledge, "grandchild_photos", "class")
    page = Simulator(state).page
    assert classed(page, "pb-decide").disabled
    state.ask("protocol")
    state.ask("quota_used")
    assert state.session.moves == ()

    def hands(check):
        title = knowledge.check[check].title.ja
        lines = classed(page, "pb-votes").children
        return next(line for line in lines if title in html.unescape(line.children[0].value))

    for _ in range(2):
        hands("quota_used").children[1].click()
    hands("protocol").children[1].click()
    hands("protocol").children[2].click()
    hands("quota_used").children[2].click()
    hands("quota_used").children[1].click()
    assert [count for _, count in state.group.tally()] == [3, 1]
    classed(page, "pb-decide").click()
    assert [move.id for move in state.session.moves] == ["quota_used"]
    assert state.group.rounds[0].share_for_best == pytest.approx(3 / 4)
    state.undo()
    assert state.group.rounds == ()


def test_the_notice_is_shown_once_it_came_and_stays_text(knowledge):
    card = knowledge.case["business_card"]
    notice = Notice(comes_with="bounce_text", reason="user_unknown", text=HOSTILE)
    state = opened(knowledge, None)
    page = Simulator(state).page
    state._begin(card.model_copy(update={"notice": notice}))
    assert "<pre" not in shown(page)
    state.ask("bounce_text")
    assert "<script" not in shown(page)
    assert html.escape("<script>") in shown(page)
    classed(page, "pb-read").click()
    assert state.session.unread_notice is None


def test_the_same_number_puts_the_same_customer_on_the_line(knowledge):
    drawn = [TrainingState.set_up(knowledge, None, 7, "check", "ja") for _ in range(2)]
    assert drawn[0].session.case == drawn[1].session.case
    page = Simulator(opened(knowledge, None)).page
    classed(page, "pb-draw").click()
    assert "pb-turns" not in shown(page)
    assert not is_hidden(page, "pb-training")


@pytest.mark.parametrize(
    "asked", [("nobody", "check", "ja"), (None, "exam", "ja"), (None, "check", "fr")]
)
def test_what_does_not_exist_is_told_with_what_does(knowledge, asked):
    case, way, language = asked
    with pytest.raises(NoSuchLessonError, match=r"grandchild_photos|practice|en"):
        TrainingState.set_up(knowledge, case, None, way, language)


# ---- what the page keeps to itself ---------------------------------------------------------------


@pytest.mark.parametrize("asked", [0, 3])
def test_before_the_debrief_the_page_is_the_same_whatever_the_hidden_cause(knowledge, asked):
    """Nothing that is sent depends on the answer: the strongest way to say it is not there."""
    for case in knowledge.cases[asked % 2 :: 2]:
        checks = list(case.facts)[:asked]
        other = next(
            cause.id
            for cause in reversed(knowledge.causes)
            if case.symptom in cause.how_common and cause.id != case.cause
        )
        told = {id_: fact for id_, fact in case.facts.items() if id_ in checks}
        told |= {id_: case.facts[id_] for id_ in case.opening_facts}
        notice = case.notice
        if notice and notice.comes_with not in told:
            notice = None
        twin = case.model_copy(
            update={
                "cause": other,
                "facts": told,
                "notice": notice,
                "path": ("protocol",),
                "traps": (),
                "verify": case.title,
            }
        )
        pages = []
        for each in (case, twin):
            state = opened(knowledge, None, "check")
            page = Simulator(state).page
            state._begin(each)
            for check in checks:
                state.ask(check)
            pages.append(sent(page))
        assert pages[0] == pages[1], case.id

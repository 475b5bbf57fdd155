"""The training room: facts only when asked, minutes that run, regret the engine agrees with."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from playbook.diagnosis import BOUNCE, SYMPTOM, Diagnosis
from playbook.loader import load_knowledge
from playbook.training import Choice, Group, Session, TrainingRoom, bench, debrief, hint
from playbook.training.bench import drawn_figures
from playbook.training.changes import compared
from playbook.training.debrief import Why, walk
from playbook.training.random_cases import deck
from playbook.training.trainees import at_random, engine, expert, hurried, play
from playbook.training.words import hint_words, step_title, why
from playbook.training.worth import worth

KNOWLEDGE = load_knowledge()
ROOM = TrainingRoom(KNOWLEDGE)
CASES = pytest.mark.parametrize("case", KNOWLEDGE.cases, ids=lambda case: case.id)
PHOTOS = KNOWLEDGE.case["grandchild_photos"]
CARD = KNOWLEDGE.case["business_card"]
FATHER = KNOWLEDGE.case["fathers_mail"]


TRAINEES = {"engine": engine, "expert": expert, "hurried": hurried, "random": at_random(1)}


@cache
def played(case_id, trainee):
    return play(ROOM.open(KNOWLEDGE.case[case_id]), TRAINEES[trainee])


@cache
def walked(case_id, trainee):
    return walk(played(case_id, trainee))


@cache
def debriefed(case_id, trainee):
    return debrief(played(case_id, trainee))


# -- the customer


@CASES
def test_the_customer_tells_each_fact_when_asked_and_nothing_before(case):
    session = ROOM.open(case, "check")
    told = {o.check for o in session.diagnosis.observations}
    assert told == {SYMPTOM, *case.opening_facts}
    for check, fact in case.facts.items():
        session = session.ask(check)
        assert session.diagnosis.outcome_of(check) == fact.outcome
        if fact.says and check not in case.opening_facts:
            assert session.moves[-1].says == fact.says


def test_what_the_case_does_not_tell_the_customer_does_not_know():
    session = ROOM.open(PHOTOS).ask("rules_forward")
    assert session.moves[-1].outcome == "unknown"
    assert session.diagnosis.suspects() == ROOM.open(PHOTOS).diagnosis.suspects()


def test_a_fact_without_words_of_its_own_is_told_in_the_outcomes_words():
    session = ROOM.open(PHOTOS).ask("outage_notice")
    assert session.moves[-1].says.en == "None"


def test_asking_again_costs_the_minutes_again_and_tells_nothing_new():
    once = ROOM.open(PHOTOS).ask("protocol")
    twice = once.ask("protocol")
    assert twice.minutes == 2 * once.minutes
    assert twice.diagnosis.suspects() == once.diagnosis.suspects()
    assert twice.moves[-1].says.en == "As I said before: My son's note says POP."


def test_minutes_are_those_of_the_checks_and_remedies():
    session = ROOM.open(PHOTOS).ask("quota_used").try_remedy("fix_settings")
    expected = KNOWLEDGE.check["quota_used"].minutes + KNOWLEDGE.remedy["fix_settings"].minutes
    assert session.minutes == expected


def test_a_notice_comes_with_its_check_and_is_read_at_no_cost():
    session = ROOM.open(CARD)
    assert session.notice is None
    with pytest.raises(ValueError, match="no notice"):
        session.read_notice()
    session = session.ask("bounce_text")
    assert session.unread_notice == CARD.notice
    read = session.read_notice()
    assert read.minutes == session.minutes
    assert read.diagnosis.outcome_of(BOUNCE) == "user_unknown"
    assert read.notice == CARD.notice
    assert read.unread_notice is None


def test_only_the_remedy_of_the_hidden_cause_works():
    for remedy in ROOM.open(PHOTOS).remedies():
        session = ROOM.open(PHOTOS).try_remedy(remedy.id)
        assert session.is_solved == (remedy.id == "free_quota_pop")


def test_a_solved_case_takes_no_more_remedies_and_a_closed_one_nothing():
    solved = ROOM.open(PHOTOS).try_remedy("free_quota_pop")
    with pytest.raises(ValueError, match="already gone"):
        solved.try_remedy("fix_settings")
    closed = solved.close("quota_leave_copy", verified=True)
    for act in (lambda: closed.ask("protocol"), closed.hand_over, lambda: closed.suspect(None)):
        with pytest.raises(ValueError, match="over"):
            act()


@pytest.mark.parametrize(
    "act",
    [
        lambda s: s.ask("weather"),
        lambda s: s.try_remedy("pray"),
        lambda s: s.suspect("gremlins"),
        lambda s: s.close("gremlins", verified=True),
    ],
)
def test_what_does_not_exist_is_refused(act):
    with pytest.raises(ValueError, match="there is no"):
        act(ROOM.open(PHOTOS))


def test_handing_over_ends_the_case_unsolved_and_is_right_where_nobody_knows_the_cause():
    session = ROOM.open(PHOTOS).try_remedy("hand_over")
    assert session.is_over
    assert not session.is_solved
    nobody_knows = PHOTOS.model_copy(update={"cause": "unknown_receive", "traps": ()})
    assert ROOM.open(nobody_knows).hand_over().is_solved


def test_what_can_be_done_is_offered_for_the_symptom_only():
    session = ROOM.open(PHOTOS)
    assert "outbox" not in {check.id for check in session.checks()}
    assert "quota_used" in {check.id for check in session.checks()}
    assert {cause.id for cause in session.causes()} == {
        suspect.cause.id for suspect in session.diagnosis.suspects()
    }
    assert "hand_over" not in {remedy.id for remedy in session.remedies()}


# -- traps


def test_a_trap_springs_when_its_caution_was_not_read_out():
    careless = ROOM.open(PHOTOS).try_remedy("free_quota_pop")
    careful = ROOM.open(PHOTOS).read_cautions(1, 2, 3).try_remedy("free_quota_pop")
    assert [trap.caution for trap in careless.moves[-1].sprung] == [2]
    assert careful.moves[-1].sprung == ()


def test_cautions_read_for_one_remedy_do_not_count_for_the_next():
    session = ROOM.open(PHOTOS).read_cautions(2).ask("protocol").try_remedy("free_quota_pop")
    assert [trap.caution for trap in session.moves[-1].sprung] == [2]


def test_a_lure_springs_when_it_is_tried():
    session = ROOM.open(PHOTOS).read_cautions(1, 2, 3).try_remedy("free_quota_imap")
    assert [trap.lure for trap in session.moves[-1].sprung] == ["free_quota_imap"]


def test_the_cases_own_caution_stands_behind_those_of_every_remedy():
    session = ROOM.open(FATHER)
    own = next(trap.own for trap in FATHER.traps if trap.own)
    for remedy in session.remedies():
        assert session.cautions(remedy.id)[-1] == own
    known = KNOWLEDGE.remedy["keep_forward_copy"].cautions
    without = session.read_cautions(*range(1, len(known) + 1)).try_remedy("keep_forward_copy")
    assert [trap.own for trap in without.moves[-1].sprung] == [own]
    everything = session.read_cautions(*range(1, len(known) + 2)).try_remedy("keep_forward_copy")
    assert everything.moves[-1].sprung == ()


@CASES
def test_a_trainee_who_reads_out_nothing_springs_every_trap_and_an_expert_none(case):
    session = ROOM.open(case)
    for trap in case.traps:
        if trap.lure:
            session = session.try_remedy(trap.lure)
    session = session.try_remedy(KNOWLEDGE.cause[case.cause].remedy)
    sprung = [trap for move in session.moves for trap in move.sprung]
    assert sprung == [*(t for t in case.traps if t.lure), *(t for t in case.traps if not t.lure)]
    assert not any(move.sprung for move in played(case.id, "expert").moves)


# -- practice and check mode


def test_practice_undoes_a_move_with_all_that_belonged_to_it():
    start = ROOM.open(PHOTOS)
    session = start.suspect("spamcut").read_cautions(1).ask("protocol").undo()
    assert session.moves == ()
    assert session.hypothesis == "spamcut"
    assert session.read_out == {1}
    assert session.undone == 1
    assert session.diagnosis.observations == start.diagnosis.observations


def test_practice_undoes_a_closing_and_a_hand_over():
    solved = ROOM.open(PHOTOS).try_remedy("free_quota_pop")
    assert solved.close("junk_folder", verified=False).undo().moves == solved.moves
    handed_over = ROOM.open(PHOTOS).hand_over()
    assert handed_over.undo().moves == ()
    assert not handed_over.undo().is_over
    assert ROOM.open(PHOTOS).undo().moves == ()


def test_check_mode_has_no_hints_and_no_undo_and_keeps_traps_for_the_debrief():
    session = ROOM.open(PHOTOS, "check").try_remedy("free_quota_pop")
    assert session.moves[-1].sprung
    with pytest.raises(ValueError, match="check mode"):
        session.undo()
    with pytest.raises(ValueError, match="check mode"):
        hint(session, 1)


@CASES
def test_a_session_shown_by_a_notebook_gives_nothing_away(case):
    session = ROOM.open(case, "check").ask(next(iter(case.facts)))
    shown = repr(session)
    assert case.cause not in shown
    for trap in case.traps:
        assert trap.bites.en not in shown
    for fact in case.facts.values():
        assert fact.says is None or fact.says.en not in shown


def test_an_open_case_is_not_debriefed():
    with pytest.raises(ValueError, match="still open"):
        debrief(ROOM.open(PHOTOS))


# -- hints


@CASES
def test_hints_followed_to_the_end_solve_every_case(case):
    session = ROOM.open(case)
    while not session.is_solved:
        session, told = hint(session, 3)
        if told.look_at == "notice":
            session = session.read_notice()
        elif told.step.kind == "check":
            session = session.ask(told.step.id)
        else:
            session = session.try_remedy(told.step.id)
    _, told = hint(session, 1)
    assert told.look_at == "close"


def test_each_depth_tells_more_and_is_on_the_record():
    session = ROOM.open(PHOTOS)
    words = []
    for depth in (1, 2, 3):
        taken, told = hint(session, depth)
        assert taken.ask("protocol").moves[-1].hints == depth
        words.append(hint_words(told, KNOWLEDGE, "ja"))
    assert words[0] in words[1]
    assert words[1] in words[2]
    assert words[0] != words[1] != words[2]
    best = session.diagnosis.next_steps()[0]
    assert step_title(best, KNOWLEDGE, "ja") in words[2]


# -- the debrief


@CASES
def test_the_regret_of_the_engines_own_path_is_0_and_it_solves_the_case(case):
    assert walked(case.id, "engine").regret == 0
    assert walked(case.id, "engine").solved


@CASES
@pytest.mark.parametrize("trainee", ["expert", "hurried", "random"])
def test_every_step_that_is_dearer_than_the_advice_is_regretted(case, trainee):
    way = walked(case.id, trainee)
    for look in way.looks:
        assert look.regret >= 0
        assert (look.regret > 0) or look.why in ("best", "as_good", "read")
    if steps(way) != steps(walked(case.id, "engine"))[: len(way.looks)]:
        assert any(look.why != "best" for look in way.looks)


def steps(way):
    return [(look.move.kind, look.move.id) for look in way.looks]


def test_the_expert_costs_least_and_who_asks_at_random_most():
    regret = {name: sum(walked(case, name).regret for case in KNOWLEDGE.case) for name in TRAINEES}
    assert regret["engine"] == 0 < regret["expert"] < regret["hurried"] < regret["random"]
    solved = {name: sum(walked(case, name).solved for case in KNOWLEDGE.case) for name in TRAINEES}
    assert solved["engine"] == solved["expert"] == len(KNOWLEDGE.cases)
    assert solved["random"] < solved["hurried"] < len(KNOWLEDGE.cases)


def test_a_debrief_lays_the_trainees_way_beside_the_experts_and_the_engines():
    for case_id in ("business_card", "since_nine"):
        told = debriefed(case_id, "random")
        assert told.trainee == walked(case_id, "random")
        assert told.expert == walked(case_id, "expert")
        assert told.engine == walked(case_id, "engine")


def test_figures_over_many_cases_are_those_of_their_walks():
    some = [KNOWLEDGE.case[case_id] for case_id in ("business_card", "since_nine")]
    figures = bench.trainee_figures(KNOWLEDGE, some, TRAINEES)
    for name in TRAINEES:
        ways = [walked(case.id, name) for case in some]
        assert figures[name].regret == pytest.approx(sum(way.regret for way in ways) / 2)
        assert figures[name].minutes == pytest.approx(sum(way.minutes for way in ways) / 2)
        assert figures[name].solved == sum(way.solved for way in ways)
    assert figures["expert"].sprung == 0 < figures["hurried"].sprung


def after(diagnosis, check, outcome):
    """The least expected minutes the diagnosis lists after an outcome."""
    listed = diagnosis.observe(check, outcome).next_steps()
    return min(step.expected_minutes for step in listed)


def test_a_check_is_worth_its_minutes_and_what_can_be_done_after_each_outcome():
    diagnosis = ROOM.open(CARD).diagnosis
    for step in diagnosis.next_steps():
        if step.kind == "check":
            chances = {each.outcome: each.chance for each in diagnosis.foresee(step.id)}
            expected = step.minutes + sum(
                chance * after(diagnosis, step.id, outcome) for outcome, chance in chances.items()
            )
            assert worth(diagnosis, step) == pytest.approx(expected, abs=0.2)
            assert worth(diagnosis, step) <= step.expected_minutes + 0.2


def test_a_remedy_is_worth_its_minutes_and_what_is_left_when_it_fails():
    diagnosis = ROOM.open(PHOTOS).ask("quota_used").diagnosis
    step = next(s for s in diagnosis.next_steps() if s.id == "free_quota_pop")
    meant = next(s for s in diagnosis.suspects() if s.cause.id == "quota_leave_copy").probability
    works = KNOWLEDGE.remedy["free_quota_pop"].works.share
    left = (1 - meant * works) * after(diagnosis, "remedy:free_quota_pop", "failed")
    assert worth(diagnosis, step) == pytest.approx(step.minutes + left)


@pytest.mark.parametrize("case_id", ["business_card", "grandchild_photos", "since_nine"])
def test_the_figures_of_the_debrief_are_the_diagnosis_own(case_id):
    case, way = KNOWLEDGE.case[case_id], walked(case_id, "random")
    diagnosis = Diagnosis.start(KNOWLEDGE).observe(SYMPTOM, case.symptom)
    for check in case.opening_facts:
        diagnosis = diagnosis.observe(check, case.facts[check].outcome)
    for look in way.looks:
        listed = diagnosis.next_steps()
        assert look.best == listed[0]
        assert look.best_minutes == worth(diagnosis, listed[0])
        own = [s for s in listed if (s.kind, s.id) == (look.move.kind, look.move.id)]
        alone = look.move.minutes + look.best_minutes
        assert look.expected_minutes == (worth(diagnosis, own[0]) if own else alone)
        assert [s.probability for s in look.before] == [s.probability for s in diagnosis.suspects()]
        if look.move.kind == "check":
            diagnosis = diagnosis.observe(look.move.id, look.move.outcome)
        elif look.move.kind == "remedy":
            diagnosis = diagnosis.observe(f"remedy:{look.move.id}", look.move.outcome)
        assert [s.probability for s in look.after] == [s.probability for s in diagnosis.suspects()]


def test_the_debrief_tells_what_was_named_verified_sprung_and_helped():
    session, _ = hint(ROOM.open(PHOTOS).suspect("quota_imap"), 2)
    session = session.ask("quota_used").try_remedy("free_quota_pop")
    told = debrief(session.close("quota_imap", verified=False))
    assert told.named.id == "quota_imap"
    assert not told.named_right
    assert not told.verified
    assert [trap.caution for trap in told.sprung] == [2]
    assert [trap.lure for trap in told.kept] == ["free_quota_imap"]
    assert told.hints == 1
    first = told.trainee.looks[0]
    assert first.hypothesis == pytest.approx(
        next(s.probability for s in first.before if s.cause.id == "quota_imap")
    )
    assert {c.id for c in first.ruled_out}.isdisjoint(s.cause.id for s in first.possible)
    assert debriefed(PHOTOS.id, "expert").named_right
    assert debrief(ROOM.open(PHOTOS).hand_over()).named is None


def whys() -> dict[Why, tuple]:
    """Every reason in words, each from a session that earns it."""
    photos, card = ROOM.open(PHOTOS), ROOM.open(CARD)
    reunion = ROOM.open(KNOWLEDGE.case["reunion_invitation"])
    best = photos.diagnosis.next_steps()[0].id
    solved = photos.ask("quota_used").ask("protocol")
    return {
        "best": (photos.ask(best), 0),
        "told_already": (photos.ask("which_missing"), 0),
        "repeated": (photos.ask("protocol").ask("protocol"), 1),
        "no_use": (photos.ask("outbox"), 0),
        "weaker_check": (photos.ask("recent_change"), 0),
        "too_early": (photos.try_remedy("set_leave_days"), 0),
        "too_late": (solved.ask("rules_forward"), 2),
        "other_remedy": (reunion.ask("webmail_seen").try_remedy("allow_sender"), 1),
        "gave_up": (photos.hand_over(), 0),
        "read": (card.ask("bounce_text").read_notice(), 1),
    }


@pytest.mark.parametrize("reason", whys())
def test_every_step_is_explained_in_both_languages(reason):
    session, place = whys()[reason]
    session = session if session.is_over else session.hand_over()
    look = debrief(session).trainee.looks[place]
    assert look.why == reason
    for language in ("ja", "en"):
        words = why(look, KNOWLEDGE, language)
        assert words
        assert "{" not in words


# -- a class votes


def test_a_class_does_what_most_of_it_voted_for():
    group = Group(ROOM.open(PHOTOS))
    best = group.session.diagnosis.next_steps()[0]
    group = group.vote("seat 1", Choice("check", "protocol")).vote(
        "seat 2", Choice("check", "clock")
    )
    group = group.vote("seat 2", Choice("check", best.id)).vote("seat 3", Choice("check", best.id))
    assert group.tally() == ((Choice("check", best.id), 2), (Choice("check", "protocol"), 1))
    group = group.decide()
    assert group.session.moves[-1].id == best.id
    assert group.votes == {}
    assert group.rounds[0].share_for_best == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="nobody has voted"):
        group.decide()


def test_the_trainer_may_decide_otherwise_and_a_class_can_repair_and_hand_over():
    group = Group(ROOM.open(PHOTOS)).vote("a", Choice("check", "protocol"))
    repaired = group.decide(Choice("remedy", "free_quota_pop"))
    assert repaired.session.is_solved
    assert group.decide(Choice("hand_over", "hand_over")).session.is_over


# -- drawn cases


# `playbook cases --draw 1000` proves the same of a thousand.
DRAWN = 2 * len(deck(KNOWLEDGE))


@pytest.fixture(scope="module")
def figures():
    return drawn_figures(KNOWLEDGE, DRAWN)


def test_every_cause_of_every_symptom_is_drawn(figures):
    assert figures.not_drawn == ()
    assert drawn_figures(KNOWLEDGE, 1).not_drawn != ()


def test_each_deck_holds_every_cause_of_every_symptom_once():
    cards = [(symptom.id, cause.id) for symptom, cause in deck(KNOWLEDGE)]
    cases = (ROOM.random_case(i) for i in range(len(cards)))
    assert sorted((case.symptom, case.cause) for case in cases) == sorted(cards)


def test_no_drawn_fact_is_nearly_impossible_with_its_cause(figures):
    assert figures.unlikely == ()


def test_a_drawn_case_with_all_facts_known_shows_the_remedy_of_its_cause(figures):
    assert figures.misleading == ()


def test_every_drawn_case_is_solved_by_the_engine(figures):
    assert figures.unsolved == ()
    assert figures.cases == DRAWN


def test_drawn_cases_are_of_every_level_and_some_bring_a_notice(figures):
    assert set(figures.levels) == {1, 2, 3}
    assert figures.with_notice > 0


def test_a_case_that_does_not_hold_would_be_seen():
    blank = Diagnosis.start(KNOWLEDGE)
    folders = KNOWLEDGE.case["tidy_folders"]
    impossible = PHOTOS.model_copy(update={"facts": folders.facts})
    assert any(bench._unlikely(impossible, blank))
    assert bench._misleads(impossible.model_copy(update={"opening_facts": ()}), blank)


def test_the_path_of_a_drawn_case_leads_to_its_end():
    for number in range(5):
        case = ROOM.random_case(number)
        assert play(ROOM.open(case), expert).is_solved


def test_the_same_number_draws_the_same_case_and_another_number_another():
    again = TrainingRoom(KNOWLEDGE)
    for number in (0, 7, 123_456):
        assert again.random_case(number) == ROOM.random_case(number)
    assert ROOM.random_case(0).facts != ROOM.random_case(1).facts
    with pytest.raises(ValueError, match="begin with 0"):
        ROOM.random_case(-1)


def test_a_session_is_a_value():
    session = ROOM.open(PHOTOS)
    session.ask("protocol")
    assert session.moves == ()
    assert replace(session) == session
    assert isinstance(session, Session)


# -- when the knowledge changes


def test_a_change_of_the_knowledge_names_the_cases_whose_best_path_it_changes():
    assert not any(compared(KNOWLEDGE, KNOWLEDGE))
    dearer = tuple(
        check.model_copy(update={"minutes": 60.0}) if check.id == "webmail_seen" else check
        for check in KNOWLEDGE.checks
    )
    changes = [each for each in compared(KNOWLEDGE, replace(KNOWLEDGE, checks=dearer)) if each]
    assert changes
    for change in changes:
        assert "webmail_seen" in change.before.steps
        assert change.minutes == change.after.minutes - change.before.minutes

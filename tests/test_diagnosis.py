"""The laws of a diagnosis: what it must do whatever the customer says."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowledge_at_hand import small_knowledge

from playbook.diagnosis import BOUNCE, REMEDY, SYMPTOM, UNKNOWN, Diagnosis, Observation
from playbook.loader import load_knowledge
from playbook.troubleshooting.from_knowledge import OTHER_REASON

# The machine that runs the tests may be busy with other work.
settings.register_profile("patient", deadline=None, max_examples=50)
settings.load_profile("patient")

KNOWLEDGE = small_knowledge()
START = Diagnosis.start(KNOWLEDGE)
RECEIVE = START.observe(SYMPTOM, "receive")
SEND = START.observe(SYMPTOM, "send")


def outcomes():
    """Every observation there is, the checks' own and the reserved ones."""
    made = {check.id: [outcome.id for outcome in check.outcomes] for check in KNOWLEDGE.checks}
    made[SYMPTOM] = list(KNOWLEDGE.symptom)
    made[BOUNCE] = list(KNOWLEDGE.reason)
    made |= {REMEDY + remedy.id: ["failed"] for remedy in KNOWLEDGE.remedies}
    return {check: [*each, UNKNOWN] for check, each in made.items()}


OUTCOMES = outcomes()


@st.composite
def observed(draw):
    """A diagnosis with any observations, each check at most once."""
    diagnosis = START
    for check in draw(st.lists(st.sampled_from(sorted(OUTCOMES)), unique=True)):
        diagnosis = diagnosis.observe(check, draw(st.sampled_from(OUTCOMES[check])))
    return diagnosis


def probabilities(diagnosis):
    return {suspect.cause.id: suspect.probability for suspect in diagnosis.suspects()}


def everything(diagnosis):
    """All that a page shows of a diagnosis."""
    return diagnosis.suspects(), diagnosis.next_steps(), diagnosis.contradiction()


@given(observed())
def test_the_probabilities_of_the_suspects_sum_to_one_and_none_is_zero(diagnosis):
    assert math.isclose(1.0, sum(probabilities(diagnosis).values()))
    assert all(probability > 0 for probability in probabilities(diagnosis).values())


@given(observed(), st.randoms())
def test_the_order_of_the_answers_does_not_matter(diagnosis, random):
    shuffled = list(diagnosis.observations)
    random.shuffle(shuffled)
    other = START
    for observation in shuffled:
        other = other.observe(observation.check, observation.outcome)
    assert diagnosis.suspects() == other.suspects()
    assert diagnosis.next_steps() == other.next_steps()


@given(observed(), st.data())
def test_dont_know_changes_nothing_but_that_the_check_is_not_asked_again(diagnosis, data):
    unasked = [c.id for c in KNOWLEDGE.checks if diagnosis.outcome_of(c.id) is None]
    if not unasked:
        return
    check = data.draw(st.sampled_from(unasked))
    after = diagnosis.observe(check, UNKNOWN)
    assert diagnosis.suspects() == after.suspects()
    assert check not in [step.id for step in after.next_steps() if step.kind == "check"]


@given(observed(), st.data())
def test_changing_an_answer_and_changing_it_back_restores_everything(diagnosis, data):
    if not diagnosis.observations:
        return
    first = data.draw(st.sampled_from(diagnosis.observations))
    changed = diagnosis.observe(first.check, data.draw(st.sampled_from(OUTCOMES[first.check])))
    back = changed.observe(first.check, first.outcome)
    assert diagnosis == back
    assert everything(diagnosis) == everything(back)


@given(observed(), st.sampled_from(sorted(OUTCOMES)))
def test_withdrawing_an_answer_is_as_if_it_had_never_been_given(diagnosis, check):
    without = diagnosis.withdraw(check)
    answered = diagnosis.observe(check, OUTCOMES[check][0]).withdraw(check)
    assert everything(without) == everything(answered)


@given(observed(), st.sampled_from([check.id for check in KNOWLEDGE.checks]))
def test_what_is_foreseen_comes_true(diagnosis, check):
    diagnosis = diagnosis.withdraw(check)
    forecasts = diagnosis.foresee(check)
    assert math.isclose(1.0, sum(forecast.chance for forecast in forecasts))
    for forecast in forecasts:
        expected = {suspect.cause.id: suspect.probability for suspect in forecast.suspects}
        assert expected == pytest.approx(probabilities(diagnosis.observe(check, forecast.outcome)))


@given(observed())
def test_the_weights_tell_how_many_times_more_probable_each_answer_made_a_cause(diagnosis):
    for suspect in diagnosis.suspects():
        for weight in diagnosis.weights(suspect.cause.id):
            before = diagnosis.withdraw(weight.observation.check)
            expected = suspect.probability / probabilities(before)[suspect.cause.id]
            if weight.observation.check != SYMPTOM:
                assert math.isclose(expected, weight.factor, rel_tol=1e-9)


@given(observed())
def test_steps_come_cheapest_first_and_the_hand_over_is_always_among_them(diagnosis):
    minutes = [step.expected_minutes for step in diagnosis.next_steps()]
    assert sorted(minutes) == minutes
    assert "hand_over" in {step.kind for step in diagnosis.next_steps()}


def test_the_symptom_decides_who_is_suspected():
    assert {"full", "junk", "rule", "blocked"} == set(probabilities(RECEIVE))
    assert {"typo", "blocked"} == set(probabilities(SEND))
    assert set(KNOWLEDGE.cause) == set(probabilities(START))


def test_the_first_probabilities_are_the_shares_of_the_assumed_counts():
    assert pytest.approx(probabilities(RECEIVE)) == {
        "full": 8 / 18,
        "junk": 8 / 18,
        "rule": 1 / 18,
        "blocked": 1 / 18,
    }


def test_a_closed_case_counts_as_four_assumed_ones():
    learned = Diagnosis.start(KNOWLEDGE, {"receive": {"rule": 9}}).observe(SYMPTOM, "receive")
    expected = {"full": 8 / 54, "junk": 8 / 54, "rule": 37 / 54, "blocked": 1 / 54}
    assert probabilities(learned) == pytest.approx(expected)


def test_an_answer_multiplies_by_its_likelihood():
    # `quota: full` is seen with `full` 97 times in 100, with the others once in 9; of the answers
    # reported, one in 20 is the other one.
    full = 8 * (0.97 * 0.95 + 0.03 * 0.05)
    others = 10 * (0.95 / 9 + 0.05 * 8 / 9)
    expected = full / (full + others)
    assert math.isclose(expected, probabilities(RECEIVE.observe("quota", "full"))["full"])


def test_a_bounce_speaks_for_the_causes_that_list_its_reason():
    bounced = SEND.observe(BOUNCE, "no_such_user")
    listed = {"typo": 1 / (1 + 2 * OTHER_REASON), "blocked": 1 / (2 + OTHER_REASON)}
    total = sum(listed.values())
    assert {each: share / total for each, share in listed.items()} == pytest.approx(
        probabilities(bounced)
    )


def test_a_bounce_that_no_cause_of_the_symptom_lists_changes_no_probability():
    receive = Diagnosis.start(load_knowledge()).observe(SYMPTOM, "cannot_receive")
    assert probabilities(receive) == probabilities(receive.observe(BOUNCE, "mailbox_full"))


def test_what_a_bounce_tells_is_neither_asked_nor_counted_twice():
    send = Diagnosis.start(load_knowledge()).observe(SYMPTOM, "cannot_send")
    asked = send.observe("bounce_text", "b3")
    told = send.observe(BOUNCE, "mailbox_full")
    assert "bounce_text" in {step.id for step in send.next_steps()}
    assert "bounce_text" not in {step.id for step in told.next_steps()}
    assert probabilities(asked.observe(BOUNCE, "mailbox_full")) == probabilities(told)
    assert probabilities(asked.observe(BOUNCE, "undetermined")) == probabilities(asked)


def test_a_bounce_that_speaks_for_no_cause_changes_no_probability():
    assert probabilities(SEND) == probabilities(SEND.observe(BOUNCE, "undetermined"))


def test_a_check_of_another_symptom_is_not_offered():
    assert "line" not in {step.id for step in RECEIVE.next_steps()}
    assert "quota" not in {step.id for step in SEND.next_steps()}


def test_the_cheap_check_that_names_the_cause_comes_first():
    assert RECEIVE.next_check().id == "quota"


def test_when_the_cause_is_all_but_named_its_remedy_comes_first():
    diagnosis = RECEIVE.observe("quota", "full").observe("webmail", "no").observe("who", "all")
    step = diagnosis.next_steps()[0]
    assert (step.kind, step.id) == ("remedy", "empty")
    assert diagnosis.next_check() is None


def test_a_remedy_that_failed_makes_its_causes_less_probable_and_is_not_offered_again():
    failed = RECEIVE.observe(REMEDY + "search", "failed")
    assert probabilities(failed)["junk"] < probabilities(RECEIVE)["junk"] / 2
    assert "search" not in {step.id for step in failed.next_steps()}


def test_nothing_is_left_to_do_once_a_remedy_worked():
    solved = RECEIVE.observe(REMEDY + "empty", "worked")
    assert solved.is_solved
    assert solved.next_steps() == ()
    assert solved.suspects()[0].cause.id == "full"


def test_a_check_separates_the_causes_it_moves():
    assert sorted(cause.id for cause in RECEIVE.separates("webmail")) == ["full", "junk"]


def test_answers_that_fit_no_probable_cause_are_told_as_a_contradiction():
    # Only `blocked` explains the bounce, but it shows on another line than the one in use.
    diagnosis = SEND.observe("who", "all").observe(BOUNCE, "refused").observe("line", "own")
    expected = {BOUNCE, "line"}
    assert {observation.check for observation in diagnosis.contradiction()} == expected
    assert math.isclose(1.0, sum(probabilities(diagnosis).values()))


def test_answers_that_fit_one_cause_are_no_contradiction():
    assert RECEIVE.observe("quota", "full").observe("webmail", "no").contradiction() == ()


@pytest.mark.parametrize(
    ("check", "outcome"),
    [
        ("quota", "half"),
        ("no_such_check", "yes"),
        (SYMPTOM, "no_such_symptom"),
        (BOUNCE, "no_such_reason"),
        (REMEDY + "no_such_remedy", "failed"),
        (REMEDY + "empty", "perhaps"),
    ],
)
def test_what_does_not_exist_cannot_be_observed(check, outcome):
    with pytest.raises(ValueError, match=r"no check|no outcome"):
        START.observe(check, outcome)


def test_observations_keep_their_place_when_changed():
    diagnosis = RECEIVE.observe("quota", "full").observe("who", "one").observe("quota", "below")
    expected = (
        Observation(SYMPTOM, "receive"),
        Observation("quota", "below"),
        Observation("who", "one"),
    )
    assert expected == diagnosis.observations


def changing(**changes):
    """The small knowledge with remedies that change the outcome of checks."""
    remedies = tuple(
        remedy.model_copy(update={"changes": changes.get(remedy.id, ())})
        for remedy in KNOWLEDGE.remedies
    )
    return Diagnosis.start(replace(KNOWLEDGE, remedies=remedies)).observe(SYMPTOM, "receive")


FULL = Observation("quota", "full")


def test_what_a_failed_remedy_may_have_changed_no_longer_counts():
    full = changing(empty=("quota",)).observe("quota", "full")
    emptied = full.observe(REMEDY + "empty", "failed")
    assert emptied.stale() == (FULL,)
    assert probabilities(emptied) == probabilities(emptied.withdraw("quota"))
    assert "quota" in {step.id for step in emptied.next_steps()}


def test_a_stale_check_made_anew_counts_again():
    full = changing(empty=("quota",)).observe("quota", "full")
    emptied = full.observe(REMEDY + "empty", "failed")
    again = emptied.observe("quota", "full")
    assert again.stale() == ()
    assert probabilities(again)["full"] > probabilities(emptied)["full"]


def test_what_was_seen_after_the_remedy_is_not_stale():
    tried = changing(empty=("quota",)).observe(REMEDY + "empty", "failed")
    assert tried.observe("quota", "full").stale() == ()


def test_the_checks_a_symptom_opens_with_come_first_whatever_their_value():
    symptoms = tuple(
        symptom.model_copy(update={"opening": ("who", "webmail")}) for symptom in KNOWLEDGE.symptoms
    )
    opened = Diagnosis.start(replace(KNOWLEDGE, symptoms=symptoms)).observe(SYMPTOM, "receive")
    assert [step.id for step in opened.next_steps()[:2]] == ["who", "webmail"]
    assert opened.next_check().id == "who"
    assert opened.observe("who", "one").next_steps()[0].id == "webmail"

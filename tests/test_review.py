"""What ended cases say: events in, figures out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from playbook.caselog import Entry, Event
from playbook.diagnosis import BOUNCE, SYMPTOM
from playbook.review import as_yaml, invented_cases, proposals, review
from playbook.review.ended import ended
from playbook.review.figures import quantile
from playbook.review.proposals import FEWEST

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def case(*events, minutes=2.0, start=START):
    """A case whose events come some minutes apart."""
    return tuple(
        Entry(Event(*event), place, start + timedelta(minutes=place * minutes), "digest")
        for place, event in enumerate(events, 1)
    )


def full_mailbox(cause="quota_leave_copy", **how):
    return case(
        ("started",),
        ("answered", SYMPTOM, "cannot_receive"),
        ("answered", "quota_used", "full"),
        ("answered", "protocol", "pop"),
        ("remedy_tried", "free_quota_pop", "worked"),
        ("closed", cause),
        **how,
    )


@pytest.fixture(scope="module")
def invented(knowledge):
    return review(knowledge, invented_cases(knowledge, START))


# --- one case -----------------------------------------------------------------------------------


def test_a_case_is_closed_with_its_cause_symptom_answers_and_minutes():
    found = ended(full_mailbox())
    assert (found.symptom, found.cause, found.minutes) == ("cannot_receive", "quota_leave_copy", 10)
    assert [each.check for each in found.known] == [
        "quota_used",
        "protocol",
        "remedy:free_quota_pop",
    ]


def test_a_case_that_goes_on_after_its_end_has_not_ended():
    assert ended((*full_mailbox(), *case(("undone",), start=START + timedelta(hours=1)))) is None
    assert ended(full_mailbox()[:-1]) is None
    assert ended(()) is None


def test_a_night_between_two_calls_is_no_work():
    entries = full_mailbox()
    last = Entry(entries[-1].event, 6, entries[-1].at + timedelta(hours=15), "digest")
    assert ended((*entries[:-1], last)).minutes == 8


def test_half_an_hour_is_work_still():
    assert ended(full_mailbox(minutes=30)).minutes == 150
    assert ended(full_mailbox(minutes=31)).minutes == 0


def test_what_was_undone_is_not_known_and_is_counted_as_taken_back():
    found = ended(
        case(
            ("answered", SYMPTOM, "cannot_receive"), ("answered", "protocol", "imap"), ("undone",),
            ("answered", "protocol", "pop"), ("answered", "protocol", "imap"), ("handed_over",),
        )
    )  # fmt: skip
    assert [(each.check, each.outcome) for each in found.known] == [("protocol", "imap")]
    assert found.taken_back == ("protocol", "protocol")
    assert found.cause == ""


def test_a_check_chosen_by_hand_counts_against_the_advice_only_when_it_is_answered():
    found = ended(
        case(
            ("answered", SYMPTOM, "cannot_receive"), ("asked", "protocol"), ("asked", "quota_used"),
            ("answered", "quota_used", "full"), ("asked", "quota_used"),
            ("answered", "quota_used", "ok"), ("asked", "webmail_login"), ("handed_over",),
        )
    )  # fmt: skip
    assert found.chosen == ("quota_used",)
    assert found.abandoned == ("protocol", "webmail_login")


def test_an_answer_to_another_check_leaves_the_one_on_the_screen():
    found = ended(
        case(
            ("answered", SYMPTOM, "cannot_receive"), ("asked", "protocol"),
            ("answered", "quota_used", "full"), ("handed_over",),
        )
    )  # fmt: skip
    assert (found.chosen, found.abandoned) == ((), ("protocol",))


def test_damaged_events_and_cases_of_other_knowledge_are_counted_and_left_out(knowledge):
    entries = full_mailbox()
    damaged = (*entries[:2], Entry(None, 3, START, "digest"), *entries[3:])
    foreign = full_mailbox(cause="no_such_cause")
    found = review(knowledge, [damaged, foreign, entries[:-1]])
    assert (len(found.cases), found.unreadable) == (1, 2)


# --- many cases ---------------------------------------------------------------------------------


def test_causes_are_counted_by_symptom_and_each_share_lies_within_its_bounds(invented):
    for figures in invented.symptoms():
        assert sum(each.closed for each in figures.causes) == figures.closed
        assert sum(each.assumed for each in figures.causes) == pytest.approx(1)
        for each in figures.causes:
            low, high = each.between
            assert low <= each.seen <= high
            assert 0 <= low < high <= 1
    assert any(each.stands_out for figures in invented.symptoms() for each in figures.causes)


def test_without_cases_there_are_no_figures_and_no_proposals(knowledge):
    nothing = review(knowledge, [])
    assert nothing.minutes() == ()
    assert nothing.over_time() == ((), ())
    assert nothing.hints() == ()
    assert nothing.steps() == ()
    assert proposals(nothing) == ()
    assert quantile((), 0.5) == 0
    assert not any(each.stands_out for found in nothing.symptoms() for each in found.causes)


def test_an_answer_for_another_cause_is_a_hint_of_a_wrong_tree(knowledge):
    other = next(
        cause for cause in knowledge.causes
        if "cannot_receive" in cause.how_common
        and cause.remedy != knowledge.cause["quota_leave_copy"].remedy
        and not cause.shown_by.get("quota_used")
    )  # fmt: skip
    misled = full_mailbox(cause=other.id)
    (hint,) = review(knowledge, [full_mailbox(), misled]).hints()
    assert (hint.cause.id, hint.times, hint.of) == (other.id, 1, 1)
    assert [cause.id for cause, _ in hint.taken_for] == ["quota_leave_copy"]


def test_reasons_are_counted_by_week_and_over_a_year_by_month(knowledge):
    def read(start):
        return case(
            ("answered", SYMPTOM, "cannot_send"), ("bounce_read", BOUNCE, "mailbox_full"),
            ("handed_over",), start=start,
        )  # fmt: skip

    weeks, rows = review(knowledge, [read(START), read(START + timedelta(days=8))]).over_time()
    assert weeks == ("2026-08-31", "2026-09-07")
    assert rows == (("mailbox_full", (1, 1)),)
    months, _ = review(knowledge, [read(START), read(START + timedelta(days=365))]).over_time()
    assert (months[0], months[-1], len(months)) == ("2026-09", "2027-09", 13)


def test_the_same_cause_again_and_again_is_proposed_as_more_common(knowledge):
    cause = next(c for c in knowledge.causes if c.how_common.get("cannot_receive") == "rare")
    cases = [full_mailbox(cause=cause.id) for _ in range(FEWEST)]
    found = {each.cause.id: each for each in proposals(review(knowledge, cases))}
    assert found[cause.id].proposed == "very_common"
    assert (found[cause.id].closed, found[cause.id].of) == (FEWEST, FEWEST)
    assert proposals(review(knowledge, cases[1:])) == ()


def test_proposals_are_yaml_that_the_file_of_a_cause_takes(knowledge, invented):
    found = proposals(invented)
    assert found
    copied = yaml.safe_load(as_yaml(found, lambda each: f"{each.closed} / {each.of}"))
    assert len(copied) == len({each.cause.id for each in found})
    for entry in copied:
        assert set(entry["how_common"]) == set(knowledge.cause[entry["id"]].how_common)


# --- invented cases -----------------------------------------------------------------------------


def test_invented_cases_are_the_same_each_time_and_all_readable(knowledge, invented):
    assert invented_cases(knowledge, START, count=20) == invented_cases(knowledge, START, count=20)
    assert len(invented.cases) == 240
    assert invented.unreadable == 0
    assert {each.symptom for each in invented.cases} == set(knowledge.symptom)
    assert all(START - timedelta(days=120) < each.ended for each in invented.cases)


def test_invented_cases_show_every_part_of_a_review(invented):
    assert invented.handed_over
    assert invented.hints()
    assert any(step.chosen for step in invented.steps())
    assert any(step.abandoned for step in invented.steps())
    assert len(invented.over_time()[1]) > 5
    assert sum(each.worked for each in invented.remedies()) == len(invented.closed)
    assert any(each.failed for each in invented.remedies())

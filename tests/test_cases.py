"""Training cases: the loader refuses what does not exist, the check-up what does not hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from playbook.checkup.cases import case_proofs
from playbook.errors import KnowledgeError
from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge

KNOWLEDGE = load_knowledge()
BOTH = {"ja": "あ", "en": "a"}
CASE = {
    "id": "own",
    "title": BOTH,
    "symptom": "cannot_receive",
    "level": 1,
    "opening": BOTH,
    "mood": BOTH,
    "cause": "spamcut",
    "facts": {
        "which_missing": {"outcome": "one_sender", "says": BOTH},
        "spam_service_box": {"outcome": "found"},
    },
    "opening_facts": ["which_missing"],
    "path": ["spam_service_box", "remedy:allow_sender"],
    "traps": [{"caution": 1, "bites": BOTH}],
    "verify": BOTH,
}


def load_with(folder: Path, **changes: object):
    case = {key: value for key, value in {**CASE, **changes}.items() if value is not None}
    path = folder / "cases" / "own.yaml"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps({"format": 1, "cases": [case]}, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    return load_knowledge(KNOWLEDGE_FOLDER, folder)


def faults_with(folder: Path, **changes: object) -> list[str]:
    knowledge = load_with(folder, **changes)
    proofs = case_proofs(replace(knowledge, cases=(knowledge.case["own"],)))
    return [
        str(fault) for proof in proofs for fault in proof.faults if fault.file == "cases/own.yaml"
    ]


def test_there_are_cases_for_every_symptom_and_level():
    assert len(KNOWLEDGE.cases) >= 24
    for symptom in KNOWLEDGE.symptom:
        levels = {case.level for case in KNOWLEDGE.cases if case.symptom == symptom}
        assert levels == {1, 2, 3}, symptom


def test_every_cause_the_provider_names_has_a_case():
    played = {case.cause for case in KNOWLEDGE.cases}
    named = {cause.id for cause in KNOWLEDGE.causes if cause.seed}
    assert named - played == set()


def test_every_cause_of_returned_mail_has_a_case_with_a_whole_notice():
    with_notice = {case.cause for case in KNOWLEDGE.cases if case.notice}
    bounced = {
        cause.id
        for cause in KNOWLEDGE.causes
        if KNOWLEDGE.places["cause", cause.id].startswith("causes/bounced.yaml")
    }
    assert bounced - with_notice == set()


def test_notices_are_japanese_and_english():
    japanese = [c.notice for c in KNOWLEDGE.cases if c.notice and not c.notice.text.isascii()]
    english = [c.notice for c in KNOWLEDGE.cases if c.notice and c.notice.text.isascii()]
    assert len(japanese) >= 5
    assert len(english) >= 5


def test_every_case_names_what_must_be_warned_of():
    for case in KNOWLEDGE.cases:
        assert case.traps, case.id


def test_the_title_and_id_of_a_case_do_not_name_its_cause():
    for case in KNOWLEDGE.cases:
        cause = KNOWLEDGE.cause[case.cause]
        assert case.id != cause.id
        for language in ("ja", "en"):
            assert case.title.of(language) != cause.title.of(language)


def test_the_providers_names_are_filled_in_what_customers_say():
    said = [
        text
        for case in KNOWLEDGE.cases
        for text in (case.opening, *(fact.says for fact in case.facts.values() if fact.says))
    ]
    assert any("CAC-NET" in text.ja for text in said)
    assert not any("{isp}" in text.ja or "{isp}" in text.en for text in said)


def test_a_case_of_ones_own_is_added_and_proven(tmp_path):
    assert faults_with(tmp_path) == []
    assert load_with(tmp_path).case["own"].cause == "spamcut"


REFUSED = {
    "a symptom": ({"symptom": "cannot_print"}, "there is no symptom 'cannot_print'"),
    "a cause": ({"cause": "gremlins"}, "there is no cause 'gremlins'"),
    "a check": ({"facts": {"weather": {"outcome": "fine"}}}, "there is no check 'weather'"),
    "an outcome": (
        {"facts": {**CASE["facts"], "quota_used": {"outcome": "half"}}},
        "the check 'quota_used' has no outcome 'half'; it has full, below",
    ),
    "a symptom the cause does not have": (
        {"symptom": "cannot_send"},
        "does not have this symptom under how_common; it has cannot_receive",
    ),
    "an id that is the cause's": ({"id": "spamcut"}, "gives its cause away"),
    "a step of the path without quotes": ({"path": [{"remedy": "pray"}]}, "put quotes round all"),
    "a step of the path with a blank": ({"path": ["remedy: pray"]}, "without a blank"),
    "a remedy of the path": ({"path": ["remedy:pray"]}, "there is no remedy 'pray'"),
    "a fact of the path": (
        {"path": ["quota_used", "remedy:allow_sender"]},
        "there is no answer to the check 'quota_used' among the facts",
    ),
    "a fact of the opening": (
        {"opening_facts": ["quota_used"]},
        "there is no answer to the check 'quota_used' among the facts",
    ),
    "a caution": ({"traps": [{"caution": 9, "bites": BOTH}]}, "there is no caution number 9"),
    "a lure": ({"traps": [{"lure": "pray", "bites": BOTH}]}, "there is no remedy 'pray'"),
    "a trap": ({"traps": [{"bites": BOTH}]}, "write exactly one of caution, own and lure"),
    "a reason": (
        {"notice": {"comes_with": "which_missing", "reason": "dog", "text": "eaten"}},
        "there is no bounce reason 'dog'",
    ),
    "a level": ({"level": 4}, "level cannot be '4'"),
    "a language": ({"verify": {"ja": "あ"}}, "verify has no English text"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_loader_refuses_a_case_with_something_that_does_not_exist(what, tmp_path):
    changes, told = REFUSED[what]
    with pytest.raises(KnowledgeError) as caught:
        load_with(tmp_path, **changes)
    faults = [str(fault) for fault in caught.value.faults]
    assert any(fault.startswith("cases/own.yaml:") and told in fault for fault in faults), faults


PLANTED = {
    "a check of another symptom": (
        {"facts": {**CASE["facts"], "outbox": {"outcome": "empty"}}},
        "the check 'outbox' is not asked for this symptom",
    ),
    "a fact that cannot be": (
        {"facts": {**CASE["facts"], "sender_bounce": {"outcome": "full"}}},
        "'sender_bounce: full' hardly ever happens with the cause 'spamcut'",
    ),
    "facts that show another cause": (
        {"facts": {"webmail_seen": {"outcome": "spam_folder"}}, "opening_facts": None,
         "path": ["remedy:allow_sender"]},
        "with all facts known 'junk_folder' comes first",
    ),
    "a path to another remedy": (
        {"path": ["remedy:search_folders"]},
        "the path must end in 'remedy:allow_sender'",
    ),
    "a path that goes round": (
        {"path": ["spam_service_box", "spam_service_box", "remedy:allow_sender"]},
        "the path has a step twice",
    ),
    "a path that asks what was said": (
        {"path": ["which_missing", "remedy:allow_sender"]},
        "the opening words already tell 'which_missing'",
    ),
    "a case nobody can solve": (
        {"cause": "retention_deleted", "facts": {"which_missing": {"outcome": "all"}},
         "path": ["remedy:explain_retention"]},
        "it is handed over before it is solved",
    ),
    "a lure that the diagnosis advises": (
        {"opening_facts": None, "facts": {"spam_service_box": {"outcome": "found"}},
         "traps": [{"lure": "search_folders", "bites": BOTH}]},
        "the diagnosis advises the lure 'search_folders'",
    ),
    "a notice that says something else": (
        {"notice": {"comes_with": "which_missing", "reason": "own_mailbox_full",
                    "text": "550 5.1.1 User unknown"}},
        "its notice is read as 'user_unknown', not 'own_mailbox_full'",
    ),
    "a notice that speaks for another cause": (
        {"notice": {"comes_with": "which_missing", "reason": "user_unknown",
                    "text": "550 5.1.1 User unknown"}},
        "the reason 'user_unknown' does not speak for the cause 'spamcut'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_the_check_up_names_a_case_that_does_not_hold(what, tmp_path):
    changes, told = PLANTED[what]
    faults = faults_with(tmp_path, **changes)
    assert any(told in fault for fault in faults), faults

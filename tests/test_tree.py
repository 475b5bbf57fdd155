"""The cause tree as people read it: languages, punctuation, names and cautions."""

from __future__ import annotations

import re

import pytest

from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge
from playbook.loader.references import texts_in

KNOWLEDGE = load_knowledge()
TREE = (
    KNOWLEDGE.site,
    *KNOWLEDGE.symptoms,
    *KNOWLEDGE.causes,
    *KNOWLEDGE.checks,
    *KNOWLEDGE.remedies,
)
TEXTS = [text for entry in TREE for _, text in texts_in(entry)]

JAPANESE = r"[\u3041-\u30ff\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{JAPANESE}[,.?!:;()]|[,?!;()]{JAPANESE}")
DESKS = "desk", "operations", "second level", "maker", "line's provider", "procedure"


def test_japanese_texts_use_full_width_punctuation():
    assert not [text.ja for text in TEXTS if HALF_WIDTH.search(text.ja)]


def test_english_texts_are_english_throughout():
    assert not [text.en for text in TEXTS if re.search(JAPANESE, text.en)]


def test_long_japanese_texts_are_japanese():
    assert not [text.ja for text in TEXTS if len(text.ja) > 20 and not re.search(JAPANESE, text.ja)]


def test_the_providers_names_stand_in_site_yaml_only():
    names = {name.ja for name in KNOWLEDGE.site.names.values() if "CAC" in name.ja}
    files = [p for p in KNOWLEDGE_FOLDER.rglob("*.yaml") if p.name != "site.yaml"]
    assert names
    found = [
        (path.name, name)
        for path in files
        for name in names
        if name in path.read_text(encoding="utf-8")
    ]
    assert not found


@pytest.mark.parametrize("check", KNOWLEDGE.checks, ids=lambda check: check.id)
def test_what_is_read_to_the_customer_is_a_polite_question_the_rest_is_looked_up(check):
    if check.by == "agent":
        assert check.asks.ja.endswith("確認する。")
        return
    assert re.search(r"(ます|でしょう|ません|ました)か。", check.asks.ja)
    assert "?" in check.asks.en


@pytest.mark.parametrize("check", KNOWLEDGE.checks, ids=lambda check: check.id)
def test_a_check_has_few_outcomes_and_short_buttons(check):
    assert len(check.outcomes) <= 8
    assert max(len(outcome.says.ja) for outcome in check.outcomes) <= 26
    assert max(len(outcome.says.en) for outcome in check.outcomes) <= 30


def test_nobody_is_asked_for_a_password():
    asks = re.compile(r"パスワード(を|も)(お聞かせ|教え|お教え|お伝えください|お読みください)")
    assert not [text.ja for text in TEXTS if asks.search(text.ja)]
    tells = re.compile(r"(?<!not )(tell me|read out) (the|your) password")
    assert not [text.en for text in TEXTS if tells.search(text.en)]


@pytest.mark.parametrize("remedy", KNOWLEDGE.remedies, ids=lambda remedy: remedy.id)
def test_a_remedy_warns_before_its_first_step(remedy):
    assert remedy.cautions


@pytest.mark.parametrize("cause", KNOWLEDGE.causes, ids=lambda cause: cause.id)
def test_a_cause_names_its_source_and_the_month_it_was_last_read(cause):
    assert re.search(r"https?://|the provider's FAQ|assumed", cause.source)
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", cause.reviewed or "")


@pytest.mark.parametrize("symptom", KNOWLEDGE.symptoms, ids=lambda symptom: symptom.id)
def test_each_symptom_leaves_room_for_something_else_which_is_handed_over(symptom):
    causes = [c for c in KNOWLEDGE.causes if symptom.id in c.how_common and not c.shown_by]
    assert [c.remedy for c in causes] == ["hand_over"]


def test_likelihoods_name_only_checks_asked_for_one_of_the_causes_symptoms():
    stray = [
        (cause.id, check)
        for cause in KNOWLEDGE.causes
        for check in cause.shown_by
        if (asked := KNOWLEDGE.check[check].symptoms) and not set(asked) & set(cause.how_common)
    ]
    assert not stray


def test_a_hand_over_says_to_whom():
    told = [remedy.escalation.en.lower() for remedy in KNOWLEDGE.remedies if remedy.escalation]
    assert told
    assert not [text for text in told if not any(desk in text for desk in DESKS)]

"""Looking things up: by any words, in either language, however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.search import MOST, Index, fold


@pytest.fixture(scope="module")
def index(knowledge):
    return Index(knowledge)


def ids(found):
    return [(entry.kind, entry.id) for entry in found]


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("パスワード", "ぱすわーど"),
        ("ﾊﾟｽﾜｰﾄﾞ", "パスワード"),
        ("Ｏｕｔｌｏｏｋ", "outlook"),
        ("ユーザー", "ユーザ"),
        ("ヴ", "ゔ"),
        ("①", "1"),
        ("STRASSE", "straße"),
    ],
)
def test_width_case_kana_and_long_vowels_do_not_matter(typed, same):
    assert fold(typed) == fold(same)


@given(st.text(alphabet=[chr(code) for code in range(0x3041, 0x3097)]))
def test_katakana_is_hiragana(text):
    katakana = "".join(chr(ord(kana) + 0x60) for kana in text)
    assert fold(katakana) == fold(text)


def test_every_cause_check_and_reason_is_found_first_by_its_title_in_both_languages(
    index, knowledge
):
    kinds = {"cause": knowledge.causes, "check": knowledge.checks, "reason": knowledge.reasons}
    for kind, entries in kinds.items():
        for entry in entries:
            for title in (entry.title.ja, entry.title.en):
                found = index.find(title)
                same = [each for each in found if title in (each.title.ja, each.title.en)]
                assert (kind, entry.id) in ids(same), title
                assert found[0] in same


def test_a_remedy_is_found_by_its_title_and_leads_to_its_causes(index, knowledge):
    for remedy in knowledge.remedies:
        (entry,) = [
            each for each in index.find(remedy.title.ja, 50)
            if (each.kind, each.id) == ("remedy", remedy.id)
        ]  # fmt: skip
        assert all(knowledge.cause[cause].remedy == remedy.id for cause in entry.causes)
        assert entry.causes


@pytest.mark.parametrize("typed", ["0x800CCC0E", "800ccc0e", "０ｘ８００ＣＣＣ０Ｅ"])
def test_a_code_is_found_however_it_is_typed(index, typed):
    first = index.find(typed)[0]
    assert (first.kind, first.name) == ("client_error", "0x800CCC0E")
    assert first.todo
    assert first.causes


@pytest.mark.parametrize("typed", ["5.1.1", "4.1.1", "X.1.1"])
def test_a_status_code_of_every_class_is_found_by_its_digits(index, typed):
    assert index.find(typed)[0].name == "X.1.1"


def test_all_words_have_to_be_there_in_any_order(index):
    found = index.find("パスワード 変更", 99)
    assert found
    assert ids(found) != ids(index.find("パスワード", 99))
    assert set(ids(index.find("変更　パスワード", 99))) == set(ids(found))


def test_a_title_comes_before_entries_that_only_speak_of_it(index, knowledge):
    title = knowledge.cause["security_software"].title.ja
    assert index.find(title)[0].id == "security_software"


@pytest.mark.parametrize("typed", ["", "  ", "　", "ぬるぽ量子", "\x00"])
def test_nothing_and_nonsense_find_nothing(index, typed):
    assert index.find(typed) == ()


def test_no_more_is_found_than_a_person_looks_through(index):
    assert len(index.find("メール")) == MOST

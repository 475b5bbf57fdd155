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


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("taro@dokomo.ne.jp", ("taro@dokomo.ne.jp", "domain_slip", "rcpt_host_unknown")),
        ("ｔａｒｏ＠ｇｍａｉｌ．ｃｏｎ", ("taro@gmail.con", "domain_slip", "rcpt_host_unknown")),
        ("<taro..@docomo.ne.jp>", ("taro..@docomo.ne.jp", "consecutive_dots", "rfc_address")),
        ("taro@ example.jp", ("taro@ example.jp", "blank_inside", "rfc_address")),
    ],
)
def test_an_address_is_weighed_before_anything_is_searched(index, knowledge, typed, answer):
    address, rule, cause = answer
    first = index.find(typed)[0]
    assert (first.kind, first.name) == ("address", address)
    assert any(address_rule(knowledge, rule) in says.ja for says, _ in first.points)
    assert cause in first.causes


@pytest.mark.parametrize("typed", ["たろう@example.jp", "太郎＠ｅｘａｍｐｌｅ．ｊｐ"])
def test_a_name_in_kana_or_kanji_before_a_domain_is_an_address(index, knowledge, typed):
    first = index.find(typed)[0]
    assert first.kind == "address"
    assert any(address_rule(knowledge, "local_not_ascii") in says.ja for says, _ in first.points)


def address_rule(knowledge, rule):
    """The beginning of what is said of a rule, up to its first gap."""
    return knowledge.address_rule[rule].says.ja.partition("{")[0]


def test_a_misspelt_domain_is_answered_with_what_was_probably_meant(index):
    assert "taro@docomo.ne.jp" in index.find("taro@dokomo.ne.jp")[0].title.en


def test_a_right_address_is_said_to_be_right_and_speaks_for_no_cause(index, knowledge):
    first = index.find("taro@example.com")[0]
    assert first.title == knowledge.labels["address_good"]
    assert first.causes == ()


@pytest.mark.parametrize("typed", ["25MB", "２５メガ", "25 mb", "26214400 bytes"])
def test_a_size_is_held_against_the_limits(index, typed):
    first = index.find(typed)[0]
    assert first.kind == "size"
    assert "35.9 MB" in first.title.ja
    assert any(says.ja.startswith("✗") for says, _ in first.points)
    assert "outgoing_too_large" in first.causes


@pytest.mark.parametrize(
    "typed", ["550", "587", "5.1.1", "0x800CCC0E", "the part before the @ is", "宛先の@より後ろ"]
)
def test_codes_and_sentences_are_neither_address_nor_size(index, typed):
    assert not {"address", "size"} & {entry.kind for entry in index.find(typed)}

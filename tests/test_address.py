"""Addresses: the rules of the RFCs in plain words, old mobile addresses, and misspelt domains."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from playbook.address import check_address, fold, probable_domain
from playbook.loader import load_knowledge

ROWS = yaml.safe_load((Path(__file__).parent / "addresses.yaml").read_text(encoding="utf-8"))
KNOWLEDGE = load_knowledge()
DOMAINS = [entry.domain for entry in KNOWLEDGE.mail_domains]


def _rules(typed: str) -> list[str]:
    return [finding.rule for finding in check_address(typed, KNOWLEDGE).findings]


def test_there_are_75_addresses():
    assert len({row["address"] for row in ROWS}) == 75


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ascii(row["address"][:40]))
def test_an_address_is_read_right_and_the_agent_is_told_why(row):
    reading = check_address(row["address"], KNOWLEDGE)
    assert row["verdict"] == reading.verdict
    assert row["rules"] == [finding.rule for finding in reading.findings]
    assert row.get("correction") == reading.correction
    assert row.get("understood", row["address"]) == reading.address
    for finding in reading.findings:
        for text in (finding.says, finding.todo):
            assert text.ja.endswith("。")
            assert text.en.endswith((".", "?"))
            assert "{" not in text.ja.replace(row["address"], "")


MISSPELT = {
    "dokomo.ne.jp": "docomo.ne.jp",
    "docomo.ne.j": "docomo.ne.jp",
    "docomo.co.jp": "docomo.ne.jp",
    "gocomo.ne.jp": "docomo.ne.jp",
    "docomone.jp": "docomo.ne.jp",
    "docomo.ne.jp.jp": "docomo.ne.jp",
    "ezweb.me.jp": "ezweb.ne.jp",
    "ezwed.ne.jp": "ezweb.ne.jp",
    "softbank.jp": "softbank.ne.jp",
    "softbannk.ne.jp": "softbank.ne.jp",
    "i.softbank.ne.jp": "i.softbank.jp",
    "gmail.con": "gmail.com",
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.co.jp": "gmail.com",
    "gmail.com.com": "gmail.com",
    "yaho.co.jp": "yahoo.co.jp",
    "yahoo.cojp": "yahoo.co.jp",
    "nifty.con": "nifty.com",
    "hotmai.com": "hotmail.com",
    "iclould.com": "icloud.com",
    "icloud.co.jp": "icloud.com",
    "outlook.co.jp": "outlook.jp",
    "estate.ocn.ne.j": "estate.ocn.ne.jp",
    "example.con": "example.com",
    "example.co.j": "example.co.jp",
}


@pytest.mark.parametrize("typed", MISSPELT)
def test_a_misspelt_domain_is_put_right(typed):
    assert probable_domain(typed, KNOWLEDGE) == MISSPELT[typed]
    assert "domain_slip" in _rules(f"taro@{typed}")


def _transposed(domain: str) -> list[str]:
    name, dot, rest = domain.partition(".")
    return [
        name[:i] + name[i + 1] + name[i] + name[i + 2 :] + dot + rest
        for i in range(len(name) - 1)
        if name[i] != name[i + 1] and name[i : i + 2].isalpha()
    ]


@pytest.mark.parametrize("domain", [name for name in DOMAINS if len(name.partition(".")[0]) > 4])
def test_two_letters_swapped_are_put_right_for_every_common_domain(domain):
    for typed in _transposed(domain):
        if typed not in DOMAINS:
            assert probable_domain(typed, KNOWLEDGE) == domain, typed


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_common_domain_is_never_taken_for_another(domain):
    assert probable_domain(domain, KNOWLEDGE) is None
    assert probable_domain(f"mail.{domain}", KNOWLEDGE) is None
    assert check_address(f"taro@{domain}", KNOWLEDGE).verdict == "good"


@pytest.mark.parametrize(
    "domain",
    [
        "example.jp", "example.com", "example.co.jp", "mail.example.jp", "yahoo.co.kr",
        "yahoo.co.uk", "yahoo.com.tw", "hotmail.fr", "live.nl", "line.jp", "sony.jp",
        "u-tokyo.ac.jp", "city.nagoya.jp", "ntt.com", "goo.com", "日本語.jp", "",
    ],
)  # fmt: skip
def test_other_domains_are_left_alone(domain):
    assert probable_domain(domain, KNOWLEDGE) is None


def test_a_missing_at_sign_before_a_common_domain_is_put_in():
    assert check_address("tarogmail.com", KNOWLEDGE).correction == "taro@gmail.com"
    assert check_address("taro.docomo.ne.jp", KNOWLEDGE).correction == "taro@docomo.ne.jp"


def test_an_old_mobile_address_is_told_with_its_carrier_and_the_quoted_form():
    reading = check_address("taro..y@docomo.ne.jp", KNOWLEDGE)
    (old,) = [finding for finding in reading.findings if finding.rule == "old_mobile"]
    assert "NTTドコモ" in old.says.ja
    assert '"taro..y"@docomo.ne.jp' in old.todo.en
    assert reading.correction is None
    assert "old_mobile" not in _rules("taro..y@example.jp")


def test_separate_dots_are_no_fault():
    assert check_address("a.b.c@docomo.ne.jp", KNOWLEDGE).verdict == "good"


def test_what_was_folded_is_told():
    reading = check_address("ｔａｒｏ＠docomo。ne．jp", KNOWLEDGE)
    assert reading.address == "taro@docomo.ne.jp"
    (finding,) = reading.findings
    assert finding.rule == "full_width"
    for letter in "ｔａｒｏ＠。．":
        assert letter in finding.says.ja


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("taro\u200b@example.jp", "taro@example.jp"),
        ("taroーy@example.jp", "taro-y@example.jp"),
        ("taro−y@example.jp", "taro-y@example.jp"),
        ("'taro@example.jp'", "taro@example.jp"),
        ("「taro@example.jp」", "taro@example.jp"),
        ("MAILTO:taro@example.jp?subject=a", "taro@example.jp"),
        ("Taro <taro@example.jp>;", "taro@example.jp"),
        ("taro@example.jp。", "taro@example.jp"),
        ("スーパー@example.jp", "スーパー@example.jp"),
    ],
)
def test_only_the_address_is_left_of_what_was_pasted(typed, understood):
    assert check_address(typed, KNOWLEDGE).address == understood


def test_every_rule_has_an_address_that_makes_it_speak():
    spoken = {rule for row in ROWS for rule in row["rules"]}
    more = ("taro\u200b@x.jp", "taro@x@[1.2.3]", "taro@[1.2.3]", "taro@x.jp\ud800", "x@\u0300.jp")
    for typed in more:
        spoken.update(_rules(typed))
    assert spoken == set(KNOWLEDGE.address_rule)


letters = st.sampled_from('ab.@.."<>()[]-_ ,;:\\　＠。ーｱﾞ\u200b\u0301éA1') | st.characters()
typed_text = st.text(letters, max_size=40) | st.text()


@settings(max_examples=400, deadline=None)
@given(typed_text)
def test_any_text_is_read(typed):
    reading = check_address(typed, KNOWLEDGE)
    assert reading.verdict in ("good", "repaired", "caution", "bad")
    assert (reading.verdict == "good") == (not reading.findings)
    if reading.verdict == "good":
        assert reading.address == typed


@settings(max_examples=400)
@given(typed_text)
def test_folding_twice_changes_nothing_more(typed):
    assert fold(fold(typed)) == fold(typed)


@settings(max_examples=200, deadline=None)
@given(typed_text)
def test_a_correction_is_an_address_that_is_not_corrected_again(typed):
    correction = check_address(typed, KNOWLEDGE).correction
    if correction is not None:
        again = check_address(correction, KNOWLEDGE)
        assert again.correction is None
        assert again.address == correction


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?", fullmatch=True))
def test_a_plain_local_part_at_a_common_domain_is_good_unless_its_dots_run_together(local):
    reading = check_address(f"{local}@docomo.ne.jp", KNOWLEDGE)
    assert (reading.verdict == "good") == (".." not in local)


def test_a_very_long_text_takes_little_time():
    begun = time.perf_counter()
    for piece in ("a@", "<", "(", '"', ".", "a@x.jp, ", "ー", "\u3000", "(a)", "mailto:"):
        check_address(piece * 50_000, KNOWLEDGE)
    assert time.perf_counter() - begun < 20

"""Notices of Japanese mail systems, in any politeness, and what Japanese write of other things."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from playbook.bounce import Reader
from playbook.loader import load_knowledge

_LISTS = yaml.safe_load(Path(__file__).with_name("japanese_notices.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_knowledge())


@pytest.mark.parametrize("reason", _LISTS["notices"])
def test_a_notice_is_read_as_what_it_means(reader: Reader, reason: str) -> None:
    said = _LISTS["notices"][reason]
    read = {sentence: reader.read(sentence).reason for sentence in said}
    assert {sentence: other for sentence, other in read.items() if other != reason} == {}


def test_ordinary_sentences_are_no_bounces(reader: Reader) -> None:
    read = {sentence: reader.read(sentence).reason for sentence in _LISTS["ordinary"]}
    assert {sentence: reason for sentence, reason in read.items() if reason != "undetermined"} == {}


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_blanks_beside_japanese_letters_do_not_matter(reader: Reader, blank: str) -> None:
    notice = blank.join(["接続元の", "IP", "アドレスは", "RBL", "に登録されています。"])
    reading = reader.read(notice)
    assert reading.reason == "ip_blocklisted"
    assert [notice[each.start : each.end] for each in reading.evidence] == [
        each.quote for each in reading.evidence
    ]


@pytest.mark.parametrize(
    "ending",
    [
        "見つかりません",
        "見つからない",
        "見つかりませんでした",
        "見つからなかった",
        "見つからず返送します",
        "見つからなくて戻します",
        "見つけられません",
        "存在いたしません",
        "存在せず",
        "登録されておりません",
        "登録されていない",
        "確認できかねます",
        "確認出来ませんでした",
    ],
)
@pytest.mark.parametrize("whom", ["宛先", "送付先のアドレス", "受取人", "ユーザ", "メアド", "会員"])
def test_an_absent_recipient_is_known_in_any_ending(reader: Reader, whom: str, ending: str) -> None:
    assert reader.read(f"メールの{whom}が{ending}。").reason == "user_unknown"


def test_few_words_that_fail_are_read_by_their_topic_only_where_mail_is_spoken_of(
    reader: Reader,
) -> None:
    assert reader.read("メール受信者の宛名は棚と結びつけられません。").reason == "user_unknown"
    assert reader.read("部屋の宛名は棚と結びつけられません。").reason == "undetermined"
    assert reader.read("メール受信者の宛名は棚と結びつけられます。").reason == "undetermined"


@pytest.mark.parametrize(
    "ending",
    [
        "見つかりません",
        "見当たりませんでした",
        "存在いたしません",
        "存在せず",
        "登録されていない",
        "解決できません",
        "特定できず",
        "実在しないため返送します",
        "確認出来ませんでした",
    ],
)
@pytest.mark.parametrize(
    "host", ["宛先ドメイン", "送信先メールサーバー", "相手先サーバー名", "アドレスの@より右側"]
)
def test_an_absent_host_is_known_in_any_ending(reader: Reader, host: str, ending: str) -> None:
    assert reader.read(f"メールの{host}が{ending}。").reason == "host_unknown"

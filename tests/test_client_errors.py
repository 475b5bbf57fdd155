"""Codes and dialogs of mail programs: found however they are written down, and what they mean."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from playbook.bounce import Reader
from playbook.client_errors import ORDER, causes_of, find, joined, reason_of
from playbook.loader import load_knowledge
from playbook.terms import UNDETERMINED

CODES = yaml.safe_load((Path(__file__).parent / "client_codes.yaml").read_text(encoding="utf-8"))
WINDOWS = [code for code in CODES if code.startswith("0x")]
SOCKET = [code for code in CODES if not code.startswith("0x")]
WIDE = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(0x21, 0x7F))}


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge()


def _written(code: str) -> list[str]:
    if code in SOCKET:
        return [code, f"ソケット エラー : {code}", f"Socket Error: {code}", f"エラー {code}です"]
    digits = code[2:]
    return [
        code,
        code.lower(),
        f"0X{digits}",
        digits,
        f"0x {digits}",
        f"0×{digits}",
        f"0x{digits[:3]} {digits[3:]}",
        f"({code.lower()})",
        f"エラー番号：{code.translate(WIDE)}です",
        f"Error Number: {code}",
    ]


def test_every_code_collected_is_known_and_no_other_number_of_them(knowledge):
    assert set(CODES) == set(knowledge.client_code)
    assert (len(WINDOWS), len(SOCKET)) == (98, 8)


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_read_however_it_is_written(code, knowledge):
    for text in _written(code):
        found = find(text, knowledge)
        assert [each.rule for each in found] == [f"client_errors:{code}"], text
        assert list(found[0].reasons) == CODES[code]["points_to"]
        assert found[0].phase == CODES[code]["phase"]
        assert text[found[0].start : found[0].end] == found[0].quote


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_sentences_in_both_languages_and_leads_to_causes(code, knowledge):
    entry = knowledge.client_code[code]
    for text in (entry.meaning, entry.first_check):
        assert text.ja.endswith("。")
        assert text.en.endswith(".")
        assert text.ja != text.en
    assert "{" not in entry.first_check.ja + entry.first_check.en
    failures = [
        reason for reason in entry.points_to
        if reason != UNDETERMINED and knowledge.reason[reason].nature != "none"
    ]  # fmt: skip
    if failures:
        assert causes_of(find(code, knowledge), knowledge)


def test_a_letter_o_typed_for_a_zero_is_understood(knowledge):
    assert find("0x8OOCCCOE", knowledge)[0].rule == "client_errors:0x800CCC0E"


@pytest.mark.parametrize("code", SOCKET)
def test_a_socket_error_inside_a_result_code_is_read(code, knowledge):
    written = f"0x8007{int(code):04X}"
    if written not in knowledge.client_code:
        assert find(written, knowledge)[0].rule == f"client_errors:{code}"


@pytest.mark.parametrize(
    "text",
    [
        "電話は 8000-4005 です",
        "8004 2108",
        "queued as 10060",
        "id 9c800CCC0Ea1",
        "0x800CCC0E1",
        "0xDEADBEEF",
        "ポート : 25",
        "",
    ],
)
def test_other_numbers_are_no_codes(text, knowledge):
    assert find(text, knowledge) == ()


def test_every_dialog_is_found_in_its_own_sample_and_leads_there(knowledge):
    spoken = ("dialog", "answer", "field")
    for dialog in knowledge.client_dialogs:
        found = find(dialog.sample, knowledge)
        if dialog.kind in spoken:
            assert f"client_errors:{dialog.id}" in [each.rule for each in found], dialog.id
        if dialog.kind in ("dialog", "answer"):
            assert reason_of(found) == dialog.points_to[0], dialog.id


DIALOGS = {
    "The message could not be sent because connecting to Outgoing server (SMTP) mail.example.jp "
    "failed. The server may be unavailable or is refusing SMTP connections.": (
        "client_cannot_connect"
    ),
    "Sending of username did not succeed. Mail server pop.example.jp responded: no": (
        "client_login_failed"
    ),
    "“メール”のユーザー名またはパスワードが間違っています。": "client_login_failed",
    "Cannot Get Mail\nThe connection to the server failed.": "client_cannot_connect",
    "Cannot Get Mail\nThe user name or password for “mail.example.jp” is incorrect.": (
        "client_login_failed"
    ),
    "送信（ＳＭＴＰ）サーバー mail.example.jp の認証に失敗しました。": "smtp_auth_failed",
    "-ERR [IN-USE] Do you have another POP session running?": "pop_mailbox_locked",
    "A1 NO [AUTHENTICATIONFAILED] wrong": "client_login_failed",
}


@pytest.mark.parametrize("text", DIALOGS)
def test_sentences_of_programs_are_understood(text, knowledge):
    assert reason_of(find(text, knowledge)) == DIALOGS[text]


OUTLOOK_EXPRESS = (
    "サーバーへの接続は失敗しました。 アカウント : 'mail.example.jp', "
    "サーバー : 'mail.example.jp', "
    "プロトコル : {protocol}, ポート : {port}, セキュリティ (SSL): なし, "
    "ソケット エラー : {socket}, エラー番号 : 0x800CCC0E"
)


@pytest.mark.parametrize(
    ("protocol", "port", "reason"),
    [
        ("SMTP", 25, "op25b_port_blocked"),
        ("SMTP", 587, "client_cannot_connect"),
        ("SMTP", 465, "client_cannot_connect"),
        ("POP3", 110, "client_cannot_connect"),
        ("IMAP", 143, "client_cannot_connect"),
    ],
)
def test_the_port_of_a_dialog_tells_a_blocked_port_from_other_faults(
    protocol, port, reason, knowledge
):
    text = OUTLOOK_EXPRESS.format(protocol=protocol, port=port, socket=10060)
    found = find(text, knowledge)
    assert reason_of(found) == reason
    assert [each.kind for each in found][-2:] == ["socket", "code"]
    assert set(found[-1].reasons) == {reason}


def test_the_servers_answer_is_believed_before_the_code(knowledge):
    text = (
        "受信者の 1 人がサーバーで拒否されました。サーバーの応答 : "
        "'550 5.7.1 <taro@example.com>: Relay access denied', ポート : 25, エラー番号 : 0x800CCC79"
    )
    found = find(text, knowledge)
    assert found[0].kind == "answer"
    assert found[0].quote == "550 5.7.1 <taro@example.com>: Relay access denied"
    assert reason_of(found) == "relay_denied"


def test_an_answer_that_says_nothing_leaves_the_word_to_the_code(knowledge):
    found = find("サーバーの応答 : '-ERR', エラー番号 : 0x800CCC92", knowledge)
    assert [each.kind for each in found] == ["code"]


pieces = st.sampled_from(
    [
        "0x800CCC0E",
        "０ｘ８００ＣＣＣ０Ｅ",
        "サーバーの応答 : '",
        "550 5.1.1",
        "ポート : 25",
        ", ",
        "\n",
        "ソケット エラー : 10060",
        "-err [auth]",
        "メールを取得できません",
        "ｱｶｳﾝﾄｴﾗｰ",
        "\u3000",
        "e\u0301",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.lists(st.one_of(pieces, st.text(max_size=5))).map("".join)))
def test_any_text_is_read_and_every_quote_stands_at_its_place(text):
    found = find(text, load_once())
    assert all(text[each.start : each.end] == each.quote for each in found)
    kinds = [ORDER.index(each.kind) for each in found]
    assert kinds == sorted(kinds)


_KNOWLEDGE = []


def load_once():
    if not _KNOWLEDGE:
        _KNOWLEDGE.append(load_knowledge())
    return _KNOWLEDGE[0]


def test_time_grows_no_faster_than_the_text(knowledge):
    piece = (
        "サーバーの応答 : '550 x', ポート : 25, ソケット エラー : 10060 0x800ccc0e -err maildrop "
    )

    def seconds(times: int) -> float:
        begun = time.perf_counter()
        find(piece * times, knowledge)
        return time.perf_counter() - begun

    seconds(10)
    short, long = min(seconds(500) for _ in range(3)), min(seconds(5000) for _ in range(3))
    assert long < 10 * short * 3 + 0.05


def test_a_pasted_dialog_enters_a_case_with_its_reason_and_true_spans():
    knowledge = load_knowledge()
    reading = Reader(knowledge).read("警告が出ます。\nエラー番号 : 0x800CCC01")
    read = joined(reading, knowledge)
    assert read.reason == "client_certificate"
    assert read.evidence[0].rule == "client_errors:0x800CCC01"
    for piece in read.evidence:
        assert read.shown[piece.start : piece.end] == piece.quote


def test_the_reason_a_number_stands_for_is_not_told_as_another_possible_one():
    knowledge = load_knowledge()
    text = "送受信エラー 0x800CCC0E サーバーに接続できませんでした。"
    read = joined(Reader(knowledge).read(text), knowledge)
    assert read.reason == "client_cannot_connect"
    assert read.reason not in dict(read.alternatives)


def test_a_servers_answer_is_believed_before_the_number_of_the_mail_program():
    knowledge = load_knowledge()
    reading = Reader(knowledge).read("0x800CCC79 550 5.1.1 <a@example.jp>: User unknown")
    assert joined(reading, knowledge) is reading
    assert reading.reason == "user_unknown"

"""What agents type while a customer speaks: codes said aloud, hearsay, and what is no error."""

from __future__ import annotations

import pytest

from playbook.bounce import Reader
from playbook.bounce.numerals import Numerals
from playbook.loader import load_knowledge


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_knowledge())


@pytest.mark.parametrize(
    ("said", "code", "status"),
    [
        ("5の1の1", None, "5.1.1"),
        ("5 7 26", None, "5.7.26"),
        ("コードは五の一の一だそうです", None, "5.1.1"),
        ("ごーてんにーてんにー って言ってます", None, "5.2.2"),
        ("ごのななのにじゅうろく", None, "5.7.26"),
        ("ごーごーまる ごーいちいち", "550", "5.1.1"),
        ("ごにーに と出ました", None, "5.2.2"),
        ("エラー：五百五十、5の2の2", "550", "5.2.2"),
        ("ファイブファイブフォー", "554", None),
    ],
)
def test_a_code_said_aloud_is_read(
    reader: Reader, said: str, code: str | None, status: str | None
) -> None:
    reading = reader.read(said)
    assert (reading.reply_code, reading.status) == (code, status)
    assert reading.reason != "undetermined"
    assert all(reading.shown[e.start : e.end] == e.quote for e in reading.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "東京都千代田区5の1の1",
        "5-1-1東京都千代田区",
        "お届け日 5 1 20 午前",
        "ごごに電話します",
        "四の五の言わずに直して",
        "注文番号は550-1234567です",
        "9の1の1",
        "5の9の1",
        "4.5.1項参照",
        "五一一番の方、窓口へどうぞ",
    ],
)
def test_other_numbers_are_no_codes(reader: Reader, text: str) -> None:
    reading = reader.read(text)
    assert (reading.reply_code, reading.status, reading.reason) == (None, None, "undetermined")


def test_numbers_are_said_digit_by_digit_or_by_tens_and_hundreds() -> None:
    numerals = Numerals(["2 二", "5 五 ごー", "6 六", "10 十", "100 百"], ["の"])
    said = {
        "五五": 55,
        "ごー": 5,
        "二十六": 26,
        "十": 10,
        "五百五十": 550,
        "百": 100,
        "五百二": 502,
    }
    assert {way: numerals.value(way) for way in said} == said


def test_without_words_for_numbers_no_code_is_heard() -> None:
    assert Numerals([], ["の"]).code.search("5の1の1") is None
    assert Numerals(["five 五"], ["の"]).code.search("五の五の五") is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("そんな人はいないって返ってきました", "user_unknown"),
        ("ドメインが無いと出るそうです", "host_unknown"),
        ("メールボックスがぱんぱんで断られたとのこと", "mailbox_full"),
        ("添付がでかすぎて弾かれた", "message_too_big"),
        ("送りすぎだって言われて送れなくなった", "rate_limited"),
        ("社内の人しかだめだって断られた", "recipient_restricted"),
        ("何日も送ろうとしたけどだめだったって戻ってきた", "delivery_expired"),
        ("还说没有这个用户，邮件被退回来了", "user_unknown"),
        ("용량이 없다고 나와요", "mailbox_full"),
    ],
)
def test_what_a_customer_tells_of_an_error_is_read_by_its_words(
    reader: Reader, told: str, reason: str
) -> None:
    assert reader.read(told).reason == reason


@pytest.mark.parametrize(
    ("told", "asked", "reason"),
    [
        ("容量がいっぱいだと言われました", "メールの容量はいっぱいですか", "mailbox_full"),
        ("アドレスが存在しないと出ます", "アドレスが存在しないか知りたいです", "user_unknown"),
        ("受信拒否されていると書いてあります", "受信拒否の方法が知りたいです", "recipient_refused"),
    ],
)  # fmt: skip
def test_who_asks_or_wishes_tells_of_no_error(
    reader: Reader, told: str, asked: str, reason: str
) -> None:
    assert (reader.read(told).reason, reader.read(asked).reason) == (reason, "undetermined")


@pytest.mark.parametrize(
    "text",
    [
        "書留が保管期限切れで差出人に返送されました。",
        "お荷物は宛先不明で戻ってきたと言われました。",
        "您的快递因地址不详被退回，请联系客服。",
        "システムエラーのため購入手続きができませんでした。",
        "Wi-Fiに接続できません。",
    ],
)
def test_parcels_and_other_machines_are_no_mail(reader: Reader, text: str) -> None:
    assert reader.read(text).reason == "undetermined"


def test_hearsay_in_a_long_mail_does_not_make_it_an_error(reader: Reader) -> None:
    told = "会議室の宛名が間違いだと言われました。"
    filling = "次の打ち合わせの資料を用意しています。" * 40
    assert reader.read(told + filling).reason == "undetermined"


def test_one_sentence_that_several_wordings_read_is_no_list_of_reasons(reader: Reader) -> None:
    reading = reader.read(
        "サーバーは受信者の電子メール アドレスを拒否しました。"
        "サーバーの応答 : 550 relay not permitted"
    )
    assert reading.reason == "relay_denied"


def test_a_word_of_delay_in_an_ordinary_notice_is_not_believed_before_its_sentence(
    reader: Reader,
) -> None:
    notice = "初めての送信元のため一時的に受信を保留しました。再送をお待ちします。"
    assert reader.read(notice).reason == "greylisted"


def test_a_question_with_the_name_of_a_daemon_tells_nothing_by_single_words(
    reader: Reader,
) -> None:
    assert reader.read("MAILER-DAEMONって迷惑メールですか").reason == "undetermined"


@pytest.mark.parametrize(
    "text",
    [
        "[CRITICAL] ap1: disk usage on /srv is 98%, no space left on device",
        "Backup task nightly failed: destination unreachable",
        "PING timeout on edge-2, packet loss 80%",
        "HTTP 503 Service Unavailable: the shop did not respond",
        "502 Bad Gateway returned by the load balancer",
        "Jenkins: connection to agent-4 refused",
        "【障害】店舗サイトへの HTTP 監視がタイムアウトしました",
        "503 エラーが継続して発生しています",
        "夜間のバックアップに失敗しました：接続が拒否されました",
        "サーバー室の温度が上限を超えました",
    ],
)
def test_what_a_monitor_says_of_other_machines_is_no_bounce(reader: Reader, text: str) -> None:
    assert reader.read(text).reason == "undetermined"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no space left on device", "system_full"),
        ("503 bad sequence of commands", "protocol_error"),
        ("550 user unknown (ping us if this is wrong)", "user_unknown"),
        ("503 5.5.1 HTTP request sent to an SMTP port", "protocol_error"),
        ("the user's disk usage is over quota", "mailbox_full"),
        ("load average too high, rejecting connections", "server_unavailable"),
        ("TLS alert: handshake failure", "tls_problem"),
        ("メールボックスの空き容量が不足しています", "mailbox_full"),
    ],
)
def test_what_a_server_says_of_itself_is_no_alert(reader: Reader, text: str, reason: str) -> None:
    assert reader.read(text).reason == reason

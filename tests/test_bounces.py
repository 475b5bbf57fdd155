"""Invented mails and pastes, each with what it must be read as (`tests/bounces/expected.yaml`)."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from playbook.bounce import Reader
from playbook.loader import load_knowledge

FOLDER = Path(__file__).parent / "bounces"
EXPECTED: dict[str, Any] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
MAILS = [
    (f"{folder}/{name}", expected)
    for folder in ("known", "not_bounces")
    for name, expected in EXPECTED[folder].items()
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_knowledge())


@pytest.mark.parametrize(("name", "expected"), MAILS, ids=[name for name, _ in MAILS])
def test_a_raw_mail_is_read_as_expected(
    reader: Reader, name: str, expected: dict[str, Any]
) -> None:
    reading = reader.read((FOLDER / name).read_bytes())
    assert reading.reason == expected["reason"], reading.evidence[:4]
    for field in ("status", "reply_code", "still_trying"):
        if field in expected:
            assert getattr(reading, field) == expected[field]
    if "recipients" in expected:
        assert list(reading.recipients) == expected["recipients"]
    if "deliveries" in expected:
        assert [delivery.reason for delivery in reading.deliveries] == expected["deliveries"]


def test_every_mail_of_the_folder_has_its_expectation() -> None:
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.eml")}
    assert there == {name for name, _ in MAILS}


@pytest.mark.parametrize("case", EXPECTED["pasted"], ids=lambda case: case["text"][:40])
def test_a_pasted_text_is_read_as_expected(reader: Reader, case: dict[str, str]) -> None:
    reading = reader.read(case["text"])
    assert reading.reason == case["reason"], reading.evidence[:4]


def test_words_of_the_returned_message_are_never_evidence(reader: Reader) -> None:
    reading = reader.read((FOLDER / "known/dsn_user_unknown.eml").read_bytes())
    assert {evidence.points_to for evidence in reading.evidence} == {"user_unknown"}


def test_a_carriers_user_unknown_is_not_told_as_a_missing_address(reader: Reader) -> None:
    for said in (
        "host mfsmax.docomo.ne.jp[192.0.2.1] said: 550 Unknown user (in reply to end of DATA)",
        "host lsean.ezweb.ne.jp [192.0.2.2]: 550 : User unknown",
    ):
        assert reader.read(said).reason == "recipient_refused"


def test_what_the_server_says_is_believed_before_the_code(reader: Reader) -> None:
    reading = reader.read("550 5.1.1 <hanako@example.com>: mailbox full")
    assert reading.reason == "mailbox_full"
    assert [reason for reason, _ in reading.alternatives] == ["user_unknown"]


def test_the_name_of_the_host_that_speaks_silences_nothing_it_says(reader: Reader) -> None:
    reading = reader.read("<a@example.com>: host mx.example.com[192.0.2.1] said: 550 User unknown")
    assert reading.evidence[0].quote == "User unknown"


@pytest.mark.parametrize(
    ("own", "quoted", "reason"),
    [
        (
            "Hi,\n\nI still cannot reach my accountant. This is what I get:\n\n",
            (
                "> Your message to bob@example.org couldn't be delivered.\n"
                "> bob wasn't found at example.org.\n"
                "> 550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup\n"
            ),
            "user_unknown",
        ),
        (
            "the connection failed? I forward the error:\n\n-----Original Message-----\n",
            (
                "From: postmaster@example.org\nTo: hanako@example.jp\nSubject: Undeliverable\n\n"
                "Your message was rejected: 552 5.2.2 Mailbox full\n"
            ),
            "mailbox_full",
        ),
        (
            "is the user unknown or what? See below.\n\n",
            (
                "> Delivery to the following recipient has been delayed:\n>   carl@example.org\n"
                "> Connection timed out\n"
            ),
            "delivery_delayed",
        ),
    ],
)
def test_a_notice_that_a_person_quotes_is_believed_and_not_the_words_above_it(
    reader: Reader, own: str, quoted: str, reason: str
) -> None:
    assert reader.read(own + quoted + "\nCould you have a look?\n\nRegards, Ann").reason == reason


def test_a_mail_quoted_below_a_servers_words_is_still_none(reader: Reader) -> None:
    text = "Your message could not be delivered.\nann@example.org: user unknown\n\n"
    quoted = "> From: taro@example.jp\n> To: ann@example.org\n> I saw a 552 mailbox full error\n"
    assert reader.read(text + quoted).reason == "user_unknown"


@pytest.mark.parametrize(
    "text",
    [
        (
            "Your address (aki@example.jp) has been removed from list info@lists.example.org, "
            "because we received non-delivery reports: 550 5.1.1 user unknown"
        ),
        (
            "Mail sent to your address aki@example.jp from the NEWS-L list has been returned as "
            "undeliverable.\n\nThe last error was: 5.2.2 (mailbox full)"
        ),
        (
            "Messages to you from the info mailing list seem to have been bouncing.\n\n"
            "<aki@example.jp>: 552 Mailbox full"
        ),
        (
            "メーリングリスト「お知らせ」からのメールが続けて届かなかったため、配信を停止しました。\n"
            "最後のエラー：550 5.1.1 User unknown"
        ),
    ],
)
def test_a_list_telling_a_member_that_its_mail_came_back_is_no_bounce_of_the_members(
    reader: Reader, text: str
) -> None:
    assert reader.read(text).reason == "undetermined"


def test_a_reply_is_one_mails_whatever_it_says_of_lists(reader: Reader) -> None:
    text = "550 5.7.1 your address has been removed from our list of allowed senders"
    assert reader.read(text).reason != "undetermined"


def test_doubt_says_what_is_missing(reader: Reader) -> None:
    reading = reader.read("メールが送れませんでした。エラーが出ます。")
    assert reading.reason == "undetermined"
    assert reading.missing == "reply"


def test_evidence_is_sorted_by_trust_and_the_verdict_comes_first(reader: Reader) -> None:
    reading = reader.read((FOLDER / "known/two_recipients.eml").read_bytes())
    assert reading.evidence[0].points_to == reading.reason
    rest = [evidence.trust for evidence in reading.evidence[1:]]
    assert rest == sorted(rest)


@pytest.mark.parametrize(("sender", "recipient"), [("From", "To"), ("差出人", "宛先")])
def test_the_customer_whom_the_notice_went_to_is_no_failed_recipient(
    reader: Reader, sender: str, recipient: str
) -> None:
    reading = reader.read(
        f"{sender}: MAILER-DAEMON@mx.example.jp\n{recipient}: hanako@example.jp\n\n"
        "<taro@example.com>: host mx.example.com[192.0.2.10] said: 550 5.1.1 User unknown\n"
    )
    assert reading.recipients == ("taro@example.com",)


@pytest.mark.parametrize(
    "letter",
    [
        "お世話になっております。資料は容量が大きいので、二通に分けてお送りします。",
        "申込書の宛先が間違っていましたので、直していただけますか。",
        "I could not connect to the VPN yesterday. Regards, Jane",
        "Who can unlock it? My account was locked after three attempts.",
        "My mailbox is full again, so I deleted some old mail.",
        "I've blocked that sender, he kept sending me spam.",
        "I have the wrong address for Anna, it does not exist any more.",
        "The file is too large to mail, so I'll bring it on Friday.",
        "The post came back: addressee unknown at this address, moved away.",
        "Nobody was at home, so your parcel could not be delivered.",
        "We'll be over the limit if everybody brings a suitcase.",
        "The recipient of the prize does not exist.",
        "Hallo Peter, der Termin wurde abgelehnt. Können wir am Montag sprechen?",
        "Ich habe die Adresse des Restaurants nicht gefunden. Schickst du sie mir?",
        "Bonjour Marie, il n'y a plus de place dans le train. À bientôt, Paul",
        "No se ha encontrado una fecha para la fiesta. Un saludo, Ana",
        "Ciao Luca, il conto supera il limite del nostro budget. A presto",
        "The delivery of your sofa is delayed until further notice.",
        "The road was blocked by a lorry, so nobody got through.",
        "The company's policy does not permit smoking in here.",
        "The post office is temporarily closed because of works.",
        "ポストがいっぱいで、新聞が入りませんでした。",
        "荷物の配達が遅れております。申し訳ございません。",
        "冷蔵庫の容量が足りないので、買い替えることにしました。",
        "お荷物をお届けにあがりましたが、宛先不明のため持ち帰りました。再配達をご依頼ください。",
        "会員登録ありがとうございます。確認メールが届かない場合は、受信拒否設定をご確認ください。",
        "お客様各位　当社ではパスワード付きZIPファイルの受信を拒否しております。",
        "您的订单已发货，如地址错误，包裹将被退回。",
        "アドレスは変わっておりませんので、再度お送りください。",
        "社内報：今月から添付ファイルのサイズ上限が20MBに変わります。",
        "次のメールは迷惑メールと判定され隔離されました。必要なメールを選んでください。",
        "添付ファイルを開くとウイルスに感染する恐れがあります。開かずに削除してください。",
    ],
)
def test_what_people_write_to_each_other_is_no_bounce(reader: Reader, letter: str) -> None:
    assert reader.read(letter).reason == "undetermined"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("I'll be back on Monday and answer then", "auto_reply"),
        ("521 192.0.2.1 blocked, go away", "ip_blocklisted"),
        ("521 taro blocked, go away", "policy_rejected"),
        ("550 permanent failure (taro@example.com: 550 5.1.1 unknown)", "user_unknown"),
        ("failure: Remote_host_said:_no_such_user_here/Giving_up_on_192.0.2.1./", "user_unknown"),
        ("I could not establish a connection to mx.example.jp: host is down", "connection_failed"),
        ("550 mailbox full, user unknown, message too big or relaying denied", "message_too_big"),
        ("５５２　５．２．２", "mailbox_full"),
        ("送信すると552エラーが出ます", "mailbox_full"),
        ("コードは5.2.2です", "mailbox_full"),
        ("リレー・アクセス・ディナイドと出て送れません", "relay_denied"),
        ("ﾎｽﾄｱﾝﾉｳﾝで戻ってきます", "host_unknown"),
        ("アドレスが登録されておらず届けることが出来ませんでした", "user_unknown"),
        ("送信先のアドレスのユーザ名が誤っているため配達できません", "user_unknown"),
        ("短い時間に大量のメールを送ったため制限がかかりました", "rate_limited"),
        ("送った相手のメアドが今は使われてないそうです", "user_unknown"),
        ("552って出ました", "mailbox_full"),
        ("受取人様が迷惑メールブロックをご利用中のため届いておりません", "recipient_refused"),
        ("相手先サーバーがTLSに対応していないため送信を中止しました", "tls_problem"),
        ("5.7.133", "recipient_restricted"),
        ("バージョンは5.1.1です", "undetermined"),
        ("552円の商品です", "undetermined"),
    ],
)
def test_a_line_of_any_make_is_read(reader: Reader, line: str, reason: str) -> None:
    assert reader.read(line).reason == reason


def test_a_servers_sentence_below_the_customers_words_is_read(reader: Reader) -> None:
    asked = "お世話になっております。下のエラーが出ました。どうすればよいでしょうか。\n"
    reading = reader.read(asked + "相手のメールボックスがいっぱいです")
    assert reading.reason == "mailbox_full"
    assert all(each.start >= len(asked) for each in reading.evidence)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("When I send mail to a friend I get: mailbox full", "mailbox_full"),
        ("Since last week my mail to our office is rejected: user unknown", "user_unknown"),
        ("I tried to send the photos and got: message size exceeds limit", "message_too_big"),
        ("I'll call you tonight, I got this: 550 5.1.1 User unknown", "user_unknown"),
    ],
)
def test_what_a_customer_tells_of_an_error_is_read(reader: Reader, told: str, reason: str) -> None:
    assert reader.read(told).reason == reason


def test_a_lead_names_another_sender_of_notices_in_the_knowledge() -> None:
    knowledge = load_knowledge()
    senders = knowledge.notice_list["senders"]
    more = senders.model_copy(update={"words": (*senders.words, "配送センター")})
    lists = tuple(more if entry is senders else entry for entry in knowledge.notice_words)
    text = (
        "届いたメールです。\n\n差出人: 配送センター\n宛先: hanako@example.jp\n\n"
        "taro@example.com\nhanako@example.jp\n550\n"
    )
    before, after = (
        Reader(dataclasses.replace(knowledge, notice_words=words)).read(text).recipients
        for words in (knowledge.notice_words, lists)
    )
    assert "hanako@example.jp" in before
    assert after == ("taro@example.com",)


def test_without_a_list_of_what_mail_systems_speak_of_sentences_are_read() -> None:
    knowledge = load_knowledge()
    lists = tuple(entry for entry in knowledge.notice_words if entry.id != "of_mail")
    sentence = "There is nobody called ken here, so your letter was refused: user unknown"
    reader = Reader(dataclasses.replace(knowledge, notice_words=lists))
    assert reader.read(sentence).reason == "user_unknown"


def test_without_any_words_of_notices_a_reply_is_still_read() -> None:
    knowledge = dataclasses.replace(load_knowledge(), notice_words=())
    reading = Reader(knowledge).read("<taro@example.com>: 550 5.1.1 User unknown\n")
    assert reading.reason == "user_unknown"
    assert reading.recipients == ("taro@example.com",)


def test_whom_a_link_logs_in_is_no_recipient(reader: Reader) -> None:
    text = "550 5.1.1 user unknown\nsee ftp://reader@files.example.com/ for ken@example.com"
    assert reader.read(text).recipients == ("ken@example.com",)


def test_a_recipient_named_in_the_sentence_of_failure_is_found(reader: Reader) -> None:
    reading = reader.read(
        "From: postmaster@mx.example.jp\nTo: hanako@example.jp\nSubject: Undeliverable Mail\n"
        "MIME-Version: 1.0\n\nundeliverable to taro@example.com\n\n"
        "Contact: help.desk@example.net\nThe reply was:\n550 spam rejected\n"
    )
    assert reading.recipients == ("taro@example.com",)


DIGEST = (
    "Send Staff mailing list submissions to\n\tstaff@example.com\n\nToday's Topics:\n\n"
    '   1. Help (Aki)\n\nMessage: 1\nHi all, what is "552 5.2.2 mailbox full"?\n'
)


@pytest.mark.parametrize(
    "header",
    ["", "Subject: Staff Digest\nFrom: staff-request@example.com\nMIME-Version: 1.0\n\n"],
    ids=["pasted", "raw"],
)
def test_errors_that_members_of_a_list_quote_make_a_digest_no_bounce(
    reader: Reader, header: str
) -> None:
    assert reader.read(header + DIGEST).reason == "undetermined"


def test_the_subject_of_what_came_back_does_not_make_a_notice_a_circular(reader: Reader) -> None:
    reading = reader.read(
        "Your message\n\n  Subject: Spam quarantine summary\n\n"
        "was not delivered to taro@example.com: 552 5.2.2 mailbox full\n"
    )
    assert reading.reason == "mailbox_full"


def test_a_digest_that_came_back_is_a_bounce(reader: Reader) -> None:
    reading = reader.read("<taro@example.com>: 550 5.1.1 User unknown\n\n" + DIGEST)
    assert reading.reason == "user_unknown"


COPIED_HEADER = (
    "From: Postmaster <postmaster@example.jp>\nSent: Wednesday, November 18, 2026\n"
    "To: hanako@example.jp\nSubject: Plans\n\n"
)


def test_the_owner_of_a_notice_copied_with_its_header_is_no_recipient(reader: Reader) -> None:
    reading = reader.read(COPIED_HEADER + "Unknown user: taro@example.com\n\n550 User unknown\n")
    assert reading.recipients == ("taro@example.com",)
    assert reader.read(COPIED_HEADER + "550 5.1.1 User unknown\n").recipients == ()


def test_a_recipient_whose_address_ends_the_customers_own_is_found(reader: Reader) -> None:
    notice = "From: MAILER-DAEMON@mx.example.jp\nTo: dan@example.jp\nMIME-Version: 1.0\n\n{}"
    for line in ("<an@example.jp>: 550 5.1.1 User unknown", "an@example.jp\n  User unknown"):
        assert reader.read(notice.format(line).encode()).recipients == ("an@example.jp",)


def test_whoever_wrote_to_herself_is_a_recipient_of_a_copied_notice(reader: Reader) -> None:
    reading = reader.read(COPIED_HEADER + "<hanako@example.jp>: 552 5.2.2 Mailbox full\n")
    assert reading.recipients == ("hanako@example.jp",)


def test_whom_a_notice_greets_and_whom_to_ask_are_no_recipients(reader: Reader) -> None:
    reading = reader.read(
        "Hello hanako@example.jp,\n\nyour posting to staff@example.com has been rejected by the"
        " list moderator. Questions go to the owner:\n\n    staff-owner@example.com\n"
    )
    assert reading.recipients == ("staff@example.com",)
    assert reading.reason == "recipient_restricted"


@pytest.mark.parametrize(
    "sentence", ["from {0} to {1}", "from <{0}> to <{1}>", "from <{0}>\nto {1}"]
)
def test_the_second_of_two_addresses_from_whom_to_whom_is_the_recipient(
    reader: Reader, sentence: str
) -> None:
    told = sentence.format("hanako@example.jp", "taro@example.com")
    reading = reader.read(f"A message {told} was rejected by the gateway as spam.\n")
    assert reading.recipients == ("taro@example.com",)


def test_a_recipient_without_a_domain_is_one_of_the_system_that_refused(reader: Reader) -> None:
    reading = reader.read(
        "From: Mail Delivery Subsystem <MAILER-DAEMON@example.com>\nTo: <hanako@example.jp>\n"
        "Subject: Mail Delivery Problem\nMIME-Version: 1.0\n\n"
        "Sorry hanako@example.jp. Your mail to the following recipients could not be delivered:\n"
        "\ttaro.yamada\n\tjiro\n\nRegards\n"
    )
    assert reading.recipients == ("taro.yamada@example.com", "jiro@example.com")


@pytest.mark.parametrize(
    "fake",
    [
        "Your mailbox is almost full. Click here to increase your storage: http://login.example.net/",
        "Mail delivery failed: 5 messages are on hold. Release your messages: http://login.example.net/",
        "サーバーエラーのためメールの配信に失敗しました。ボタンをクリックしてアカウントを確認してください。",
    ],
)
def test_a_failure_that_no_server_tells_of_and_that_asks_to_log_in_is_fraud(
    reader: Reader, fake: str
) -> None:
    assert reader.read(fake).reason == "phishing_bounce_suspected"


def test_a_server_that_refused_is_believed_whatever_its_page_asks_for(reader: Reader) -> None:
    reading = reader.read(
        "<taro@example.com>: host mx.example.com said: 552 5.2.2 Mailbox full, "
        "click here to upgrade your mailbox http://www.example.com/\n"
    )
    assert reading.reason == "mailbox_full"


ENGLISH_PAGE = """\
421 Service not available
450 Mailbox busy
500 Syntax error
550 User unknown
552 Mailbox full
554 Transaction failed
"""
JAPANESE_PAGE = """\
User unknown 宛先が存在しない
Mailbox full 容量超過
Host unknown ドメインがない
Message size exceeds サイズ超過
Relaying denied 中継拒否
"""


@pytest.mark.parametrize("page", [ENGLISH_PAGE, JAPANESE_PAGE])
def test_a_page_that_explains_every_code_tells_nothing_of_this_mail(
    reader: Reader, page: str
) -> None:
    reading = reader.read(page)
    assert (reading.reason, reading.evidence) == ("undetermined", ())


def test_a_notice_that_speaks_of_a_forged_sender_keeps_the_reason_and_names_the_doubt(
    reader: Reader,
) -> None:
    reading = reader.read(
        "<taro@example.com>: 550 5.1.1 User unknown\n\n"
        "If you did not send it, your address may have been forged.\n"
    )
    assert reading.reason == "user_unknown"
    assert "backscatter_suspected" in [reason for reason, _ in reading.alternatives]


def test_a_machine_part_without_addresses_does_not_say_which_recipient_it_means(
    reader: Reader,
) -> None:
    named = ("taro@example.com", "jiro@example.com", "saburo@example.com")
    reading = reader.read(
        "From: MAILER-DAEMON@example.com\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n"
        + "".join(f"<{address}>: 550 5.1.1 User unknown\n\n" for address in named)
        + "--b\nContent-Type: message/delivery-status\n\n"
        + "Action: failed\nStatus: 5.1.1\n\n" * 2
        + "--b--\n"
    )
    assert reading.recipients == named
    assert [delivery.reason for delivery in reading.deliveries] == ["user_unknown"] * 2


def test_the_status_of_a_log_line_is_read_and_counts(reader: Reader) -> None:
    line = "postfix/smtp[1]: 4A1B: to=<ken@example.com>, relay=mx.example.com[192.0.2.9]:25, dsn={}"
    failed = reader.read(line.format("5.2.2, status=bounced (host mx.example.com said: 552 zxcv)"))
    assert (failed.status, failed.reason) == ("5.2.2", "mailbox_full")
    assert failed.evidence[0].quote == "5.2.2"
    sent = reader.read(line.format("2.0.0, status=sent (250 2.0.0 Ok: queued as 5C2D)"))
    assert sent.reason in ("success_notice", "undetermined")


def _receipt(words: str) -> str:
    mail = (FOLDER / "known/sieve_reject.eml").read_text(encoding="ascii")
    return mail.replace("This inbox is for members of the choir.", words)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Mailbox full.", "mailbox_full"),
        ("Your mail was deleted without being read on Friday.", "success_notice"),
    ],
)
def test_what_a_filter_of_the_recipient_says_is_believed_before_that_it_refused(
    reader: Reader, words: str, reason: str
) -> None:
    reading = reader.read(_receipt(words))
    assert (reading.reason, reading.recipients) == (reason, ("hanako@example.com",))


TITLES = ("Mail System Error - Returned Mail", "Server Error Report", "Mail Delivery System Error")


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("field", ["Subject: ", "件名：", "Betreff: "])
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Disk quota of the recipient exceeded", "mailbox_full"),
        ("550 ken@example.com", "user_unknown"),
        ("These addresses had problems.", "undetermined"),
    ],
)
def test_the_title_of_a_notice_gives_no_reason(
    reader: Reader, title: str, field: str, words: str, reason: str
) -> None:
    assert reader.read(f"{field}{title}\n\n{words}").reason == reason


def test_a_copied_subject_is_believed_as_far_as_that_of_a_whole_mail(reader: Reader) -> None:
    notice = "Subject: Returned mail: Host unknown\n\nken@example.com: mailbox over its quota"
    assert reader.read(notice).reason == "mailbox_full"
    assert (
        reader.read("Subject: returning message to sender\n\nSee below.").reason == "undetermined"
    )

"""Notices in layouts not seen before: where they end, whom they name, what their bytes are."""

from __future__ import annotations

import base64

import pytest

from playbook.bounce import Reader
from playbook.bounce.charset import decode
from playbook.loader import load_knowledge

REASON = "<ken@example.com>: there is nobody called ken here."
LETTER = "The board refused: mailbox full, quota exceeded, message blocked as spam."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_knowledge())


@pytest.mark.parametrize(
    "between",
    [
        "On Friday, Aki Mori <aki@example.jp> wrote:\n\n",
        "Am 3. November schrieb Aki Mori <aki@example.jp>:\n\n",
        "2026年11月3日(火) 9:00 Aki Mori <aki@example.jp>:\n\n",
        "Message text\n\n",
        "******* Your mail *******\n",
        "■送信したメール\n",
        "From: Aki Mori\nSent: Friday\nTo: Ken\nSubject: Order\n\n",
        "De: Aki Mori\nEnviada em: sexta-feira\nPara: Ken\nAssunto: Pedido\n\n",
        "________________\n差出人: Aki\n送信日時: 金曜日\n宛先: Ken\n件名: Order\n\n",
        "> Good morning,\n> ",
        "-- Rejected message --\n",
        "Dies ist eine Kopie Ihrer Nachricht:\n\n",
        "--- Header of your mail\nX: 1\n\n",
    ],
    ids=[
        "attribution",
        "verb first",
        "dated",
        "heading",
        "drawn heading",
        "drawn heading ja",
        "Outlook",
        "Outlook pt",
        "Outlook ja",
        "marks",
        "drawn",
        "German",
        "drawn with a blank",
    ],
)
def test_what_the_sender_wrote_is_no_evidence_once_the_reason_is_told(
    reader: Reader, between: str
) -> None:
    notice = f"Your mail was not delivered.\n\n{REASON}\n\n{between}"
    reading = reader.read(notice + LETTER)
    assert reading.reason == "user_unknown"
    assert all(evidence.end <= len(notice) for evidence in reading.evidence)


def test_a_summary_above_the_reason_hides_nothing(reader: Reader) -> None:
    summary = "From: Aki\nTo: ken@example.com\nSubject: Order\nSent: Friday\n\n"
    assert reader.read(f"Not delivered:\n{summary}{LETTER[19:31]}").reason == "mailbox_full"


def test_a_summary_set_apart_below_a_guess_hides_nothing(reader: Reader) -> None:
    summary = "  From: Aki\n  To: ken@example.com\n  Subject: Order\n\n"
    notice = f"Your message was refused:\n\n{summary}Reason: mailbox full"
    assert reader.read(notice).reason == "mailbox_full"


def test_the_recipient_stands_after_the_arrow(reader: Reader) -> None:
    line = "aki@example.jp -> ken@example.com: mailbox full"
    assert reader.read(line).recipients == ("ken@example.com",)


def test_the_header_of_a_forwarded_notice_names_no_recipient(reader: Reader) -> None:
    header = "From: MAILER-DAEMON@example.org\nDate: Friday\nTo: aki@example.jp\nSubject: failed\n"
    reading = reader.read(f"What is this?\n\nBegin forwarded message:\n\n{header}\n{REASON}")
    assert reading.recipients == ("ken@example.com",)


def test_cells_of_a_row_do_not_grow_together(reader: Reader) -> None:
    row = "<tr><td>Recipient</td> <td>ken@example.com</td></tr><tr><td>Mailbox full</td></tr>"
    mail = (
        f"From: postmaster@example.com\nMIME-Version: 1.0\nContent-Type: text/html\n\n<table>{row}"
    )
    assert reader.read(mail.encode()).recipients == ("ken@example.com",)


def _report(
    fields: str, kind: str = "delivery-status", part: str = "message/delivery-status"
) -> str:
    encoded = base64.encodebytes(fields.encode()).decode()
    return (
        f"From: MAILER-DAEMON@example.org\nMIME-Version: 1.0\nContent-Type: multipart/report;"
        f" report-type={kind}; boundary=x\n\n--x\n\nSee below.\n\n--x\nContent-Type: {part}\n"
        f"Content-Transfer-Encoding: base64\n\n{encoded}\n--x--\n"
    )


FAILED = "\n\nFinal-Recipient: rfc822; ken@example.com\nAction: failed\nStatus: 5.2.2\n"
ARRIVED = "\n\nFinal-Recipient: rfc822; aki@example.com\nAction: delivered\nStatus: 2.0.0\n"


def test_a_recipient_who_was_reached_is_not_among_those_who_were_not(reader: Reader) -> None:
    reading = reader.read(_report("Reporting-MTA: dns; a" + ARRIVED + FAILED))
    assert reading.recipients == ("ken@example.com",)
    assert reader.read(_report("Reporting-MTA: dns; a" + ARRIVED)).recipients == (
        "aki@example.com",
    )


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("disposition-notification", "message/delivery-status"),
        ("delivery-status", "application/octet-stream"),
    ],
)
def test_a_failure_told_under_a_wrong_type_is_read(reader: Reader, kind: str, part: str) -> None:
    reading = reader.read(_report("Reporting-MTA: dns; a" + FAILED, kind, part))
    assert (reading.reason, reading.recipients) == ("mailbox_full", ("ken@example.com",))


def test_a_mail_that_explains_several_errors_and_names_nobody_is_no_bounce(reader: Reader) -> None:
    mail = (
        "From: info@example.jp\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"
        "エラーメールには「User unknown」や「Mailbox full」と書かれています。"
    )
    assert reader.read(mail.encode()).reason == "undetermined"


@pytest.mark.parametrize("declared", ["", "us-ascii", "iso-8859-1"])
@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("koi8-r", "Письмо не доставлено: получатель ken@example.com неизвестен."),
        ("cp1251", "Письмо не доставлено: получатель ken@example.com неизвестен."),
        ("euc-kr", "메일을 전달하지 못했습니다. ken@example.com 은 없는 주소입니다."),
        ("gb18030", "邮件无法送达，收件人 ken@example.com 不存在，请核对地址。"),
        ("big5", "郵件無法送達，收件人 ken@example.com 不存在，請核對地址後重新寄送。"),
        ("shift_jis", "メールをお届けできませんでした。"),
        ("euc-jp", "メールをお届けできませんでした。"),
        ("cp1252", "Die Größe überschreitet das Maß für Empfänger müßiger Bücher."),
    ],
)
def test_a_text_without_a_true_declaration_is_read_in_its_script(
    charset: str, text: str, declared: str
) -> None:
    assert decode(text.encode(charset), declared) == text


@pytest.mark.parametrize(
    "text",
    [
        "Remote host said: 550 Váš účet byl zablokován",
        "« Message refusé» : la boîte du destinataire est pleine",
    ],
)
def test_only_what_was_read_in_the_wrong_charset_is_mended(reader: Reader, text: str) -> None:
    assert reader.read(text).shown == text
    assert reader.read(text.encode().decode("latin-1")).shown == text


def test_japanese_that_is_declared_is_not_taken_for_another_script() -> None:
    text = "配送不能 容量超過 宛先不明 受信拒否"
    assert decode(text.encode("euc-jp"), "iso-2022-jp") == text


def test_a_persons_mail_about_errors_is_no_bounce_until_it_names_whom_it_missed(
    reader: Reader,
) -> None:
    mail = (
        "From: Ken <ken@example.com>\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"
        "Dear Aki,\n\nmy mailbox was full, everything bounced with 552 5.2.2.{}\n\nRegards\n"
    )
    assert reader.read(mail.format("").encode()).reason == "undetermined"
    notice = "\n\nDelivery to the following recipient failed:\nlea@example.com"
    assert reader.read(mail.format(notice).encode()).reason == "mailbox_full"


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----\nFrom: MAILER-DAEMON@mx.example.jp\nTo: taro@example.co.jp\n",
        "-----元のメッセージ-----\n差出人: Mail Delivery System\n宛先: taro@example.co.jp\n",
    ],
)
def test_a_notice_below_the_mark_of_the_program_it_was_forwarded_with_is_read(
    reader: Reader, head: str
) -> None:
    reply = "\n<aki@example.jp>: host mx.example.jp said: 550 5.1.1 User unknown\n"
    returned = "\n----- Original message -----\n\nThe mailbox is full.\n"
    reading = reader.read("下のメールが返ってきました。\n\n" + head + reply + returned)
    assert reading.reason == "user_unknown"
    assert [each.quote for each in reading.evidence if "full" in each.quote] == []


def test_a_returned_notice_below_the_reason_is_no_evidence(reader: Reader) -> None:
    returned = "From: MAILER-DAEMON@mx.example.jp\n\n550 5.1.1 User unknown\n"
    reading = reader.read(
        "<aki@example.jp>: 552 5.2.2 mailbox full\n\n-----Original Message-----\n" + returned
    )
    assert reading.reason == "mailbox_full"
    assert {each.points_to for each in reading.evidence} == {"mailbox_full"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Ihre Mail an ken@example.com kam zurück: Unter diesem Namen gibt es keinen.",
            "user_unknown",
        ),
        ("Votre courriel à ken@example.com : le compte n'a plus de place.", "mailbox_full"),
        ("Wiadomość do ken@example.com wróciła. Konto usunięte.", "mailbox_disabled"),
        ("Zpráva pro ken@example.com překročila povolenou velikost.", "message_too_big"),
        ("Письмо для ken@example.com пока не доставлено.", "delivery_delayed"),
        ("Meldingen til ken@example.com: vi gir opp forsøkene.", "delivery_expired"),
        ("İletiniz ken@example.com adresine teslim edilemedi: yer kalmadı.", "mailbox_full"),
        ("Bericht aan ken@example.com: de mailserver is onbereikbaar.", "connection_failed"),
    ],
)
def test_everyday_words_of_a_providers_notice_are_read(
    reader: Reader, text: str, reason: str
) -> None:
    reading = reader.read(text)
    assert (reading.reason, reading.recipients) == (reason, ("ken@example.com",))


@pytest.mark.parametrize(
    ("told", "words", "reason"),
    [
        ("Ihre Mail an {} wurde nicht zugestellt.", "qwertz stillgelegt", "mailbox_disabled"),
        ("Il messaggio per {} non è stato spedito.", "qwertz capienza", "mailbox_full"),
        ("Wiadomość do {} nie została wysłana.", "qwertz zapchana", "mailbox_full"),
        ("Mejlet till {} har inte kommit fram.", "qwertz okänd", "user_unknown"),
    ],
)
def test_a_notice_in_another_language_that_says_nothing_else_is_read_by_its_words(
    reader: Reader, told: str, words: str, reason: str
) -> None:
    reading = reader.read(f"{told.format('ken@example.com')}\n\n{words}")
    assert (reading.reason, reading.missing) == (reason, "reply")


@pytest.mark.parametrize("above", ["A message sent by\n\n  ", "Absender:\n", "Remitente: "])
def test_the_sender_named_on_the_line_above_is_no_recipient(reader: Reader, above: str) -> None:
    notice = (
        f"{above}<aki@example.org>\n\nwas not delivered to\n\n  ken@example.com\n\nMailbox full"
    )
    assert reader.read(notice).recipients == ("ken@example.com",)


@pytest.mark.parametrize(
    "body",
    [
        "kim commented on this issue: the server says 550 user unknown",
        "Notification Type: PROBLEM\nHost: mail01\nInfo: Connection refused",
        "Ihr Paket konnte nicht zugestellt werden: Empfänger unbekannt.",
        "Votre colis n'a pas pu être livré : adresse inconnue.",
        "Scheduled maintenance: the mail server will be unreachable on Sunday.",
        "Your SMS to 555 was not delivered: subscriber unknown.",
    ],
)
def test_what_machines_write_of_other_things_is_no_bounce(reader: Reader, body: str) -> None:
    head = "From: info@example.com\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8"
    mail = f"{head}\n\n{body}"
    assert reader.read(mail.encode()).reason == "undetermined"


def test_the_header_above_a_paste_names_no_recipient_whoever_sent_it(reader: Reader) -> None:
    header = (
        "Von: Securepoint UTM <utm@example.jp>\nAn: aki@example.org\nBetreff: Postfach voll\n\n"
    )
    reading = reader.read(f"{header}An ken@example.com nicht zugestellt: Mailbox voll")
    assert reading.recipients == ("ken@example.com",)


def test_returned_to_sender_above_a_recipient_gives_it_no_other_role(reader: Reader) -> None:
    text = "Undelivered Mail Returned to Sender\n\n<ken@example.com>: mailbox full"
    assert reader.read(text).recipients == ("ken@example.com",)


@pytest.mark.parametrize(
    ("return_path", "reason"), [("<>", "mailbox_full"), ("<aki@example.org>", "undetermined")]
)
def test_what_comes_from_the_null_sender_is_a_notice_in_any_words(
    reader: Reader, return_path: str, reason: str
) -> None:
    mail = (
        f"Return-Path: {return_path}\nFrom: info@example.com\nMIME-Version: 1.0\n"
        "Content-Type: text/plain\n\nken@example.com: mailbox full\n"
    )
    assert reader.read(mail.encode()).reason == reason


@pytest.mark.parametrize(
    ("above", "reason"), [("", "undetermined"), ("ken@example.com:\n", "mailbox_full")]
)
def test_a_mail_that_quotes_an_error_names_nobody_whom_it_did_not_reach(
    reader: Reader, above: str, reason: str
) -> None:
    mail = (
        "From: help@example.com\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"
        f"{above}552 5.2.2 mailbox full\n"
    )
    assert reader.read(mail.encode()).reason == reason


@pytest.mark.parametrize(
    "heading", ["Notifica di stato di consegna (errore)", "Teslim Durumu Bildirimi (Hata)"]
)
def test_the_heading_of_a_report_in_another_language_shows_what_it_is(
    reader: Reader, heading: str
) -> None:
    mail = (
        "From: info@example.com\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
        f"{heading}\n\nken@example.com\n\nmailbox full\n"
    )
    assert reader.read(mail.encode()).reason == "mailbox_full"


@pytest.mark.parametrize(
    "notice",
    [
        "The owners of tennis-l decided not to publish your message.",
        "Your submission to tennis-l was turned down.",
        "Only members can post to this list.",
        "You do not have permission to email this distribution list.",
        "Der Verteiler ist nur Mitgliedern gestattet.",
        "Votre message a été refusé par la modératrice.",
        "Su mensaje ha sido denegado por el moderador.",
        "投稿は管理人により却下されました。",
        "会員として登録されていないため、メールは配送されませんでした。",
    ],
)
def test_a_post_that_a_list_refused_is_refused_by_the_rules_of_its_group(
    reader: Reader, notice: str
) -> None:
    reading = reader.read(notice)
    assert (reading.reason, reading.still_trying) == ("recipient_restricted", False)


HELD = "Your mail to tennis-l is being held until the moderator can review it for approval."


@pytest.mark.parametrize(
    "notice",
    [
        HELD,
        "Your mail to the list will appear once it has been approved by an editor.",
        "Il tuo messaggio è in attesa di approvazione.",
        "Votre courriel doit être validé par une modératrice.",
        "Su correo tiene que ser aprobado por el propietario de la lista.",
        "Ihre Nachricht wartet auf die Freigabe durch einen Moderator.",
        "您的邮件正在等待管理员审核。",
        "お送りいただいたメールは、司会者の確認後に配送されます。",
    ],
)
def test_a_post_that_waits_for_a_moderator_has_not_failed(reader: Reader, notice: str) -> None:
    reading = reader.read(notice)
    assert (reading.reason, reading.still_trying) == ("delivery_delayed", True)


def test_the_cause_for_which_a_post_is_held_is_told_as_not_yet_decided(reader: Reader) -> None:
    reading = reader.read(HELD + "\n\nThe reason it is being held:\n\n  Post by non-member")
    assert (reading.reason, reading.still_trying) == ("recipient_restricted", True)


def test_what_a_moderator_is_asked_and_a_comment_are_no_bounce(reader: Reader) -> None:
    asked = "tennis-l has 3 posts waiting for moderation. Please approve or reject them."
    assert reader.read(asked).reason == "undetermined"
    assert reader.read("Your comment is awaiting moderation.").reason == "undetermined"

"""Single words tell what a reply is about where no sentence of it is known, and only there."""

from __future__ import annotations

import pytest

from playbook.bounce import Reader
from playbook.bounce.verdict import Trust
from playbook.loader import load_knowledge

NOTICE = "Your message could not be delivered to ken@example.com.\n\n"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_knowledge())


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("550 zxcv qwerty policy asdf", "policy_rejected"),
        ("550 5.0.0 zxcv qwerty quota asdf", "mailbox_full"),
        ("554 5.5.0 zxcv sender qwerty", "sender_rejected"),
        ("451 zxcv 4.7.1 fqdn qwerty", "reverse_dns"),
        ("550 zxcv qwerty nieznany asdf", "user_unknown"),
    ],
)
def test_a_word_of_an_unknown_reply_is_believed_before_a_general_code(
    reader: Reader, reply: str, reason: str
) -> None:
    reading = reader.read(reply)
    assert (reading.reason, reading.evidence[0].trust) == (reason, Trust.TOPIC)


@pytest.mark.parametrize(
    "text",
    [
        "Mail delivery failed\n\n  an address\n    (generated from bad.company@example.com)\n",
        "Mail delivery failed\n\n  an address\n    (generated from ken@full.example.com)\n",
    ],
)
def test_a_word_in_an_address_tells_nothing(reader: Reader, text: str) -> None:
    assert reader.read(text).reason == "undetermined"


def test_a_code_that_says_one_thing_is_believed_before_a_word(reader: Reader) -> None:
    reading = reader.read("550 5.1.1 zxcv policy qwerty")
    assert reading.reason == "user_unknown"
    assert "policy_rejected" in [reason for reason, _ in reading.alternatives]


def test_a_known_sentence_is_believed_before_a_word(reader: Reader) -> None:
    assert reader.read("550 our policy: mailbox is full").reason == "mailbox_full"


def test_a_notice_that_says_nothing_else_is_read_by_its_words_and_doubted(reader: Reader) -> None:
    reading = reader.read(NOTICE + "zxcv capacity qwerty")
    assert reading.reason == "mailbox_full"
    assert reading.missing is not None
    assert reader.read(NOTICE + "zxcv capacity qwerty\nUser unknown").reason == "user_unknown"


@pytest.mark.parametrize(
    "text",
    [
        "Our storage policy changed: the archive has no capacity left for your mail address.",
        "I read about the quota in your mail and the reputation of the sender.",
    ],
)
def test_a_word_in_a_letter_tells_nothing(reader: Reader, text: str) -> None:
    assert reader.read(text).reason == "undetermined"


def test_the_subject_of_the_returned_mail_tells_nothing(reader: Reader) -> None:
    mail = (
        "From: MAILER-DAEMON@example.jp\nTo: aki@example.jp\nMIME-Version: 1.0\n"
        f"Subject: Undelivered: the sales quota\n\n{NOTICE}"
    )
    assert reader.read(mail).reason == "undetermined"


@pytest.mark.parametrize(
    ("command", "reason"), [("MAIL FROM", "sender_rejected"), ("RCPT TO", "user_unknown")]
)
def test_what_550_means_depends_on_the_command_it_answers(
    reader: Reader, command: str, reason: str
) -> None:
    reply = f"host mx.example.com[192.0.2.1] said: 550 zxcv (in reply to {command} command)"
    assert reader.read(reply).reason == reason


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("550 zxcv inconnues asdf", "inconnues"),
        ("550 zxcv unbekannter", "unbekannter"),
        ("550 zxcv inconnu, asdf", "inconnu"),
    ],
)
def test_the_mark_of_a_stem_covers_its_word(reader: Reader, text: str, quote: str) -> None:
    assert reader.read(text).evidence[0].quote == quote


def test_a_stem_before_letters_without_end_is_marked_alone(reader: Reader) -> None:
    assert reader.read("550 zxcv inconnu" + "a" * 100_000).evidence[0].quote == "inconnu"

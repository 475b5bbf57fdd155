"""The letter to the customer: every reason, in both languages, reads as a letter and is fair."""

from __future__ import annotations

import re

import pytest

from playbook.bounce import Reader
from playbook.language import LANGUAGES
from playbook.letter import doubt, letter
from playbook.loader import load_knowledge

KNOWLEDGE = load_knowledge()
READER = Reader(KNOWLEDGE)
REASONS = pytest.mark.parametrize("reason", KNOWLEDGE.reasons, ids=lambda reason: reason.id)

NOT_GONE = ("user_unknown", "recipient_refused", "spam_content", "policy_rejected", "dns_failure")
"""Reasons under which the address may well be in use."""


@REASONS
def test_a_letter_is_polite_and_ends_its_sentences(reason):
    sentences = [each for each in reason.letter.ja.split("。") if each]
    assert reason.letter.ja.endswith("。")
    assert all(re.search(r"(す|ん|した|ください)$", each) for each in sentences), sentences
    assert re.search(r"[.?]$", reason.letter.en)


@REASONS
def test_a_letter_is_not_what_is_said_on_the_telephone(reason):
    assert reason.letter.ja != reason.tell.ja
    assert reason.letter.en != reason.tell.en
    assert "いただけますでしょうか" not in reason.letter.ja


@REASONS
def test_a_letter_asks_for_no_password(reason):
    assert not re.search(r"パスワード(を|も)(お知らせ|お送り|お聞かせ|お教え)", reason.letter.ja)
    assert not re.search(r"(send|tell|give) (us|me) (the|your) password", reason.letter.en)


def test_no_two_reasons_have_the_same_letter():
    for language in LANGUAGES:
        assert len({each.letter.of(language) for each in KNOWLEDGE.reasons}) == 60


@pytest.mark.parametrize("reason", NOT_GONE)
def test_an_address_that_may_be_in_use_is_not_said_to_be_gone(reason):
    told = KNOWLEDGE.reason[reason].letter
    assert not re.search("存在(しません|しない|いたしません)|なくなりました", told.ja)
    assert not re.search("does not exist|no longer exists|is no such", told.en)


@REASONS
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_says_what_happened_what_to_do_and_who_acts(reason, language):
    wordings = [each for said in KNOWLEDGE.wordings.values() for each in said]
    sample = next((each.sample for each in wordings if each.reason == reason.id), None)
    reading = READER.read(sample or "")
    written = letter(reading, KNOWLEDGE, language)
    read_as = KNOWLEDGE.reason[reading.reason]
    assert read_as.letter.of(language) in written
    assert KNOWLEDGE.say("letter_acts_" + read_as.who_acts[0], language) in written
    assert "{" not in written


def test_a_letter_about_a_mail_still_on_its_way_says_to_wait_first():
    text = (
        "The following message to <taro@example.jp> was delayed.\n"
        "452 4.2.2 Mailbox full\nThe server will keep trying to deliver it for 3 more days."
    )
    reading = READER.read(text)
    assert (reading.reason, reading.still_trying) == ("mailbox_full", True)
    written = letter(reading, KNOWLEDGE, "ja")
    waits = KNOWLEDGE.say("letter_still_trying", "ja")
    assert written.index(waits) < written.index(KNOWLEDGE.reason["mailbox_full"].letter.ja)
    failed = letter(READER.read("552 5.2.2 Mailbox full"), KNOWLEDGE, "ja")
    assert waits not in failed


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("550 zxcv quota qwerty", "whole_mail"),
        ("Your message could not be delivered to ken@example.com.\n\nzxcv capacity", "reply"),
        ("Received: by mx\nFrom: MAILER-DAEMON@example.jp\n\n550 zxcv quota", "other_source"),
    ],
)
def test_a_doubtful_reading_says_what_it_rests_on_and_what_would_settle_it(text, missing):
    reading = READER.read(text)
    words = reading.evidence[0].quote
    for language in LANGUAGES:
        told = KNOWLEDGE.say("doubt_" + missing, language, words=words)
        assert doubt(reading, KNOWLEDGE, language) == told


@pytest.mark.parametrize("text", ["552 5.2.2 Mailbox full", "550 5.1.1", "sofa delayed"])
def test_nothing_is_doubted_that_is_certain_or_not_determined(text):
    assert doubt(READER.read(text), KNOWLEDGE, "en") == ""

"""A reply of which no sentence is known is read by the known ones that it is most like."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.bounce import Reader
from playbook.bounce.likeness import Likeness, Sentence
from playbook.bounce.verdict import Trust
from playbook.loader import load_knowledge
from playbook.schema import Wording
from playbook.terms import ReasonId

FULL = Sentence("a:full", ReasonId("mailbox_full"), "mailbox", "the mailbox has no room left")
CLOSED = Sentence("a:closed", ReasonId("mailbox_disabled"), "mailbox", "the account was closed")
SPAM = Sentence("b:spam", ReasonId("spam_content"), "policy", "the content was taken for spam")


WORDINGS = tuple(
    Wording(id=name, says=(text,), reason=reason, sample=f"550 {text}", source="assumed")
    for name, reason, text in (
        ("full", "mailbox_full", "the mailbox has no room left"),
        ("closed", "mailbox_disabled", "the account was closed"),
        ("spam", "spam_content", "the content was taken for spam"),
    )
)
REPLY = "mailboxes without any room"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """One that knows three sentences."""
    known = MappingProxyType({"test": WORDINGS})
    return Reader(replace(load_knowledge(), wordings=known))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mailboxes without any room", ("mailbox_full", "a:full")),
        ("your account is closing", ("mailbox_disabled", "a:closed")),
        ("we take such contents for spam", ("spam_content", "b:spam")),
        ("qqq xxx", None),
        ("", None),
    ],
)
def test_the_sentence_most_alike_names_the_reason(text: str, found: tuple[str, str] | None) -> None:
    assert Likeness([FULL, CLOSED, SPAM]).nearest(text) == found


def test_nothing_is_said_where_the_sentences_of_no_subject_are_most() -> None:
    words = "is refused here"
    known = [
        Sentence(f"a:{subject}", ReasonId(reason), subject, words)
        for subject, reason in (
            ("mailbox", "mailbox_full"), ("policy", "spam_content"), ("network", "dns_failure"),
        )
    ]  # fmt: skip
    assert Likeness(known).nearest(words) is None


def test_of_one_subject_several_sentences_vote_together() -> None:
    words = "is refused here"
    known = [
        Sentence("a:full", ReasonId("mailbox_full"), "mailbox", words),
        Sentence("a:closed", ReasonId("mailbox_disabled"), "mailbox", words),
        Sentence("a:spam", ReasonId("spam_content"), "policy", words),
    ]
    found = Likeness(known).nearest(words)
    assert found is not None
    assert found[0] in ("mailbox_full", "mailbox_disabled")


def test_a_knowledge_without_sentences_says_nothing() -> None:
    assert Likeness([]).nearest("the mailbox has no room left") is None


@given(
    st.sampled_from(
        ["ken@example.com", "mx7.full.example.com", "https://spam.example.com/closed", "a1b2c3d4e5",
         "Mon, 30 Nov 2026 06:12:44 +0900", "192.0.2.25", "421-4.7.0"]
    )
)  # fmt: skip
def test_names_and_times_say_nothing(name: str) -> None:
    likeness = Likeness([FULL, CLOSED, SPAM])
    words = "no room in the mailbox"
    assert likeness.nearest(f"{words} {name.lower()}") == likeness.nearest(words)
    assert likeness.nearest(name.lower()) is None


def test_an_unknown_reply_is_read_by_what_it_is_like_and_doubted(reader: Reader) -> None:
    reading = reader.read(f"550 {REPLY}")
    best = reading.evidence[0]
    assert (reading.reason, best.trust, best.rule) == (
        "mailbox_full", Trust.LIKENESS, "test:full",
    )  # fmt: skip
    assert best.quote == REPLY
    assert reading.missing is not None


@pytest.mark.parametrize("reply", [f"550 5.1.1 {REPLY}", f"550 {REPLY}: the account was closed"])
def test_where_something_is_known_nothing_is_compared(reader: Reader, reply: str) -> None:
    evidence = reader.read(reply).evidence
    assert evidence
    assert Trust.LIKENESS not in [each.trust for each in evidence]


def test_what_no_server_said_is_not_compared(reader: Reader) -> None:
    assert reader.read(REPLY).reason == "undetermined"


def test_the_command_it_answered_is_no_part_of_a_reply(reader: Reader) -> None:
    reply = f"host mx.example.com said: 550 {REPLY} (in reply to RCPT TO command)"
    assert reader.read(reply).evidence[0].quote == REPLY


def test_each_recipient_has_what_was_said_of_it(reader: Reader) -> None:
    text = (
        f"<ken@example.com>: host mx.example.com said: 550 {REPLY}\n\n"
        "<aki@example.com>: host mx.example.com said: 554 such contents are spam to us\n"
    )
    told = {each.final_recipient: each.reason for each in reader.read(text).deliveries}
    assert told == {"ken@example.com": "mailbox_full", "aki@example.com": "spam_content"}

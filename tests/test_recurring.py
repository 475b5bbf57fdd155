"""What is remembered of a notice is told of the next one as if that had been read."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import mail_sources
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.bounce import Reader, RecurringReader, recurring
from playbook.bounce.intake import Intake
from playbook.bounce.reading import Reading
from playbook.loader import load_knowledge

READER = Reader(load_knowledge())
REMEMBERING = RecurringReader(READER)
MAILS = [
    *(path.read_bytes() for path in sorted((Path(__file__).parent / "bounces").rglob("*.eml"))),
    *mail_sources.invented(40),
]
NOTICE = """\
From: MAILER-DAEMON@mx.example.jp
To: {sender}@example.jp
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

<{first}@example.com>: host mx.example.com said: 550 5.1.1 <{first}@example.com>
    No such user here. {number} - gsmtp
<{second}@example.com>: host mx.example.com said: 552 5.2.2 Mailbox full

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp
X-Queue-ID: {number}
Arrival-Date: {time}

Final-Recipient: rfc822; {first}@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{first}@example.com>
    No such user here. {number} - gsmtp

Final-Recipient: rfc822; {second}@example.com
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full

--b--
"""
SPEAKING = ("mailbox-full", "no_such_user", "postmaster", "list-owner", "spam", "Unknown", "abuse")


class Counting(Reader):
    """Counts what is read."""

    judged = 0

    def judge(self, intake: Intake) -> Reading:
        self.judged += 1
        return super().judge(intake)


@pytest.fixture(scope="module")
def counting() -> Counting:
    return Counting(READER.rules.knowledge)


def test_every_mail_is_told_as_it_is_read_at_first_sight_and_about_others() -> None:
    for mail in MAILS * 2:
        assert REMEMBERING.read(mail) == READER.read(mail)
    draw = random.Random(1)
    for mail in MAILS * 2:
        other = mail_sources.told_apart(mail, draw.randrange(16 ** draw.randrange(1, 8)))
        assert REMEMBERING.read(other) == READER.read(other)


names = st.one_of(
    st.sampled_from(SPEAKING),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,17}", fullmatch=True),
    st.builds("{}{}".format, st.sampled_from(SPEAKING), st.integers(0, 999)),
)
numbers = st.from_regex(r"[0-9A-F]{10,12}", fullmatch=True)
times = st.datetimes().map(lambda time: f"{time:%a, %d %b} {2000 + time.year % 99} {time:%H:%M:%S}")


@given(data=st.data())
def test_whatever_names_numbers_and_times_a_notice_holds_the_reading_is_the_same(
    data: st.DataObject,
) -> None:
    some = data.draw(st.lists(names, min_size=2, max_size=4))
    for _ in range(2):
        notice = NOTICE.format(
            sender=data.draw(st.sampled_from(some)), first=data.draw(st.sampled_from(some)),
            second=data.draw(st.sampled_from(some)), number=data.draw(numbers),
            time=data.draw(times),
        ).encode()  # fmt: skip
        assert REMEMBERING.read(notice) == READER.read(notice)


def _letters(length: int) -> Iterator[str]:
    return (f"{number:0{length}d}".translate(_AS_LETTERS) for number in count())


_AS_LETTERS = str.maketrans("0123456789", "qwertzuiop")


def test_a_notice_that_came_twice_is_not_read_again_about_others(counting: Counting) -> None:
    remembering, some = RecurringReader(counting), _letters(7)
    counting.judged = 0
    for number in range(20):
        remembering.read(
            NOTICE.format(
                sender="staff", first=next(some), second=next(some), number=f"4F9A21C{number:05d}",
                time=f"Tue, 24 Nov 2026 10:00:{number:02d}",
            ).encode()
        )  # fmt: skip
    assert counting.judged == 2, "once as it came, and once more to remember it"


def test_what_is_kept_is_bounded(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurring, "_MOST_NOTICES", 5)
    monkeypatch.setattr(recurring, "_MOST_LINES", 20)
    remembering = RecurringReader(counting)
    for mail in MAILS:
        assert remembering.read(mail) == READER.read(mail)
        assert len(remembering._known) <= 5
        assert len(remembering._nameless) <= 20


def test_the_same_words_in_a_report_of_another_kind_are_another_notice() -> None:
    remembering = RecurringReader(READER)
    for kind in ("delivery-status", "feedback-report", "disposition-notification") * 3:
        mail = NOTICE.replace("report-type=delivery-status", f"report-type={kind}")
        notice = mail.replace("message/delivery-status", "text/plain").encode()
        assert remembering.read(notice) == READER.read(notice)


@pytest.mark.parametrize(
    "text",
    [
        # An address to decode, more names than letters, one written four ways, and one of two ends.
        "Original-Recipient: rfc822; taro+2Btag@example.com\nAction: failed\nStatus: 5.1.1",
        "".join(f"<{name}@example.com>: 550 5.1.1 User unknown\n" for name in "abcdefghijklmnopq"),
        "\n".join(f"<{a}{b}@example.com>: User unknown" for a in "abcdefg" for b in "hijklmn"),
        "<taro@example.com> TARO@example.com Taro@example.com tarO@example.com: 550 User unknown",
        *(f"<taro{n}@examtaro{n}@example.com>: 550 User unknown" for n in "ab"),
        *(f"<{n}-desk@example.com>: User unknown" for n in (500, 415, 222)),
        *(
            "\n".join(f"2026-11-24 08:{n:02d}:00 550 User unknown" for n in range(m))
            for m in (9, 59)
        ),
        # The same recipient in capitals, marks before one, and two that say the same.
        "<taro@example.com>: User unknown\n<TARO@example.com>: 550 5.1.1 User unknown",
        "No queda espacio en el buzónmax@example.com",
        "Mail delivery failed: <userx-1bad@example.com>, <taro-5bb@example.com>",
        "--taro@example.com: 550 5.1.1 User unknown",
        "OP25B+MGswiDCKMAE-25+ dWow3TD8MMgwSzCJMG6QAU",  # digits do not make one name many words
        "<a-mailbox-full@example.com>: 550 User unknown\n<b-mailbox-full@example.com>: 552 full",
        re.sub("^", "> ", NOTICE, flags=re.MULTILINE),
    ],
)
def test_names_for_which_no_other_can_stand_in_are_read_as_they_are(text: str) -> None:
    for _ in range(3):
        assert REMEMBERING.read(text) == READER.read(text)

"""Mailboxes of every kind, made of invented bounces; the same seed makes the same bytes."""

from __future__ import annotations

import gzip
import io
import random
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pyarrow as pa
from invented_mails import JAPANESE_RAW
from pyarrow import parquet

_DSN = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.jp (Mail Delivery System)
To: {sender}
Date: {date}
Message-Id: <{number}@mx.example.jp>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b{number}"

--b{number}
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.jp.

<{rcpt}>: host {host}[192.0.2.10] said: {reply}
    (in reply to {stage} command)

--b{number}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp

Final-Recipient: rfc822; {rcpt}
Action: failed
Status: {status}
Remote-MTA: dns; {host}
Diagnostic-Code: smtp; {reply}

--b{number}
Content-Type: message/rfc822

Received: from client.example.jp by mx.example.jp; {date}
From: {sender}
To: {rcpt}
Subject: hello {number}

From the first line on, this is body. {filler}
--b{number}--
"""
_REPLIES = (
    ("5.1.1", "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown", "RCPT TO"),
    ("5.2.2", "552 5.2.2 Mailbox full", "RCPT TO"),
    ("5.7.1", "554 5.7.1 Service unavailable; client blocked using bl.example.net", "RCPT TO"),
    ("5.7.26", "550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass", "end of DATA"),
    ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", "MAIL FROM"),
)
_VACATION = """\
From: {rcpt}
To: {sender}
Date: {date}
Message-Id: <{number}@example.com>
Auto-Submitted: auto-replied
Subject: Out of office

I am out of the office until Monday. {filler}
"""
_WORDS = ("mail", "server", "letter", "garden", "river", "paper", "window", "winter", "morning")


def invented(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` mails: reports of several kinds, Japanese notices, vacation notes, noise."""
    draw = random.Random(seed)
    for number in range(count):
        kind = draw.random()
        status, reply, stage = draw.choice(_REPLIES)
        rcpt = f"user{draw.randrange(count)}@{draw.choice('abcdef')}.example.com"
        values = {
            "number": number,
            "rcpt": rcpt,
            "sender": f"staff{draw.randrange(9)}@example.jp",
            "host": f"mx{draw.randrange(3)}.{rcpt.partition('@')[2]}",
            "date": f"{draw.randrange(1, 28)} {draw.choice(('Oct', 'Nov'))} 2026 10:00:00 +0900",
            "status": status,
            "reply": reply.format(rcpt=rcpt),
            "stage": stage,
            "filler": " ".join(draw.choices(_WORDS, k=draw.randrange(5, 400))),
        }
        if kind < 0.85:
            yield _DSN.format(**values).encode()
        elif kind < 0.93:
            yield JAPANESE_RAW.replace("saburo", f"saburo{number}").encode()
        elif kind < 0.98:
            yield _VACATION.format(**values).encode()
        else:
            yield draw.randbytes(300).replace(b"\n", b" ")


# Between its escapes ISO-2022-JP writes kanji with the bytes of ASCII, "@" among them.
_OWN = re.compile(
    rb"\x1b\$[@B][^\n]*?\x1b\([BJ]"
    rb"|(?<![\w.+=-])(?P<name>[\w.+=-]{1,64})@(?=[\w\[])"
    rb"|(?P<time>\b\d\d:\d\d:\d\d\b)"
    rb"|(?P<queue>\b(?=[0-9A-F]*[A-F])(?=[A-F]*[0-9])[0-9A-F]{10,12}\b)"
)
_ROLES = re.compile(rb"(?:mailer-daemon|postmaster|no-?reply|root)", re.IGNORECASE)


def told_apart(mail: bytes, number: int) -> bytes:
    """`mail` as it would have come to someone else at another time.

    The names of people end in the number; times and queue ids are others.
    """
    minutes, seconds = divmod(number, 60)
    time = b"%02d:%02d:%02d" % (minutes // 60 % 24, minutes % 60, seconds)
    queue = b"%010X" % (number * 2654435761 % 16**10)
    own = {"name": b"-%x" % number, "time": time, "queue": queue}
    return b"".join([piece if isinstance(piece, bytes) else own[piece[0]] for piece in _cut(mail)])


@cache
def _cut(mail: bytes) -> tuple[bytes | tuple[str], ...]:
    """`mail` cut where something of its own belongs; behind its end where there is nothing."""
    pieces: list[bytes | tuple[str]] = []
    end = 0
    for found in _OWN.finditer(mail):
        if kind := found.lastgroup:
            if kind == "name" and _ROLES.match(found["name"]):
                continue
            start, stop = found.span(kind)
            pieces += [mail[end : stop if kind == "name" else start], (kind,)]
            end = stop
    return (*pieces, mail[end:]) if pieces else (mail, b"\n", ("name",))


_FROM = re.compile(rb"\n(>*From )")
_POSTED = datetime(2026, 11, 24, 12, 9, 18)  # noqa: DTZ001 - a separator has no zone


def write_mbox(path: Path, mails: Iterable[bytes], *, crlf: bool = False) -> Path:
    """Quoted as mboxrd: one ">" more before every "From "."""
    with path.open("wb") as file:
        for number, mail in enumerate(mails):
            time = _POSTED + timedelta(seconds=7 * number)
            body = _FROM.sub(rb"\n>\1", b"\n" + mail).rstrip(b"\n")
            text = b"From MAILER-DAEMON %s%s\n\n" % (time.ctime().encode(), body)
            file.write(text.replace(b"\n", b"\r\n") if crlf else text)
    return path


def write_maildir(path: Path, mails: Iterable[bytes]) -> Path:
    for part in ("cur", "new", "tmp"):
        (path / part).mkdir(parents=True)
    for number, mail in enumerate(mails):
        name = f"new/{number}.M1.mx" if number % 3 else f"cur/{number}.M1.mx:2,S"
        (path / name).write_bytes(mail)
    (path / "tmp" / "half-delivered").write_bytes(b"From: ")
    return path


def write_folder(path: Path, mails: Iterable[bytes]) -> Path:
    for number, mail in enumerate(mails):
        folder = path / f"{number % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.eml").write_bytes(mail)
    return path


def write_tar(path: Path, mails: Iterable[bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:
        for number, mail in enumerate(mails):
            about = tarfile.TarInfo(f"bounces/{number}.eml")
            about.size = len(mail)
            archive.addfile(about, io.BytesIO(mail))
    return path


def write_zip(path: Path, mails: Iterable[bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, mail in enumerate(mails):
            archive.writestr(f"bounces/{number}.eml", mail)
    return path


def write_gz(path: Path, packed: Path) -> Path:
    path.write_bytes(gzip.compress(packed.read_bytes(), mtime=0))
    return path


def write_parquet(path: Path, mails: Sequence[bytes], *, group: int = 50) -> Path:
    table = pa.table({"id": list(range(len(mails))), "mail": pa.array(mails, pa.binary())})
    parquet.write_table(table, path, row_group_size=group)
    return path


POSTFIX = """\
Nov 24 10:00:00 mx postfix/smtpd[11]: connect from client.example.jp[192.0.2.5]
Nov 24 10:00:01 mx postfix/smtp[12]: 4ABC: to=<taro@example.com>, \
relay=mx.example.com[192.0.2.10]:25, \
delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.10] said: \
550 5.1.1 <taro@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO \
command))
Nov 24 10:00:02 mx postfix/smtp[12]: 4ABD: to=<jiro@example.net>, relay=none, delay=30, \
dsn=4.4.1, \
status=deferred (connect to example.net[192.0.2.20]:25: Connection timed out)
Nov 24 10:00:03 mx postfix/smtp[12]: 4ABE: to=<ok@example.com>, \
relay=mx.example.com[192.0.2.10]:25, \
delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9)
Nov 24 10:00:03 mx postfix/qmgr[13]: 4ABE: removed
"""
SENDMAIL = """\
Nov 24 10:00:00 mx sm-mta[21]: wAO1: from=<a@example.jp>, size=900, nrcpts=1, proto=ESMTP
Nov 24 10:00:01 mx sm-mta[22]: wAO1: to=<taro@example.com>,<saburo@example.com>, \
ctladdr=<a@example.jp> \
(1/1), delay=00:00:01, mailer=esmtp, pri=30, relay=mx.example.com. [192.0.2.10], dsn=5.1.1, \
stat=User unknown
Nov 24 10:00:02 mx sm-mta[23]: wAO2: to=<jiro@example.net>, delay=00:00:30, mailer=esmtp, pri=31, \
relay=example.net. [192.0.2.20], dsn=4.0.0, stat=Deferred: Connection refused by example.net.
Nov 24 10:00:03 mx sm-mta[24]: wAO3: to=<ok@example.com>, delay=00:00:01, mailer=esmtp, pri=32, \
relay=mx.example.com. [192.0.2.10], dsn=2.0.0, stat=Sent (OK id=1)
"""
QMAIL = """\
@4000000069241b0a00000000 new msg 81
@4000000069241b0a00000001 starting delivery 7: msg 81 to remote taro@example.com
@4000000069241b0a00000002 starting delivery 8: msg 81 to remote jiro@example.net
@4000000069241b0b00000003 delivery 8: deferral: \
Sorry,_I_wasn't_able_to_establish_an_SMTP_connection.\
_(#4.4.1)/
@4000000069241b0c00000004 delivery 7: failure: \
192.0.2.10_does_not_like_recipient./Remote_host_said:\
_550_5.1.1_User_unknown/Giving_up_on_192.0.2.10./
@4000000069241b0d00000005 starting delivery 9: msg 81 to local ok@example.jp
@4000000069241b0d00000006 delivery 9: success: did_1+0+0/
@4000000069241b0d00000007 end msg 81
"""
EXIM = """\
2026-11-24 10:00:00 1tAbCd-0001ab-2C <= a@example.jp H=client.example.jp [192.0.2.5] P=esmtp S=900
2026-11-24 10:00:01 1tAbCd-0001ab-2C ** taro@example.com R=dnslookup T=remote_smtp \
H=mx.example.com \
[192.0.2.10] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes: SMTP error from remote mail server after \
RCPT TO:<taro@example.com>: 550 5.1.1 User unknown
2026-11-24 10:00:02 1tAbCe-0001ab-2D == jiro@example.net R=dnslookup T=remote_smtp defer (110): \
Connection timed out
2026-11-24 10:00:03 1tAbCf-0001ab-2E => ok@example.com R=dnslookup T=remote_smtp H=mx.example.com \
[192.0.2.10] C="250 OK"
2026-11-24 10:00:03 1tAbCf-0001ab-2E Completed
"""
LOGS = {"postfix": POSTFIX, "sendmail": SENDMAIL, "qmail": QMAIL, "exim": EXIM}
"""Of each mail system: one mail refused, one delayed, one delivered, and lines of other things."""

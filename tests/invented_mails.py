"""Bounces made up for the tests of the pages; names and hosts are the reserved ones."""

from __future__ import annotations

from base64 import b64encode

ENGLISH = """\
From: MAILER-DAEMON@mx.example.jp (Mail Delivery System)
To: hanako@example.jp
Subject: Undelivered Mail Returned to Sender

This is the mail system at host mx.example.jp.

<jiro@example.com>: host mail.example.com[192.0.2.10] said: 550 5.1.1
    <jiro@example.com>: Recipient address rejected: User unknown in virtual
    mailbox table (in reply to RCPT TO command)
"""
"""A name the other side does not know: reason `user_unknown`."""

LONG = ENGLISH.replace("\n\n", "\n\n" + "Words that decide nothing.\n" * 60, 1)
"""The same far below the beginning."""

_NOTICE = """\
次の宛先にメールを配送できませんでした。

<saburo@example.com>
相手先のメールボックスの容量を超過しています。
552 5.2.2 Mailbox full
"""

_SUBJECT = b64encode("配信エラーのお知らせ".encode("iso2022_jp")).decode()

JAPANESE_RAW = (
    "From: postmaster@mx.example.jp\n"
    "To: hanako@example.jp\n"
    f"Subject: =?ISO-2022-JP?B?{_SUBJECT}?=\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=ISO-2022-JP\n"
    "Content-Transfer-Encoding: 7bit\n"
    "\n" + _NOTICE.encode("iso2022_jp").decode("ascii")
)
"""The bytes of a mail as ASCII, escape sequences and all: reason `mailbox_full`."""

HOSTILE = """\
<jiro@example.com>: 550 5.1.1 User unknown
<img src=x onerror="window.harmed = 1"><script>window.harmed = 1</script>
</pre><b id="harm">bold</b> & "quotes" &lt;already&gt;
"""
"""A bounce with HTML and a script in it."""

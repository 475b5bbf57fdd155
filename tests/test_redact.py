"""What could tell a person is hidden, and stays hidden in the bytes of the database and the log."""

from __future__ import annotations

import base64
import io
import logging
import quopri
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from privacy_over_corpus import is_ip, keep

from playbook.bounce import Reader
from playbook.caselog import Event, Quote, new_case, open_case_log
from playbook.loader import load_knowledge
from playbook.redact import Redacting, redact
from playbook.settings import Settings

KNOWLEDGE = load_knowledge()
READER = Reader(KNOWLEDGE)
WORDINGS = sorted({w.sample for said in KNOWLEDGE.wordings.values() for w in said})
MAILS = Path(__file__).parent / "bounces"

SECRETS = {
    "address": "taro.yamada@mail.example.jp",
    "quoted local part": '"taro yamada"@example.com',
    "local part of letters": "山田太郎@example.jp",
    "full-width at sign": "taro＠example.jp",
    "address literal": "taro@[192.0.2.7]",
    "encoded for a URL": "taro%40example.com",
    "quoted-printable": "taro=40example.com",
    "xtext": "taro+40example.com",
    "entity": "taro&#64;example.com",
    "hidden from harvesters": "taro(at)example.com",
    "return path of a list": "list-bounce+taro=example.org@example.com",
    "route": "<@relay.example.net:taro@example.com>",
    "host": "mx01.mail.example.co.jp",
    "host of letters": "メール.例え.jp",
    "host in punycode": "xn--r8jz45g.jp",
    "host in a URL": "https://portal.example.com/login?user=taro",
    "IPv4": "192.0.2.25",
    "IPv4 literal": "[198.51.100.7]",
    "IPv6": "2001:db8::25:1",
    "IPv6 literal": "[IPv6:2001:db8:0:1::9]",
    "IPv6 with zone": "fe80::1%eth0",
    "IPv4 in IPv6": "::ffff:192.0.2.1",
    "message id": "<20261124.ABC123@host.example>",
    "Japanese phone": "03-1234-5678",
    "mobile phone": "090-1234-5678",
    "full-width phone": "０９０－１２３４－５６７８",
    "phone without hyphens": "09012345678",
    "international phone": "+81 90 1234 5678",
    "American phone": "(555) 123-4567",
}
FRAMES = (
    "{}",
    "550 5.1.1 {}: User unknown",
    "宛先{}は存在しません。",
    "host said: 550 {} (in reply to RCPT TO command)",
    "「{}」に送れません",
    "a\n{}\nb",
)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_what_tells_a_person_or_host_is_hidden(secret, frame):
    hidden = redact(frame.format(secret))
    assert secret.strip("<>[]") not in hidden
    assert "example" not in hidden
    assert "taro" not in hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Bob Smith <bob@example.com> is gone", "[name] [address] is gone"),
        ('"Yamada, Taro" <t@example.jp>', "[name] [address]"),
        ("山田 太郎 <t@example.jp>", "[name] [address]"),
        ("電話で山田様から", "電話で[name]様から"),
        ("佐藤 花子さまより", "[name]さまより"),
        ("Mr. John Smith called", "[name] called"),
        ("From: Taro Yamada\nbody", "From: [address]\nbody"),
        ("Subject: secret plans\n of ours\nbody", "Subject: [subject]\nbody"),
        ("> 件名：請求書の件", "> 件名： [subject]"),
        ('with subject "Your invoice" failed', "with subject [subject] failed"),
        ("=?utf-8?B?5bGx55Sw?= wrote", "[name] wrote"),
        ("Message-ID: abc123", "Message-ID: [message-id]"),
        ("GET /?case=abcDEF_-1&x=1", "GET /?case=[case]&x=1"),
    ],
)
def test_names_subjects_and_ids_are_hidden(text, hidden):
    assert hidden == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "552 5.2.2 Mailbox full",
        "お客さまの受信箱が満杯です。",
        "お客様は 12:34:56 に確認",
        "RFC 5321 4.4.1 10.5MB 2026-11-24 09:00",
        "電源を入れ直した。次に設定を確認。",
        "SMTP 587 / IMAP 993",
    ],
)
def test_words_codes_sizes_and_dates_stay(text):
    assert text == redact(text)


PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(list(SECRETS.values())),
    st.sampled_from(["<", ">", "@", ".", " ", "\n", "Subject:", "様", '"', "[", "]", "From: "]),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_redacting_twice_changes_nothing(text):
    assert redact(text) == redact(redact(text))


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "0",
        "@",
        "a.",
        "<",
        '"',
        "1:",
        "-a",
        " A",
        "山 ",
        "=?",
        "x@",
        "(at)",
        "+",
        "Subject: \n ",
    ],
)
def test_long_nonsense_takes_no_longer_than_a_moment(piece):
    began = time.perf_counter()
    redact(piece * 20_000)
    assert time.perf_counter() - began < 5


LABEL = st.from_regex(r"[a-z][a-z0-9]{5,10}", fullmatch=True)
HOSTS = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
IPS = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)
ADDRESSES = st.builds("{}@{}".format, LABEL, HOSTS)
TOLD = st.one_of(HOSTS, IPS, ADDRESSES)
AROUND = st.sampled_from(
    ["{}", "to {} failed", "({})", "[{}]", "<{}>", "宛先：{}です", "{}: 550", '"{}"']
)


def _stored_bytes(folder):
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


@given(st.lists(st.tuples(TOLD, AROUND), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_no_address_host_or_ip_reaches_the_bytes_of_database_or_log(tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("log")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Redacting())
    texts = [around.format(secret) for secret, around in told]
    log = open_case_log(Settings(database=f"sqlite:///{folder}/cases.sqlite3"))
    case = new_case()
    log.append(case, Event("started"), knowledge="k")
    quotes = tuple(Quote(text, "postfix:unknown", "user_unknown") for text in texts)
    log.append(case, Event("bounce_read", outcome="user_unknown", quotes=quotes), knowledge="k")
    for text in texts:
        log.append(case, Event("noted", says=text), knowledge="k")
        handler.handle(logging.makeLogRecord({"msg": "failed: %s", "args": (text,)}))
    stored = _stored_bytes(folder)
    log.close()
    assert b"postfix:unknown" in stored
    for secret, _ in told:
        if _is_short(secret):
            continue
        assert secret.encode() not in stored
        assert secret not in written.getvalue()


def _is_short(secret: str) -> bool:
    """`::` and its like stand by chance in any bytes."""
    return is_ip(secret) and len(secret) < 6


NOTICE = """\
From: MAILER-DAEMON@{host} (Mail Delivery System)
To: {sender}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{label}@{host}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: {how}

{prose}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {host}

Final-Recipient: rfc822; {rcpt}
Action: failed
Status: 5.1.1
Remote-MTA: dns; {remote} ({ip})
Diagnostic-Code: smtp; 550 5.1.1 <{rcpt}>: {reply}

--b--
"""
PROSE = "This is the mail system at host {host}.\n<{rcpt}>: host {remote}[{ip}] said: {reply}"
ENCODED = {
    "8bit": lambda text: text,
    "base64": lambda text: base64.encodebytes(text.encode()).decode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
}


@st.composite
def notices(draw):
    """A whole notice, or what someone copied out of it; and all that it tells, drawn as well."""
    told = {"host": draw(HOSTS), "remote": draw(HOSTS), "ip": draw(IPS), "rcpt": draw(ADDRESSES)}
    said = draw(st.sampled_from([*WORDINGS, "{rcpt}は{host}にありません", "see http://{host}/a"]))
    reply = said.replace("{rcpt}", told["rcpt"]).replace("{host}", told["host"])
    prose = PROSE.format(**told, reply=reply)
    how, label, sender = draw(st.sampled_from(list(ENCODED))), draw(LABEL), draw(ADDRESSES)
    body = ENCODED[how](prose)
    whole = NOTICE.format(**told, reply=reply, how=how, label=label, sender=sender, prose=body)
    quoted = "\n".join("> " + line for line in prose.splitlines())
    text = draw(st.sampled_from([whole, prose, quoted, prose.replace("\n", " ")]))
    parts = (*told.values(), told["rcpt"].partition("@")[0])
    return text, {each for each in parts if not _is_short(each)}


@given(st.lists(notices(), min_size=4, max_size=4))
@settings(max_examples=15, deadline=None)
def test_nothing_told_in_a_drawn_notice_is_kept(drawn):
    kept = keep([text for text, _ in drawn], READER)
    assert kept.left == []
    bytes_kept = kept.stored + kept.logged
    assert not [each for _, told in drawn for each in told if each.encode() in bytes_kept]


def test_nothing_told_in_the_invented_mails_is_kept():
    mails = [file.read_bytes().decode("utf-8", "replace") for file in sorted(MAILS.rglob("*.eml"))]
    kept = keep(mails, READER)
    assert len(kept.told) > 20
    assert kept.left == []


def test_a_logged_exception_keeps_its_kind_and_place_and_loses_its_words():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Redacting())
    logger = logging.getLogger("redacting")
    logger.addHandler(handler)
    try:
        {}["no mailbox taro@example.jp"]
    except KeyError:
        logger.exception("handler failed for %s", "hanako@example.jp")
    logger.removeHandler(handler)
    assert "handler failed for [address] (KeyError in test_a_logged" in written.getvalue()
    assert "taro" not in written.getvalue()
    assert "hanako" not in written.getvalue()

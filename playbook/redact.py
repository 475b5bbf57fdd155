"""Hides what could tell a person: before anything is stored, and before anything is logged.

Hidden are addresses, display names, hosts, IP addresses, message ids, phone numbers and subjects.
Where a rule is in doubt it hides: a word lost from a note does no harm, a name kept does. What is
left are words, status and reply codes, sizes and dates.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable

ADDRESS, NAME, HOST, IP = "[address]", "[name]", "[host]", "[ip]"
MESSAGE_ID, PHONE, SUBJECT, CASE = "[message-id]", "[phone]", "[subject]", "[case]"

# An at sign encoded for URLs (RFC 3986), quoted-printable (RFC 2045), xtext (RFC 3461), HTML and
# people who hide from harvesters.
_HIDDEN_AT = (
    r"(?<=\w)(?:%40|=40|\+40|&#(?:64|x40);|&commat;|[ ]?(?:\(at\)|\[at\]|<at>)[ ]?)(?=[\w\[])"
)
_AT = "[@＠﹫]"
_DOT = "[.．。｡]"  # IDNA takes all four for a dot (RFC 3490)
# RFC 5322 atoms and what is met inside local parts besides: quoted ones, VERP, routes, letters of
# any script (RFC 6531).
# A run is taken whole and never given back, so that long ones cost no more than short ones.
_ATOM = r"[\w.!#$%&'*+/=?^`{|}~:,-]"
_LOCAL = rf"(?:\"[^\"\n]{{1,320}}\"|(?<!{_ATOM}){_ATOM}++)"
_DOMAIN = rf"(?:\[[^\]\s]{{1,80}}\]|[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,20}})"
_WORD = r"(?:[A-Z][\w.'’-]*|[^\W\da-zA-Z_]{1,20})"

_VALUE = r"[^\n]*(?:\n[ \t]+[^\n]+)*"
"""The value of a header line, folded lines included."""

_PEOPLE = (
    r"(?:X-)?(?:Original-|Resent-|Envelope-|Delivered-|Apparently-|Actual-|Failed-)*"
    r"(?:From|To|Cc|Bcc|Reply-To|Sender|Return-Path|Recipients?|Errors-To)"
)
_TRACES = (
    r"(?:Reporting|Remote|Received-From)-MTA|DSN-Gateway|Message-ID|Resent-Message-ID|In-Reply-To|"
    r"References|Original-Envelope-ID|X-Queue-ID|Received|Content-ID|List-[A-Za-z]+|X-[A-Za-z-]+"
)


_TITLES = r"^([>|\s]*(?:Thread-)?(?:Subject|Topic|件名|題名|タイトル)[ \t　]*[:：])"
_PARTIES = rf"^([>|\s]*(?:{_PEOPLE}|差出人|宛先|送信者|受信者|氏名|お名前)[ \t　]*[:：])"
_HONORIFIC = "(?:様|さま|さん|殿|氏)"
# "お客様" and the like name nobody.
_NOBODY = rf"(?!(?:客|皆|各|相手|先方|貴|奥|担当者|担当|家族|本人){_HONORIFIC})"
_JAPANESE_NAME = (
    rf"(?<![一-龠々]){_NOBODY}[一-龠々ァ-ヶー]{{1,8}}(?:[ 　][一-龠々ァ-ヶー]{{1,8}})?"
    rf"(?=[ 　]?{_HONORIFIC}(?![々一-龠]))"
)
_IPV6 = (
    r"(?<![0-9A-Za-z_:])\[?(?:IPv6:)?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}"
    r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?:%[0-9A-Za-z]+)?\]?(?![0-9A-Za-z_:])"
)
_DIGIT, _HYPHEN = "[0-9０-９]", "[ 　‐−－ー-]?"
# Japanese numbers begin with 0 and have ten or eleven digits; full-width ones count.
_JAPANESE_PHONE = (
    rf"(?<![0-9０-９A-Za-z.-])[(（]?[0０]{_DIGIT}{{0,4}}[)）]?{_HYPHEN}[(（]?{_DIGIT}{{1,4}}[)）]?"
    rf"{_HYPHEN}{_DIGIT}{{3,4}}(?![0-9０-９A-Za-z.])"
)


def _ip(found: re.Match[str]) -> str:
    text = found[0].strip("[]")
    try:
        ipaddress.ip_address(text.partition("%")[0].removeprefix("IPv6:"))
    except ValueError:
        # A time of day has colons as well; two of them are not an address.
        return IP if text.count(":") > 2 or "::" in text else found[0]
    return IP


def _host(found: re.Match[str]) -> str:
    # Dotted numbers are status codes and versions, as long as they are no IP address.
    labels = re.split(_DOT, found[0])
    if re.fullmatch(r"\d+[.]\d+[KMG]i?B?", found[0], re.IGNORECASE):
        return found[0]
    if any(not label.isdigit() for label in labels):
        return HOST
    return IP if len(labels) >= 4 else found[0]


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.MULTILINE | flags), hidden)
    for pattern, flags, hidden in (
        # Header lines, folded ones included: their value is hidden as a whole.
        (_TITLES + _VALUE, re.IGNORECASE, rf"\1 {SUBJECT}"),
        (_PARTIES + _VALUE, re.IGNORECASE, rf"\1 {ADDRESS}"),
        (rf"^([>|\s]*(?:{_TRACES})[ \t]*:){_VALUE}", re.IGNORECASE, rf"\1 {MESSAGE_ID}"),
        (r"(\bsubject(?: line)?[ :]*)[\"“「][^\"”」\n]*[\"”」]", re.IGNORECASE, rf"\1{SUBJECT}"),
        (r"(件名[ :：]*|題名[ :：]*)[\"“「『][^\"”」』\n]*[\"”」』]", 0, rf"\1{SUBJECT}"),
        # Encoded words (RFC 2047) stand for names and subjects.
        (r"=\?[^?\s]+\?[BbQq]\?[^?\n]*\?=", 0, NAME),
        (r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'<>）」]+", 0, HOST),
        (r"(?<![A-Za-z0-9])mailto:[^\s\"'<>]+", re.IGNORECASE, ADDRESS),
        (r"([?&]case=)[^\s&\"']+", 0, rf"\1{CASE}"),
        (_HIDDEN_AT, re.IGNORECASE, "@"),
        (r"<[^<>\s]*[@＠][^<>\n]*>|<[^<>\s\[\]]{1,320}>", 0, ADDRESS),
        (rf"{_LOCAL}{_AT}{_DOMAIN}", 0, ADDRESS),
        # A name before an address: quoted, or words that begin like names.
        (r"(?:\"[^\"\n]{1,80}\"|“[^”\n]{1,80}”)([ \t　]*\[address\])", 0, rf"{NAME}\1"),
        (
            rf"(?<![\w\[]){_WORD}(?:[ \t　]{_WORD}){{1,3}}([ \t　]*\[address\])",
            0,
            rf"{NAME}\1",
        ),
        (_JAPANESE_NAME, 0, NAME),
        (r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.?[ ]+[A-Z][\w'’-]+(?:[ ][A-Z][\w'’-]+)?", 0, NAME),
        (_IPV6, re.IGNORECASE, _ip),
        # Runs of labels with dots between them; those of ASCII first, or the words of a language
        # without spaces would go with the host in their midst.
        (r"\[\d{1,3}(?:\.\d{1,3}){3}\]", 0, IP),
        (r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++(?:[.．][A-Za-z0-9_-]++)+", 0, _host),
        (r"(?<![\w-])[\w-]++(?:[.．][\w-]++)+", 0, _host),
        (r"[+＋]\d[\d 　()（）.‐−－ー-]{6,20}\d", 0, PHONE),
        (_JAPANESE_PHONE, 0, PHONE),
        (r"(?<![0-9A-Za-z.-])(?:1[ -])?[(]?\d{3}[)]?[ -]\d{3}[ -]\d{4}(?![0-9A-Za-z.-])", 0, PHONE),
    )
)

_PASSES = 8


def redact(text: str) -> str:
    """`text` with everything personal replaced by marks such as `[address]`.

    Redacting twice changes nothing.

    >>> redact("550 5.1.1 <taro@example.jp>: user unknown (mx.example.jp [192.0.2.1])")
    '550 5.1.1 [address]: user unknown ([host] [ip])'
    """
    # What a rule leaves behind may stand where an earlier rule would have hidden it.
    for _ in range(_PASSES):
        done = _once(text)
        if done == text:
            break
        text = done
    return text


def _once(text: str) -> str:
    for pattern, hidden in _RULES:
        text = pattern.sub(hidden, text)
    return text


class Redacting(logging.Filter):
    """Redacts every record that passes; of an exception it keeps the kind and the places."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, redacted."""
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            places = []
            while trace:
                places.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
                trace = trace.tb_next
            record.msg += f" ({kind.__name__} in {' < '.join(reversed(places))})"
        record.exc_info = record.exc_text = record.stack_info = None
        return True

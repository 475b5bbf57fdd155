"""Anything pasted becomes one `shown` text with zones, and the headers of a raw mail.

Every span of a reading refers to `shown`. A zone says who speaks there: the headers, the human
part, the machine part of RFC 3464, or the returned message, whose words are never evidence.
"""

from __future__ import annotations

import quopri
import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, NamedTuple

from playbook.bounce import mime
from playbook.bounce.charset import decode
from playbook.bounce.markup import looks_like_html, text_of_html
from playbook.bounce.words import Words

LONGEST = 200_000
"""Characters of a paste, or of one part of a mail, that are read. What a bounce has to say stands
before the returned message; no notice seen is longer than a few thousand."""

_LARGEST = 32 * 1024 * 1024
"""Bytes of a raw mail that are looked through for its parts."""

_NESTED = 3


Zone = Literal["headers", "subject", "human", "status", "returned"]
"""Who speaks in a stretch of `shown`."""


Stretch = tuple[int, int, Zone]
"""Start and end in `shown`, and who speaks there."""


class Intake(NamedTuple):
    """What was pasted, ready to be read."""

    shown: str
    stretches: tuple[Stretch, ...]
    """In the order of `shown`, without gaps."""
    headers: Mapping[str, str]
    """Of a raw mail; empty for a pasted text."""
    report_type: str = ""
    """`delivery-status`, `feedback-report` and the like (RFC 6522); empty where none."""


def take_in(pasted: str | bytes, words: Words) -> Intake:
    """Read anything: a raw mail in any charset, or a text copied from anywhere."""
    if isinstance(pasted, str):
        if not _is_mail(pasted[:4000]):
            return _of_text(pasted)
        pasted = pasted[:_LARGEST].encode("utf-8", "replace")
    raw = pasted[:_LARGEST]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\0" in raw:
        raw = _without_nulls(raw)
    raw = raw.lstrip(b"\n")
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    if _is_raw_mail(raw):
        return _of_mail(raw, words)
    return _of_text(decode(raw[: 4 * LONGEST]))


def _without_nulls(raw: bytes) -> bytes:
    """UTF-16 without a mark as UTF-8; other texts without the nulls that broken mails carry."""
    if raw[1:200:2].count(0) > 60:
        return raw.decode("utf-16-le", "replace").encode("utf-8", "replace")
    return raw.replace(b"\0", b"")


_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}[ \t]*:[ \t\n]")
_CERTAIN_FIELDS = (
    "\nreturn-path:", "\nreceived:", "\ndelivered-to:", "\nmime-version:", "\nmessage-id:", "\nx-",
    "\ncontent-type:", "\ndkim-signature:", "\nenvelope-to:", "\nauthentication-results:",
    "\nauto-submitted:",
)  # fmt: skip


def _is_mail(start: str) -> bool:
    """Whether a text begins with a header block of its own, as a raw mail does."""
    if "\r" in start:
        start = start.replace("\r\n", "\n").replace("\r", "\n")
    start = start.lstrip("\ufeff \t\n")
    if start.startswith(("From ", ">From ")):
        start = start.partition("\n")[2]
    if not _FIELD.match(start):
        return False
    head = "\n" + start.partition("\n\n")[0].lower()
    return "\n" in head[1:] and any(name in head for name in _CERTAIN_FIELDS)


_RAW_FIELD = re.compile(_FIELD.pattern.encode())
_CERTAIN_NAMES = b"(?:" + b"|".join(name[1:].encode() for name in _CERTAIN_FIELDS) + b")"
_CERTAIN_START = re.compile(b"(?i)" + _CERTAIN_NAMES)
_CERTAIN_RAW_FIELDS = re.compile(b"(?i)\\n" + _CERTAIN_NAMES)


def _is_raw_mail(raw: bytes) -> bool:
    if not _RAW_FIELD.match(raw):
        return _is_mail(raw[:4000].decode("latin-1"))
    return (
        _CERTAIN_START.match(raw) is not None
        or _CERTAIN_RAW_FIELDS.search(raw, 0, max(raw.find(b"\n\n"), 400)) is not None
    )


# --- a raw mail -------------------------------------------------------------------------------


def _of_mail(raw: bytes, words: Words, depth: int = 0) -> Intake:
    mail = mime.parse(raw)
    inner = _forwarded(mail, words) if depth < _NESTED else None
    if inner is not None:
        return _of_mail(inner.replace(b"\r\n", b"\n"), words, depth + 1)
    pieces: list[tuple[Zone, str]] = []
    headers, report_type = mail.headers, mail.report_type
    own = f"From: {headers['from']}\n" if headers.get("from") else ""
    own += f"To: {headers['to']}\n" if headers.get("to") else ""
    if headers.get("subject"):
        pieces.append(("headers", own + "Subject: "))
        pieces.append(("subject", headers["subject"] + "\n\n"))
    elif own:
        pieces.append(("headers", own))
    for kind, written, *_ in mail.parts:
        if not written or written.isspace():
            continue
        text = written[:LONGEST]
        zone = _ZONES.get(kind, "human")
        if zone == "status":
            report_type = report_type or "delivery-status"
        elif zone == "headers":
            report_type = kind.removeprefix("message/")
        elif kind != "text/html" and looks_like_html(text[:400]):
            # HTML that was sent as plain text.
            text = text_of_html(text)
        pieces.append((zone, text.strip("\n") + "\n\n"))
    return _joined(pieces, headers, report_type)


_ZONES: dict[str, Zone] = {
    "message/delivery-status": "status", "message/global-delivery-status": "status",
    "message/feedback-report": "headers", "message/disposition-notification": "headers",
}  # fmt: skip


def _forwarded(mail: mime.Mail, words: Words) -> bytes | None:
    """The bounce inside a mail that only carries it, as when a customer forwards it whole."""
    if mail.report_type or words.notice_sender.search(mail.headers.get("from", "").lower()):
        return None
    own = "".join(part.text for part in mail.parts)
    if len(own) > 3000 or any(part.media_type == "message/delivery-status" for part in mail.parts):
        return None
    for part in mail.parts:
        if part.media_type != "message/rfc822":
            continue
        message = part.message_bytes()
        head = message[:6000].lower()
        if b"report-type=" in head or re.search(
            rb"^from:.{0,80}(mailer-daemon|postmaster@)", head, re.MULTILINE
        ):
            return message.lstrip(b"\r\n")
    return None


def _joined(pieces: list[tuple[Zone, str]], headers: Mapping[str, str], report_type: str) -> Intake:
    stretches: list[Stretch] = []
    at = 0
    for zone, text in pieces:
        end = at + len(text)
        stretches.append((at, end, zone))
        at = end
    shown = "".join([text for _, text in pieces])
    return Intake(shown, tuple(stretches), headers, report_type)


# --- a pasted text ----------------------------------------------------------------------------

_QUOTED = re.compile(r"^[ \t]?(?:>|\|)[ \t>|]*", re.MULTILINE)
_SOFT_BREAK = re.compile(r"=[ \t]*\n")
_QP_PAIR = re.compile(r"=[0-9A-F]{2}")
_BASE64 = re.compile(
    r"(?:^[A-Za-z0-9+/]{40,76}[ \t]*\n)+[A-Za-z0-9+/]{2,76}={0,2}[ \t]*$", re.MULTILINE
)
_LOST_ESCAPES = re.compile(r"\$B((?:[!-~]{2}){2,400}?)\((?=[BJ])[BJ]")


def _of_text(text: str) -> Intake:
    text = text[:LONGEST]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _repaired(text.encode("utf-8", "replace").decode("utf-8"))
        text = _WIDE_CODE.sub(_narrow, text)
    elif "\x1b" in text:
        text = decode(text.encode("ascii"))
    if "$B" in text:
        text = _LOST_ESCAPES.sub(_with_escapes, text)
    if "=" in text:
        text = _without_quoted_printable(text)
        if "=?" in text:
            text = mime.words(text)
    text = _BASE64.sub(_decoded_base64, text) if len(text) > 80 else text
    if "</" in text and looks_like_html(text):
        text = text_of_html(text)
    text = _unquoted(text)
    return _joined([("human", text)], {}, "")


_WIDE_CODE = re.compile("[２４５](?:．?[０-９]){2,5}")


def _narrow(code: re.Match[str]) -> str:
    """A code as a Japanese keyboard writes it, in plain digits."""
    return unicodedata.normalize("NFKC", code[0])


def _repaired(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1, Windows-1252 or CP932."""
    if re.search("[\u00c2-\u00ef][\u0080-\u00bf]", text):
        codecs: tuple[str, ...] = ("latin-1", "cp1252")
    elif len(re.findall("[\u7e3a\u7e5d\u8b5b\u8703\u83a0]", text)) * 8 > len(text) > 8:
        codecs = ("cp932",)
    elif re.search("[\u00c2-\u00ef][\u20ac\u201a-\u2122\u0152-\u0192]", text):
        codecs = ("cp1252",)
    else:
        return text
    for codec in codecs:
        raw = text.encode(codec, "ignore" if codec == "cp932" else "replace")
        better = raw.decode("utf-8", "replace")
        broken = better.count("\ufffd")
        mended = len(better) - len(better.encode("ascii", "ignore")) - broken
        # Words like "Váš" and "refusé»" only look like UTF-8 read wrongly: nothing is mended.
        is_mended = broken < mended and broken * 10 < len(better)
        if is_mended and better.count("?") < len(better) // 4 + 2:
            return better
    return text


def _with_escapes(found: re.Match[str]) -> str:
    """ISO-2022-JP whose escape characters were lost on the way."""
    try:
        return (b"\x1b$B" + found[1].encode("ascii") + b"\x1b(B").decode("iso2022_jp")
    except ValueError:
        return found[0]


def _without_quoted_printable(text: str) -> str:
    pairs = len(_QP_PAIR.findall(text[:20000]))
    if pairs < 3 and not (pairs and _SOFT_BREAK.search(text)):
        return text
    raw = quopri.decodestring(text.encode("utf-8", "replace"))
    return decode(raw)


def _decoded_base64(found: re.Match[str]) -> str:
    text = decode(mime.base64_bytes(found[0].encode("ascii")))
    readable = sum(char.isprintable() or char in "\n\t\r" for char in text)
    return text.replace("\r\n", "\n") if text and readable >= len(text) * 0.95 else found[0]


def _unquoted(text: str) -> str:
    """A text of which every other line is quoted, as when a bounce is forwarded, without marks."""
    if "\n>" not in text and not text.startswith(">"):
        return text
    # A transcript of sendmail quotes commands with three marks; those are no quotation.
    marks = re.findall(r"^[ \t]?>(?!>>)", text, re.MULTILINE)
    lines = text.count("\n") + 1
    return _QUOTED.sub(_kept_transcript, text) if len(marks) * 2 >= lines - 1 else text


def _kept_transcript(found: re.Match[str]) -> str:
    return ">>> " if ">>>" in found[0] else ""

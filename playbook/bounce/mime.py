"""A raw mail becomes its parts.

Only the headers a reading needs are kept, and only the parts a person or RFC 3464 wrote about the
failure. The returned message is kept apart and never mixed in.

A scanner of our own, because bounces are often broken (boundaries missing, declared and never used,
bare CR) and the library's policy parser is thirty times slower on them.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from playbook.bounce.charset import decode, is_seven_bit
from playbook.bounce.markup import text_of_html

_WANTED = (
    "content-type", "content-transfer-encoding", "from", "to", "subject", "auto-submitted",
    "x-failed-recipients", "x-autoreply", "x-autorespond", "return-path",
)  # fmt: skip
_NAMED = "\n({}):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)"
_FIELDS = re.compile(_NAMED.format("|".join(_WANTED)))
_PART_FIELDS = re.compile(_NAMED.format("|".join(_WANTED[:2])))
_BLANKS = " \t\n\v\f\r"
_VALUE = re.compile(r"""(?:\*0?\*?)?\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"]+))""")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=(\s+(?==\?))?")

_DEEPEST = 8
_MOST_PARTS = 200
_LONGEST_HEAD = 4_000
"""Characters of a part's header fields that are looked at."""

_LONGEST_REPORT = 40_000
"""Characters of a file up to which it may be a report (RFC 3464) whose type a mail system lost."""
_RECIPIENT_FIELD = re.compile(r"\nfinal-recipient[ \t]*:", re.IGNORECASE)

_RETURNED_TYPES = (
    "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers",
    "text/rfc822-header", "message/rfc822-headers", "text/rfc822", "message/partial",
)  # fmt: skip


class Part(NamedTuple):
    """One part of a mail: its media type in small letters and its decoded text.

    A message within it stays as it was sent, with its transfer encoding.
    """

    media_type: str
    text: str
    message: str = ""
    encoding: str = ""

    def message_bytes(self) -> bytes:
        """The message within it, decoded."""
        return _transfer_decoded(self.message, self.encoding)


class Mail(NamedTuple):
    """The headers a reading needs, decoded, by their names in small letters; and the parts."""

    headers: Mapping[str, str]
    report_type: str
    """RFC 6522: what kind of report a `multipart/report` is; empty for other mails."""
    parts: list[Part]


def parse(raw: bytes) -> Mail:
    """The mail in `raw`, whose lines end in LF. Never raises."""
    # One letter stands for each byte until the charset of its part is known.
    mail = raw.decode("latin-1")
    end = mail.find("\n\n")
    head, body = (mail[:end], mail[end + 2 :]) if end >= 0 else (mail, "")
    headers = _fields("\n" + head, _FIELDS)
    content_type = headers.get("content-type", "")
    report_type = parameter(content_type, "report-type").lower() if content_type else ""
    parts: list[Part] = []
    _add_parts(parts, content_type, headers.get("content-transfer-encoding", ""), body, 0)
    return Mail(headers, report_type, parts)


def _split(piece: str) -> tuple[str, str]:
    """Head and body of a part, which begins with the rest of its boundary line."""
    start = piece.find("\n")
    if start < 0:
        return "", piece
    end = piece.find("\n\n", start)
    return (piece[start:end], piece[end + 2 :]) if end >= 0 else (piece[start:], "")


@lru_cache(maxsize=256)
def _part_fields(head: str) -> tuple[str, str]:
    """Content type and transfer encoding of a part; the same few heads stand in most mails."""
    fields = _fields(head, _PART_FIELDS)
    return fields.get("content-type", ""), fields.get("content-transfer-encoding", "")


def _fields(head: str, wanted: re.Pattern[str]) -> dict[str, str]:
    """The first field of each wanted name, unfolded and decoded. `head` begins with a line end."""
    fields: dict[str, str] = {}
    for found in wanted.finditer(head.lower()):
        name = found[1]
        if name not in fields:
            start, end = found.span(2)
            fields[name] = _value(head[start:end])
    return fields


def _value(written: str) -> str:
    """What a header field says, unfolded and decoded."""
    if not written.isascii() or "\x1b" in written:
        written = decode(b" ".join(written.encode("latin-1").split()))
    elif "\n" in written:
        written = " ".join(written.split())
    return words(written) if "=?" in written else written.strip()


@lru_cache(maxsize=256)
def _media(content_type: str) -> tuple[str, str]:
    """Media type and charset; the same few stand in most parts."""
    media_type = content_type.partition(";")[0].strip().lower() or "text/plain"
    return media_type, parameter(content_type, "charset")


def parameter(content_type: str, name: str) -> str:
    """A parameter of a Content-Type field; empty where it has none."""
    small = content_type.lower()
    at = small.find(name)
    while at >= 0:
        found = _VALUE.match(content_type, at + len(name))
        if found:
            return found[1] or found[2] or found[3] or ""
        at = small.find(name, at + 1)
    return ""


def words(text: str) -> str:
    """A header's value with its RFC 2047 encoded words decoded; broken ones stay as they are."""
    if "=?" not in text:
        return text
    run: list[tuple[str, bytes]] = []
    pieces: list[str] = []
    end = 0

    def flush() -> None:
        # Senders split words inside a character; bytes of one charset are decoded together.
        while run:
            charset, joined = run[0][0], b""
            while run and run[0][0] == charset:
                joined += run.pop(0)[1]
            pieces.append(decode(joined, charset))

    for word in _ENCODED_WORD.finditer(text):
        between = text[end : word.start()]
        if between:
            flush()
            pieces.append(between)
        charset, encoding, payload, _ = word.groups()
        run.append((charset.partition("*")[0].lower(), _word_bytes(encoding, payload)))
        end = word.end()
    flush()
    pieces.append(text[end:])
    return "".join(pieces)


def _word_bytes(encoding: str, payload: str) -> bytes:
    if encoding in "bB":
        return base64_bytes(payload.encode("ascii", "replace"))
    return quopri.decodestring(payload.replace("_", " ").encode("utf-8", "replace"), header=False)


def base64_bytes(payload: bytes) -> bytes:
    """The bytes of a base64 text, as far as it can be read."""
    payload = re.sub(rb"[^A-Za-z0-9+/]", b"", payload)
    payload += b"=" * (-len(payload) % 4)
    try:
        return binascii.a2b_base64(payload)
    except binascii.Error:
        return binascii.a2b_base64(payload[: len(payload) // 4 * 4 - 4])


def _add_parts(parts: list[Part], content_type: str, encoding: str, body: str, depth: int) -> None:
    if len(parts) >= _MOST_PARTS:
        return
    media_type, charset = _media(content_type)
    if media_type.startswith("multipart/") and depth < _DEEPEST:
        pieces = _pieces(body, parameter(content_type, "boundary"))
        if pieces is not None:
            _add_pieces(parts, pieces, media_type, depth)
            return
        media_type = "text/plain"
    if media_type in _RETURNED_TYPES:
        parts.append(Part(media_type, "", body, encoding))
    elif media_type.startswith(("text/", "message/")) or "/" not in media_type:
        text = _text(body, charset, encoding)
        parts.append(Part(media_type, text_of_html(text) if media_type == "text/html" else text))
    elif media_type == "application/octet-stream" and len(body) < _LONGEST_REPORT:
        text = _text(body, charset, encoding)
        is_report = _RECIPIENT_FIELD.search(text) is not None
        parts.append(Part("message/delivery-status" if is_report else media_type, text * is_report))
    else:
        parts.append(Part(media_type, ""))


def _text(body: str, charset: str = "", encoding: str = "") -> str:
    """The text of a part."""
    if body.isascii() and "\x1b" not in body:
        encoded = encoding and encoding.lower() in ("base64", "quoted-printable")
        if not encoded and not is_seven_bit(charset):
            return body
    return decode(_transfer_decoded(body, encoding), charset)


def _pieces(body: str, boundary: str) -> list[str] | None:
    """The bodies between the boundary lines; None where the mail has none."""
    if boundary:
        if not boundary.isascii():
            boundary = boundary.encode("utf-8", "replace").decode("latin-1")
        pieces = ("\n" + body).split("\n--" + boundary)
        if len(pieces) > 1:
            return pieces
    # The declared boundary is missing or misspelt: believe a line followed by part headers.
    guessed = _GUESSED.search(body)
    if not guessed:
        return None
    return ("\n" + body).split("\n--" + guessed[1])


_GUESSED = re.compile(r"(?a:(?:^|\n)--([^\s-][^\n]{0,90}?)[ \t]*\n(?i:content-[a-z-]{1,30}:))")


def _add_pieces(parts: list[Part], pieces: list[str], parent: str, depth: int) -> None:
    default = "message/rfc822" if parent == "multipart/digest" else "text/plain"
    first = len(parts)
    if len(pieces[0]) > 3 and (before := pieces[0].strip(_BLANKS)):
        # Before the first boundary stands "This is a MIME message", or all a broken mail says.
        parts.append(Part("preamble", _text(before)))
    for piece in pieces[1:]:
        if piece.startswith("--"):
            if len(piece) > 3 and (rest := piece[2:].strip(_BLANKS)):
                parts.append(Part("epilogue", _text(rest)))
            continue
        head, body = _split(piece)
        content_type, encoding = _part_fields(head[:_LONGEST_HEAD])
        _add_parts(parts, content_type or default, encoding, body, depth + 1)
    if parent == "multipart/alternative":
        parts[first:] = _without_double(parts[first:])


def _without_double(parts: list[Part]) -> list[Part]:
    """Of a text in several forms the plain one, unless it is empty."""
    plain = any(part.media_type == "text/plain" and part.text.strip() for part in parts)
    return [part for part in parts if not (plain and part.media_type == "text/html")]


def _transfer_decoded(body: str, encoding: str) -> bytes:
    raw = body.encode("latin-1")
    encoding = encoding.lower()
    if encoding == "base64":
        if b":" in raw[:400] and b" " in raw.strip()[:400]:
            return raw  # declared, but sent as it is
        return base64_bytes(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return raw

"""Where the returned message begins in the human part. Its words are never evidence."""

from __future__ import annotations

import re

TRANSPORT_FIELDS = (
    "received:(| ) from", "received: by", "received: (", "return-path: ", "message-id: ",
    "mime-version: 1.0", "dkim-signature: ", "x-mailer: ", "domainkey-signature: ",
)  # fmt: skip
"""Phrases for header fields that only a transported message carries (RFC 5321, 4.4; RFC 5322)."""

_FIELD = re.compile(r"[ \t>|]{0,8}[A-Za-z][A-Za-z0-9-]{1,40}[ \t]*:")
_FOLDED = re.compile(r"[ \t>|]{1,8}\S")
_TRACE = re.compile(
    r"^[ \t>|]{0,8}(?:received|return-path|mime-version|content-type)[ \t]*:", re.I | re.M
)
_OF_BOUNCE = re.compile(
    r"^[ \t>|]{0,8}(?:return-path:[ \t]*<>|from:[^\n]{0,80}(?:mailer-daemon|postmaster@|mail delivery))",
    re.I | re.M,
)  # fmt: skip
_STATUS = re.compile(
    r"^[ \t>|]{0,8}(?:final-recipient|original-recipient|diagnostic-code|action)[ \t]*:",
    re.I | re.M,
)  # fmt: skip
_LONGEST_BLOCK = 4_000


def block_at(text: str, at: int, floor: int) -> tuple[int, int] | None:
    """The header block round `at`, from `floor` on; none where fewer than three fields stand."""
    line = text.rfind("\n", floor, at) + 1 or floor
    if text[line:at].strip(" \t>|"):
        return None
    start = _first_line(text, line, floor)
    end, fields = _last_line(text, start)
    return (start, end) if fields >= 3 else None


def is_message(text: str, start: int, end: int) -> bool:
    """Whether a header block is that of the returned message: not a summary of whose mail it was,
    and not that of a bounce which was forwarded as text."""
    return (
        _TRACE.search(text, start, end) is not None
        and _OF_BOUNCE.search(text, start, end) is None
    )


def resumes_at(text: str, start: int, end: int) -> int | None:
    """Where fields of RFC 3464 follow a returned message; none where they do not."""
    first = _STATUS.search(text, start, end)
    if first is None or _STATUS.search(text, first.end(), end) is None:
        return None
    return first.start()


def _first_line(text: str, line: int, floor: int) -> int:
    for _ in range(60):
        if line <= floor:
            return floor
        above = max(text.rfind("\n", floor, line - 1) + 1, floor)
        content = text[above : line - 1]
        if not content.strip(" \t>|") or not (_FIELD.match(content) or _FOLDED.match(content)):
            return line
        line = above
    return line


def _last_line(text: str, start: int) -> tuple[int, int]:
    fields, at = 0, start
    for line in text[start : start + _LONGEST_BLOCK].split("\n"):
        if not line.strip(" \t>|"):
            break
        if _FIELD.match(line):
            fields += 1
        elif not _FOLDED.match(line):
            break
        at += len(line) + 1
    return min(at, len(text)), fields

"""Codes typed as they are said aloud: `5の1の1`, `五五〇`, `ごーてんいちてんいち`."""

from __future__ import annotations

import re

from playbook.bounce.numerals import Numerals
from playbook.bounce.prose import Prose, Reply

_BEFORE = " \t\u3000\"'(「『（、。・の"
"""What may stand before a code at the beginning of its line, and between two."""
_AFTER = re.compile(r"$|[ \u3000\n、。,.」』)）\u3041-\u3093]")
"""What may follow it: the end, a mark, or an ending such as です; no word such as 丁目."""
_OF_DATES = ("", "-", "－", "−")
"""Between the numbers of dates and houses too: with these a code stands alone in its line."""
_NEAR = 12
"""So many letters before a code may introduce it, and so many lie between two codes."""
_REPLY_CODE = re.compile(r"[45][035]\d|[45]21")
"""Three digits that are a reply code (RFC 5321, 4.2.1; RFC 4954; RFC 7504); any others are an
enhanced code whose points were left out."""
_STATUS = re.compile(r"[45]\.[0-7]\.\d{1,3}")


def with_spoken(text: Prose, found: list[Reply]) -> list[Reply]:
    """The replies of a few words, with those whose codes are spelt out by ear."""
    if text.shown.isascii() and len(text.shown) > _NEAR:
        return found  # bare digits are told as a code only where nothing else stands
    replies = list(found)
    numerals = text.words.numerals
    end = found[-1].code_span[1] if found else 0
    for said in numerals.code.finditer(text.small):
        follows = not text.small[end : said.start()].strip(_BEFORE)
        if not _is_code(text, said, follows=follows):
            continue
        code = _code(said, numerals)
        if code:
            end = said.end()
            _take(replies, code, said.span(), len(text.shown))
    return sorted(replies, key=_start)


def _take(replies: list[Reply], code: str, span: tuple[int, int], end: int) -> None:
    last = replies[-1] if replies else None
    if "." not in code:
        replies.append(Reply(span[0], end, code, span, is_remote=True))
    elif last and last.status is None and 0 <= span[0] - last.code_span[1] <= _NEAR:
        last.status, last.status_span, last.end = code, span, end
    else:
        replies.append(Reply(span[0], end, None, span, code, span, is_remote=True))


def _start(reply: Reply) -> int:
    return reply.start


def _is_code(text: Prose, said: re.Match[str], *, follows: bool) -> bool:
    """Whether a number is told as a code, and is no part of an address, a date or a price.

    It begins its line, follows another one, or is introduced.
    """
    start, end = said.span()
    before = text.small[max(start - _NEAR, 0) : start]
    begins = not before.rpartition("\n")[2].strip(_BEFORE)
    if not (begins or follows or text.words.introduced.match(before[::-1])):
        return False
    if text.words.code_told.match(text.small, end):
        return True
    if said["point"] and said["point"].strip() in _OF_DATES:
        return text.small[end : end + 1] in ("", "\n")
    return _AFTER.match(text.small, end) is not None


def _code(said: re.Match[str], numerals: Numerals) -> str | None:
    """The code in digits; nothing where it is none."""
    if said["digits"]:
        code = str(numerals.value(said["digits"]))
        if _REPLY_CODE.fullmatch(code):
            return code
        code = f"{code[0]}.{code[1]}.{code[2:]}"
    else:
        code = ".".join(str(numerals.value(said[part])) for part in ("class", "subject", "detail"))
    return code if _STATUS.fullmatch(code) else None

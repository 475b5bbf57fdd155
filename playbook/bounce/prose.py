"""The human part: SMTP replies wherever they are quoted and what they answered.

Only the layout is read here. What the sentences mean is knowledge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from playbook.bounce.words import Words

# A number is a reply code when it stands where a reply begins, or an enhanced code follows it.
# Postfix and sendmail log the enhanced code as dsn=5.1.1. The look-behind stands after the first
# digit, so that the scan for digits stays in C.
_CODE = re.compile(
    r"[245](?:(?<![a-zA-Z0-9_./@$%+=].)|(?<=dsn=.))"
    r"(?:\.[0-7]\.\d{1,3}(?![a-zA-Z0-9_.@-])|(?<!2)\d\d(?![a-zA-Z0-9_./:@%]|-\d{4}))",
    re.DOTALL,
)
_WORDS_FOLLOW = re.compile(r"[ \-\t,.;\"'#<]*\S")
_BEFORE_REPLY = " \t\n\r\v\f\"'<>([*|.「・#-"
"""What may stand before a reply at the beginning of its line."""
_STAGE = re.compile(
    r"(?:in reply to|after|response to|did not like our|while sending)[^\n]{0,16}?\b"
    r"(?:(end of data|data|final data|dot|bdat)|(rcpt)|(mail)(?: from)|"
    r"(ehlo|helo|connect|initial connection|initial server greeting|banner))\b"
    r"|>>>\s*(?:(data|bdat|\.(?=\s))|(rcpt)|(mail)|(ehlo|helo))"
)
_STAGES = ("data", "rcpt", "mail", "connect")

_LONGEST_REPLY = 1_200
_MOST_REPLIES = 400
_GOES_ON = -1
"""The end of a reply whose last line has not been seen yet (RFC 5321, 4.2.1)."""
# A blank line, the next command of a transcript, or the next recipient.
_REPLY_ENDS = re.compile(r"\n(?:[ \t>|]*\n|>>>|\.\.\.|<(?!<<))")
_ENHANCED_FOLLOWS = re.compile(r"[ \-]#?[245]\.\d{1,3}\.\d")


@dataclass(slots=True)
class Reply:
    """An SMTP reply quoted in the text (RFC 5321, 4.2), or an enhanced code with its words."""

    start: int
    end: int
    code: str | None
    code_span: tuple[int, int]
    status: str | None = None
    status_span: tuple[int, int] = (0, 0)
    is_remote: bool = False
    """Said by the server that refused, not by the one that reports."""
    stage: str | None = None
    """The command it answered: connect, mail, rcpt, data."""


class Prose(NamedTuple):
    """What is read for its layout: a text, the same in small letters, and the words to know."""

    shown: str
    small: str
    words: Words


def replies(text: Prose, start: int, end: int) -> list[Reply]:
    """Every reply quoted in `shown[start:end]`, in order."""
    shown, small, words = text
    found: list[Reply] = []
    for code in _CODE.finditer(shown, start, end):
        if "." in code[0]:
            if _is_status(shown, start, code, words):
                _take_status(found, shown, code, start)
        elif len(found) >= _MOST_REPLIES:
            break
        elif _is_reply(shown, start, code, words) or _follows_reply(shown, found, code):
            _take_code(found, shown, code)
    if found:
        _complete(found, shown, small, start, end)
    return found


def _complete(found: list[Reply], shown: str, small: str, start: int, end: int) -> None:
    """Give every reply its end and what it answered."""
    is_staged = _tells_stage(small[start:end])
    for i, reply in enumerate(found):
        limit = found[i + 1].start if i + 1 < len(found) else end
        reply.end = _end(shown, reply, min(limit, reply.start + _LONGEST_REPLY))
        if is_staged:
            reply.stage = _stage(small, reply, found[i - 1].end if i else start)
    if is_staged:
        _correct_pipelined(shown, found)
    if not any(reply.is_remote for reply in found):
        for reply in found:
            # Without a transcript of the conversation every reply quoted is the other side's.
            reply.is_remote = True


_NO_RECIPIENT_LEFT = re.compile(r"rcpt|valid recip|recipient first|bad sequence", re.IGNORECASE)


def _correct_pipelined(shown: str, found: list[Reply]) -> None:
    """Give answers back to the commands they answered.

    A client that sends DATA before it has read the answer to RCPT shows that answer below DATA; the
    server's next words give it away (RFC 2920).
    """
    pipelined = False
    for reply in reversed(found):
        if reply.code in ("503", "554") and _NO_RECIPIENT_LEFT.search(
            shown, reply.start, reply.end
        ):
            pipelined = True
        elif pipelined and reply.stage == "data":
            reply.stage = "rcpt"


def _take_status(found: list[Reply], shown: str, code: re.Match[str], start: int) -> None:
    span = code.span()
    last = found[-1] if found else None
    if last and last.status is None and span[0] - last.code_span[1] <= 4:
        last.status, last.status_span = code[0], span
    elif last and span[0] - last.start < 300 and "\n\n" not in shown[last.start : span[0]]:
        # qmail writes the enhanced code at the end of its sentence; Gmail repeats it in every line.
        if last.status is None:
            last.status, last.status_span = code[0], span
    elif code[0][0] != "2" and (span[0] == start or shown[span[0] - 1] not in "-:"):
        found.append(Reply(_line_start(shown, span[0]), 0, None, span, code[0], span))


def _take_code(found: list[Reply], shown: str, code: re.Match[str]) -> None:
    at = code.start()
    goes_on = shown[code.end() : code.end() + 1] == "-"
    last = found[-1] if found else None
    if (
        last
        and last.code == code[0]
        and (goes_on or last.end == _GOES_ON)
        and at - last.start < 400
        and "\n\n" not in shown[last.start : at]
    ):
        # A line of the same reply: 550-5.7.1 … 550 5.7.1 …
        last.end = _GOES_ON if goes_on else 0
        return
    reply = Reply(at, _GOES_ON if goes_on else 0, code[0], code.span())
    reply.is_remote = "<<<" in shown[max(at - 12, 0) : at]
    found.append(reply)


def _is_status(shown: str, start: int, code: re.Match[str], words: Words) -> bool:
    """Whether a number in the midst of Japanese words is told as a code.

    Others are versions, or count something: 4.5.1項.
    """
    at = code.start()
    if at == start or shown[at - 1].isascii() or not shown[at - 1].isalpha():
        return words.counted.match(shown, code.end()) is None
    return (
        words.code_told.match(shown, code.end()) is not None
        or words.introduced.match(shown[max(at - 12, 0) : at][::-1]) is not None
    )


def _is_reply(shown: str, start: int, code: re.Match[str], words: Words) -> bool:
    after = shown[code.end() : code.end() + 8]
    if _ENHANCED_FOLLOWS.match(after) or words.code_told.match(after):
        return True
    before = shown[max(code.start() - 60, start) : code.start()]
    line = before[before.rfind("\n") + 1 :]
    if after[:1] in _AFTER_CODE:
        if ("\n" in before or len(before) < 60) and not line.strip(_BEFORE_REPLY):
            return _WORDS_FOLLOW.match(after) is not None or not after.strip()
        if line.rstrip().endswith(_ANNOUNCING):
            return True
    elif after < "\u3000":
        return False
    return words.introduced.match(line[::-1].lower()) is not None


_AFTER_CODE = frozenset(" -\n\t,.;)\"'#<\u3001\u3002\u300d") | {""}
"""What may stand after a code that nothing announces."""
_ANNOUNCING = (":", ";", "<<<", "...", "\u300d", "\u300c", '"', "(")
"""Ends of a line after which a reply is quoted."""


def _follows_reply(shown: str, found: list[Reply], code: re.Match[str]) -> bool:
    """Whether several replies were run together in one line, as logs do."""
    if not found or shown.find("\n", found[-1].start, code.start()) >= 0:
        return False
    return re.match(r" [<A-Za-z]", shown[code.end() : code.end() + 2]) is not None


def _line_start(shown: str, at: int) -> int:
    """Where the sentence an enhanced code closes begins: at most two lines above."""
    line = shown.rfind("\n", max(at - 400, 0), at) + 1 or max(at - 400, 0)
    above = shown.rfind("\n", max(line - 400, 0), max(line - 1, 0)) + 1 or max(line - 400, 0)
    return (
        above
        if shown[above:line].strip() and not shown[above:line].rstrip().endswith(":")
        else line
    )


def _end(shown: str, reply: Reply, limit: int) -> int:
    ends = _REPLY_ENDS.search(shown, reply.status_span[1] or reply.start, limit)
    end = ends.start() if ends else limit
    return max(end, reply.code_span[1], reply.status_span[1])


_AROUND_WORDS = " \t\n-:;,(\"'"
"""What stands between the codes of a reply and its words, or behind those."""

_STAGE_WORDS = (">>>", "in reply to", "after", "response to", "did not like our", "while sending")


def _tells_stage(small: str) -> bool:
    for word in _STAGE_WORDS:  # noqa: SIM110  half the cost of any()
        if word in small:
            return True
    return False


def words_of(text: Prose, reply: Reply) -> tuple[int, int]:
    """Where in `shown` the words of a reply stand, without its codes and what it answered."""
    start = max(reply.code_span[1], reply.status_span[1])
    answered = _STAGE.search(text.small, start, reply.end)
    end = answered.start() if answered else reply.end
    end = start + len(text.shown[start:end].rstrip(_AROUND_WORDS))
    return end - len(text.shown[start:end].lstrip(_AROUND_WORDS)), end


def _stage(small: str, reply: Reply, floor: int) -> str | None:
    own = small[reply.start : reply.end]
    after = _STAGE.search(own) if _tells_stage(own) else None
    if after is None:
        before = small[max(floor, reply.start - 200) : reply.start]
        if not _tells_stage(before):
            return None
        after = max(_STAGE.finditer(before), key=re.Match.start, default=None)
    if after is None:
        return None
    return next(_STAGES[i % 4] for i, group in enumerate(after.groups()) if group)

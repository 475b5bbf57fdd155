"""Where the returned message begins in the human part. Its words are never evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import merge

from playbook.bounce.intake import Stretch
from playbook.bounce.phrases import Phrase, any_of
from playbook.bounce.prose import Prose

_FIELD = re.compile(r"[ \t>|]{0,8}[A-Za-z][A-Za-z0-9-]{1,40}[ \t]*:")
_FOLDED = re.compile(r"[ \t>|]{1,8}\S")
_TRACE = re.compile(
    r"^[ \t>|]{0,8}(?:received|return-path|mime-version|content-type)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
# RFC 3834 and RFC 5321, 4.5.5: notices come from the null sender, signed by the mail system.
_OF_BOUNCE = re.compile(
    r"^[ \t>|]{0,8}(?:return-path:[ \t]*<>|from:[^\n]{0,80}(?:mailer-daemon|postmaster@))",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS = re.compile(
    r"^[ \t>|]{0,8}(?:final-recipient|original-recipient|diagnostic-code|action)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"(?<![\w.-])[45](?:\d\d|\.\d{1,3}\.\d{1,3})(?![\w.-])")
_LONGEST_BLOCK = 4_000
_LONGEST_SHOWN = 800
"""Of the fields that mail programs show above a mail."""
_FIELD_NAME = re.compile(r"[a-z-]+:")


_LEAD = r"[ \t>|*=#_-]"
"""What may stand before a separator in its line: marks of quotation, and what it is drawn with."""

_LETTER = "[^\\W_\u3001-\u9fff\uac00-\ud7af]"
_WORD_ENDS = f"(?:(?<!{_LETTER})|(?!s?+{_LETTER}))"


Mark = tuple[int, int, bool]
"""A separator: where it begins with its lead, where its words begin, and whether it is a field."""


class Separators:
    """Sentences and header fields after which the returned message follows.

    They begin their lines, or stand after dashes; so only there are they looked for.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        lines: dict[str, set[str]] = {}
        drawn: dict[str, set[str]] = {}
        for phrase in phrases:
            first, *more = phrase.stretches
            rest = "".join("[^\\n]{0,120}?" + any_of(texts) for texts in more) + _WORD_ENDS
            for text in first:
                kind = drawn if text.startswith("-") else lines
                kind.setdefault(rest, set()).add(text.lstrip("- "))
        in_lines = [any_of(texts) + rest for rest, texts in lines.items()]
        after_dashes = [any_of(texts) + rest for rest, texts in drawn.items()] + in_lines
        self._in_lines = re.compile(f"\n{_LEAD}*+({'|'.join(in_lines)})")
        self._drawn = re.compile(f"-(?<!--)-{_LEAD}{{0,80}}+({'|'.join(after_dashes)})")

    def find(self, small: str, start: int, end: int) -> Iterator[Mark]:
        """The separators in `small[start:end]`, which is in small letters, in order."""
        text = "\n" + small[start:end]
        found: Iterable[re.Match[str]] = self._in_lines.finditer(text)
        if "--" in text:
            found = merge(found, self._drawn.finditer(text), key=re.Match.start)
        shift = start - 1
        for mark in found:
            first, words = mark.start(), mark.start(1)
            is_field = _FIELD_NAME.match(text, words, mark.end()) is not None
            yield first + shift + (text[first] == "\n"), words + shift, is_field


def without_returned(
    text: Prose, stretches: tuple[Stretch, ...], separators: Separators
) -> tuple[tuple[Stretch, ...], bool]:
    """The stretches with the returned message cut out of the human parts, and whether one was."""
    cut: list[Stretch] = []
    found = False
    for stretch in stretches:
        start, end, zone = stretch
        if zone == "human":
            for piece in _cut(text, start, end, separators.find(text.small, start, end)):
                found = found or piece[2] == "returned"
                cut.append(piece)
        else:
            cut.append(stretch)
    return tuple(cut), found


def _cut(text: Prose, start: int, end: int, marks: Iterable[Mark]) -> Iterator[Stretch]:
    shown, at = text.shown, start
    above = start
    for lead, words, is_field in marks:
        if words < at:
            continue
        if not is_field:
            if _is_above_notice(text, above, words, end):
                above = words
                continue
            yield from _returned(shown, at, lead, end)
            return
        block = _block_at(shown, words, at)
        if block is None:
            continue
        if block[0] > start and _is_message(shown, *block):
            yield from _returned(shown, at, block[0], end)
            return
        yield at, block[0], "human"
        yield block[0], block[1], "headers"
        at = block[1]
    yield at, end, "human"


def _is_above_notice(text: Prose, start: int, mark: int, end: int) -> bool:
    """Whether a separator is that of a mail program above a notice which a customer forwards.

    Then a mail system sent what follows, and nothing above tells of a failure.
    """
    line = text.small.find("\n", mark, end)
    head = text.small[line : min(line + _LONGEST_SHOWN, end)] if line >= 0 else ""
    fields = "\n" + head.lstrip("\n").partition("\n\n")[0]
    sender = text.words.sender_line.search(fields)
    return (
        sender is not None
        and text.words.notice_sender.search(fields[sender.end() :].partition("\n")[0]) is not None
        and _CODE.search(text.shown, start, mark) is None
    )


def _returned(shown: str, start: int, mark: int, end: int) -> Iterator[Stretch]:
    yield start, mark, "human"
    again = _resumes_at(shown, mark, end)
    yield mark, again or end, "returned"
    if again:
        yield again, end, "status"


def _resumes_at(shown: str, start: int, end: int) -> int | None:
    """Where fields of RFC 3464 follow a returned message; none where they do not."""
    if shown.find("-Recipient:", start, end) < 0 and shown.find("-recipient:", start, end) < 0:
        return None
    first = _STATUS.search(shown, start, end)
    if first is None or _STATUS.search(shown, first.end(), end) is None:
        return None
    return first.start()


def _block_at(text: str, at: int, floor: int) -> tuple[int, int] | None:
    """The header block round `at`, from `floor` on; none where fewer than three fields stand."""
    line = text.rfind("\n", floor, at) + 1 or floor
    if text[line:at].strip(" \t>|"):
        return None
    start = _first_line(text, line, floor)
    end, fields = _last_line(text, start)
    return (start, end) if fields >= 3 else None


def _is_message(text: str, start: int, end: int) -> bool:
    """Whether a header block is that of the returned message.

    Others are a summary of whose mail it was, or those of a bounce that was forwarded as text.
    """
    return (
        _TRACE.search(text, start, end) is not None and _OF_BOUNCE.search(text, start, end) is None
    )


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

"""Where the returned message begins in the human part. Its words are never evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import NamedTuple

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
_LONGEST_BLOCK = 4_000
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
    shown: str, small: str, stretches: tuple[Stretch, ...], separators: Separators
) -> tuple[tuple[Stretch, ...], bool]:
    """The stretches with the returned message cut out of the human parts, and whether one was.

    `small` is `shown` in small letters.
    """
    cut: list[Stretch] = []
    found = False
    for stretch in stretches:
        start, end, zone = stretch
        if zone == "human":
            for piece in _cut(shown, start, end, separators.find(small, start, end)):
                found = found or piece[2] == "returned"
                cut.append(piece)
        else:
            cut.append(stretch)
    return tuple(cut), found


def _cut(shown: str, start: int, end: int, marks: Iterable[Mark]) -> Iterator[Stretch]:
    at = start
    for lead, words, is_field in marks:
        if words < at:
            continue
        if not is_field:
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


# --- headers as mail programs show them ---------------------------------------------------------

_MOST_ABOVE, _MOST_BELOW = 4, 8
"""Lines above and below a sender's that are looked at for the rest of a header that is shown."""
_QUOTED_LINES = re.compile(r"\n[ \t]?>(?!>>)[^\n]*\n[ \t]?>(?!>>)")
# "Tue, 3 Nov 2026 09:00 Aki <aki@example.jp>:", as mail programs write it in some languages.
_DATED = re.compile(r"(?<!\d)\d{4}(?!\d).*<[^<>@]+@[^<>@]+>$")
_LONGEST_ATTRIBUTION = 300
"""Characters; a longer line above a colon is prose, and would take long to look through."""
_COLON_ENDS = re.compile("[:：][ \t]*\n")


class ShownHeader(NamedTuple):
    """Sender and recipient as mail programs show them above a mail, and copy them with it."""

    start: int
    fields: int
    sender: str
    recipient: str


def shown_headers(text: Prose, start: int, end: int) -> Iterator[ShownHeader]:
    """The headers shown in `text[start:end]` that name a sender and a recipient."""
    floor = start
    for at in _sender_lines(text, start, end):
        if at < floor:
            continue
        first = at
        for _ in range(_MOST_ABOVE):
            above = max(text.small.rfind("\n", floor, max(first - 1, floor)) + 1, floor)
            if above >= first or not text.words.shown_field.match(text.small, above, first):
                break
            first = above
        header, floor = _shown_at(text, first)
        if header.recipient:
            yield header


def _sender_lines(text: Prose, start: int, end: int) -> Iterator[int]:
    """Where lines of `text[start:end]` begin that show a sender."""
    field = text.words.shown_field.match(text.small, start)
    if field and field[1]:
        yield start
    for found in text.words.sender_line.finditer(text.small, start, end):
        yield found.start() + 1


def _shown_at(text: Prose, start: int) -> tuple[ShownHeader, int]:
    """The header shown from `start` on, and where it ends."""
    sender = recipient = ""
    fields, at = 0, start
    while fields < _MOST_ABOVE + _MOST_BELOW:
        field = text.words.shown_field.match(text.small, at)
        if field is None:
            break
        if field[1]:
            sender = sender or field[3]
        elif field[2]:
            recipient = recipient or field[3]
        fields += 1
        at = field.end() + 1
    return ShownHeader(start, fields, sender, recipient), at


def probable_copies(text: Prose, start: int, end: int) -> list[int]:
    """Where `text[start:end]` may go over into what the sender had written.

    A header of somebody who is no mail system, lines marked as quoted, "… wrote:", or a heading.
    Notices use all of them for other things too, so this says nothing before the reason is told.
    """
    starts = [
        header.start
        for header in shown_headers(text, start, end)
        if header.fields >= 3
        # A summary of whose mail it was is set apart by blanks.
        and text.small[header.start] not in " \t"
        and not text.words.notice_sender.search(header.sender)
    ]
    if text.small.find("\n>", start, end) >= 0:
        starts += [found.start() for found in _QUOTED_LINES.finditer(text.small, start, end)]
    starts += [found.start() for found in text.words.above_copy.finditer(text.small, start, end)]
    for found in _COLON_ENDS.finditer(text.small, start, end):
        line = text.small.rfind("\n", start, found.start()) + 1 or start
        above = text.small[line : found.start()]
        if len(above) > _LONGEST_ATTRIBUTION:
            continue
        if text.words.attribution.search(above) or _DATED.search(above):
            starts.append(line)
    return starts

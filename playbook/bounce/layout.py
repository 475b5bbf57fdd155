"""Where the returned message begins in the human part. Its words are never evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playbook.bounce.intake import Stretch
from playbook.bounce.phrases import Hit, Scanner

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


def without_returned(
    shown: str, stretches: tuple[Stretch, ...], separators: Scanner
) -> tuple[tuple[Stretch, ...], bool]:
    """The stretches with the returned message cut out of the human parts, and whether one was."""
    cut: list[Stretch] = []
    found = False
    for stretch in stretches:
        if stretch.zone != "human":
            cut.append(stretch)
            continue
        text = shown[stretch.start : stretch.end].lower()
        marks = separators.find(text) if len(text) == stretch.end - stretch.start else []
        if not marks:
            cut.append(stretch)
            continue
        for piece in _cut(shown, stretch, text, marks):
            found = found or piece.zone == "returned"
            cut.append(piece)
    return tuple(cut), found


def _cut(shown: str, stretch: Stretch, text: str, marks: list[Hit]) -> Iterator[Stretch]:
    at, end = stretch.start, stretch.end
    for _, start, last, _ in sorted(marks, key=lambda mark: mark[1]):
        mark = stretch.start + start
        if mark < at:
            continue
        if not _FIELD_NAME.match(text, start, last):
            if _stands_alone(shown, mark, stretch.start):
                yield from _returned(shown, at, mark, end)
                return
            continue
        block = _block_at(shown, mark, at)
        if block is None:
            continue
        if block[0] > stretch.start and _is_message(shown, *block):
            yield from _returned(shown, at, block[0], end)
            return
        yield Stretch(at, block[0], "human")
        yield Stretch(block[0], block[1], "headers")
        at = block[1]
    yield Stretch(at, end, "human")


def _stands_alone(shown: str, mark: int, floor: int) -> bool:
    """Whether a separator begins its line, or is drawn with dashes inside a text without lines."""
    line = shown.rfind("\n", floor, mark) + 1 or floor
    before = shown[line:mark].strip(" \t>|*=#_-")
    return not before or shown[max(mark - 4, 0) : mark].count("-") >= 2


def _returned(shown: str, start: int, mark: int, end: int) -> Iterator[Stretch]:
    yield Stretch(start, mark, "human")
    again = _resumes_at(shown, mark, end)
    yield Stretch(mark, again or end, "returned")
    if again:
        yield Stretch(again, end, "status")


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

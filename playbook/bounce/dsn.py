"""The machine part: per-recipient fields of RFC 3464 and RFC 6533, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from playbook.terms import Action

_FIELD = re.compile(
    r"\n[ \t>|]*(final-recipient|original-recipient|action|status|remote-mta|diagnostic-code|"
    r"localized-diagnostic|reporting-mta|x-actual-recipient|x-display-name|x-supplementary-info)"
    r"[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*)*)"
)  # fmt: skip
_ADDRESS = re.compile(r"[^\s<>;,\"']+@[^\s<>;,\"']+")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_UNITEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_NO_LETTER = re.compile("[^a-z]")
_MOST = 2_000

_ACTIONS: dict[str, Action] = {
    "failed": "failed", "delayed": "delayed", "delivered": "delivered", "relayed": "relayed",
    "expanded": "expanded",
}  # fmt: skip
GOOD_ACTIONS = ("delivered", "relayed", "expanded")
"""After which nothing is left to be done (RFC 3464, 2.3.3)."""


@dataclass(slots=True)
class Block:
    """The fields of one recipient, with the places of those that are evidence."""

    final_recipient: str | None = None
    original_recipient: str | None = None
    action: Action | None = None
    status: str | None = None
    status_span: tuple[int, int] = (0, 0)
    action_span: tuple[int, int] = (0, 0)
    remote_mta: str | None = None
    diagnostic: str | None = None
    diagnostic_spans: list[tuple[int, int]] = field(default_factory=list)
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Report:
    """All recipients of a report, and who wrote it."""

    reporting_mta: str | None = None
    blocks: list[Block] = field(default_factory=list)


_NAMES = re.compile(r"(?:(?:final|original)-recipient|diagnostic-code)[ \t]*:")


def has_fields(small: str, start: int, end: int) -> bool:
    """Whether fields of RFC 3464 stand in `small[start:end]`, as in a copied report.

    `small` is the text in small letters.
    """
    return (
        small.find("-recipient", start, end) >= 0 or small.find("diagnostic-code", start, end) >= 0
    ) and _NAMES.search(small, start, end) is not None


def read(shown: str, small: str, start: int, end: int, report: Report) -> None:
    """Add the deliveries reported in `shown[start:end]` to `report`.

    `small` is `shown` in small letters.
    """
    block: Block | None = None
    blocks: list[Block] = []
    for name, value, span in _fields(shown, small, start, end):
        if name == "reporting-mta":
            report.reporting_mta = report.reporting_mta or _typed(value)
            continue
        if block is None or _begins_another(block, name, shown, span[0]):
            block = Block(start=span[0])
            blocks.append(block)
            if len(blocks) >= _MOST:
                break
        block.end = span[1]
        _take(block, name, value, span)
    report.blocks += [known for known in blocks if _says_something(known)]


def _fields(
    shown: str, small: str, start: int, end: int
) -> Iterator[tuple[str, str, tuple[int, int]]]:
    back = 0
    if start == 0 or small[start - 1] != "\n":
        small, back = f"\n{small[start:end]}", 1 - start
    for found in _FIELD.finditer(small, start - 1 + back, end + back):
        first, last = found.span(2)
        span = first - back, last - back
        yield found[1], shown[span[0] : span[1]].strip(), span


def _begins_another(block: Block, name: str, shown: str, at: int) -> bool:
    """Whether a field belongs to the next recipient: one that this block has already."""
    if name == "final-recipient":
        return block.final_recipient is not None or (
            block.diagnostic is not None and "\n\n" in shown[block.end : at]
        )
    if name == "original-recipient":
        return block.original_recipient is not None or (
            block.final_recipient is not None and "\n\n" in shown[block.end : at]
        )
    if name == "action":
        return block.action is not None and block.final_recipient is None
    return False


def _take(block: Block, name: str, value: str, span: tuple[int, int]) -> None:
    if name == "final-recipient":
        block.final_recipient = _recipient(value)
    elif name == "x-actual-recipient":
        block.original_recipient = block.original_recipient or _recipient(value)
    elif name == "original-recipient":
        block.original_recipient = _recipient(value)
    elif name == "action":
        block.action = _ACTIONS.get(_NO_LETTER.split(value.lower(), maxsplit=1)[0])
        block.action_span = span
    elif name == "status":
        found = _STATUS.search(value)
        if found and block.status is None:
            block.status = found[0]
            block.status_span = (span[0] + found.start(), span[0] + found.end())
    elif name == "remote-mta":
        block.remote_mta = _typed(value) or None
    elif name in ("diagnostic-code", "localized-diagnostic", "x-supplementary-info"):
        block.diagnostic = block.diagnostic or " ".join(_typed(value).split())
        block.diagnostic_spans.append(span)


def _says_something(block: Block) -> bool:
    return bool(
        block.final_recipient or block.original_recipient or block.diagnostic or block.action
    )


def _typed(value: str) -> str:
    """A field's value without its type, as `smtp;` or `dns;`."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()


def _recipient(value: str) -> str | None:
    """The address in `rfc822;user@example.jp`, also as xtext or unitext (RFC 3461, RFC 6533)."""
    kind, _, rest = value.partition(";") if ";" in value else ("", "", value)
    rest = rest.strip()
    if "utf-8" in kind.lower():
        rest = _UNITEXT.sub(_char, rest)
    rest = rest.strip("<>\"' ")
    if rest.upper().startswith("SMTP:"):
        rest = rest[5:]
    found = _ADDRESS.search(rest)
    address = found[0] if found else rest.split()[0] if rest.split() else ""
    return _XTEXT.sub(_byte, address).strip("<>\"'") if "+" in address else address or None


def _char(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]


def _byte(found: re.Match[str]) -> str:
    # Only what an address may not carry openly was encoded; a plus sign before digits is a tag.
    char = chr(int(found[1], 16))
    return char if char in "+= @" else found[0]

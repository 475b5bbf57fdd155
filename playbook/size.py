"""What a file weighs once it is in a mail, and whether mail systems take it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from playbook.language import Text
from playbook.schema import Knowledge, SizeLimit

MEGABYTE = 1_000_000
MEBIBYTE = 1 << 20

# RFC 2045, section 6.8: three bytes become four letters, a line ends (CR LF) after 76 of them.
_BYTES_IN_LINE, _LETTERS_IN_LINE, _LINE = 57, 76, 78

Direction = Literal["send", "receive", "both"]
Outlook = Literal["too_big", "depends", "fits", "no_figure"]
MARK: Mapping[Outlook, str] = {"too_big": "✗", "depends": "⚠", "fits": "✓", "no_figure": "?"}
"""Before what is said of a limit; the worst first."""

_WRITTEN = re.compile(
    r"\s*(\d{1,15}(?:[.,]\d{1,6})?)\s*([kmgキメギ]?)(?:i?b|bytes?|[ロガ](?:バイト)?|バイト)?\s*\Z"
)
_UNITS = {
    "": 1,
    "k": 1 << 10,
    "キ": 1 << 10,
    "m": MEBIBYTE,
    "メ": MEBIBYTE,
    "g": 1 << 30,
    "ギ": 1 << 30,
}

_SAID = {"send": "sending", "receive": "receiving", "both": "both_ways"}


@dataclass(frozen=True, slots=True)
class Against:
    """A file held against one limit."""

    limit: SizeLimit
    direction: Direction
    outlook: Outlook
    says: Text


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a file weighs, and against which limits; those it breaks first."""

    says: Text
    against: tuple[Against, ...]


def encoded_size(size_bytes: int) -> int:
    """Bytes of a file in base64 with line ends (RFC 2045), without the headers of its part.

    >>> encoded_size(26_214_400)
    35872340

    Raises:
        ValueError: for a negative size.
    """
    if size_bytes < 0:
        raise ValueError(f"a file has no negative size: {size_bytes}")
    letters = 4 * -(-size_bytes // 3)
    return letters + 2 * -(-letters // _LETTERS_IN_LINE)


def largest_file(limit_bytes: int) -> int:
    """The size of the largest file that has at most `limit_bytes` once encoded."""
    lines, rest = divmod(max(limit_bytes, 0), _LINE)
    return lines * _BYTES_IN_LINE + max(rest - 2, 0) // 4 * 3


def bytes_in(written: str) -> int | None:
    """The size a person wrote down, in bytes; none where it is no size.

    KB, MB and GB are taken as Windows shows them (1 MB = 1,048,576 bytes).

    >>> bytes_in("２０ＭＢ")
    20971520
    """
    plain = unicodedata.normalize("NFKC", written).lower()
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    match = _WRITTEN.match(plain)
    if match is None:
        return None
    return round(float(match[1].replace(",", ".")) * _UNITS[match[2]])


def shown(size_bytes: int) -> str:
    """A size for people, in both kinds of unit where they differ."""
    if size_bytes < 1_000:
        return f"{size_bytes} B"
    if size_bytes < MEGABYTE:
        return f"{size_bytes / 1_000:.0f} kB"
    return f"{size_bytes / MEGABYTE:.1f} MB = {size_bytes / MEBIBYTE:.1f} MiB"


def weigh(size_bytes: int, knowledge: Knowledge, provider: str | None = None) -> Weighing:
    """A file of `size_bytes` against every limit in force, or those of one provider.

    `provider` is the id of a limit or a part of the provider's name in either language.

    Raises:
        ValueError: for a negative size.
    """
    against = [
        _held_against(limit, direction, size_bytes, knowledge)
        for limit in knowledge.size_limits
        if limit.until is None and _is_of(limit, provider)
        for direction in _directions(limit)
    ]
    against.sort(key=lambda each: list(MARK).index(each.outlook))
    sizes = {
        "file": Text.same(shown(size_bytes)),
        "encoded": Text.same(shown(encoded_size(size_bytes))),
    }
    says = knowledge.size_sentence["grows"].says.filled(sizes)
    return Weighing(says, tuple(against))


def _is_of(limit: SizeLimit, provider: str | None) -> bool:
    if provider is None:
        return True
    asked = unicodedata.normalize("NFKC", provider).casefold().strip()
    names = (limit.id, limit.provider.ja, limit.provider.en)
    return any(asked in unicodedata.normalize("NFKC", name).casefold() for name in names)


def _directions(limit: SizeLimit) -> Iterator[Direction]:
    if limit.send == limit.receive:
        yield "both"
        return
    if limit.send is not None:
        yield "send"
    if limit.receive is not None:
        yield "receive"


def _held_against(
    limit: SizeLimit, direction: Direction, size_bytes: int, knowledge: Knowledge
) -> Against:
    figure = limit.receive if direction == "receive" else limit.send
    says = knowledge.size_sentence
    whose = {"provider": limit.provider, "service": limit.service}
    values = {
        "provider": says["whose"].says.filled(whose),
        "direction": says[_SAID[direction]].says,
        "date": _as_of(limit, knowledge),
    }
    if figure is None:
        return Against(limit, direction, "no_figure", says["no_figure"].says.filled(values))
    least, most = _in_bytes(figure, limit)
    weight = size_bytes if limit.counts == "files" else encoded_size(size_bytes)
    outlook: Outlook = "fits" if weight <= least else "depends" if weight <= most else "too_big"
    largest = least if limit.counts == "files" else largest_file(least)
    values["limit"] = Text.same(f"{figure:g} MB" if limit.unit == "MB" else shown(round(figure)))
    values["largest"] = Text.same(shown(largest))
    return Against(limit, direction, outlook, says[outlook].says.filled(values))


def _in_bytes(figure: float, limit: SizeLimit) -> tuple[int, int]:
    """The least and the most bytes the figure can mean."""
    if limit.unit == "bytes":
        return round(figure), round(figure)
    return round(figure * MEGABYTE), round(figure * MEBIBYTE)


def _as_of(limit: SizeLimit, knowledge: Knowledge) -> Text:
    says = knowledge.size_sentence
    if limit.dated is not None:
        return says["as_of"].says.filled({"date": Text.same(limit.dated)})
    return says["assumed" if limit.source.startswith("assumed") else "as_of_unknown"].says

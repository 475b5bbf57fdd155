"""Whom a mail did not reach, and where the human part speaks of which of several."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from playbook.bounce import dsn
from playbook.bounce.copies import ShownHeader, shown_headers
from playbook.bounce.dsn import GOOD_ACTIONS
from playbook.bounce.notice import ALL, Notice
from playbook.bounce.prose import Prose

_ADDRESS_IN_FIELD = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
_SENDER_DOMAIN = re.compile(r"@([\w-]+(?:\.[\w-]+)+)")
_MOST_NAMES = 400


class _Mention(NamedTuple):
    """An address that the human part names."""

    address: str
    at: int
    """Its place in `shown`."""
    is_certain: bool
    """Whether it begins a line or follows a word for recipient."""


class Recipients(NamedTuple):
    """The recipients found, and the places where each is mentioned, if there are several."""

    names: tuple[str, ...]
    mentions: list[tuple[int, int]]
    """Places in `shown` in their order, each with the number of a recipient."""

    def spoken_of(self, at: int) -> int:
        """The recipient the human part speaks of at `at`: the one named last."""
        if not self.mentions:
            return ALL
        i = bisect_right(self.mentions, (at, len(self.mentions))) - 1
        return self.mentions[i][1] if i >= 0 else ALL


def find_recipients(notice: Notice) -> Recipients:
    """The recipients of RFC 3464, else those another field names, else those the words name."""
    blocks = notice.report.blocks
    found: dict[str, int] = {}
    names: list[str] = []

    def add(address: str | None, owner: int) -> None:
        if address and "@" in address and address.lower() not in found:
            found[address.lower()] = owner
            names.append(address)

    for i, block in _not_reached(blocks):
        add(block.final_recipient, i)
        add(block.original_recipient, i)
    # Without addresses the machine part does not say which of its recipients is named.
    are_told_apart = bool(found) or not blocks
    if not found:
        for address in _in_fields(notice):
            add(address, len(names))
    if found and len(blocks) < 2 and (blocks or len(found) < 2):
        return Recipients(tuple(names), [])
    mentions: list[tuple[int, int]] = []
    is_known = bool(found)
    for address, at in _named(notice):
        if not is_known:
            add(address, len(names))
        if address.lower() in found:
            mentions.append((at, found[address.lower()]))
    return Recipients(tuple(names), mentions if len(found) > 1 and are_told_apart else [])


def _in_fields(notice: Notice) -> list[str]:
    """The addresses of `X-Failed-Recipients`, else of a receipt."""
    failed = _ADDRESS_IN_FIELD.findall(notice.headers.get("x-failed-recipients", ""))
    receipt = () if failed else notice.read_receipt().blocks
    return failed or [block.final_recipient for block in receipt if block.final_recipient]


def _not_reached(blocks: Sequence[dsn.Block]) -> list[tuple[int, dsn.Block]]:
    """The recipients whom the mail did not reach; all where it reached every one."""
    numbered = list(enumerate(blocks))
    return [(i, block) for i, block in numbered if block.action not in GOOD_ACTIONS] or numbered


def _named(notice: Notice) -> list[tuple[str, int]]:
    """The addresses the human part names, each with its place."""
    named: list[_Mention] = []
    for start, end, zone, _ in notice.pieces:
        if zone == "human":
            named += _in_words(notice.text, start, end)
    if not named:
        return _named_without_domain(notice)
    # The notice goes to the sender, who is named too; mail to oneself comes back as well.
    others = _without(named, notice.headers.get("to", ""))
    copied = _copied_headers(notice, others)
    if copied:
        named, others = _outside(named, copied), _outside(others, copied)
        others = _without(others, " ".join([header.recipient for header in copied])) or others
    return _most_certain(others) or _named_without_domain(notice) or _most_certain(named)


def _without(named: list[_Mention], own: str) -> list[_Mention]:
    if "@" not in own:
        return named
    known = {address.strip("'()[]") for address in _ADDRESS_IN_FIELD.findall(own.lower())}
    return [mention for mention in named if mention.address.lower() not in known]


def _outside(named: list[_Mention], headers: Sequence[ShownHeader]) -> list[_Mention]:
    starts = [header.start for header in headers]
    outside: list[_Mention] = []
    for mention in named:
        i = bisect_right(starts, mention.at) - 1
        if i < 0 or headers[i].end <= mention.at:
            outside.append(mention)
    return outside


def _most_certain(named: list[_Mention]) -> list[tuple[str, int]]:
    certain = [mention for mention in named if mention.is_certain]
    return [(address, at) for address, at, _ in certain or named]


def _named_without_domain(notice: Notice) -> list[tuple[str, int]]:
    domain = _SENDER_DOMAIN.search(notice.headers.get("from", ""))
    if domain is None or not notice.is_from_daemon():
        return []
    return [
        (f"{name}@{domain[1].lower()}", at)
        for start, end, zone, _ in notice.pieces
        if zone == "human"
        for name, at in _without_domain(notice.text, start, end)
    ]


def _copied_headers(notice: Notice, named: list[_Mention]) -> list[ShownHeader]:
    """The headers of notices, where they were copied with them; they say to whom those went.

    A paste that begins with a header and names others below it was copied from its top on.
    """
    top = -1 if notice.headers else len(notice.shown) - len(notice.shown.lstrip())
    return [
        header
        for start, end, zone, _ in notice.pieces
        if zone == "human"
        for header in shown_headers(notice.text, start, end)
        if notice.text.words.notice_sender.search(header.sender)
        or (header.start == top and any(mention.at >= header.end for mention in named))
    ]


_ADDRESS = re.compile(
    r"(?<![\w.+@/-])[A-Za-z0-9_.+=!#$%&'*/?^`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}[A-Za-z0-9]"
)


_TO_ANOTHER = re.compile(r"[>\"')\]]*[ \t]*(?:→|-{1,3}>|=>)[ \t]*[\"'(<\[]*[\w.+-]{1,64}@")
"""After a sender's address, where logs draw an arrow to the recipient's."""


_BEFORE_ADDRESS = " \t>|*<\"'(["
"""What may stand before an address that begins its line."""


def _in_words(text: Prose, start: int, end: int) -> Iterator[_Mention]:
    """The addresses in a human part that play no other role than the recipient's."""
    shown, small, words = text
    before = start
    for found in _addresses(shown, start, end):
        last, before = before, found.end()
        address = found[0].strip("'").lstrip("-").rstrip(".")
        if _TO_ANOTHER.match(shown, found.end(), end) or address.startswith("//"):
            continue  # a sender before an arrow; whom a link logs in (RFC 3986, 3.2.1)
        floor = max(start, found.start() - 80)
        line = small[shown.rfind("\n", floor, found.start()) + 1 or floor : found.start()]
        if (
            words.original.search(line)
            or words.delivered_to.search(line)
            or words.passed_to.fullmatch(small, last, found.start())
        ):
            yield _Mention(address, found.start(), True)
        elif not (
            words.not_recipient.search(address.lower())
            or words.other_role.search(line)
            or (not line.strip(_BEFORE_ADDRESS) and _has_role_above(text, floor, found.start()))
        ):
            is_certain = words.recipient_here.match(line) is not None
            yield _Mention(address, found.start(), is_certain)


def _has_role_above(text: Prose, start: int, end: int) -> bool:
    """Whether the line above an address gives it another role; it ends before `end`."""
    above = text.small[start:end].rstrip(_BEFORE_ADDRESS + "\n")
    if above.endswith((":", "：")):
        return text.words.role_above.search(above) is not None
    return above.endswith(text.words.before_sender)


_NAME_ALONE = re.compile(r"[ \t]+<?([A-Za-z0-9][\w.+-]{1,63})>?[ \t]*(?:\n|$)")


def _without_domain(text: Prose, start: int, end: int) -> list[tuple[str, int]]:
    """Recipients named by their local part alone, each with its place.

    A mail system that refuses mail for its own users leaves their domain away: it is the one the
    notice comes from.
    """
    names: list[tuple[str, int]] = []
    above = text.words.names_follow.search(text.small, start, end)
    at = above.end() if above else end
    while (found := _NAME_ALONE.match(text.shown, at, end)) and len(names) < _MOST_NAMES:
        names.append((found[1], found.start(1)))
        at = found.end()
    return names


def _addresses(shown: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Every address; only near an @ is one looked for."""
    at = shown.find("@", start, end)
    while at >= 0:
        found = _ADDRESS.search(shown, max(start, at - 64), min(at + 253, end))
        if found:
            yield found
            start = found.end()
        at = shown.find("@", max(at + 1, start), end)

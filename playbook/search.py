"""Finds causes, remedies, checks, reasons and codes by any of their words, in either language.

Width, case and kana do not matter, nor does the long vowel mark: ﾕｰｻﾞ finds ユーザー. An address
(`taro@dokomo.ne.jp`) or a size (`25MB`) is weighed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from playbook.address import check_address
from playbook.language import Text
from playbook.schema import Knowledge, StatusCodeEntry
from playbook.size import MARK, bytes_in, weigh

Kind = Literal[
    "cause", "remedy", "check", "client_error", "status_code", "reason", "address", "size"
]

MOST = 12
"""Entries found that a person still looks through."""

_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
"""Katakana to hiragana, which stand in the same order in Unicode."""

# At least one side of the at sign is right beside it: a sentence may speak of "the @" as well. With
# a whole domain behind it any letter will do: a name typed in kana.
_ADDRESS = re.compile(r"[!-~]\s*@[!-~]|[!-~]@\s*[!-~]|\w@[!-~]+\.[!-~]")

# A bare number is more often a code than a size.
_UNIT = re.compile(r"[a-zバメギキ]", re.IGNORECASE)

_UNHEARD = {0x30FC: None, 0x30FD: 0x309D, 0x30FE: 0x309E}
"""The long vowel mark, written or not; iteration marks of both kana."""


def fold(text: str) -> str:
    """`text` without the differences of width, case and kana.

    >>> fold("ＯｕｔｌｏｏｋのﾕｰｻﾞｰID") == fold("outlookのゆーざid")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.translate(_HIRAGANA).translate(_UNHEARD)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the knowledge that can be looked up."""

    kind: Kind
    id: str
    title: Text
    says: Text
    """What it means, or asks."""
    name: str = ""
    """The code as it is written; empty for what has none."""
    todo: Text | None = None
    """What to look at or do first."""
    causes: tuple[str, ...] = ()
    """Ids of the causes it leads to, best first."""
    points: tuple[tuple[Text, Text | None], ...] = ()
    """More that is to be said, each with what to do then."""


class Index:
    """Everything of the knowledge, ready to be searched."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._entries = tuple(_Folded(entry, head, rest) for entry, head, rest in _all(knowledge))

    def find(self, wanted: str, most: int = MOST) -> tuple[Entry, ...]:
        """The entries that hold every word of `wanted`, best first; none for no word.

        Before them comes what is to be said of an address or a size, where `wanted` is one.
        A name or title that is what was asked for comes first, then one that begins with it, then
        one that holds it, then entries that only speak of it.
        """
        words = fold(wanted).split()
        if not words:
            return ()
        ranked = ((each.rank(words), each.entry) for each in self._entries)
        found = [(rank, entry) for rank, entry in ranked if rank is not None]
        best = (entry for _, entry in sorted(found, key=lambda each: each[0]))
        return (*self._weighed(wanted), *best)[:most]

    def _weighed(self, wanted: str) -> Iterator[Entry]:
        plain = unicodedata.normalize("NFKC", wanted)
        if _ADDRESS.search(plain):
            yield _address(wanted, self._knowledge)
        size_bytes = bytes_in(plain) if _UNIT.search(plain) else None
        if size_bytes:
            yield _size(size_bytes, self._knowledge)


def _address(typed: str, knowledge: Knowledge) -> Entry:
    reading = check_address(typed, knowledge)
    title = knowledge.labels["address_" + reading.verdict]
    if reading.correction:
        meant = Text.same(reading.correction)
        title = knowledge.labels["address_meant"].filled({"address": meant})
    slips = {"host_unknown" for each in reading.findings if each.rule == "domain_slip"}
    faults = {"address_syntax" for each in reading.findings if each.weighs == "fault"}
    points = tuple((each.says, each.todo) for each in reading.findings)
    causes = _causes(knowledge, (*slips, *faults))
    return Entry("address", "", title, title, reading.address, causes=causes, points=points)


def _size(size_bytes: int, knowledge: Knowledge) -> Entry:
    weighing = weigh(size_bytes, knowledge)
    points = tuple((_marked(MARK[each.outlook], each.says), None) for each in weighing.against)
    too_big = [each for each in weighing.against if each.outlook == "too_big"]
    causes = _causes(knowledge, ("message_too_big",) if too_big else ())
    says = weighing.says
    return Entry("size", "", says, says, causes=causes, points=points)


def _marked(mark: str, text: Text) -> Text:
    return Text.model_construct(ja=f"{mark} {text.ja}", en=f"{mark} {text.en}")


class _Folded:
    __slots__ = ("_all", "_heads", "entry")

    def __init__(self, entry: Entry, head: Iterable[str], rest: Iterable[str]) -> None:
        self.entry = entry
        self._heads = tuple(map(fold, head))
        self._all = "\n".join((*self._heads, *map(fold, rest)))

    def rank(self, words: list[str]) -> int | None:
        if not all(word in self._all for word in words):
            return None
        whole = " ".join(words)
        if whole in self._heads:
            return 0
        if any(head.startswith(whole) for head in self._heads):
            return 1
        heads = "\n".join(self._heads)
        return 2 if all(word in heads for word in words) else 3


_Found = Iterator[tuple[Entry, tuple[str, ...], tuple[str, ...]]]
"""An entry, the words it is called by, and the words it holds besides."""


def _both(*texts: Text | None) -> tuple[str, ...]:
    return tuple(words for text in texts if text is not None for words in (text.ja, text.en))


def _all(knowledge: Knowledge) -> _Found:
    yield from _tree(knowledge)
    yield from _client_errors(knowledge)
    yield from _reasons(knowledge)


def _tree(knowledge: Knowledge) -> _Found:
    for cause in knowledge.causes:
        entry = Entry("cause", cause.id, cause.title, cause.explains, causes=(cause.id,))
        yield entry, _both(cause.title), _both(cause.explains)
    for remedy in knowledge.remedies:
        causes = tuple(cause.id for cause in knowledge.causes if cause.remedy == remedy.id)
        entry = Entry("remedy", remedy.id, remedy.title, remedy.verify, causes=causes)
        if causes:
            yield entry, _both(remedy.title), _both(*remedy.steps, *remedy.cautions, remedy.verify)
    for check in knowledge.checks:
        entry = Entry("check", check.id, check.title, check.asks)
        answers = (outcome.says for outcome in check.outcomes)
        yield entry, _both(check.title), _both(check.asks, check.how, *answers)


def _client_errors(knowledge: Knowledge) -> _Found:
    for code in knowledge.client_codes:
        causes = _causes(knowledge, code.points_to)
        title, todo = code.meaning, code.first_check
        entry = Entry("client_error", code.code, title, title, code.code, todo, causes)
        yield entry, (code.code, code.name, code.code.removeprefix("0x")), _both(title, todo)
    for dialog in knowledge.client_dialogs:
        if dialog.kind != "dialog":
            continue
        causes = _causes(knowledge, dialog.points_to)
        title, todo = dialog.meaning, dialog.first_check
        entry = Entry("client_error", dialog.id, title, title, "", todo, causes)
        yield entry, (dialog.sample,), (*dialog.says, *_both(title, todo))


def _reasons(knowledge: Knowledge) -> _Found:
    for reason in knowledge.reasons:
        causes = _causes(knowledge, (reason.id,))
        title, says, todo = reason.title, reason.explains, reason.next
        entry = Entry("reason", reason.id, title, says, "", todo, causes)
        yield entry, (*_both(title), reason.id), _both(says, reason.tell, todo)
    for status in knowledge.status_codes:
        points_to = (status.reason,) if status.reason else ()
        todo_ = knowledge.reason[status.reason].next if status.reason else None
        id_ = f"{status.mta or ''}:{status.code}:{status.after or ''}"
        entry = Entry(
            "status_code", id_, status.meaning, status.meaning, status.code, todo_,
            _causes(knowledge, points_to),
        )  # fmt: skip
        yield entry, _written(status), _both(status.meaning)


def _written(status: StatusCodeEntry) -> tuple[str, ...]:
    """The code as bounces write it; `X` stands for a temporary and a permanent failure."""
    classes = ("4", "5") if status.code.startswith("X") else (status.code[0],)
    return (status.code, *(first + status.code[1:] for first in classes))


def _causes(knowledge: Knowledge, reasons: Iterable[str]) -> tuple[str, ...]:
    causes = (cause.id for reason in reasons for cause in knowledge.causes_of(reason))
    return tuple(dict.fromkeys(causes))

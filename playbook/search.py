"""Finds causes, remedies, checks, reasons and codes by any of their words, in either language.

Width, case and kana do not matter, nor does the long vowel mark: ﾕｰｻﾞ finds ユーザー.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from playbook.language import Text
from playbook.schema import Knowledge, StatusCodeEntry

Kind = Literal["cause", "remedy", "check", "client_error", "status_code", "reason"]

MOST = 12
"""Entries found that a person still looks through."""

_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
"""Katakana to hiragana, which stand in the same order in Unicode."""

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


class Index:
    """Everything of the knowledge, ready to be searched."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._entries = tuple(_Folded(entry, head, rest) for entry, head, rest in _all(knowledge))

    def find(self, wanted: str, most: int = MOST) -> tuple[Entry, ...]:
        """The entries that hold every word of `wanted`, best first; none for no word.

        A name or title that is what was asked for comes first, then one that begins with it, then
        one that holds it, then entries that only speak of it.
        """
        words = fold(wanted).split()
        if not words:
            return ()
        ranked = ((each.rank(words), each.entry) for each in self._entries)
        found = [(rank, entry) for rank, entry in ranked if rank is not None]
        return tuple(entry for _, entry in sorted(found, key=lambda each: each[0])[:most])


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
        entry = Entry(
            "status_code", f"{status.mta or ''}:{status.code}", status.meaning, status.meaning,
            status.code, todo_, _causes(knowledge, points_to),
        )  # fmt: skip
        yield entry, _written(status), _both(status.meaning)


def _written(status: StatusCodeEntry) -> tuple[str, ...]:
    """The code as bounces write it; `X` stands for a temporary and a permanent failure."""
    classes = ("4", "5") if status.code.startswith("X") else (status.code[0],)
    return (status.code, *(first + status.code[1:] for first in classes))


def _causes(knowledge: Knowledge, reasons: Iterable[str]) -> tuple[str, ...]:
    causes = (cause.id for reason in reasons for cause in knowledge.causes_of(reason))
    return tuple(dict.fromkeys(causes))

"""What one knowledge says otherwise than another: entries added, changed and gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from playbook.language import Text
from playbook.schema import (
    Case,
    Cause,
    Check,
    ClientCode,
    ClientDialog,
    Knowledge,
    Reason,
    Remedy,
    Symptom,
)

Change = Literal["added", "changed", "gone"]
Entry = Symptom | Cause | Check | Remedy | Reason | Case | ClientCode | ClientDialog
EntryKind = Literal["symptom", "cause", "check", "remedy", "reason", "case", "client_error"]

KINDS: Mapping[EntryKind, Callable[[Knowledge], Mapping[str, Entry]]] = {
    "symptom": lambda knowledge: knowledge.symptom,
    "cause": lambda knowledge: knowledge.cause,
    "check": lambda knowledge: knowledge.check,
    "remedy": lambda knowledge: knowledge.remedy,
    "reason": lambda knowledge: knowledge.reason,
    "case": lambda knowledge: knowledge.case,
    "client_error": lambda knowledge: {
        **knowledge.client_code,
        **{each.id: each for each in knowledge.client_dialogs},
    },
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an entry that says something else now."""

    path: str
    """Its keys in the YAML with dots between, as `shown_by.outbox.empty`."""
    before: str
    """Empty where the part is new."""
    after: str
    """Empty where the part is gone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that is not as it was."""

    kind: EntryKind
    id: str
    title: Text
    change: Change
    parts: tuple[Part, ...] = ()
    """What of it changed; empty for entries added and gone."""


def differences(before: Knowledge, after: Knowledge) -> tuple[Difference, ...]:
    """What `after` says otherwise about the tree, kind by kind; the site's names count as said."""
    return tuple(
        difference
        for kind, entries in KINDS.items()
        for difference in _of_kind(kind, entries(before), entries(after))
    )


def weighs_otherwise(before: Knowledge, after: Knowledge) -> bool:
    """Whether the diagnosis may go other ways: not so when only words for people changed."""
    return _weighing(before) != _weighing(after)


def _of_kind(
    kind: EntryKind, before: Mapping[str, Entry], after: Mapping[str, Entry]
) -> Iterator[Difference]:
    for id_, entry in after.items():
        if id_ not in before:
            yield Difference(kind, id_, _title(entry), "added")
        elif entry != before[id_]:
            parts = tuple(_parts(_flat(before[id_]), _flat(entry)))
            yield Difference(kind, id_, _title(entry), "changed", parts)
    for id_, entry in before.items():
        if id_ not in after:
            yield Difference(kind, id_, _title(entry), "gone")


def _title(entry: Entry) -> Text:
    return entry.meaning if isinstance(entry, ClientCode | ClientDialog) else entry.title


def _parts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Part]:
    for path in dict.fromkeys((*before, *after)):
        earlier, later = before.get(path, ""), after.get(path, "")
        if earlier != later:
            yield Part(path, earlier, later)


def _flat(entry: BaseModel) -> dict[str, str]:
    return dict(_leaves(entry.model_dump(mode="json")))


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            # An entry of a list is known by its id, so that one put before it moves nothing.
            name = inner.get("id", i + 1) if isinstance(inner, dict) else i + 1
            yield from _leaves(inner, f"{path}.{name}")
    elif value is not None:
        yield path, str(value)


def _weighing(knowledge: Knowledge) -> tuple[object, ...]:
    """All that the diagnosis counts with."""
    return (
        [(each.id, each.opening) for each in knowledge.symptoms],
        [
            (c.id, c.how_common, c.shown_by, c.bounce_reasons, c.remedy) for c in knowledge.causes
        ],
        [
            (
                c.id, c.by, c.minutes, c.symptoms, c.answered_by_bounce,
                [(outcome.id, outcome.how_often) for outcome in c.outcomes],
            )
            for c in knowledge.checks
        ],
        [(r.id, r.minutes, r.works, r.changes) for r in knowledge.remedies],
        [reason.id for reason in knowledge.reasons],
        [
            (c.id, c.symptom, c.cause, c.facts, c.opening_facts, c.notice)
            for c in knowledge.cases
        ],
        knowledge.site.hand_over_minutes,
    )  # fmt: skip

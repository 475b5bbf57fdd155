"""Finds the codes and sentences of mail programs in a text, and what they speak for.

What is found is believed in this order: the server's own answer, the fields of the dialog (port,
protocol, SSL), a socket error, a `0x` code, a sentence of the program. It opens no file and knows
no sentence by itself: all of them are `client_errors.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from playbook.bounce import Evidence, Reading, reader_of
from playbook.bounce.normal import Normal
from playbook.bounce.phrases import Scanner, compiled
from playbook.language import Text
from playbook.schema import Cause, ClientCode, ClientDialog, Knowledge
from playbook.schema.client import Phase
from playbook.terms import UNDETERMINED, ReasonId

Kind = Literal["answer", "field", "socket", "code", "dialog"]

ORDER: tuple[Kind, ...] = ("answer", "field", "socket", "code", "dialog")
"""What is believed first."""

_NUMBERS = ("socket", "code")

_CODE = re.compile(r"(?<![0-9a-z])(?P<mark>[0o] ?[x×] ?)?8(?:[ -]?[0-9a-fo]){7}(?![0-9a-z])")
"""A Windows result code as people write it: blanks inside, the letter O for a zero, no `0x`."""

_NUMBER = re.compile(r"\W{0,6}(1[01]\d{3})(?!\d)")
_SOCKET_NAME = re.compile(r"(?<![a-z_])wsa[a-z_]{5,20}(?![a-z_])")

_WIN32 = "0x8007"
"""A result code with a Win32 or socket error in its last four digits (HRESULT_FROM_WIN32)."""

_ANSWERED = re.compile(r"[\s:：='\"「“]*([^\n]*)")
_CLOSED = re.compile(r"['\"」”]\s*(?:[,、]|$)")

_ANSWER = 400
"""How many characters of a server's answer are read."""

_MOST_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A code or sentence: `text[start:end] == quote`, where `text` is what was searched."""

    kind: Kind
    quote: str
    start: int
    end: int
    rule: str
    """The entry that found it, as `client_errors:id`, or the wording that read the answer."""
    phase: Phase
    meaning: Text
    first_check: Text
    reasons: tuple[ReasonId, ...]
    """What it speaks for, most likely first, after the fields have narrowed it."""


def find(text: str, knowledge: Knowledge) -> tuple[Found, ...]:
    """Everything known that stands in `text`, best believed first. Never raises.

    >>> from playbook import load_knowledge
    >>> find("エラー番号 : 0x800CCC0D", load_knowledge())[0].reasons
    ('client_server_not_found',)
    """
    return _finder(knowledge).find(text)


def reason_of(found: Iterable[Found]) -> ReasonId:
    """The one reason that enters a case; `undetermined` where nothing speaks for one."""
    reasons = (reason for each in found for reason in each.reasons)
    return next((reason for reason in reasons if reason != UNDETERMINED), UNDETERMINED)


def causes_of(found: Iterable[Found], knowledge: Knowledge) -> tuple[Cause, ...]:
    """The causes all of it speaks for, best first."""
    reasons = dict.fromkeys(reason for each in found for reason in each.reasons)
    causes = (cause for reason in reasons for cause in knowledge.causes_of(reason))
    return tuple({cause.id: cause for cause in causes}.values())


def joined(reading: Reading, knowledge: Knowledge) -> Reading:
    """A reading in which the errors of mail programs have their say.

    A mail server's own answer is better evidence; without one, what the program shows decides.
    """
    found = find(reading.shown, knowledge)
    reason = reason_of(found)
    answered = reading.reason != UNDETERMINED and (reading.status or reading.reply_code)
    if answered or reason in (UNDETERMINED, reading.reason):
        return reading
    entry = knowledge.reason[reason]
    quotes = tuple(
        Evidence(each.quote, each.start, each.end, each.rule, reason, trust=0)
        for each in found
        if reason in each.reasons
    )
    return replace(
        reading,
        reason=reason,
        nature=entry.nature,
        who_acts=entry.who_acts,
        evidence=(*quotes, *reading.evidence),
        alternatives=tuple(each for each in reading.alternatives if each[0] != reason),
        missing=None,
    )


@lru_cache(maxsize=4)
def _finder(knowledge: Knowledge) -> _Finder:
    return _Finder(knowledge)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A sentence of `client_errors.yaml`, where it stands in the normal form."""

    dialog: ClientDialog
    start: int
    end: int

    def lies_in(self, other: _Hit) -> bool:
        inside = other.start <= self.start and self.end <= other.end
        return inside and (other.start, other.end) != (self.start, self.end)


class _Finder:
    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._codes = knowledge.client_code
        self._names = {
            entry.name.lower(): entry
            for entry in knowledge.client_codes
            if not entry.code.startswith("0x")
        }
        self._dialogs = tuple(dialog for dialog in knowledge.client_dialogs for _ in dialog.says)
        self._scanner = Scanner(
            compiled(says) for dialog in knowledge.client_dialogs for says in dialog.says
        )
        self._reader = reader_of(knowledge)

    def find(self, text: str) -> tuple[Found, ...]:
        normal = Normal(text)
        hits = tuple(
            _Hit(self._dialogs[number], start, end)
            for start, end, _, numbers in self._scanner.find(normal.text)
            for number in numbers
        )
        found = [
            *self._answers(text, normal, hits),
            *self._numbers(text, normal, hits),
            *self._written_codes(text, normal),
            *_dialogs(text, normal, hits),
        ]
        fields = _first_of_each(hit for hit in hits if hit.dialog.kind == "field")
        return _narrowed(found, [_of_hit(text, normal, hit, "field") for hit in fields])

    def _answers(self, text: str, normal: Normal, hits: Sequence[_Hit]) -> Iterator[Found]:
        """The server's own words: those known here, and those the bounce reader knows."""
        for hit in _first_of_each(hit for hit in hits if hit.dialog.kind == "answer"):
            yield _of_hit(text, normal, hit, "answer")
        marks = [hit for hit in hits if hit.dialog.kind == "answer_follows"]
        for mark in marks[:_MOST_ANSWERS]:
            begins = normal.span(mark.start, mark.end)[1]
            said = (hit.start for hit in hits if hit.dialog.kind == "dialog")
            ends = min((start for start in said if start >= mark.end), default=None)
            stop = len(text) if ends is None else normal.span(ends, ends + 1)[0]
            yield from self._read_answer(text, begins, min(stop, begins + _ANSWER))

    def _read_answer(self, text: str, begins: int, stop: int) -> Iterator[Found]:
        answer = _ANSWERED.match(text, begins, stop)
        if answer is None or not answer[1]:
            return
        quote = _CLOSED.split(answer[1], maxsplit=1)[0].rstrip()
        reading = self._reader.read(quote)
        if reading.reason == UNDETERMINED:
            return
        reason = self._knowledge.reason[reading.reason]
        rule = next((each.rule for each in reading.evidence), "")
        start = answer.start(1)
        yield Found(
            "answer", quote, start, start + len(quote), rule,
            "both", reason.explains, reason.next, (reading.reason,),
        )  # fmt: skip

    def _numbers(self, text: str, normal: Normal, hits: Sequence[_Hit]) -> Iterator[Found]:
        """Socket errors: by their name, after words that announce a number, or all alone."""
        ends = {hit.end for hit in hits if hit.dialog.kind == "number_follows"}
        alone = {0} if len(normal.text) == 5 else set()
        numbers = [_NUMBER.match(normal.text, end) for end in sorted(ends | alone)]
        written = [(self._codes.get(match[1]), match.span(1)) for match in numbers if match]
        named = _SOCKET_NAME.finditer(normal.text)
        written.extend((self._names.get(match[0]), match.span()) for match in named)
        seen: set[str] = set()
        for entry, span in written:
            if entry is not None and entry.code not in seen:
                seen.add(entry.code)
                yield _of_code(text, normal, span, entry)

    def _written_codes(self, text: str, normal: Normal) -> Iterator[Found]:
        seen: set[str] = set()
        for match in _CODE.finditer(normal.text):
            entry = self._entry_of(match[0], marked=match["mark"] is not None)
            if entry is not None and entry.code not in seen:
                seen.add(entry.code)
                yield _of_code(text, normal, match.span(), entry)

    def _entry_of(self, written: str, *, marked: bool) -> ClientCode | None:
        digits = re.sub(r"[^0-9a-f]", "", written.replace("o", "0"))[-8:]
        if not marked and digits.isdecimal() and len(written) > 8:
            return None  # a telephone number, or another number in groups
        code = "0x" + digits.upper()
        entry = self._codes.get(code)
        if entry is None and code.startswith(_WIN32):
            entry = self._codes.get(str(int(code[-4:], 16)))
        return entry


def _dialogs(text: str, normal: Normal, hits: Sequence[_Hit]) -> Iterator[Found]:
    """The program's own sentences, the most telling first: it names the fewest reasons.

    Of equals the later one: dialogs begin with a headline and end with the particulars.
    """
    said = _first_of_each(hit for hit in hits if hit.dialog.kind == "dialog")
    whole = [hit for hit in said if not any(hit.lies_in(other) for other in said)]
    for hit in sorted(whole, key=lambda hit: (len(hit.dialog.points_to), -hit.start)):
        yield _of_hit(text, normal, hit, "dialog")


def _first_of_each(hits: Iterable[_Hit]) -> tuple[_Hit, ...]:
    """The longest place of each entry, the first of equal ones."""
    best: dict[str, _Hit] = {}
    for hit in hits:
        known = best.get(hit.dialog.id)
        if known is None or hit.end - hit.start > known.end - known.start:
            best[hit.dialog.id] = hit
    return tuple(best.values())


def _of_hit(text: str, normal: Normal, hit: _Hit, kind: Kind) -> Found:
    start, end = normal.span(hit.start, hit.end)
    return Found(
        kind, text[start:end], start, end, f"client_errors:{hit.dialog.id}",
        hit.dialog.phase, hit.dialog.meaning, hit.dialog.first_check, hit.dialog.points_to,
    )  # fmt: skip


def _of_code(text: str, normal: Normal, span: tuple[int, int], entry: ClientCode) -> Found:
    start, end = normal.span(*span)
    kind: Kind = "code" if entry.code.startswith("0x") else "socket"
    return Found(
        kind, text[start:end], start, end, f"client_errors:{entry.code}",
        entry.phase, entry.meaning, entry.first_check, entry.points_to,
    )  # fmt: skip


def _narrowed(found: list[Found], fields: Iterable[Found]) -> tuple[Found, ...]:
    """Fields leave of the numbers' reasons those they allow; one that allows none is not heard."""
    possible = dict.fromkeys(
        reason for each in found if each.kind in _NUMBERS for reason in each.reasons
    )
    heard: list[Found] = []
    for field in fields:
        left = {reason: None for reason in possible if reason in field.reasons}
        if left:
            possible = left
            heard.append(field)
    left_over = tuple(possible)
    heard = [replace(field, reasons=left_over) for field in heard]
    kept = [_left(each, left_over) if each.kind in _NUMBERS else each for each in found]
    return tuple(sorted((*heard, *kept), key=lambda each: ORDER.index(each.kind)))


def _left(found: Found, possible: Sequence[ReasonId]) -> Found:
    reasons = tuple(reason for reason in found.reasons if reason in possible)
    return replace(found, reasons=reasons) if reasons else found

"""Wordings and codes of a `Knowledge`, compiled once for the reading of many texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from playbook.bounce.layout import Separators
from playbook.bounce.phrases import Phrase, Scanner, compiled
from playbook.bounce.verdict import Trust
from playbook.bounce.words import Words
from playbook.terms import UNDETERMINED, ReasonId

if TYPE_CHECKING:
    from playbook.bounce.likeness import Likeness, Sentence
    from playbook.schema import Knowledge, Wording

TRANSPORT_FIELDS = (
    "received: from", "received:from", "received: by", "received: (", "return-path:", "message-id:",
    "mime-version:", "dkim-signature:", "x-mailer:", "domainkey-signature:",
)  # fmt: skip
"""Header fields that only a transported message carries (RFC 5321, 4.4), in small letters."""

_WEIGHT_TRUST = {
    ("sure", True): Trust.REPLY,
    ("sure", False): Trust.NOTICE,
    ("likely", True): Trust.LIKELY_REPLY,
    ("likely", False): Trust.LIKELY_NOTICE,
    ("hint", True): Trust.HINT,
    ("hint", False): Trust.HINT,
    ("topic", True): Trust.TOPIC,
    ("topic", False): Trust.TOPIC_OF_NOTICE,
}


_COMPARED = 3
"""Texts of a phrase that unknown replies are compared with, spread over all that it describes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A wording, compiled."""

    name: str
    reason: ReasonId
    in_reply: Trust
    """How far it is believed in the reply of the server that refused."""
    in_notice: Trust
    """How far it is believed in the words of the server that reports."""
    unless: tuple[str, ...]
    hosts: tuple[str, ...]
    codes: frozenset[str]
    after: str | None
    about: str | None
    has_conditions: bool


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What a code means to one mail system, or to all."""

    reason: ReasonId
    name: str
    hosts: tuple[str, ...]
    after: str | None
    trust: Trust


class Rules:
    """The knowledge as the reader wants it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        rules: list[Rule] = []
        phrases: list[Phrase] = []
        marks: list[Phrase] = []
        separators: list[Phrase] = [compiled(field) for field in TRANSPORT_FIELDS]
        told: list[Phrase] = []
        letters: list[Phrase] = []
        others: list[Phrase] = []
        circulars: list[Phrase] = []
        of_no_reason = {
            "copy": separators, "told": told, "letter": letters, "other": others,
            "circular": circulars,
        }  # fmt: skip
        samples: list[str] = []
        for mta, wordings in knowledge.wordings.items():
            for wording in wordings:
                alike = knowledge.alike(wording)
                made = [compiled(says, alike) for says in wording.says]
                kind = of_no_reason.get(wording.weight)
                if wording.weight != "copy":
                    samples.append(wording.sample)
                if kind is not None:
                    kind += made
                elif wording.reason == UNDETERMINED and wording.weight != "sure":
                    marks += made
                    samples += wording.says * 5  # these stand in most bounces
                else:
                    rules += [_rule(mta, wording, knowledge)] * len(made)
                    phrases += made
        self.wordings = tuple(rules)
        self._phrases = phrases
        self.scanner = Scanner(
            phrases + marks + told + letters + others + circulars, common=" ".join(samples)
        )
        """Finds the wordings by their numbers; higher numbers are sentences that only show that a
        text is a bounce, from `first_of_told` on that somebody tells of one, and from
        `first_of_letters` on those that only show that it is none: what people write, from
        `first_of_others` on of things that are no mail, and from `first_of_circulars` on what
        machines write of other things."""
        self.first_of_told = len(phrases) + len(marks)
        self.first_of_letters = self.first_of_told + len(told)
        self.first_of_others = self.first_of_letters + len(letters)
        self.first_of_circulars = self.first_of_others + len(others)
        self.separators = Separators(separators)
        self.codes = _codes(knowledge)
        self.naming = frozenset(
            reason.id
            for reason in knowledge.reasons
            if not reason.outcome and reason.nature != "none" and reason.id != UNDETERMINED
        )
        """The reasons why a mail is not delivered; others tell how it ended, or that it arrived."""
        self.words = Words(knowledge.notice_list)

    @cached_property
    def likeness(self) -> Likeness:
        """What unknown replies are compared with. Made when first needed: most are known."""
        from playbook.bounce.likeness import Likeness  # noqa: PLC0415

        return Likeness(self._sentences())

    def _sentences(self) -> Iterator[Sentence]:
        """Some texts of every phrase that servers give a reason with, whoever says it."""
        from playbook.bounce.likeness import Sentence  # noqa: PLC0415

        for rule, phrase in zip(self.wordings, self._phrases, strict=True):
            subject = self.knowledge.reason[rule.reason].subject
            if subject is None or rule.in_reply == Trust.TOPIC or rule.hosts or rule.codes:
                continue
            for i in range(_COMPARED):
                words = [texts[i * len(texts) // _COMPARED] for texts in phrase.stretches]
                yield Sentence(rule.name, rule.reason, subject, " ".join(words))

    def literals(self) -> Iterator[str]:
        """All that is looked for in texts, in normal form."""
        for wordings in self.knowledge.wordings.values():
            for wording in wordings:
                alike = self.knowledge.alike(wording)
                for says in (*wording.says, *wording.unless):
                    for stretch in compiled(says, alike).stretches:
                        yield from stretch


def _rule(mta: str, wording: Wording, knowledge: Knowledge) -> Rule:
    alike = knowledge.alike(wording)
    in_reply, in_notice = _WEIGHT_TRUST[wording.weight, True], _WEIGHT_TRUST[wording.weight, False]
    has_conditions = bool(wording.codes or wording.after or wording.about)
    if knowledge.reason[wording.reason].outcome and wording.weight != "hint":
        in_reply = Trust.OUTCOME
        in_notice = in_notice if wording.weight == "topic" else Trust.OUTCOME
    elif wording.weight == "sure" and (wording.hosts or wording.codes or wording.after):
        in_reply = in_notice = Trust.SYSTEM_REPLY
    return Rule(
        name=f"{mta}:{wording.id}",
        reason=wording.reason,
        in_reply=in_reply,
        in_notice=in_notice,
        unless=tuple(
            text for phrase in wording.unless for text in compiled(phrase, alike).literals
        ),
        hosts=wording.hosts,
        codes=frozenset(wording.codes),
        after=wording.after,
        about=wording.about,
        has_conditions=has_conditions,
    )


def _codes(knowledge: Knowledge) -> dict[str, tuple[CodeRule, ...]]:
    """Every code with what it means, mail systems' own uses first, and after a command."""
    codes: dict[str, tuple[CodeRule, ...]] = {}
    entries = sorted(knowledge.status_codes, key=lambda each: (each.mta is None, not each.after))
    for entry in entries:
        if entry.reason is None:
            continue
        if knowledge.reason[entry.reason].outcome:
            trust = Trust.OUTCOME
        elif entry.mta is not None:
            trust = Trust.SYSTEM_CODE
        elif "." in entry.code:
            trust = Trust.GENERAL_CODE if entry.general else Trust.CODE
        else:
            trust = Trust.GENERAL_REPLY_CODE if entry.general else Trust.REPLY_CODE
        name = f"status_codes:{entry.code}"
        rule = CodeRule(entry.reason, name, entry.hosts, entry.after, trust)
        for first in "45" if entry.code.startswith("X") else entry.code[0]:
            code = first + entry.code[1:]
            codes[code] = (*codes.get(code, ()), rule)
    return codes

"""`Knowledge`: everything the playbook knows, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from types import MappingProxyType
from typing import Protocol, TypeVar

from playbook.language import Language, Text, fill
from playbook.schema.cases import Case
from playbook.schema.client import (
    AddressRule,
    ClientCode,
    ClientDialog,
    Ending,
    MailDomain,
    SizeLimit,
    SizeSentence,
)
from playbook.schema.mail import NoticeWords, Reason, StatusCodeEntry, Wording, WordsAlike
from playbook.schema.phrases import NONE_ALIKE, Alike
from playbook.schema.provider import Contact, Label, Limit, Link, Site
from playbook.schema.tree import Cause, Check, Remedy, Symptom


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_OF_MAIL_SYSTEMS = ("sure", "likely", "hint")
"""Weights of wordings that are their sentences."""

_Entry = TypeVar("_Entry", bound=_HasId)


def _by_id(entries: tuple[_Entry, ...]) -> Mapping[str, _Entry]:
    return MappingProxyType({entry.id: entry for entry in entries})


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Every entry of the knowledge folder, checked and with the provider's names filled in.

    Two values are the same knowledge when their `digest` (of the files' bytes) is the same.
    """

    site: Site
    symptoms: tuple[Symptom, ...]
    causes: tuple[Cause, ...]
    checks: tuple[Check, ...]
    remedies: tuple[Remedy, ...]
    reasons: tuple[Reason, ...]
    status_codes: tuple[StatusCodeEntry, ...]
    wordings: Mapping[str, tuple[Wording, ...]]
    """Wordings by the stem of their file, one file a mail system or family."""
    labels: Mapping[str, Text]
    places: Mapping[tuple[str, str], str]
    """Where an entry is written, as `file:line`, by kind (`cause`, `wording`, ...) and name:
    the id; `stem:id` of a wording; `code mta after` of a status code."""
    digest: str
    cases: tuple[Case, ...] = ()
    client_codes: tuple[ClientCode, ...] = ()
    client_dialogs: tuple[ClientDialog, ...] = ()
    address_rules: tuple[AddressRule, ...] = ()
    mail_domains: tuple[MailDomain, ...] = ()
    """Common ones first."""
    endings: tuple[Ending, ...] = ()
    size_limits: tuple[SizeLimit, ...] = ()
    size_sentences: tuple[SizeSentence, ...] = ()
    notice_words: tuple[NoticeWords, ...] = ()
    words_alike: tuple[WordsAlike, ...] = ()

    @cached_property
    def symptom(self) -> Mapping[str, Symptom]:
        """Symptoms by id."""
        return _by_id(self.symptoms)

    @cached_property
    def cause(self) -> Mapping[str, Cause]:
        """Causes by id."""
        return _by_id(self.causes)

    @cached_property
    def check(self) -> Mapping[str, Check]:
        """Checks by id."""
        return _by_id(self.checks)

    @cached_property
    def remedy(self) -> Mapping[str, Remedy]:
        """Remedies by id."""
        return _by_id(self.remedies)

    @cached_property
    def case(self) -> Mapping[str, Case]:
        """Training cases by id."""
        return _by_id(self.cases)

    @cached_property
    def reason(self) -> Mapping[str, Reason]:
        """Bounce reasons by id."""
        return _by_id(self.reasons)

    @cached_property
    def notice_list(self) -> Mapping[str, NoticeWords]:
        """Lists of words of notices by id."""
        return _by_id(self.notice_words)

    @cached_property
    def _words_alike(self) -> Alike:
        return Alike(entry.words for entry in self.words_alike)

    def alike(self, wording: Wording) -> Alike:
        """The words that will do for those of a wording.

        Mail systems say the same in many words; a topic is one word, and that very one.
        """
        return self._words_alike if wording.weight in _OF_MAIL_SYSTEMS else NONE_ALIKE

    @cached_property
    def contact(self) -> Mapping[str, Contact]:
        """Contacts by id."""
        return _by_id(self.site.contacts)

    @cached_property
    def link(self) -> Mapping[str, Link]:
        """Links by id."""
        return _by_id(self.site.links)

    @cached_property
    def limit(self) -> Mapping[str, Limit]:
        """Limits by id."""
        return _by_id(self.site.limits)

    @cached_property
    def client_code(self) -> Mapping[str, ClientCode]:
        """Codes of mail programs by the code, as `0x800CCC0E` or `10060`."""
        return MappingProxyType({entry.code: entry for entry in self.client_codes})

    @cached_property
    def address_rule(self) -> Mapping[str, AddressRule]:
        """Sentences on addresses by id."""
        return _by_id(self.address_rules)

    @cached_property
    def mail_domain(self) -> Mapping[str, MailDomain]:
        """Common domains by their name."""
        return MappingProxyType({entry.domain: entry for entry in self.mail_domains})

    @cached_property
    def size_sentence(self) -> Mapping[str, SizeSentence]:
        """Sentences on sizes by id."""
        return _by_id(self.size_sentences)

    @cached_property
    def _causes_of(self) -> Mapping[str, tuple[Cause, ...]]:
        return MappingProxyType(
            {
                reason.id: tuple(
                    cause for cause in self.causes if reason.id in cause.bounce_reasons
                )
                for reason in self.reasons
            }
        )

    def causes_of(self, reason: str) -> tuple[Cause, ...]:
        """The causes a bounce with this reason speaks for; empty where it speaks for none."""
        return self._causes_of.get(reason, ())

    def say(self, label: str, language: Language, **values: str) -> str:
        """A label of the screens in `language`, its `{name}`s filled from `values`."""
        return fill(self.labels[label].of(language), values)

    def listed(self, items: Sequence[str], language: Language) -> str:
        """Several things in one phrase; empty for none."""
        return reduce(
            lambda first, rest: self.say("list", language, first=first, rest=rest), items or [""]
        )


__all__ = ["Knowledge", "Label"]

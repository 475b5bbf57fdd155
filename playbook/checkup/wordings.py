"""Proofs over wordings: every sample is read, and every phrase has something of its own to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from playbook.bounce import Reader, reader_of
from playbook.bounce.phrases import Phrase, compiled, stands
from playbook.checkup.proof import Proof, fault
from playbook.client_errors import find
from playbook.errors import Fault
from playbook.schema import Knowledge, Wording


class _Said(NamedTuple):
    """A phrase with the entry it stands in."""

    name: str
    """File and id of the entry."""
    wording: Wording
    says: str
    phrase: Phrase
    unless: frozenset[str]
    """What forbids it."""


@lru_cache(maxsize=1)
def _phrases(knowledge: Knowledge) -> tuple[_Said, ...]:
    """Every phrase of the knowledge, compiled once for all that look at them."""
    return tuple(
        _Said(f"{stem}:{wording.id}", wording, says, compiled(says, alike), unless)
        for stem, said in knowledge.wordings.items()
        for wording in said
        for alike in [knowledge.alike(wording)]
        for unless in [
            frozenset(chain(*(compiled(says, alike).literals for says in wording.unless)))
        ]
        for says in wording.says
    )


def wording_proofs(knowledge: Knowledge) -> tuple[Proof, ...]:
    """Every proof over what is read in bounces."""
    return (
        _every_sample_lands_on_its_wording(knowledge),
        _every_phrase_can_count(knowledge),
        _every_dialog_is_found(knowledge),
    )


def _every_dialog_is_found(knowledge: Knowledge) -> Proof:
    spoken = [each for each in knowledge.client_dialogs if not each.kind.endswith("_follows")]
    faults = [
        fault(
            knowledge, "client_dialog", each.id,
            f"says の文が sample「{each.sample}」の中に見つかりません。どちらかを直してください。",
            f"what it says is not found in its sample '{each.sample}'; mend one of the two",
        )
        for each in spoken
        if f"client_errors:{each.id}" not in (found.rule for found in find(each.sample, knowledge))
    ]  # fmt: skip
    return Proof(
        "メールソフトのどのエラー文も、自分の sample の中に見つかる",
        "every sentence of a mail program is found in its own sample",
        len(spoken),
        tuple(faults),
    )


def _every_sample_lands_on_its_wording(knowledge: Knowledge) -> Proof:
    return Proof(
        "どの文言の実例も、その文言の理由に読み取られる",
        "every wording's own sample is read as its reason",
        sum(len(said) for said in knowledge.wordings.values()),
        tuple(_strayed_samples(knowledge, reader_of(knowledge))),
    )


def _strayed_samples(knowledge: Knowledge, reader: Reader) -> Iterator[Fault]:
    for stem, said in knowledge.wordings.items():
        for wording in said:
            read = reader.read(wording.sample)
            if read.reason != wording.reason:
                yield fault(
                    knowledge, "wording", f"{stem}:{wording.id}",
                    f"実例が「{wording.reason}」ではなく「{read.reason}」に読まれます。"
                    "says か reason を見直してください。",
                    f"its sample is read as '{read.reason}', not '{wording.reason}'; "
                    "revise says or reason",
                )  # fmt: skip


def _every_phrase_can_count(knowledge: Knowledge) -> Proof:
    phrases = _phrases(knowledge)
    faults = [
        fault(
            knowledge, "wording", said.name,
            f"says の「{said.says}」には unless の言葉が必ず入るため、決して数えられません。"
            "どちらかを消すか、別の項目に分けてください。",
            f"says: '{said.says}' never counts, for a word of unless always stands in it; "
            "remove one of them or write an entry of its own",
        )
        for said in phrases
        if said.unless and _is_silenced(said.phrase, said.unless)
    ]  # fmt: skip
    return Proof(
        "どの文言の文も、数えられることがある",
        "every phrase of a wording can count",
        len(phrases),
        tuple(faults),
    )


def _is_silenced(phrase: Phrase, unless: frozenset[str]) -> bool:
    """Whether a word of `unless` always stands in the phrase."""
    return any(
        all(any(stands(word, literal) for word in unless) for literal in stretch)
        for stretch in phrase.stretches
    )


def repeated_phrases(knowledge: Knowledge) -> tuple[Fault, ...]:
    """The phrases that find nothing that another one does not: they do no harm, and no good."""
    return tuple(
        fault(
            knowledge, "wording", said.name,
            f"says の「{said.says}」は、「{other.says}」"
            f"（{knowledge.places['wording', other.name]}）が言うことの繰り返しで、"
            "何も決めません。消せます。",
            f"says: '{said.says}' decides nothing, for it only repeats '{other.says}' "
            f"({knowledge.places['wording', other.name]}); it may be removed",
        )
        for said, other in _repeated(_phrases(knowledge))
    )  # fmt: skip


def _repeated(phrases: Sequence[_Said]) -> Iterator[tuple[_Said, _Said]]:
    """The phrases whose literals are all another one's, each with that other one.

    Of two that are the same, the one read later is named.
    """
    firsts = {(_kind(said.wording), said.phrase.stretches[0][0]) for said in phrases}
    alike: dict[tuple[_Kind, str], list[_Said]] = defaultdict(list)
    for said in phrases:
        kind = _kind(said.wording)
        for literal in said.phrase.stretches[0]:
            if (kind, literal) in firsts:
                alike[kind, literal].append(said)
    for said in reversed(phrases):
        others = alike[_kind(said.wording), said.phrase.stretches[0][0]]
        other = next((other for other in others if _says_also(other, said)), None)
        if other:
            others[:] = [each for each in others if each is not said]
            yield said, other


_Kind = tuple[str, str, bool]


def _kind(wording: Wording) -> _Kind:
    """What is the same of all phrases that are believed alike."""
    return wording.reason, wording.weight, bool(wording.hosts or wording.codes or wording.after)


def _says_also(one: _Said, other: _Said) -> bool:
    """Whether `one` is found and believed wherever `other` is."""
    mine, its = one.phrase, other.phrase
    return (
        one is not other
        and len(mine.stretches) == len(its.stretches)
        and mine.open_start >= its.open_start
        and mine.open_end >= its.open_end
        and all(map(set.issuperset, map(set, mine.stretches), its.stretches))
        and one.unless <= other.unless
        and _asks_no_more(one.wording, other.wording)
    )


def _asks_no_more(one: Wording, other: Wording) -> bool:
    """Whether the other conditions of `one` are met wherever those of `other` are."""
    return one is other or (
        one.after in (None, other.after)
        and one.about in (None, other.about)
        and _is_met(one.hosts, other.hosts)
        and _is_met(one.codes, other.codes)
    )


def _is_met(any_of: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Whether one of `any_of` is there, or none is asked for, whichever of `known` there is."""
    return not any_of or (bool(known) and set(known) <= set(any_of))

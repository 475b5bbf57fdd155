"""New words for how common causes are, from closed cases: to be copied, never written by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log

from playbook.review.figures import Review
from playbook.schema import Cause, HowCommon, Symptom
from playbook.terms import SymptomId
from playbook.troubleshooting.from_knowledge import Numbers

FEWEST = 30
"""Closed cases of a symptom below which nothing is proposed: 30 already mend more than they spoil
(`CLOSED_CASE`)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cause whose word should be another."""

    symptom: Symptom
    cause: Cause
    now: HowCommon
    proposed: HowCommon
    closed: int
    of: int
    """Closed cases of the symptom."""
    count: float
    """Its count when the closed cases have been added, of as many as the words stand for now."""


def proposals(review: Review) -> tuple[Proposal, ...]:
    """Causes that closed cases have moved nearer to another word, symptom by symptom."""
    return tuple(each for symptom in review.knowledge.symptoms for each in _of(symptom, review))


def _of(symptom: Symptom, review: Review) -> Iterator[Proposal]:
    by_cause = review.counts.get(symptom.id, {})
    of = sum(by_cause.values())
    if of < FEWEST:
        return
    assumed, learned = Numbers(review.knowledge), Numbers(review.knowledge, review.counts)
    causes = learned.causes(symptom.id)
    before = sum(assumed.count(cause, symptom.id) for cause in causes)
    after = sum(learned.count(cause, symptom.id) for cause in causes)
    for cause in causes:
        count = learned.count(cause, symptom.id) * before / after
        now = cause.how_common[SymptomId(symptom.id)]
        proposed = _nearest(count)
        if proposed != now:
            closed = by_cause.get(cause.id, 0)
            yield Proposal(symptom, cause, now, proposed, closed, of, count)


def _nearest(count: float) -> HowCommon:
    """The word whose count is nearest in proportion: 4 lies between 2 and 8."""
    return min(HowCommon, key=lambda word: abs(log(word.pseudo_count / count)))


def as_yaml(found: Sequence[Proposal], told: Callable[[Proposal], str]) -> str:
    """The proposals as YAML to copy into the files of causes, cause by cause.

    Args:
        found: what is proposed.
        told: says where a proposal's counts come from; it becomes a comment.
    """
    return "\n\n".join(
        "\n".join(_lines(cause, tuple(group), told))
        for cause, group in groupby(
            sorted(found, key=lambda each: each.cause.id), key=lambda each: each.cause
        )
    )


def _lines(
    cause: Cause, found: Sequence[Proposal], told: Callable[[Proposal], str]
) -> Iterator[str]:
    words = dict(cause.how_common)
    for each in found:
        words[SymptomId(each.symptom.id)] = each.proposed
        yield f"# {told(each)}"
    yield f"  - id: {cause.id}"
    yield "    how_common:"
    for symptom, word in words.items():
        yield f"      {symptom}: {word}"

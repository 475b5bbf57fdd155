"""What a reply speaks for of which no sentence is known: what known ones do that it is most like.

Mail systems say the same in many sentences, but out of much the same words. So all known sentences
vote, the more alike the stronger: nearest neighbours in the vector space model of Salton, Wong and
Yang (1975), made of triples of letters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from playbook.bounce.times import TIME
from playbook.terms import ReasonId, Subject

# Times, addresses, links, hosts and whatever else has a digit say nothing.
_NAME = re.compile(rf"(?i:{TIME})|(?<![!-~])[!-~]*?(?:@|://|[0-9]|[a-z]\.[a-z])[!-~]*", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")

_NEAR = 3
"""The power to which likeness is raised: a sentence much alike outvotes many that are a little."""

_ENOUGH = 0.45
"""The share of all votes that must be for one subject (measured, see docs/reading.md)."""

_FEWEST = 10
"""Triples of two short words: fewer say too little."""

_MOST_REMEMBERED = 4_096


class Sentence(NamedTuple):
    """A sentence of the knowledge, in normal form."""

    rule: str
    reason: ReasonId
    subject: Subject
    text: str


class Likeness:
    """Compares texts with sentences that are known, all at once."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        known = sorted(sentences)
        rules = {each.rule: each for each in known}
        self._rules = list(rules)
        reasons = {each.reason: each.subject for each in rules.values()}
        self._reasons = list(reasons)
        subjects = list(dict.fromkeys(reasons.values()))
        self._reason_of_rule = [self._reasons.index(each.reason) for each in rules.values()]
        self._subject_of_reason = np.array([subjects.index(each) for each in reasons.values()])
        self._first_of_rule = np.unique([each.rule for each in known], return_index=True)[1]

        holders: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(known):
            for triple in _triples(each.text):
                holders[triple].append(number)
        self._holders = {triple: np.array(numbers) for triple, numbers in holders.items()}
        # What stands in few sentences tells most.
        weights = {
            triple: float(np.log((len(known) + 1) / (len(numbers) + 1))) + 1
            for triple, numbers in holders.items()
        }
        squares = np.zeros(len(known))
        for triple, numbers in self._holders.items():
            squares[numbers] += weights[triple] ** 2
        self._shares = {
            triple: weights[triple] ** 2 / np.sqrt(squares[numbers])
            for triple, numbers in self._holders.items()
        }
        self._remembered = lru_cache(maxsize=_MOST_REMEMBERED)(self._nearest)

    def nearest(self, text: str) -> tuple[ReasonId, str] | None:
        """The reason a text in small letters speaks for, and its rule whose sentence is most alike.

        None where the text says too little, or too few of the votes are for one subject.
        """
        return self._remembered(_triples(text))

    def _nearest(self, triples: frozenset[str]) -> tuple[ReasonId, str] | None:
        found = sorted(triples & self._holders.keys())
        if len(found) < _FEWEST:
            return None
        alike = np.bincount(
            np.concatenate([self._holders[triple] for triple in found]),
            np.concatenate([self._shares[triple] for triple in found]),
            minlength=self._first_of_rule[-1] + 1,
        )
        # Of the sentences of one rule the most alike votes.
        votes = np.maximum.reduceat(alike, self._first_of_rule) ** _NEAR
        of_reason = np.bincount(self._reason_of_rule, votes)
        of_subject = np.bincount(self._subject_of_reason, of_reason)
        subject = of_subject.argmax()
        if of_subject[subject] < _ENOUGH * of_subject.sum():
            return None
        reason = np.where(self._subject_of_reason == subject, of_reason, 0).argmax()
        rule = np.where(np.equal(self._reason_of_rule, reason), votes, 0).argmax()
        return self._reasons[reason], self._rules[rule]


def _triples(text: str) -> frozenset[str]:
    """Three letters in a row of the words of a text; a blank stands before and behind each word."""
    triples: set[str] = set()
    for word in _WORD.findall(_NAME.sub(" ", text)):
        edged = f" {word} "
        triples.update([edged[i : i + 3] for i in range(len(edged) - 2)])
    return frozenset(triples)

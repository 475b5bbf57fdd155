"""Cases drawn from the knowledge, so that a trainer never runs out.

They are numbered: the same number gives the same case as long as the knowledge is the same. The
numbers run through shuffled decks that hold every cause of every symptom once, so no cause is left
out, however rare.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from playbook.diagnosis import BOUNCE, REMEDY, SYMPTOM, Diagnosis
from playbook.language import Text
from playbook.schema import Case, Cause, Check, Fact, Knowledge, Notice, Symptom, Trap
from playbook.terms import CauseId, CheckId, OutcomeId, ReasonId, SymptomId
from playbook.training.session import HAND_OVER, Session
from playbook.training.trainees import engine, play

NEARLY_IMPOSSIBLE = 0.05
"""Outcomes less likely than this under the cause are never drawn."""

_DOES_NOT_KNOW = 0.3
_TRIES = 20
_EASY, _HARD = 3, 6
_Outcomes = dict[str, str]


def deck(knowledge: Knowledge) -> tuple[tuple[Symptom, Cause], ...]:
    """Every cause with each symptom it can have."""
    return tuple(
        (symptom, cause)
        for symptom in knowledge.symptoms
        for cause in knowledge.causes
        if symptom.id in cause.how_common
    )


def random_case(blank: Diagnosis, number: int) -> Case:
    """The case of this number: consistent facts, and a customer who does not know everything.

    `blank` is a diagnosis in which nothing has been observed yet.

    Raises:
        ValueError: when the number is below 0.
    """
    if number < 0:
        raise ValueError("case numbers begin with 0")
    cards = deck(blank.knowledge)
    which, place = divmod(number, len(cards))
    order = list(range(len(cards)))
    random.Random(f"deck {which}").shuffle(order)  # noqa: S311
    symptom, cause = cards[order[place]]
    return _Drawing(blank, symptom, cause, random.Random(f"case {number}")).case(number)  # noqa: S311


class _Drawing:
    """One case being drawn."""

    def __init__(
        self, blank: Diagnosis, symptom: Symptom, cause: Cause, luck: random.Random
    ) -> None:
        self._knowledge = blank.knowledge
        self._opening = blank.observe(SYMPTOM, symptom.id)
        self._symptom, self._cause, self._luck = symptom, cause, luck

    def case(self, number: int) -> Case:
        for outcomes, notice in self._draws():
            draft = self._draft(number, outcomes, notice)
            done = play(Session(draft, self._opening), engine)
            if done.is_solved:
                break
        path = tuple(_step(move.kind, move.id) for move in done.moves if move.kind != "notice")
        level = 1 if len(path) <= _EASY else 2 if len(path) < _HARD else 3
        return draft.model_copy(update={"path": path, "level": level})

    def _draws(self) -> Iterator[tuple[_Outcomes, Notice | None]]:
        """Outcomes that, once all are known, show the cause; at last the likeliest ones."""
        for _ in range(_TRIES):
            outcomes = dict(self._drawn())
            notice = self._notice(outcomes)
            if self._shows(outcomes, notice):
                yield outcomes, notice
        yield {check.id: self._likeliest(check) for check in self._checks()}, None

    def _draft(self, number: int, outcomes: _Outcomes, notice: Notice | None) -> Case:
        labels, cause = self._knowledge.labels, self._cause
        remedy = self._knowledge.remedy[cause.remedy]
        return Case(
            id=f"random_{number}",
            title=labels["training_random_title"].filled({"number": Text.same(str(number))}),
            symptom=SymptomId(self._symptom.id),
            level=1,
            opening=self._symptom.says,
            mood=labels[self._luck.choice(_MOODS)],
            cause=CauseId(cause.id),
            facts={CheckId(c): Fact(outcome=OutcomeId(o)) for c, o in outcomes.items()},
            notice=notice,
            path=(REMEDY + cause.remedy,),
            traps=tuple(
                Trap(caution=i, bites=labels["training_not_warned"])
                for i in range(1, len(remedy.cautions) + 1)
            ),
            verify=remedy.verify,
        )

    def _checks(self) -> tuple[Check, ...]:
        return self._opening.numbers.checks(self._symptom.id)

    def _drawn(self) -> Iterator[tuple[str, str]]:
        for check in self._checks():
            told = check.id in self._cause.shown_by or check.by == "agent"
            if not told and self._luck.random() < _DOES_NOT_KNOW:
                continue
            shares = {
                outcome: share
                for outcome, share in self._shares(check).items()
                if share >= NEARLY_IMPOSSIBLE
            }
            yield check.id, self._luck.choices(list(shares), list(shares.values()))[0]

    def _shares(self, check: Check) -> Mapping[str, float]:
        by_outcome = self._opening.numbers.likelihood(check.id)
        return {outcome: by_cause[self._cause.id] for outcome, by_cause in by_outcome.items()}

    def _likeliest(self, check: Check) -> str:
        shares = self._shares(check)
        return max(shares, key=lambda outcome: shares[outcome])

    def _notice(self, outcomes: _Outcomes) -> Notice | None:
        """One of the bounces in the knowledge that speaks for the cause, where an error came."""
        if outcomes.get(_BOUNCE_CHECK, "none") == "none":
            return None
        samples = [
            (wording.reason, wording.sample)
            for said in self._knowledge.wordings.values()
            for wording in said
            if wording.reason in self._cause.bounce_reasons and _tells(wording.sample)
        ]
        if not samples:
            return None
        reason, sample = self._luck.choice(samples)
        return Notice(comes_with=CheckId(_BOUNCE_CHECK), reason=ReasonId(reason), text=sample)

    def _shows(self, outcomes: _Outcomes, notice: Notice | None) -> bool:
        diagnosis = self._opening
        for check, outcome in outcomes.items():
            diagnosis = diagnosis.observe(check, outcome)
        if notice:
            diagnosis = diagnosis.observe(BOUNCE, notice.reason)
        return diagnosis.suspects()[0].cause.remedy == self._cause.remedy


_BOUNCE_CHECK = "bounce_text"
_MOODS = (
    "training_mood_calm",
    "training_mood_hurry",
    "training_mood_worried",
    "training_mood_chatty",
)


def _tells(sample: str) -> bool:
    """Long enough to be taken for an error message, and not a link alone."""
    return len(sample) >= _SENTENCE and not sample.startswith("http")


_SENTENCE = 20


def _step(kind: str, id_: str) -> str:
    return REMEDY + id_ if kind in ("remedy", HAND_OVER) else id_

"""What the agent's page shows of the case in hand, without a single widget; nothing changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from traitlets import Instance

from playbook.diagnosis import REMEDY, SYMPTOM, UNKNOWN, WORKED, Diagnosis, Step, Suspect
from playbook.schema import Cause, Check, Link, Remedy
from playbook.widgets.case.happening import Case
from playbook.widgets.shared.speaking import Fact, Speaking


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer of a question, and the cause that would lead after it."""

    outcome: str
    says: str
    chosen: bool
    leads_to: Suspect | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The check on the screen, in the words of the language chosen."""

    check: Check
    answers: tuple[Answer, ...]
    separates: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Speaks:
    """What something known says of a cause: a factor above 1 speaks for it, below 1 against."""

    fact: Fact
    factor: float


class ShownCase(Speaking):
    """The case in hand, as it stands."""

    case = Instance(Case)

    @property
    def diagnosis(self) -> Diagnosis:
        """The diagnosis as it stands."""
        return self.case.diagnosis

    @property
    def symptom(self) -> str | None:
        """The symptom chosen; `UNKNOWN` where the customer cannot tell."""
        return self.diagnosis.outcome_of(SYMPTOM)

    @property
    def is_begun(self) -> bool:
        """Something is known of the case."""
        return bool(self.diagnosis.observations)

    @property
    def is_kept(self) -> bool:
        """Something is known or noted, and worth keeping."""
        return self.is_begun or bool(self.case.notes)

    @property
    def suspects(self) -> tuple[Suspect, ...]:
        """The causes left, most probable first."""
        return self.diagnosis.suspects()

    def closed(self, cause: Cause | None = None) -> int:
        """Closed cases that weigh in: with this symptom, or with any while none is known."""
        by_symptom, symptom = self.diagnosis.numbers.closed, self.diagnosis.symptom
        symptoms = [each.id for each in self.knowledge.symptoms if symptom in (None, each.id)]
        counts = [by_symptom.get(each, {}) for each in symptoms]
        if cause is None:
            return sum(sum(each.values()) for each in counts)
        return sum(each.get(cause.id, 0) for each in counts)

    @property
    def solved_by(self) -> Remedy | None:
        """The remedy that worked, if one did."""
        for observation in self.diagnosis.observations:
            if observation.check.startswith(REMEDY) and observation.outcome == WORKED:
                return self.knowledge.remedy[observation.check.removeprefix(REMEDY)]
        return None

    @property
    def at_odds(self) -> tuple[Fact, ...]:
        """Answers that fit no probable cause together; one of them should be asked again."""
        return tuple(self.fact(each) for each in self.diagnosis.contradiction())

    @property
    def advice(self) -> Step | None:
        """What is best done next; none when the case is solved or nothing is known yet."""
        if self.solved_by or not self.is_begun:
            return None
        return next(iter(self.diagnosis.next_steps()), None)

    @property
    def question(self) -> Question | None:
        """The question to show: the one chosen, else the best one left; none when none is left."""
        chosen = self.case.asked or self._best_check()
        if chosen is None:
            return None
        check = self.knowledge.check[chosen]
        given = self.diagnosis.outcome_of(chosen)
        leads = {
            forecast.outcome: forecast.suspects[0] for forecast in self.diagnosis.foresee(chosen)
        }
        answers = tuple(
            Answer(each.id, self.words(each.says), each.id == given, leads.get(each.id))
            for each in check.outcomes
        )
        dont_know = Answer(UNKNOWN, self.say("dont_know"), given == UNKNOWN)
        return Question(check, (*answers, dont_know), self.diagnosis.separates(chosen))

    def _best_check(self) -> str | None:
        if not self.is_begun or self.solved_by:
            return None
        advised = self.diagnosis.next_check()
        if advised is not None:
            return advised.id
        return next((step.id for step in self.diagnosis.next_steps() if step.kind == "check"), None)

    @property
    def open_checks(self) -> tuple[Check, ...]:
        """Every check that can still be asked, best first."""
        return tuple(
            self.knowledge.check[step.id]
            for step in self.diagnosis.next_steps()
            if step.kind == "check"
        )

    def advised_cause(self) -> Cause | None:
        """The most probable cause whose remedy is the advised next step."""
        step = self.advice
        if step is None or step.kind != "remedy":
            return None
        fitting = (each.cause for each in self.suspects if each.cause.remedy == step.id)
        return next(fitting, None)

    @property
    def opened(self) -> Cause | None:
        """The cause whose remedy is open."""
        return None if self.case.opened is None else self.knowledge.cause[self.case.opened]

    def outcome_of_remedy(self, cause: Cause) -> str | None:
        """Whether the remedy of `cause` was tried, and how it went."""
        return self.diagnosis.outcome_of(REMEDY + cause.remedy)

    def links_of(self, remedy: Remedy) -> Iterator[tuple[str, Link | None]]:
        """Whom to turn to for this remedy: the words for it and the page, if there is one."""
        for name in remedy.contacts:
            contact = self.knowledge.contact[name]
            yield self.words(contact.says), self.knowledge.link.get(contact.link or "")

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is known of the case, in the order it was found."""
        return tuple(self.fact(each) for each in self.diagnosis.observations)

    def why(self, cause: Cause) -> tuple[Speaks, ...]:
        """What is known that speaks for or against a cause, strongest first; none of no suspect."""
        if all(each.cause is not cause for each in self.suspects):
            return ()
        weights = self.diagnosis.weights(cause.id)
        return tuple(Speaks(self.fact(each.observation), each.factor) for each in weights)

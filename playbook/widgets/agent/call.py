"""The column of the call: what the customer says, what to ask now, what is known."""

from __future__ import annotations

from collections.abc import Iterator

from ipywidgets import Widget
from markupsafe import Markup

from playbook.diagnosis import SYMPTOM, UNKNOWN
from playbook.widgets.case.shown import Answer, Question
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared.frame import Reveal
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    NOTHING,
    Line,
    Lines,
    Outline,
    Press,
    Prose,
    column,
    grouped,
    hide,
    item,
    tag,
)

_ROOM = 4
"""Lines that are there from the start; most questions and many cases need no more."""


class Call:
    """Symptom, question, answers so far, and every other check."""

    def __init__(self, state: CaseState, guard: Guard, reveal: Reveal, open_cases: Widget) -> None:
        """`open_cases` come later than the page: they stand where they move nothing one presses."""
        self._state = state
        self._reveal = reveal
        self._symptom_head = Prose("pb-card-head")
        self._symptoms = Lines("pb-symptoms", guard, lambda chosen: state.answer(SYMPTOM, chosen))
        self._question = Prose("pb-question pb-live")
        self._answers = Lines("pb-answers", guard, self._answered, room=_ROOM)
        self._why = Prose("pb-why")
        self._back = Press("pb-back", guard(lambda: state.ask(None)))
        self._remedy = Press("pb-advice", guard(self._open_advised))
        self._facts_head = Prose("pb-card-head")
        self._facts = Lines("pb-facts", guard, self._ask, state.withdraw, room=_ROOM)
        self._others = Outline(guard, self._ask)
        self.box = column(
            "pb-call",
            column("pb-card", self._symptom_head, self._symptoms),
            open_cases,
            column(
                "pb-card pb-now",
                self._remedy,
                self._question,
                self._answers,
                self._why,
                self._back,
            ),
            column("pb-card", self._facts_head, self._facts, self._others),
        )

    def _answered(self, outcome: str) -> None:
        question = self._state.question
        if question is not None:
            self._state.answer(question.check.id, outcome)

    def _ask(self, check: str) -> None:
        self._state.ask(check)
        self._reveal(".pb-now")

    def _open_advised(self) -> None:
        cause = self._state.advised_cause()
        if cause is not None:
            self._state.open(cause.id)
            self._reveal(".pb-remedy")

    def draw(self) -> None:
        """Show the call as the case stands."""
        say = self._state.say
        self._symptom_head.show(tag("h2", say("symptom")))
        self._symptoms.show(self._symptom_lines())
        self._draw_advice()
        question = self._state.question
        self._question.show(self._asked(question))
        self._answers.show(self._answer_lines(question))
        self._why.show(self._reasons(question))
        self._back.description = say("back_to_advised")
        hide(self._back, on=self._state.case.asked is None)
        facts = tuple(self._fact_lines())
        self._facts_head.show(
            tag("h2", say("facts")), "" if facts else tag("p", say("no_facts"), class_="pb-empty")
        )
        self._facts.show(facts)
        self._draw_others()

    def _draw_advice(self) -> None:
        cause = self._state.advised_cause()
        hide(self._remedy, on=cause is None or cause is self._state.opened)
        if cause is not None:
            title = self._state.words(cause.title)
            self._remedy.description = self._state.say("advise_remedy", cause=title)

    def _symptom_lines(self) -> Iterator[Line]:
        for each in self._state.knowledge.symptoms:
            words = self._state.words(each.says)
            yield Line(
                each.id,
                (self._state.words(each.title),),
                chosen=each.id == self._state.symptom,
                tip=self._state.say("quoted", words=words),
            )
        chosen = self._state.symptom == UNKNOWN
        yield Line(UNKNOWN, (self._state.say("symptom_unclear"),), chosen=chosen)

    def _asked(self, question: Question | None) -> Markup:
        say = self._state.say
        if self._state.solved_by:
            ended = self._state.case.ended
            return tag("p", say("solved_ended" if ended else "solved"), class_="pb-solved")
        if question is None:
            return tag("p", say(self._nothing_to_ask()), class_="pb-empty")
        check, words = question.check, self._state.words
        how = tag("p", words(check.how), class_="pb-how") if check.how else ""
        aloud = "pb-look" if check.by == "agent" else "pb-aloud"
        return tag(
            "div",
            tag("p", say("by_" + check.by), class_="pb-by"),
            tag("h2", words(check.title)),
            tag("p", words(check.asks), class_=aloud),
            how,
        )

    def _nothing_to_ask(self) -> str:
        return "no_more_checks" if self._state.is_begun else "choose_symptom"

    def _answer_lines(self, question: Question | None) -> Iterator[Line]:
        for each in question.answers if question else ():
            tip = self._state.say("chosen") if each.chosen else ""
            yield Line(each.outcome, (each.says,), self._leads(each), each.chosen, tip)

    def _leads(self, answer: Answer) -> Markup:
        if answer.leads_to is None:
            return NOTHING
        suspect = answer.leads_to
        says = self._state.say(
            "leads_to",
            cause=self._state.words(suspect.cause.title),
            share=f"{suspect.probability:.0%}",
        )
        return tag("span", says, class_="pb-leads")

    def _reasons(self, question: Question | None) -> Markup:
        if question is None or not question.separates:
            return NOTHING
        titles = [self._state.words(cause.title) for cause in question.separates[:3]]
        causes = self._state.listed(titles)
        return tag("p", self._state.say("separates", causes=causes))

    def _fact_lines(self) -> Iterator[Line]:
        say = self._state.say
        for each in self._state.facts:
            check = each.observation.check
            if check == SYMPTOM:
                continue
            prose = tag("span", each.title, class_="pb-fact-title") + tag("strong", each.says)
            change = say("change") if each.is_question else ""
            chosen = check == self._state.case.asked
            yield Line(check, (change, say("withdraw")), prose, chosen, each.said)

    def _draw_others(self) -> None:
        say = self._state.say
        hide(self._others, on=not self._state.open_checks)
        title = say("other_checks", count=str(len(self._state.open_checks)))
        self._others.show(self._listed, say, title, self._state.case.asked or "")

    def _listed(self) -> list[object]:
        say, words = self._state.say, self._state.words
        items = (
            item(each.id, words(each.title), say("by_" + each.by), words(each.asks))
            for each in self._state.open_checks
        )
        return [grouped(items)]

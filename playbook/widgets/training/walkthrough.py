"""The trainer's page: a case worked step by step, each step a cell with text to talk about.

Every step answers with plain text, so it shows the same in a notebook, on paper and in a test; the
tree can be had as a picture too.
"""

from __future__ import annotations

from collections.abc import Iterator

from playbook.diagnosis import SYMPTOM, WORKED, Suspect
from playbook.language import Language
from playbook.loader import load_knowledge
from playbook.schema import Cause
from playbook.widgets.case.hand_off import hand_off
from playbook.widgets.case.state import CaseState
from playbook.widgets.tree import page as tree_page

BAR = 20
"""Characters of a full bar of the tree."""

EXPLAINED = 3
"""Causes at the top of the tree that say what speaks for and against them."""


class Said(str):
    """Text that a notebook cell shows as it stands, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def begin(symptom: str, language: Language = "ja") -> Lesson:
    """A lesson about a customer with this symptom (an id of symptoms.yaml)."""
    state = CaseState(load_knowledge())
    state.language = language
    state.answer(SYMPTOM, symptom)
    return Lesson(state)


class Lesson:
    """A case in hand, told as text. `state` is the same case the agent's page works on."""

    def __init__(self, state: CaseState) -> None:
        self.state = state

    def __repr__(self) -> str:
        return self._opening()

    def _opening(self) -> str:
        symptom = self.state.knowledge.symptom[self.state.symptom or ""]
        words = self.state.words
        return self.state.say(
            "lesson_symptom", says=words(symptom.says), symptom=words(symptom.title)
        )

    def question(self) -> Said:
        """The check advised now, its possible answers, and where each would lead."""
        asked = self.state.question
        if asked is None:
            return Said(self.state.say("no_more_checks"))
        return Said("\n".join(self._question_lines()))

    def _question_lines(self) -> Iterator[str]:
        asked = self.state.question
        if asked is None:
            return
        say, words = self.state.say, self.state.words
        check = asked.check
        by = say("by_" + check.by)
        yield say("lesson_question", by=by, title=words(check.title), asks=words(check.asks))
        for answer in asked.answers:
            leads = self._suspect("leads_to", answer.leads_to) if answer.leads_to else ""
            yield say("lesson_answer", says=answer.says, leads=leads).rstrip()
        if asked.separates:
            causes = self.state.listed([words(cause.title) for cause in asked.separates])
            yield say("separates", causes=causes)

    def answer(self, check: str, outcome: str) -> Said:
        """Enter an answer, then show how the tree has moved."""
        self.state.answer(check, outcome)
        return Said(f"{self.state.facts[-1].said}\n\n{self.tree()}")

    def read(self, bounce: str) -> Said:
        """Read a bounce into the case: the reason, who acts, what to tell the customer."""
        self.state.paste(bounce)
        self.state.read()
        reading = self.state.case.reading
        if reading is None:
            return Said(self.state.say("nothing_read"))
        say, reason = self.state.say, self.state.reason_of(reading)
        who = self.state.listed([say("who_acts_" + each) for each in reading.who_acts])
        lines = (
            ("reason_label", self.state.words(reason.title)),
            ("nature_label", say("nature_" + reading.nature)),
            ("who_acts_label", who),
            ("tell_label", self.state.words(reason.tell)),
        )
        return Said("\n".join(say("fact", title=say(name), says=says) for name, says in lines))

    def tree(self, most: int = 8) -> Said:
        """The causes left, most probable first, with what speaks for and against the first ones."""
        return Said("\n".join(self._tree_lines(most)))

    def picture(self) -> None:
        """Put the whole tree on the screen; it follows every answer."""
        tree_page.show(self.state)

    def _tree_lines(self, most: int) -> Iterator[str]:
        suspects = self.state.suspects
        symptom = self.state.knowledge.symptom[self.state.symptom or ""]
        title = self.state.words(symptom.title)
        yield self.state.say("lesson_tree", symptom=title, count=str(len(suspects)))
        for place, suspect in enumerate(suspects[:most]):
            filled = round(suspect.probability * BAR)
            share = f"{suspect.probability:4.0%}"
            cause = self.state.words(suspect.cause.title)
            yield f"├─ {'█' * filled}{'░' * (BAR - filled)} {share}  {cause}"
            if place < EXPLAINED:
                yield from self._reasons(suspect.cause)
        rest = suspects[most:]
        share = f"{sum(each.probability for each in rest):.0%}"
        if rest:
            yield "└─ " + self.state.say("causes_rest", count=str(len(rest)), share=share)

    def _reasons(self, cause: Cause) -> Iterator[str]:
        for each in self.state.why(cause):
            yield f"│     {'＋' if each.factor > 1 else '－'} {each.fact.said}"

    def _suspect(self, label: str, suspect: Suspect) -> str:
        title, share = self.state.words(suspect.cause.title), f"{suspect.probability:.0%}"
        return self.state.say(label, cause=title, share=share)

    def verdict(self) -> Said:
        """The most probable cause and its remedy."""
        cause = self.state.suspects[0].cause
        remedy = self.state.knowledge.remedy[cause.remedy]
        words = self.state.words
        return Said(
            self.state.say("lesson_verdict", cause=words(cause.title), remedy=words(remedy.title))
        )

    def remedy(self) -> Said:
        """The remedy of the most probable cause: cautions first, then the steps."""
        remedy = self.state.knowledge.remedy[self.state.suspects[0].cause.remedy]
        say, words = self.state.say, self.state.words
        cautions = (say("lesson_caution", says=words(each)) for each in remedy.cautions)
        steps = (f"{number}. {words(each)}" for number, each in enumerate(remedy.steps, 1))
        verify = say("lesson_verify", says=words(remedy.verify))
        return Said("\n".join((*cautions, *steps, verify)))

    def solved(self) -> Said:
        """The remedy worked; the text for the ticket."""
        remedy = self.state.suspects[0].cause.remedy
        self.state.tried(remedy, WORKED)
        return self.hand_off()

    def hand_off(self) -> Said:
        """The text for the ticket as the case stands."""
        return Said(hand_off(self.state))

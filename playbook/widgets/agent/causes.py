"""The column of causes: those left with what speaks for and against them, and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from playbook.diagnosis import FAILED, WORKED, Suspect
from playbook.outline import causes_of_symptom
from playbook.schema import Cause, Remedy
from playbook.widgets.case.shown import Speaks
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
    bullets,
    column,
    grouped,
    hide,
    item,
    join,
    link,
    mark,
    row,
    tag,
)
from playbook.widgets.tree.page import branch
from playbook.widgets.tree.picture import TreePicture

SHOWN = 6
"""Causes in the ranking; the others are told by their number."""

EXPLAINED = 3
"""Causes of the ranking that say what speaks for and against them; the sheet says it for any."""

REASONS = 2
"""Observations shown with each of those."""

TELLING = (0.9, 1.1)
"""Observations whose factor lies between the two are not worth the agent's eye."""


class Causes:
    """The causes left, ranked; the whole tree; the remedy of the one that is open."""

    def __init__(self, state: CaseState, guard: Guard, reveal: Reveal) -> None:
        self._state = state
        self._reveal = reveal
        self._head = Prose("pb-card-head")
        self._ranking = Lines("pb-ranking", guard, self._open, room=SHOWN)
        self._rest = Prose("pb-rest")
        self._tree = Outline(guard, self._open)
        self._picture = TreePicture(guard, self._open)
        self._sheet = Prose("pb-sheet")
        self._worked = Press("pb-worked", guard(lambda: self._tried(WORKED)))
        self._failed = Press("pb-failed", guard(lambda: self._tried(FAILED)))
        self._close = Press("pb-close", guard(lambda: state.open(None)))
        self._verdict = row("pb-verdict", self._worked, self._failed, self._close)
        self.box = column(
            "pb-causes",
            column("pb-card", self._head, self._ranking, self._rest, self._tree, self._picture),
            column("pb-card pb-remedy", self._sheet, self._verdict),
        )

    def _open(self, cause: str) -> None:
        self._state.open(cause)
        self._reveal(".pb-remedy")

    def _tried(self, outcome: str) -> None:
        if self._state.opened is not None:
            self._state.tried(self._state.opened.remedy, outcome)
            self._reveal(".pb-now")

    def draw(self) -> None:
        """Show the causes as the case stands."""
        say = self._state.say
        self._head.show(tag("h2", say("causes")), self._at_odds())
        suspects = self._state.suspects if self._state.is_begun else ()
        self._ranking.show(self._lines(suspects[:SHOWN]))
        self._rest.show(self._others(suspects[SHOWN:]))
        self._draw_tree()
        self._draw_sheet()

    def _at_odds(self) -> Markup:
        facts = self._state.at_odds
        if not facts:
            return NOTHING
        says = (each.said for each in facts)
        return tag("div", tag("p", self._state.say("at_odds")), bullets(says), class_="pb-odds")

    def _others(self, rest: tuple[Suspect, ...]) -> Markup:
        say = self._state.say
        if not self._state.is_begun:
            return tag("p", say("no_causes_yet"), class_="pb-empty")
        share = f"{sum(each.probability for each in rest):.0%}"
        says = say("causes_rest", count=str(len(rest)), share=share)
        closed = self._state.closed()
        counted = tag("p", say("closed_counted", count=str(closed))) if closed else NOTHING
        return (tag("p", says) if rest else NOTHING) + counted

    def _lines(self, suspects: tuple[Suspect, ...]) -> Iterator[Line]:
        for place, each in enumerate(suspects):
            cause, share = each.cause, f"{each.probability:.0%}"
            bar = tag("span", class_="pb-bar", style=f"--share:{each.probability:.3f}")
            why = self._why(cause, REASONS if place < EXPLAINED else 0)
            prose = bar + tag("span", share, class_="pb-share") + why
            chosen = cause is self._state.opened
            yield Line(cause.id, (self._state.words(cause.title),), prose, chosen)

    def _why(self, cause: Cause, most: int | None = None) -> Markup:
        low, high = TELLING
        telling = [each for each in self._state.why(cause) if not low < each.factor < high]
        return bullets(map(self._speaks, telling[:most]), class_="pb-reasons")

    def _speaks(self, reason: Speaks) -> Markup:
        way, sign = ("for", "＋") if reason.factor > 1 else ("against", "－")
        name = tag("span", self._state.say("speaks_" + way), class_="pb-unseen")
        signed = tag("span", sign, aria_hidden="true", class_=f"pb-{way}")
        return tag("span", signed, name, reason.fact.said, title=reason.fact.said)

    def _draw_tree(self) -> None:
        say = self._state.say
        self._picture.title, self._picture.hint = say("tree_picture"), say("tree_picture_hint")
        known = self._state.symptom in self._state.knowledge.symptom
        self._picture.show(partial(branch, self._state) if known else None)
        title = say("all_causes", count=str(len(self._state.knowledge.causes)))
        self._tree.show(self._listed, say, title, self._state.case.opened or "")

    def _listed(self) -> list[object]:
        knowledge, words = self._state.knowledge, self._state.words
        return [
            grouped(
                (
                    item(cause.id, words(cause.title), also=words(cause.explains))
                    for cause in causes_of_symptom(knowledge, symptom.id)
                ),
                words(symptom.title),
            )
            for symptom in knowledge.symptoms
        ]

    def _draw_sheet(self) -> None:
        say = self._state.say
        cause = self._state.opened
        hide(self._verdict, on=cause is None)
        if cause is None:
            self._sheet.show(tag("p", say("open_a_cause"), class_="pb-empty"))
            return
        outcome = self._state.outcome_of_remedy(cause)
        for press, mine in ((self._worked, WORKED), (self._failed, FAILED)):
            press.description = say("remedy_" + mine)
            mark(press, "pb-chosen", on=outcome == mine)
        self._close.description = say("close")
        self._sheet.show(self._remedy(cause, self._state.knowledge.remedy[cause.remedy]))

    def _remedy(self, cause: Cause, remedy: Remedy) -> Markup:
        say, words = self._state.say, self._state.words
        cautions = bullets(words(each) for each in remedy.cautions)
        warning = tag("section", tag("h3", say("cautions")), cautions, class_="pb-cautions")
        escalation = ""
        if remedy.escalation:
            escalation = tag(
                "section", tag("h3", say("escalation")), tag("p", words(remedy.escalation))
            )
        contacts = bullets(self._contacts(remedy))
        return tag(
            "article",
            tag("p", words(cause.title), class_="pb-by"),
            tag("h2", words(remedy.title)),
            tag("p", words(cause.explains), class_="pb-explains"),
            warning if remedy.cautions else "",
            self._suspected(cause),
            tag("h3", say("steps"), tag("small", say("minutes", minutes=f"{remedy.minutes:g}"))),
            bullets((words(each) for each in remedy.steps), numbered=True, class_="pb-steps"),
            tag("section", tag("h3", say("verify")), tag("p", words(remedy.verify))),
            tag("section", tag("h3", say("contacts")), contacts) if contacts else "",
            escalation,
            tabindex="-1",
        )

    def _suspected(self, cause: Cause) -> Markup:
        say, why, closed = self._state.say, self._why(cause), self._state.closed()
        counts = {"count": str(self._state.closed(cause)), "of": str(closed)}
        counted = (
            tag("p", say("closed_with_cause", **counts), class_="pb-by") if closed else NOTHING
        )
        return (tag("div", tag("h3", say("why_suspected")), why) if why else NOTHING) + counted

    def _contacts(self, remedy: Remedy) -> Iterator[Markup]:
        for says, page in self._state.links_of(remedy):
            more = link(self._state.words(page.title), page.url) if page else ""
            yield join((tag("span", says), more))

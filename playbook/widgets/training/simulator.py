"""The training room: a simulated customer on the line, then the debrief of every step."""

from __future__ import annotations

from functools import partial

from ipywidgets import Widget
from markupsafe import Markup
from traitlets import Bunch

from playbook.loader import load_knowledge
from playbook.training import Move
from playbook.widgets.shared.frame import Frame, Shortcut, open_page, redraw
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    Outline,
    Press,
    Prose,
    bullets,
    column,
    grouped,
    hide,
    item,
    mark,
    row,
    tag,
)
from playbook.widgets.training.debrief import DebriefPaper
from playbook.widgets.training.state import WAYS, TrainingState, Way
from playbook.widgets.training.steps import Beside, Steps, move_title

KEYS = {
    "/": Shortcut(".pb-checks .pb-outline-search", "key_search"),
    "r": Shortcut(".pb-call .pb-read", "key_notice"),
    "h": Shortcut(".pb-hint-1", "key_hint"),
    "u": Shortcut(".pb-undo", "key_undo"),
    "n": Shortcut(".pb-new", "simulator_other"),
}
"""The keys of the page; they rest while a text is typed."""

_LEVELS = (1, 2, 3)


def show(
    case: str | None = None,
    *,
    number: int | None = None,
    way: Way = "practice",
    language: str = "ja",
) -> None:
    """Put the page on the screen.

    Args:
        case: The id of a case of the knowledge, to begin with it.
        number: The number of a drawn case, to begin with that.
        way: "practice", "check" (no hints, nothing can be taken back) or "class" (by votes).
        language: "ja" or "en".
    """

    def opened() -> Widget:
        return Simulator(TrainingState.set_up(load_knowledge(), case, number, way, language)).page

    open_page(opened)


class Simulator:
    """The page: a case is chosen, worked, and talked through."""

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        frame = Frame(state, "simulator_title", KEYS)
        guard = frame.guard
        self._undo = Press("pb-undo", guard(state.undo))
        self._other = Press("pb-new", guard(state.leave))
        self._again = Press("pb-again", guard(state.again))
        choosing = _Choosing(state, guard)
        conversation = _Conversation(state, guard)
        steps = Steps(state, guard)
        beside = Beside(state, guard)
        self._debrief = Prose("pb-debrief pb-card")
        self._narrowing = Prose("pb-card")
        self._ways = Prose("pb-card")
        self._work = row("pb-columns pb-training", conversation.box, steps.box, beside.box)
        self._talk = column("pb-afterwards", self._debrief, self._narrowing, self._ways)
        self._choosing = choosing.box
        tools = row("pb-tools", self._undo, self._again, self._other)
        self.page = frame.page(tools, self._choosing, self._work, self._talk)
        redraw(
            state,
            ["way", "group", "remedy", "given", "told"],
            frame.draw,
            self._draw,
            *(each.draw for each in (choosing, conversation, steps, beside)),
        )

        state.observe(self._reveal, ["group", "remedy", "told"])
        self._frame = frame

    def _reveal(self, change: Bunch) -> None:
        """Bring what is new into sight, and the focus to it."""
        if change.name == "told" and change.new is not None:
            self._frame.reveal(".pb-debrief")
        elif change.name == "remedy" and change.new:
            self._frame.reveal(".pb-remedy")
        elif change.name == "group" and change.old is None:
            self._frame.reveal(".pb-customer")

    def _draw(self) -> None:
        state, say = self._state, self._state.say
        is_open, is_over = state.group is not None, state.told is not None
        hide(self._choosing, on=is_open)
        hide(self._work, on=not is_open or is_over)
        hide(self._talk, on=not is_over)
        hide(self._undo, on=not is_open or not state.may_look_ahead)
        hide(self._again, on=not is_over)
        hide(self._other, on=not is_open)
        self._undo.description, self._again.description = say("undo"), say("simulator_again")
        self._other.description = say("simulator_other")
        self._undo.disabled = not (is_open and state.session.moves)
        if state.told is None or state.group is None:
            for each in (self._debrief, self._narrowing, self._ways):
                each.show()
            return
        rounds = state.group.rounds if state.is_voted else None
        paper = DebriefPaper(state.told, state.knowledge, state.language, rounds)
        self._debrief.show(paper.summary())
        self._narrowing.show(paper.narrowing())
        self._ways.show(paper.ways())


class _Choosing:
    """How to work, and which case."""

    def __init__(self, state: TrainingState, guard: Guard) -> None:
        self._state = state
        self._head = Prose("pb-card-head")
        self._ways = {way: Press(f"pb-way-{way}", guard(partial(self._set, way))) for way in WAYS}
        self._about = Prose("pb-about pb-live")
        self._draw_one = Press("pb-draw", guard(state.draw))
        self._cases = Outline(guard, state.choose, unfolded=True)
        ways = row("pb-tools pb-choices", *self._ways.values())
        draw = row("pb-tools", self._draw_one)
        self.box = column("pb-card pb-choosing", self._head, ways, self._about, draw, self._cases)

    def _set(self, way: Way) -> None:
        self._state.way = way

    def draw(self) -> None:
        say = self._state.say
        self._head.show(tag("h2", say("simulator_choose")))
        for way, press in self._ways.items():
            press.description = say(f"simulator_way_{way}")
            mark(press, "pb-chosen", on=way == self._state.way)
        self._about.show(tag("p", say(f"simulator_about_{self._state.way}")))
        self._draw_one.description = say("simulator_draw")
        title = say("simulator_cases", count=str(len(self._state.knowledge.cases)))
        self._cases.show(self._listed, say, title)

    def _listed(self) -> list[object]:
        say, words, knowledge = self._state.say, self._state.words, self._state.knowledge
        return [
            grouped(
                (
                    item(case.id, words(case.title), words(case.mood))
                    for case in knowledge.cases
                    if case.symptom == symptom.id and case.level == level
                ),
                say("simulator_level", symptom=words(symptom.title), level=str(level)),
            )
            for symptom in knowledge.symptoms
            for level in _LEVELS
        ]


class _Conversation:
    """What was said so far, the minutes, and what the customer has pasted."""

    def __init__(self, state: TrainingState, guard: Guard) -> None:
        self._state = state
        self._head = Prose("pb-customer")
        self._said = Prose("pb-said pb-live")
        self._notice = Prose("pb-pasted")
        self._read = Press("pb-read", guard(state.read_notice))
        self._reading = row("pb-tools", self._read)
        self._pasted = column("pb-card", self._notice, self._reading)
        self.box = column("pb-call", column("pb-card", self._head, self._said), self._pasted)

    def draw(self) -> None:
        if self._state.group is None:
            for prose in (self._head, self._said, self._notice):
                prose.show()
            return
        state, say, session = self._state, self._state.say, self._state.session
        case = session.case
        minutes = say("simulator_minutes", minutes=f"{session.minutes:g}")
        self._head.show(
            tag("p", say("simulator_customer", mood=state.words(case.mood)), class_="pb-by"),
            tag(
                "h2",
                state.words(case.title),
                tag("small", minutes, class_="pb-clock"),
                tabindex="-1",
            ),
            tag("p", say("quoted", words=state.words(case.opening)), class_="pb-aloud"),
        )
        self._said.show(bullets(map(self._turn, session.moves), numbered=True, class_="pb-turns"))
        notice = session.notice
        hide(self._pasted, on=notice is None)
        hide(self._reading, on=session.unread_notice is None)
        self._read.description = say("read")
        if notice is None:
            self._notice.show()
            return
        mail = tag("pre", notice.text, class_="pb-mail", tabindex="0")
        self._notice.show(tag("h3", say("simulator_notice")), mail)

    def _turn(self, move: Move) -> Markup:
        sprung = move.sprung if self._state.may_look_ahead else ()
        words = self._state.words
        traps = (
            tag("p", self._state.say("simulator_trap", says=words(trap.bites)), class_="pb-odds")
            for trap in sprung
        )
        asked = tag("p", move_title(self._state, move.kind, move.id), class_="pb-asked")
        return tag("div", asked, tag("p", words(move.says), class_="pb-answered"), *traps)

"""The agent's page: from the customer's first words to the text for the ticket."""

from __future__ import annotations

from functools import partial

from ipywidgets import Widget

from playbook.loader import working_knowledge
from playbook.settings import settings
from playbook.widgets.agent.call import Call
from playbook.widgets.agent.causes import Causes
from playbook.widgets.agent.finder import Finder
from playbook.widgets.agent.papers import Papers
from playbook.widgets.agent.record import Record
from playbook.widgets.case.keeping import Keeper
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared.examples import Examples, bounces, calls
from playbook.widgets.shared.frame import Frame, Shortcut, open_page, redraw
from playbook.widgets.shared.parts import Press, row

_FIRST = ".pb-call:not(:has(.pb-answers .pb-line)) .pb-symptoms:not(:has(.pb-chosen))"
"""The symptoms, while none is chosen and there is no question yet."""


def _numbered(n: int) -> Shortcut:
    place = f".pb-line:nth-child({n}) .pb-line-0"
    return Shortcut(f"{_FIRST} {place}, .pb-answers {place}", "key_answers")


KEYS = {str(n): _numbered(n) for n in range(1, 10)} | {
    "r": Shortcut(".pb-advice", "key_advice"),
    "w": Shortcut(".pb-worked", "key_worked"),
    "f": Shortcut(".pb-failed", "key_failed"),
    "u": Shortcut(".pb-undo", "key_undo"),
    "b": Shortcut(".pb-paste textarea", "key_paste"),
    "m": Shortcut(".pb-note textarea", "key_note"),
    "c": Shortcut(".pb-handoff .pb-copy button", "key_copy"),
    "l": Shortcut(".pb-letter .pb-copy button", "key_copy_letter"),
    "e": Shortcut(".pb-ends :not(.pb-hidden)", "key_end"),
    "n": Shortcut(".pb-new", "key_new"),
    "/": Shortcut(".pb-search input", "key_search"),
    "escape": Shortcut(".pb-found .pb-close", "key_leave"),
}
"""The keys of the page; they rest while a text is typed."""


def show() -> None:
    """Put the page on the screen."""
    open_page(_opened)


def _opened() -> Widget:
    knowledge, faults = working_knowledge()
    state = CaseState(knowledge, Keeper(knowledge.digest))
    state.faults = faults
    return Dashboard(state).page


class Dashboard:
    """The columns of the page, around one case."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        frame = Frame(state, "dashboard_title", KEYS)
        self._undo = Press("pb-undo", frame.guard(state.undo))
        self._new = Press("pb-new", frame.guard(state.start_over))
        self._to_paste = Press("pb-to-paste", frame.guard(partial(frame.reveal, ".pb-paste")))
        finder = Finder(state, frame.guard, frame.reveal)
        record = Record(state, frame.guard, frame.voice)
        columns = (
            Call(state, frame.guard, frame.reveal, record.open),
            Causes(state, frame.guard, frame.reveal),
            Papers(state, frame.guard, record.ends),
        )
        demo = self._examples(frame) if settings().demo else ()
        tools = row("pb-tools", finder.box, self._undo, self._new, self._to_paste)
        self.page = frame.page(
            tools,
            *(each.box for each in demo),
            record.box,
            row("pb-columns", *(each.box for each in columns)),
        )
        redraw(
            state,
            ["case", "unread"],
            frame.draw,
            self._draw_tools,
            *(each.draw for each in (*columns, record, finder, *demo)),
        )
        if state.keeper is not None:
            state.keeper.observe(lambda _change: record.draw(), "unsaved")

    def _examples(self, frame: Frame) -> tuple[Examples]:
        state = self._state
        rows = {"demo_calls": calls(state.knowledge), "demo_bounces": bounces(state.knowledge)}
        return (Examples(state, frame.guard, state.take_call, rows),)

    def _draw_tools(self) -> None:
        self._undo.description = self._state.say("undo")
        self._undo.disabled = not self._state.past
        self._new.description = self._state.say("start_over")
        self._to_paste.description = self._state.say("bounce")

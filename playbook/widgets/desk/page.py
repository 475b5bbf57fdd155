"""The bounce desk: paste a bounce, see why the mail came back and what to tell the customer."""

from __future__ import annotations

from collections.abc import Mapping

from ipywidgets import Widget

from playbook.loader import working_knowledge
from playbook.settings import settings
from playbook.widgets.desk.state import DeskState
from playbook.widgets.shared.bounce import advice, alternatives, evidence, verdict
from playbook.widgets.shared.examples import Examples, bounces
from playbook.widgets.shared.frame import Frame, Shortcut, open_page, redraw
from playbook.widgets.shared.parts import (
    CopyButton,
    Paste,
    Press,
    Prose,
    column,
    hide,
    listen,
    row,
    tag,
)

KEYS = {
    "b": Shortcut(".pb-paste textarea", "key_paste"),
    "c": Shortcut(".pb-copy button", "key_copy_letter"),
    "n": Shortcut(".pb-new", "key_new"),
}
"""The keys of the page; they rest while a text is typed."""


def show() -> None:
    """Put the page on the screen."""
    open_page(_opened)


def _opened() -> Widget:
    knowledge, faults = working_knowledge()
    state = DeskState(knowledge)
    state.faults = faults
    return Desk(state).page


class Desk:
    """The box to paste into, what was read, and what to tell the customer."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        frame = Frame(state, "desk_title", KEYS)
        listen(frame.voice, frame.guard, self._heard)
        self._head = Prose("pb-card-head")
        self._voice = frame.voice
        self._paste = Paste(state.paste)
        self._read = Press("pb-read", frame.guard(self._asked_to_read))
        self._clear = Press("pb-new", frame.guard(self._cleared))
        self._verdict = Prose("pb-verdict-read pb-live")
        self._alternatives = Prose("pb-alternatives")
        self._evidence = Prose("pb-evidence")
        self._advice = Prose("pb-tell")
        self._letter = Prose("pb-handoff-text")
        self._copy = CopyButton()
        self._shown = column("pb-card pb-shown", self._evidence)
        columns = row(
            "pb-columns pb-desk",
            column(
                "pb-pasted",
                column("pb-card", self._head, self._paste, row("pb-tools", self._read)),
                self._shown,
            ),
            column(
                "pb-meant",
                column("pb-card", self._verdict, self._alternatives),
                column("pb-card", self._advice, self._letter, self._copy),
            ),
        )
        demo = self._examples(frame) if settings().demo else ()
        self.page = frame.page(row("pb-tools", self._clear), *(each.box for each in demo), columns)
        draws = (frame.draw, self._draw, *(each.draw for each in demo))
        redraw(state, ["pasted", "reading"], *draws)

    def _examples(self, frame: Frame) -> tuple[Examples]:
        state = self._state
        rows = {"demo_bounces": bounces(state.knowledge)}
        return (Examples(state, frame.guard, state.take_bounce, rows),)

    def _heard(self, said: Mapping[str, object]) -> None:
        """What the browser has kept of the page."""
        if said.get("draft"):
            self._state.remember(str(said["draft"]), str(said.get("read")))

    def _asked_to_read(self) -> None:
        self._state.read()
        self._voice.send({"keep": {"read": self._state.read_from}})

    def _cleared(self) -> None:
        self._state.clear()
        self._voice.send({"keep": {"read": ""}})

    def _draw(self) -> None:
        say, reading = self._state.say, self._state.reading
        self._head.show(tag("h2", say("bounce")))
        self._paste.description = say("paste_label")
        self._paste.placeholder = say("paste_here")
        self._paste.value = self._state.pasted
        self._read.description = say("read")
        self._clear.description = say("clear")
        self._copy.label, self._copy.done = say("copy_letter"), say("copied")
        self._copy.text = self._state.letter
        hide(self._shown, on=reading is None)
        if reading is None:
            self._verdict.show(tag("p", say("nothing_read"), class_="pb-empty"))
            self._advice.show(tag("p", say("nothing_to_tell"), class_="pb-empty"))
            for prose in (self._alternatives, self._evidence, self._letter):
                prose.show()
            return
        self._verdict.show(verdict(self._state, reading))
        self._alternatives.show(alternatives(self._state, reading))
        self._evidence.show(evidence(self._state, reading))
        self._advice.show(advice(self._state, reading))
        head = tag("p", say("letter_label"), class_="pb-by")
        self._letter.show(head, tag("pre", self._copy.text))

"""The column of papers: the bounce that was pasted, the letter about it, and the hand-off text."""

from __future__ import annotations

from ipywidgets import Widget

from playbook.widgets.case.hand_off import hand_off
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared.bounce import advice, evidence, verdict
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    CopyButton,
    Paste,
    Press,
    Prose,
    column,
    hide,
    row,
    tag,
)


class Papers:
    """The bounce box, the notes and the hand-off text."""

    def __init__(self, state: CaseState, guard: Guard, ends: Widget) -> None:
        """`ends`: the buttons that end the case."""
        self._state = state
        self._bounce_head = Prose("pb-card-head")
        self._paste = Paste(state.paste)
        self._read = Press("pb-read", guard(state.read))
        self._verdict = Prose("pb-verdict-read pb-live")
        self._letter = Prose("pb-letter-text")
        self._copy_letter = CopyButton()
        self._reply = column("pb-letter", self._letter, self._copy_letter)
        self._evidence = Prose("pb-evidence")
        self._handoff_head = Prose("pb-card-head")
        self._handoff = Prose("pb-handoff-text")
        self._copy = CopyButton()
        self._note = Paste(state.jot, "pb-note")
        state.observe(lambda change: setattr(self._note, "value", change["new"]), "jotted")
        self._jot = Press("pb-jot", guard(state.note))
        self.box = column(
            "pb-papers",
            column(
                "pb-card",
                self._bounce_head,
                self._paste,
                row("pb-tools", self._read),
                self._verdict,
                self._reply,
                self._evidence,
            ),
            column(
                "pb-card pb-handoff",
                self._handoff_head,
                self._handoff,
                self._copy,
                self._note,
                row("pb-tools", self._jot),
                ends,
            ),
        )

    def draw(self) -> None:
        """Show the papers as the case stands."""
        say = self._state.say
        self._bounce_head.show(tag("h2", say("bounce")))
        self._paste.description = say("paste_label")
        self._paste.placeholder = say("paste_here")
        self._paste.value = self._state.case.pasted
        self._read.description = say("read")
        self._draw_reading()
        self._handoff_head.show(tag("h2", say("handoff")))
        text = hand_off(self._state)
        self._handoff.show(
            tag("pre", text) if text else tag("p", say("handoff_empty"), class_="pb-empty")
        )
        self._copy.label, self._copy.done = say("copy"), say("copied")
        self._copy.text = text
        self._note.description = say("note_label")
        self._note.placeholder = say("note_here")
        self._jot.description = say("note_add")

    def _draw_reading(self) -> None:
        say, reading = self._state.say, self._state.case.reading
        text = self._state.letter_on(reading)
        hide(self._reply, on=not text)
        summary = tag("summary", say("letter_label"))
        self._letter.show(tag("details", summary, tag("pre", text)) if text else "")
        self._copy_letter.label, self._copy_letter.done = say("copy_letter"), say("copied")
        self._copy_letter.text = text
        if reading is None:
            self._verdict.show()
            self._evidence.show()
            return
        self._verdict.show(verdict(self._state, reading), advice(self._state, reading))
        self._evidence.show(evidence(self._state, reading))

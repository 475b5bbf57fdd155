"""The part of the agent's page that keeps the case: brought back, saved, ended, listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from markupsafe import Markup

from playbook.caselog import CaseLine, LogUnavailableError, NoSuchCaseError
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    NOTHING,
    Line,
    Lines,
    Press,
    Prose,
    Voice,
    column,
    hide,
    listen,
    row,
    tag,
)

LISTED = 5
"""Open cases shown."""


class Record:
    """What is kept of the case, and what the page's browser keeps of it.

    The address of the page names the case; the half-typed text stays in the browser, which tells
    it when the page is opened.
    """

    def __init__(self, state: CaseState, guard: Guard, voice: Voice) -> None:
        self._state = state
        self._voice = voice
        self._wanted = ""
        self._missing = False
        self._notice = Prose("pb-kept")
        self._head = Prose("pb-card-head")
        self._cases = Lines("pb-open-cases", guard, self._picked)
        self._close = Press("pb-close", guard(self._closed))
        self._hand_over = Press("pb-hand-over", guard(state.hand_over))
        self.box = column("pb-record", self._notice)
        self.open = column("pb-card pb-open", self._head, self._cases)
        self.ends = row("pb-tools pb-ends", self._close, self._hand_over)
        listen(voice, guard, self._heard)

    # ---- what the page's browser says -----------------------------------------------------------

    def _heard(self, message: Mapping[str, object]) -> None:
        if "retry" in message:
            self._again()
            return
        case, draft, note = (str(message.get(name) or "") for name in ("case", "draft", "note"))
        if case:
            self._resume(case)
        else:
            # The kernel may have waited for hours: other cases are open now.
            self.draw()
        if draft:
            self._state.remember(draft)
        if note:
            self._state.jot(note)

    def _picked(self, case: str) -> None:
        self._resume(case)
        # The list is gone, and with it the button that had the focus.
        self._voice.send({"reveal": ".pb-now"})

    def _resume(self, case: str) -> None:
        self._wanted, self._missing = "", False
        try:
            self._state.resume(case)
        except NoSuchCaseError:
            self._missing = True
        except LogUnavailableError:
            self._wanted = case
        self.draw()

    def _again(self) -> None:
        if self._wanted and not self._state.is_kept:
            self._resume(self._wanted)
        if self._state.keeper is not None:
            self._state.keeper.flush()

    def _closed(self) -> None:
        cause = self._true_cause
        if cause:
            self._state.close(cause)

    @property
    def _true_cause(self) -> str:
        """The cause the remedy that worked was tried for."""
        remedy = self._state.solved_by
        if remedy is None:
            return ""
        opened = self._state.case.opened
        fitting = [each.cause.id for each in self._state.suspects if each.cause.remedy == remedy.id]
        return opened if opened in fitting else next(iter(fitting), "")

    # ---- what the page shows --------------------------------------------------------------------

    def draw(self) -> None:
        """Show how the case is kept, as it stands."""
        state, keeper = self._state, self._state.keeper
        begun = state.is_kept
        if begun:
            self._wanted = ""
        with self._voice.hold_sync():
            self._voice.case = state.case.id
            self._voice.begun = bool(begun and keeper and keeper.lasts)
            self._voice.waiting = bool(self._wanted or (keeper and keeper.unsaved))
        notices = (tag("p", says, role="status") for says in self._notices())
        self._notice.show(*notices, self._ended())
        lines = () if begun or keeper is None else keeper.open_cases(LISTED)
        # All of it was taken back: there is nothing to go on with.
        cases = [each for each in lines if each.says]
        hide(self.open, on=not cases)
        self._head.show(tag("h2", state.say("open_cases")))
        self._cases.show(self._line(each) for each in cases)
        self._draw_ends()

    def _notices(self) -> Iterator[str]:
        state, keeper = self._state, self._state.keeper
        if keeper is not None and keeper.unsaved:
            yield state.say("not_saved", count=str(keeper.unsaved))
        if keeper is not None and keeper.is_foreign(state.case.id):
            yield state.say("foreign_case")
        if self._wanted:
            yield state.say("log_unreadable")
        if self._missing and not state.is_kept:
            yield state.say("no_such_case")
        if state.unread:
            yield state.say("unread_events", count=str(state.unread))

    def _ended(self) -> Markup:
        ended = self._state.case.ended
        if not ended:
            return NOTHING
        return tag("p", self._state.say("case_" + ended), role="status", class_="pb-notice-good")

    def _line(self, case: CaseLine) -> Line:
        touched = case.touched_at.astimezone()
        is_of_today = touched.date() == datetime.now().astimezone().date()
        at = touched.strftime("%H:%M" if is_of_today else "%m/%d")
        below = tag("small", tag("time", at, datetime=touched.isoformat("T", "minutes")), case.last)
        tip = " ".join(filter(None, (case.says, at, case.last)))
        resume = (self._state.say("resume_case"),)
        return Line(case.id, resume, tag("span", case.says) + below, tip=tip)

    def _draw_ends(self) -> None:
        state, cause = self._state, self._true_cause
        kept = state.keeper is not None and state.is_kept and not state.case.ended
        hide(self._close, on=not (kept and cause))
        hide(self._hand_over, on=not kept or bool(cause))
        self._hand_over.description = state.say("hand_over_case")
        if cause:
            title = state.words(state.knowledge.cause[cause].title)
            self._close.description = state.say("close_case", cause=title)

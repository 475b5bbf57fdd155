"""The bounce report: what the last batch says, and how far one is that runs just now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from playbook.loader import load_knowledge
from playbook.settings import settings
from playbook.widgets.report.state import ReportState
from playbook.widgets.shared.figures import progress, table
from playbook.widgets.shared.frame import Frame, open_page, redraw
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import Prose, column, hide, join, row, tag

if TYPE_CHECKING:
    from playbook.batch.paper import Section

_SECONDS = 1.0
"""Between two looks at the batch's folder."""


def show() -> None:
    """Put the page on the screen."""
    open_page(lambda: ReportPage(ReportState(load_knowledge(), settings().batch)).page)


class BatchView:
    """The progress of a batch above its report: a part of any page."""

    def __init__(self, state: ReportState, guard: Guard) -> None:
        self._state = state
        self._progress = Prose("pb-progress")
        self._report = Prose("pb-report")
        self.box = column("pb-card", self._progress, self._report)
        look = guard(state.look)
        look()
        redraw(state, ["report"], self._draw)
        redraw(state, ["standing", "now"], self._draw_progress)
        # A page is opened inside a kernel, whose loop it shares; a test has none.
        with suppress(RuntimeError):
            self._watching = asyncio.get_running_loop().create_task(_every_second(look))

    def _draw(self) -> None:
        state = self._state
        if not state.has_extra:
            command = tag("code", state.say("report_extra_command"))
            self._report.show(tag("p", state.say("report_needs_extra")), tag("p", command))
        elif state.report is None:
            self._report.show(tag("p", state.say("report_none_yet"), class_="pb-empty"))
        else:
            from playbook.batch.paper import sections, summary

            said = state.report, state.knowledge, state.language
            self._report.show(tag("p", summary(*said)), *map(self._section, sections(*said)))

    def _section(self, section: Section) -> Markup:
        title = tag("h2", section.title)
        if not section.rows:
            return join((title, tag("p", self._state.say("report_nothing"), class_="pb-empty")))
        return join((title, table(section.head, section.rows), tag("p", section.note)))

    def _draw_progress(self) -> None:
        standing, say = self._state.standing, self._state.say
        begun = standing is not None and not standing.ended
        # That there is no report yet goes without saying while its batch is under way.
        hide(self._report, on=begun and self._state.report is None)
        if not begun:
            self._progress.show()
            return
        percent = f"{100 * standing.done / max(standing.size, 1):.0f}"
        if standing.is_stalled(self._state.now):
            at = datetime.fromtimestamp(standing.told, UTC).astimezone()
            says = say("report_stalled", percent=percent, at=f"{at:%m/%d %H:%M}")
            bar = progress(standing.done, standing.size, says)
            self._progress.show(tag("div", bar, class_="pb-notice-care", role="status"))
            return
        says = say(
            "report_running", percent=percent, mails=f"{standing.mails:,}",
            rate=f"{standing.rate / 1e6:.2f}",
        )  # fmt: skip
        if standing.left is not None:
            says = say("list", first=says, rest=self._left(standing.left))
        self._progress.show(progress(standing.done, standing.size, says))

    def _left(self, seconds: float) -> str:
        if seconds < 60:
            return self._state.say("report_seconds_left", seconds=f"{max(seconds, 1):.0f}")
        return self._state.say("report_left", minutes=f"{seconds / 60:,.0f}")


class ReportPage:
    """The page about a batch."""

    def __init__(self, state: ReportState) -> None:
        frame = Frame(state, "report_title", {})
        self.page = frame.page(row("pb-tools"), BatchView(state, frame.guard).box)
        redraw(state, [], frame.draw)


async def _every_second(look: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(_SECONDS)
        look()

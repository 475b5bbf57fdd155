"""Keeping a case: every event is written before the screen shows it, and what is not is counted.

The agent goes on working while the case log is out of reach. Events wait here, in order, and are
written with the next one, or when the page asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from traitlets import HasTraits, Int

from playbook.caselog import (
    CaseLine,
    CaseLog,
    Entry,
    Event,
    LogError,
    open_case_log,
)
from playbook.settings import settings
from playbook.troubleshooting.from_knowledge import ClosedCases


class Keeper(HasTraits):
    """The way from a page to the case log."""

    unsaved = Int(0)
    """Events that are not written yet."""

    def __init__(self, knowledge: str, opens: Callable[[], CaseLog] = open_case_log) -> None:
        """`knowledge` is its digest; `opens` opens the log, once it is needed."""
        super().__init__()
        self._knowledge = knowledge
        self._opens = opens
        self._opened: CaseLog | None = None
        self._begun: set[str] = set()
        self._foreign: set[str] = set()
        self._waiting: list[tuple[str, Event]] = []

    def write(self, case: str, event: Event) -> None:
        """Write an event, or keep it until the log can be written to; see `unsaved`."""
        if case not in self._begun:
            self._begun.add(case)
            self._waiting.append((case, Event("started")))
        self._waiting.append((case, event))
        self.flush()

    def flush(self) -> None:
        """Write what waits."""
        try:
            while self._waiting:
                case, event = self._waiting[0]
                self._log.append(case, event, knowledge=self._knowledge)
                del self._waiting[0]
        except LogError:
            # The number says so on the page.
            pass
        self.unsaved = len(self._waiting)

    def read(self, case: str) -> tuple[Entry, ...]:
        """Everything written of a case.

        Raises:
            NoSuchCaseError: when this agent may see no such case.
            LogUnavailableError: when the log cannot be read.
        """
        entries = self._log.entries(case)
        self._begun.add(case)
        if not self._log.is_own(case):
            self._foreign.add(case)
        return entries

    def has_begun(self, case: str) -> bool:
        """Something of the case was written, or waits to be."""
        return case in self._begun

    def is_foreign(self, case: str) -> bool:
        """The case is another agent's: a lead may read it, and nothing is written to it."""
        return case in self._foreign

    @property
    def lasts(self) -> bool:
        """What is kept outlives the session."""
        return not settings().demo

    def open_cases(self, most: int) -> tuple[CaseLine, ...]:
        """The agent's open cases; none while the log cannot be read."""
        try:
            return self._log.open_cases(most)
        except LogError:
            return ()

    def closed_causes(self, day: date) -> ClosedCases:
        """How many cases were closed before this day (UTC), by symptom and cause.

        None while the log cannot be read.
        """
        try:
            return self._log.closed_causes(datetime.combine(day, time.min, UTC))
        except LogError:
            return {}

    @property
    def _log(self) -> CaseLog:
        if self._opened is None:
            self._opened = self._opens()
        return self._opened

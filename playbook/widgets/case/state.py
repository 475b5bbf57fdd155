"""What the agent does to the case in hand, without a single widget.

Here, and only here, a bounce that was read becomes an observation of the diagnosis. Every change
makes a new `Case`; the old ones are kept, so that undoing is taking the one before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from traitlets import Int, Unicode

from playbook.bounce.reading import Reading
from playbook.caselog import CHANGES, Event, Kind, digest_of
from playbook.diagnosis import BOUNCE, REMEDY, SYMPTOM, Diagnosis, Observation
from playbook.schema import Case as Example
from playbook.schema import Knowledge
from playbook.widgets.case.happening import Case, after, quotes_of
from playbook.widgets.case.keeping import Keeper
from playbook.widgets.case.shown import ShownCase


class CaseState(ShownCase):
    """The case in hand."""

    jotted = Unicode("")
    """What stands in the box for notes."""
    unread = Int(0)
    """Events of a case brought back that say nothing any more: damaged, or of other knowledge."""

    def __init__(self, knowledge: Knowledge, keeper: Keeper | None = None) -> None:
        """`keeper` keeps the case; without one it lives as long as the page.

        Cases closed before the day a case begins weigh in with how common its causes are. By days,
        so that a case that is brought back stands as it stood.
        """
        self.keeper = keeper
        self.past: tuple[Case, ...] = ()
        """The cases before each change, oldest first; it changes with the case."""
        self._begun_on: dict[date, Diagnosis] = {}
        self.set_trait("case", Case(self._blank(knowledge)))
        self._read_before: Event | None = None
        super().__init__(knowledge)

    def _blank(self, knowledge: Knowledge, day: date | None = None) -> Diagnosis:
        """A case nothing is known of, as it begins on this day, today if none is given."""
        day = day or datetime.now(UTC).date()
        if day not in self._begun_on:
            closed = self.keeper.closed_causes(day) if self.keeper else None
            self._begun_on[day] = Diagnosis.start(knowledge, closed)
        return self._begun_on[day]

    def answer(self, check: str, outcome: str) -> None:
        """Enter what a check has shown, or change it; the next question becomes the advised one."""
        self._happen("answered", check, outcome)

    def withdraw(self, check: str) -> None:
        """Take an answer back, as if the question had never been asked."""
        self._happen("withdrawn", check)

    def ask(self, check: str | None) -> None:
        """Put this check on the screen; none goes back to the advised one."""
        self._happen("asked", check or "")

    def open(self, cause: str | None) -> None:
        """Open the remedy of a cause; none closes it."""
        self._happen("opened", cause or "")

    def tried(self, remedy: str, outcome: str) -> None:
        """Enter that the remedy was tried, and whether it worked (`WORKED`, `FAILED`)."""
        self._happen("remedy_tried", remedy, outcome)

    def jot(self, text: str) -> None:
        """Keep what stands in the box for notes."""
        self.jotted = text

    def note(self) -> None:
        """Add what stands in the box to the notes of the case, and empty it."""
        text = self.jotted.strip()
        if text:
            self._happen("noted", says=text)
            self.jotted = ""

    def close(self, cause: str) -> None:
        """End the case: this is what was wrong."""
        self._happen("closed", cause)

    def hand_over(self) -> None:
        """End the case here: another desk goes on with it."""
        self._happen("handed_over")

    def paste(self, text: str) -> None:
        """Keep what stands in the bounce box."""
        if text != self.case.pasted:
            self.case = replace(self.case, pasted=text)

    def read(self) -> None:
        """Read what was pasted; a reason that was found becomes an observation of the case."""
        if not self.case.pasted.strip():
            return
        reading = self.read_text(self.case.pasted)
        self._happen("bounce_read", BOUNCE, reading.reason, reading)

    def undo(self) -> None:
        """Go back to the case before the last change; what was pasted is never lost by it."""
        if self.past:
            if self.past[-1].id == self.case.id:
                self._keep(Event("undone"))
            self._go_back()

    def start_over(self) -> None:
        """A new case. The old one can still be brought back by undoing, or from the list."""
        self.jotted = ""
        self._become(Case(self._blank(self.knowledge)))

    def take_call(self, example: Example) -> None:
        """Begin a new case with what this customer says first, the bounce at hand read."""
        with self.hold_trait_notifications():
            if self.is_begun or self.case.pasted:
                self.start_over()
            self.answer(SYMPTOM, example.symptom)
            for check in example.opening_facts:
                self.answer(check, example.facts[check].outcome)
            if example.notice:
                self.paste(example.notice.text)
                self.read()

    def resume(self, case: str) -> None:
        """Bring a case back from the case log, exactly as it stood.

        Raises:
            NoSuchCaseError: when this agent may see no such case.
            LogUnavailableError: when the log cannot be read.
        """
        if self.keeper is None or case == self.case.id:
            return
        entries = self.keeper.read(case)
        with self.hold_trait_notifications():
            self.past, self.jotted = (), ""
            self.case = Case(self._blank(self.knowledge, entries[0].at.date()), id=case)
            self.unread = sum(not self._replayed(entry.event) for entry in entries)

    def remember(self, pasted: str) -> None:
        """Put back what stood in the bounce box; where it was read before, it is read again."""
        self.paste(pasted)
        read = self._read_before
        if self.case.reading is None or read is None:
            return
        if read.digest == digest_of(pasted, self.case.id):
            self.case = replace(self.case, reading=self.read_text(pasted))

    def _replayed(self, event: Event | None) -> bool:
        if event is None:
            return False
        if event.kind == "undone":
            if self.past:
                self._go_back()
            return True
        try:
            case = after(self.case, event)
        except ValueError:
            return False
        if event.kind == "bounce_read":
            self._read_before = event
        self._come(event, case)
        return True

    def _happen(
        self,
        kind: Kind,
        subject: str = "",
        outcome: str = "",
        reading: Reading | None = None,
        says: str = "",
    ) -> None:
        # A note is shown as it is stored.
        event = Event(kind, subject, outcome, says).redacted()
        case = after(self.case, event, reading)
        says = self._told(event, case)
        if reading is not None:
            digest = digest_of(self.case.pasted, self.case.id)
            event = replace(event, quotes=quotes_of(reading), digest=digest)
        # Written first: what the screen shows is what the case log holds.
        self._keep(replace(event, says=says))
        self._come(event, case)

    def _keep(self, event: Event) -> None:
        keeper, case = self.keeper, self.case
        if keeper is None or keeper.is_foreign(case.id):
            return
        if not keeper.has_begun(case.id):
            # Looking around before anything is known begins no case, but belongs to it.
            if event.kind not in CHANGES:
                return
            looks = (Event("asked", case.asked or ""), Event("opened", case.opened or ""))
            for look in looks:
                if look.subject:
                    keeper.write(case.id, look)
        keeper.write(case.id, event)

    def _told(self, event: Event, case: Case) -> str:
        """The event in the words of the screen."""
        check = REMEDY + event.subject if event.kind == "remedy_tried" else event.subject
        if event.kind in {"answered", "remedy_tried"}:
            return self.fact(Observation(check, event.outcome)).said
        if event.kind == "bounce_read" and case.reading is not None:
            return self.words(self.reason_of(case.reading).title)
        if event.kind in {"closed", "opened"} and event.subject:
            return self.words(self.knowledge.cause[event.subject].title)
        return event.says

    def _come(self, event: Event, case: Case) -> None:
        if event.kind in CHANGES:
            self._become(case)
        else:
            self.case = case

    def _become(self, case: Case) -> None:
        self.past = (*self.past, self.case)
        self.case = case

    def _go_back(self) -> None:
        *earlier, last = self.past
        self.past = tuple(earlier)
        self.case = replace(last, pasted=self.case.pasted or last.pasted)

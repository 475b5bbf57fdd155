"""What the screen of the training room means: one case on the line, without a single widget."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Literal, get_args

from traitlets import Enum, Instance, Unicode

from playbook.diagnosis import Diagnosis
from playbook.errors import PlaybookError
from playbook.language import LANGUAGES
from playbook.schema import Case, Knowledge
from playbook.training import Choice, Debrief, Group, Hint, Session, TrainingRoom, debrief, hint
from playbook.training.hints import Depth
from playbook.widgets.shared.speaking import Speaking

Way = Literal["practice", "check", "class"]
"""Alone with hints and undo; alone without; a class that votes, with hints and undo."""

WAYS: tuple[Way, ...] = get_args(Way)

_NUMBERS = 1_000_000
"""Drawn cases are numbered below this where nobody asks for a number."""


class NoSuchLessonError(PlaybookError):
    """A case, a way of working or a language was asked for that does not exist."""


class TrainingState(Speaking):
    """A trainee, or a class, with a simulated customer on the line.

    The session lies in the kernel: the screen is given only what has been said so far.
    """

    way = Enum(WAYS, "practice")
    group = Instance(Group, allow_none=True)
    """The session and the votes of the round; none while no case is open."""
    remedy = Unicode("")
    """The remedy whose sheet is open; empty for none."""
    given = Instance(Hint, allow_none=True)
    """The hint on the screen."""
    told = Instance(Debrief, allow_none=True)
    """The debrief, once the case is closed."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self._room = TrainingRoom(knowledge)

    @classmethod
    def set_up(
        cls, knowledge: Knowledge, case: str | None, number: int | None, way: str, language: str
    ) -> TrainingState:
        """A room with the case of this id, the drawn case of this number, or none yet open.

        Raises:
            NoSuchLessonError: where one of them does not exist.
        """
        for asked, known in ((way, WAYS), (language, LANGUAGES), (case, (None, *knowledge.case))):
            if asked not in known:
                names = ", ".join(str(each) for each in known if each is not None)
                raise NoSuchLessonError("no_such_lesson", asked=repr(asked), names=names)
        state = cls(knowledge)
        state.set_trait("way", way)
        state.set_trait("language", language)
        if case is not None:
            state.choose(case)
        elif number is not None:
            state.draw(max(number, 0))
        return state

    # ---- a case is chosen ----------------------------------------------------------------------

    def choose(self, case: str) -> None:
        """Put the customer of this case on the line."""
        self._begin(self.knowledge.case[case])

    def draw(self, number: int | None = None) -> None:
        """Draw a case: of this number, or of any."""
        drawn = random.randrange(_NUMBERS) if number is None else number  # noqa: S311
        self._begin(self._room.random_case(drawn))

    def leave(self) -> None:
        """Leave the case; another can be chosen."""
        self.remedy, self.given, self.told, self.group = "", None, None, None

    def again(self) -> None:
        """The same customer once more."""
        if self.group is not None:
            self._begin(self.group.session.case)

    def _begin(self, case: Case) -> None:
        self.leave()
        self.group = Group(self._room.open(case, "check" if self.way == "check" else "practice"))

    # ---- what the trainee does -----------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session in hand.

        Raises:
            ValueError: while no case is open.
        """
        if self.group is None:
            raise ValueError("no case is open")
        return self.group.session

    @property
    def is_voted(self) -> bool:
        """The class votes on what is done next."""
        return self.way == "class"

    def ask(self, check: str) -> None:
        """Make a check; a class puts it to the vote."""
        self._do(Choice("check", check))

    def look(self, remedy: str) -> None:
        """Open the sheet of a remedy: what to read out, what to do."""
        self.remedy = remedy

    def read_out(self, caution: int) -> None:
        """Read a caution out to the customer; they are counted from 1."""
        self._go_on(self.session.read_cautions(caution))

    def try_it(self) -> None:
        """Try the remedy whose sheet is open; a class puts it to the vote."""
        if self.remedy:
            self._do(Choice("remedy", self.remedy))

    def hand_over(self) -> None:
        """Give the case to the second level; a class puts it to the vote."""
        self._do(Choice("hand_over", "hand_over"))

    def read_notice(self) -> None:
        """Read the error text the customer has pasted."""
        self._go_on(self.session.read_notice())

    def suspect(self, cause: str) -> None:
        """Note what is suspected; the same cause again takes the note back."""
        session = self.session
        self._go_on(session.suspect(None if cause == session.hypothesis else cause))

    def close(self, *, verified: bool) -> None:
        """Close the case with the cause suspected; the debrief follows."""
        if self.session.hypothesis is not None:
            self._go_on(self.session.close(self.session.hypothesis, verified=verified))

    def hint(self, depth: Depth) -> None:
        """A hint, as deep as asked for."""
        session, given = hint(self.session, depth)
        self._go_on(session)
        self.given = given

    def undo(self) -> None:
        """Take the last move back."""
        if self.group is not None:
            session = self.session.undo()
            # An error text is read without a vote.
            voted = sum(move.kind != "notice" for move in session.moves)
            self.told, self.given = None, None
            self.group = Group(session, rounds=self.group.rounds[:voted])

    # ---- a class votes -------------------------------------------------------------------------

    def vote(self, choice: Choice) -> None:
        """One more vote for a choice."""
        if self.group is not None:
            hand = max(map(int, self.group.votes), default=0) + 1
            self.group = self.group.vote(str(hand), choice)

    def unvote(self, choice: Choice) -> None:
        """One vote less for it."""
        if self.group is not None:
            self.group = self.group.unvote(choice)

    def decide(self) -> None:
        """Do what most voted for."""
        if self.group is not None and self.group.votes:
            self._move_on(self.group.decide())

    def _do(self, choice: Choice) -> None:
        if self.is_voted:
            self.vote(choice)
        elif choice.kind == "check":
            self._go_on(self.session.ask(choice.id))
        elif choice.kind == "remedy":
            self._go_on(self.session.try_remedy(choice.id))
        else:
            self._go_on(self.session.hand_over())

    def _go_on(self, session: Session) -> None:
        if self.group is not None:
            self._move_on(replace(self.group, session=session))

    def _move_on(self, group: Group) -> None:
        moved = self.group is None or len(group.session.moves) != len(self.group.session.moves)
        with self.hold_trait_notifications():
            if moved:
                self.given, self.remedy = None, ""
            if group.session.is_over:
                self.told = debrief(group.session)
            self.group = group

    # ---- what the screen shows -----------------------------------------------------------------

    @property
    def diagnosis(self) -> Diagnosis:
        """What is known by now."""
        return self.session.diagnosis

    @property
    def may_look_ahead(self) -> bool:
        """Hints, undo and the tree belong to practice."""
        return self.session.mode == "practice"

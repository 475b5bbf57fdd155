"""One case played by a trainee: what was done so far is its only state.

The simulated customer tells a fact only when asked for it. What the case hides stays out of
`repr`, so that showing a session in a notebook gives nothing away.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from playbook.diagnosis import BOUNCE, FAILED, REMEDY, SYMPTOM, WORKED, Diagnosis
from playbook.language import Text
from playbook.schema import Case, Cause, Check, Knowledge, Notice, Remedy, Trap
from playbook.troubleshooting import UNKNOWN

Mode = Literal["practice", "check"]
"""With hints and undo, or without."""

HAND_OVER = "hand_over"
"""The step that gives the case to the second level, and the remedy of causes nobody knows."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something the trainee did, and what came of it."""

    kind: Literal["check", "notice", "remedy", "hand_over"]
    id: str
    """The check, the notice's reason, or the remedy."""
    outcome: str
    says: Text
    """The customer's words, or what the agent's screen shows."""
    minutes: float
    sprung: tuple[Trap, ...] = ()
    hypothesis: str | None = None
    """The cause the trainee suspected before it."""
    read_out: frozenset[int] = frozenset()
    """The cautions read out before it, by number; see `Session.cautions`."""
    hints: int = 0
    """The depth of the deepest hint taken before it; 0 for none."""


@dataclass(frozen=True, slots=True)
class Closing:
    """How the trainee closed the case."""

    cause: str | None
    """The cause named; None after a hand-over without one."""
    verified: bool


@dataclass(frozen=True)
class Session:
    """A trainee and a simulated customer on the line. Immutable: each move gives a new session."""

    case: Case = field(repr=False)
    opening: Diagnosis = field(repr=False)
    """What the customer's first words already tell."""
    mode: Mode = "practice"
    moves: tuple[Move, ...] = field(default=(), repr=False)
    hypothesis: str | None = None
    read_out: frozenset[int] = frozenset()
    hints: int = 0
    undone: int = 0
    closing: Closing | None = None

    # -- what the trainee sees ---------------------------------------------------------------

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge the case is worked with."""
        return self.opening.knowledge

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """What is known of the case by now."""
        diagnosis = self.opening
        for move in self.moves:
            diagnosis = observed(diagnosis, move)
        return diagnosis

    @property
    def minutes(self) -> float:
        """Minutes spent so far."""
        return sum(move.minutes for move in self.moves)

    @property
    def is_solved(self) -> bool:
        """The customer's trouble is gone, or was rightly handed over."""
        return any(move.outcome == WORKED for move in self.moves)

    @property
    def is_over(self) -> bool:
        """The case is closed."""
        return self.closing is not None

    @property
    def notice(self) -> Notice | None:
        """The bounce the customer has pasted by now, if any."""
        notice = self.case.notice
        came = notice and any(
            move.kind == "check" and move.id == notice.comes_with for move in self.moves
        )
        if notice and (came or notice.comes_with in self.case.opening_facts):
            return notice
        return None

    @property
    def unread_notice(self) -> Notice | None:
        """The pasted bounce that has not been read yet."""
        read = any(move.kind == "notice" for move in self.moves)
        return None if read else self.notice

    def checks(self) -> tuple[Check, ...]:
        """The checks that fit the symptom."""
        return self.opening.numbers.checks(self.case.symptom)

    def causes(self) -> tuple[Cause, ...]:
        """The causes the symptom can have."""
        return self.opening.numbers.causes(self.case.symptom)

    def remedies(self) -> tuple[Remedy, ...]:
        """The remedies of those causes, each once; handing over is a step of its own."""
        ids = dict.fromkeys(cause.remedy for cause in self.causes())
        return tuple(self.knowledge.remedy[id_] for id_ in ids if id_ != HAND_OVER)

    def cautions(self, remedy: str) -> tuple[Text, ...]:
        """What has to be read out before a remedy; counted from 1.

        The case's own cautions stand behind those of every remedy, so that they do not give the
        right one away.
        """
        own = tuple(trap.own for trap in self.case.traps if trap.own is not None)
        return (*self.knowledge.remedy[remedy].cautions, *own)

    # -- what the trainee does ---------------------------------------------------------------

    def suspect(self, cause: str | None) -> Session:
        """With a hypothesis noted before the next move."""
        if cause is not None and cause not in self.knowledge.cause:
            raise ValueError(f"there is no cause {cause}")
        self._must_be_open()
        return replace(self, hypothesis=cause)

    def ask(self, check: str) -> Session:
        """With a check made; asking again costs its minutes again and tells nothing new.

        Raises:
            ValueError: when there is no such check, or the case is over.
        """
        if check not in self.knowledge.check:
            raise ValueError(f"there is no check {check}")
        fact = self.case.facts.get(check)  # type: ignore[call-overload]
        says = self._answer(self.knowledge.check[check])
        if self.opening.outcome_of(check) or any(m.id == check for m in self.moves):
            again = self.knowledge.labels["training_said_before"]
            says = again.filled({"says": says})
        outcome = fact.outcome if fact else UNKNOWN
        minutes = self.knowledge.check[check].minutes
        return self._moved(Move("check", check, outcome, says, minutes))

    def read_notice(self) -> Session:
        """With the pasted bounce read; the bounce box does it at once.

        Raises:
            ValueError: when there is no notice to read.
        """
        notice = self.unread_notice
        if notice is None:
            raise ValueError("there is no notice to read")
        title = self.knowledge.reason[notice.reason].title
        return self._moved(Move("notice", notice.reason, notice.reason, title, minutes=0.0))

    def read_cautions(self, *numbers: int) -> Session:
        """With cautions of the remedy about to be tried read out to the customer."""
        self._must_be_open()
        return replace(self, read_out=self.read_out | frozenset(numbers))

    def try_remedy(self, remedy: str) -> Session:
        """With a remedy tried: it works when it is the hidden cause's.

        Raises:
            ValueError: when there is no such remedy, or the case is over or solved.
        """
        if remedy not in self.knowledge.remedy:
            raise ValueError(f"there is no remedy {remedy}")
        if remedy == HAND_OVER:
            return self.hand_over()
        if self.is_solved:
            raise ValueError("the trouble is already gone")
        works = remedy == self._right_remedy
        says = self.knowledge.labels["training_worked" if works else "training_failed"]
        minutes = self.knowledge.remedy[remedy].minutes
        outcome = WORKED if works else FAILED
        return self._moved(Move("remedy", remedy, outcome, says, minutes, self._springs(remedy)))

    def hand_over(self) -> Session:
        """With the case given to the second level, which closes it."""
        outcome = WORKED if self._right_remedy == HAND_OVER else FAILED
        says = self.knowledge.labels["training_handed_over"]
        minutes = self.knowledge.site.hand_over_minutes
        moved = self._moved(Move("hand_over", HAND_OVER, outcome, says, minutes))
        return replace(moved, closing=Closing(moved.moves[-1].hypothesis, verified=False))

    def close(self, cause: str, *, verified: bool) -> Session:
        """With the case closed: the cause named, and whether the result was seen together."""
        if cause not in self.knowledge.cause:
            raise ValueError(f"there is no cause {cause}")
        self._must_be_open()
        return replace(self, closing=Closing(cause, verified))

    def with_hint(self, depth: int) -> Session:
        """With a hint of this depth on the record (see `hints.hint`); not in check mode."""
        self._must_be_practice()
        return replace(self, hints=max(self.hints, depth))

    def undo(self) -> Session:
        """Without the last move; not in check mode."""
        self._must_be_practice()
        if self.closing is not None and (not self.moves or self.moves[-1].kind != "hand_over"):
            return replace(self, closing=None)
        if not self.moves:
            return self
        last = self.moves[-1]
        return replace(
            self,
            moves=self.moves[:-1],
            hypothesis=last.hypothesis,
            read_out=last.read_out,
            hints=last.hints,
            undone=self.undone + 1,
            closing=None,
        )

    # -- how it comes out --------------------------------------------------------------------

    @property
    def _right_remedy(self) -> str:
        return self.knowledge.cause[self.case.cause].remedy

    def _answer(self, check: Check) -> Text:
        fact = self.case.facts.get(check.id)  # type: ignore[call-overload]
        if fact is None:
            return self.knowledge.labels[f"training_unknown_{check.by}"]
        return fact.says or next(o.says for o in check.outcomes if o.id == fact.outcome)

    def _springs(self, remedy: str) -> tuple[Trap, ...]:
        numbers = {text: i for i, text in enumerate(self.cautions(remedy), 1)}

        def fires(trap: Trap) -> bool:
            if trap.lure is not None:
                return trap.lure == remedy
            number = trap.caution if trap.own is None else numbers[trap.own]
            return remedy == self._right_remedy and number not in self.read_out

        return tuple(trap for trap in self.case.traps if fires(trap))

    def _moved(self, move: Move) -> Session:
        self._must_be_open()
        move = replace(move, hypothesis=self.hypothesis, read_out=self.read_out, hints=self.hints)
        return replace(self, moves=(*self.moves, move), read_out=frozenset(), hints=0)

    def _must_be_open(self) -> None:
        if self.is_over:
            raise ValueError("the case is over")

    def _must_be_practice(self) -> None:
        if self.mode == "check":
            raise ValueError("check mode has no hints and no undo")


def opened(blank: Diagnosis, case: Case, mode: Mode = "practice") -> Session:
    """A new session: the customer has just said the first words.

    `blank` is a diagnosis in which nothing has been observed yet.
    """
    diagnosis = blank.observe(SYMPTOM, case.symptom)
    for check in case.opening_facts:
        diagnosis = diagnosis.observe(check, case.facts[check].outcome)
    return Session(case, diagnosis, mode)


def observed(diagnosis: Diagnosis, move: Move) -> Diagnosis:
    """The diagnosis with what a move showed."""
    if move.kind == "notice":
        return diagnosis.observe(BOUNCE, move.outcome)
    if move.kind == "remedy":
        return diagnosis.observe(REMEDY + move.id, move.outcome)
    if move.kind == "check":
        return diagnosis.observe(move.id, move.outcome)
    return diagnosis

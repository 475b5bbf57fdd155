"""A class in front of the board: the trainer shows the case, the group votes on the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from playbook.diagnosis import Step
from playbook.training.session import Session


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be voted for: a check, a remedy or the hand-over."""

    kind: Literal["check", "remedy", "hand_over"]
    id: str


@dataclass(frozen=True, slots=True)
class Round:
    """A vote that was taken: its counts, most votes first, and what would have been best."""

    tally: tuple[tuple[Choice, int], ...]
    chosen: Choice
    best: Step

    @property
    def share_for_best(self) -> float:
        """The share of the votes that went to the best step."""
        total = sum(count for _, count in self.tally)
        best = (self.best.kind, self.best.id)
        return sum(n for choice, n in self.tally if (choice.kind, choice.id) == best) / total


@dataclass(frozen=True, slots=True)
class Group:
    """A session worked by votes. Voters are seats or nicknames, never real names."""

    session: Session
    votes: Mapping[str, Choice] = field(default_factory=lambda: MappingProxyType({}))
    rounds: tuple[Round, ...] = ()

    def vote(self, voter: str, choice: Choice) -> Group:
        """With a vote cast, or changed."""
        return replace(self, votes=MappingProxyType({**self.votes, voter: choice}))

    def unvote(self, choice: Choice) -> Group:
        """With one vote less for a choice: the last that was cast; as it is where there is none."""
        voters = [voter for voter, voted in self.votes.items() if voted == choice]
        left = {voter: c for voter, c in self.votes.items() if voter not in voters[-1:]}
        return replace(self, votes=MappingProxyType(left))

    def tally(self) -> tuple[tuple[Choice, int], ...]:
        """The counts, most votes first; on a tie what was voted for first."""
        return tuple(Counter(self.votes.values()).most_common())

    def decide(self, choice: Choice | None = None) -> Group:
        """With the step done that has most votes, or the one the trainer decides on.

        Raises:
            ValueError: when there are no votes.
        """
        tally = self.tally()
        if not tally:
            raise ValueError("nobody has voted")
        chosen = choice or tally[0][0]
        best = self.session.diagnosis.next_steps()[0]
        return Group(
            _done(self.session, chosen),
            MappingProxyType({}),
            (*self.rounds, Round(tally, chosen, best)),
        )


def _done(session: Session, choice: Choice) -> Session:
    if choice.kind == "check":
        return session.ask(choice.id)
    if choice.kind == "remedy":
        return session.try_remedy(choice.id)
    return session.hand_over()

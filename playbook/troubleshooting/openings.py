"""Checks an author wants asked first, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playbook.troubleshooting.customers import without_noise
from playbook.troubleshooting.model import Model
from playbook.troubleshooting.policies import looking_ahead
from playbook.troubleshooting.position import Choice, Position
from playbook.troubleshooting.simulation import Cases, Policy, play


@dataclass(frozen=True, slots=True)
class OpenWith:
    """Make some checks first, in their order, then go on with another policy."""

    checks: tuple[int, ...]
    then: Policy = looking_ahead

    def __call__(self, model: Model, position: Position) -> Choice:
        """The next step."""
        for check in self.checks:
            if position.checks[check]:
                return Choice("check", check)
        return self.then(model, position)


def opening_price(model: Model, checks: Sequence[str]) -> float:
    """Minutes the average case takes longer when `checks` are always made first.

    Reckoned without noise, so exactly. Checks the model does not have are passed over.
    """
    certain = without_noise(model)
    cases = Cases.one_of_each(certain)
    number = {check.id: i for i, check in enumerate(certain.checks)}
    opening = OpenWith(tuple(number[check] for check in checks if check in number))
    opened, free = (
        play(policy, certain, certain, cases).expected_minutes
        for policy in (opening, looking_ahead)
    )
    return opened - free

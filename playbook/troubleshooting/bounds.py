"""What no strategy can fall below: minutes left when part of what is hidden is told for nothing.

To know more never makes the best strategy dearer, and with these things known it is easy to find
(information relaxation; Brown, Smith & Sun 2010, "Information relaxations and duality in stochastic
dynamic programs"). Holds for noisy models of any size.
"""

from __future__ import annotations

import numpy as np

from playbook.troubleshooting.model import Floats, Model
from playbook.troubleshooting.repair import repair_cost
from playbook.troubleshooting.simulation import Cases, outcomes_of


def cause_known_minutes(model: Model) -> float:
    """Expected minutes if the cause were known: its remedies, the hand-over where they fail.

    The bound of Heckerman, Breese & Rommelse 1995.
    """
    return float(_repaired(model, np.diag(model.prior)).sum())


def answers_known_minutes(model: Model, cases: Cases) -> float | None:
    """Expected minutes of these cases if the answers to all checks were known and cost nothing.

    None where remedies overlap: the best order of remedies is not known then.
    """
    if not model.remedies_are_apart:
        return None
    told = model.prior * model.likelihood[outcomes_of(model, cases)].prod(axis=1)
    return float(cases.share @ _repaired(model, told / told.sum(axis=1, keepdims=True)))


def _repaired(model: Model, beliefs: Floats) -> Floats:
    return repair_cost(model, beliefs, np.ones(len(model.remedies), dtype=np.bool_))

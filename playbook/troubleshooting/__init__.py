"""Decision-theoretic troubleshooting over single faults, on plain numbers.

A `Model` says what can be wrong, what can be asked and what can be done; a `Position` is what is
believed after some of it was done. Values are minutes, and every value is *weighted*: multiplied
by the weight of the position, so that branches add up without normalising (W(S) = P(S)·V(S)).

After Heckerman, Breese & Rommelse 1995 ("Decision-theoretic troubleshooting") and Jensen et al.
2001 (the SACSO methodology). Nothing here knows knowledge files, screens or the network.
"""

from collections.abc import Callable, Mapping

from playbook.troubleshooting.bounds import answers_known_minutes, cause_known_minutes
from playbook.troubleshooting.customers import UNKNOWN, with_noise, without_noise
from playbook.troubleshooting.lookahead import look_ahead
from playbook.troubleshooting.model import Check, Floats, Model, Remedy
from playbook.troubleshooting.openings import OpenWith, opening_price
from playbook.troubleshooting.optimum import optimum_minutes
from playbook.troubleshooting.policies import (
    BREADTHS,
    AskFirst,
    edges_cut,
    information,
    looking_ahead,
    most_efficient,
    one_step_ahead,
    shipped,
    two_steps_ahead,
)
from playbook.troubleshooting.position import Choice, Position, Told
from playbook.troubleshooting.scripts import printed_script, weighing_script
from playbook.troubleshooting.simulation import Cases, Played, Policy, play
from playbook.troubleshooting.steps import Values

__all__ = [
    "BREADTHS",
    "POLICIES",
    "UNKNOWN",
    "Cases",
    "Check",
    "Choice",
    "Floats",
    "Model",
    "OpenWith",
    "Played",
    "Policy",
    "Position",
    "Remedy",
    "Told",
    "Values",
    "answers_known_minutes",
    "cause_known_minutes",
    "look_ahead",
    "opening_price",
    "optimum_minutes",
    "play",
    "with_noise",
    "without_noise",
]

POLICIES: Mapping[str, Callable[[Model], Policy]] = {
    "shipped": lambda _: shipped,
    "look-ahead": lambda _: looking_ahead,
    "one-step": lambda _: one_step_ahead,
    "two-step": lambda _: two_steps_ahead,
    "information": lambda _: AskFirst(information),
    "edge-cut": lambda _: AskFirst(edges_cut),
    "weighing-script": weighing_script,
    "printed-script": printed_script,
    "efficiency": lambda _: most_efficient,
}
"""Every way to choose the next step, by name, made for a model."""

"""Decision-theoretic troubleshooting over single faults, on plain numbers.

A `Model` says what can be wrong, what can be asked and what can be done; a `Position` is what is
believed after some of it was done. Values are minutes, and every value is *weighted*: multiplied
by the weight of the position, so that branches add up without normalising (W(S) = P(S)·V(S)).

After Heckerman, Breese & Rommelse 1995 ("Decision-theoretic troubleshooting") and Jensen et al.
2001 (the SACSO methodology). Nothing here knows knowledge files, screens or the network.
"""

from playbook.troubleshooting.model import Check, Model, Remedy
from playbook.troubleshooting.position import Choice, Position
from playbook.troubleshooting.repair import repair_cost
from playbook.troubleshooting.steps import Values, one_step

__all__ = ["Check", "Choice", "Model", "Position", "Remedy", "Values", "one_step", "repair_cost"]

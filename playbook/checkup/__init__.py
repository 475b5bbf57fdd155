"""Proofs over the knowledge: what the shapes cannot say, the engines are asked to show.

The loader has already refused unknown ids and missing languages.
"""

from __future__ import annotations

from playbook.checkup.cases import case_proofs
from playbook.checkup.proof import Proof
from playbook.checkup.tree import tree_proofs
from playbook.schema import Knowledge


def checkup(knowledge: Knowledge) -> tuple[Proof, ...]:
    """Every proof over `knowledge`, with the entries that break it."""
    return (*tree_proofs(knowledge), *case_proofs(knowledge))


__all__ = ["Proof", "checkup"]

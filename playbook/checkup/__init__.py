"""Proofs over the knowledge: what the shapes cannot say, the engines are asked to show.

The loader has already refused unknown ids and missing languages.
"""

from __future__ import annotations

from playbook.checkup.cases import case_proofs
from playbook.checkup.proof import Proof
from playbook.checkup.tree import tree_proofs
from playbook.checkup.wordings import repeated_phrases, wording_proofs
from playbook.language import Language
from playbook.schema import Knowledge
from playbook.troubleshooting import opening_price
from playbook.troubleshooting.from_knowledge import Numbers

PARTS = (tree_proofs, wording_proofs, case_proofs)
"""The proofs over the tree, over the wordings and over the cases, to be made one after another."""


def checkup(knowledge: Knowledge) -> tuple[Proof, ...]:
    """Every proof over `knowledge`, with the entries that break it."""
    return tuple(proof for prove in PARTS for proof in prove(knowledge))


def opening_prices(knowledge: Knowledge, language: Language) -> tuple[tuple[str, float], ...]:
    """Symptoms with opening checks set by their author, and what those cost.

    Minutes the average case takes longer than with the free choice of checks, without noise.
    """
    numbers = Numbers(knowledge)
    return tuple(
        (symptom.title.of(language), opening_price(numbers.written(symptom.id), symptom.opening))
        for symptom in knowledge.symptoms
        if symptom.opening
    )


__all__ = ["PARTS", "Proof", "checkup", "opening_prices", "repeated_phrases"]

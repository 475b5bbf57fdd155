"""What a proof is."""

from __future__ import annotations

from dataclasses import dataclass

from playbook.errors import Fault
from playbook.schema import Knowledge


@dataclass(frozen=True, slots=True)
class Proof:
    """One law of the knowledge: what it says, how many entries it was tried on, what broke it."""

    ja: str
    en: str
    tried: int
    faults: tuple[Fault, ...]


def fault(knowledge: Knowledge, kind: str, id_: str, ja: str, en: str) -> Fault:
    """A fault at the place of an entry, with the entry's id before the words."""
    file, _, line = knowledge.places[kind, id_].rpartition(":")
    return Fault(file, int(line), f"「{id_}」：{ja}", f"'{id_}': {en}")

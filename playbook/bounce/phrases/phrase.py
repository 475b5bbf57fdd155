"""A phrase of the knowledge, ready to be looked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from playbook.bounce.normal import fold_all
from playbook.schema.phrases import NONE_ALIKE, Alike, stretches


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to be looked for.

    The literals of every stretch between two `…`, and whether its edges may lie inside a word.
    """

    stretches: tuple[tuple[str, ...], ...]
    open_start: bool
    open_end: bool

    @property
    def literals(self) -> tuple[str, ...]:
        """Every text of a phrase without a gap."""
        return self.stretches[0]


@lru_cache(maxsize=512)
def compiled(says: str, alike: Alike = NONE_ALIKE) -> Phrase:
    """The phrase `says` describes, in normal form.

    Raises:
        PhraseError: when it cannot be read.
    """
    return Phrase(
        stretches=tuple(
            tuple(sorted({*fold_all(texts)} - {""})) for texts in stretches(says, alike)
        ),
        open_start=says.strip().startswith("…"),
        open_end=says.strip().endswith("…"),
    )

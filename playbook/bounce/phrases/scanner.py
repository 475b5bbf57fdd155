"""Many phrases looked for in one pass over a text."""

from __future__ import annotations

from collections.abc import Iterable

from playbook.bounce.normal import fold
from playbook.bounce.phrases.anchors import anchors_of
from playbook.bounce.phrases.borders import LETTERS, continues, joining, word_end
from playbook.bounce.phrases.literals import Literals
from playbook.bounce.phrases.phrase import Phrase
from playbook.bounce.phrases.rest import Edge, Gaps

Hit = tuple[int, int, int, tuple[int, ...]]
"""What was found: start and end, how many letters word for word, and the numbers of the phrases
that say so."""


_Special = tuple[tuple[int], bool, bool, Edge | Gaps | None]
"""Number of a phrase, whether its edges must be those of words, and what else has to stand."""


class Scanner:
    """Finds many phrases at once. A phrase is known by its place in the sequence it was made from.

    `common` is a text of the ordinary words of the trade: of a phrase with gaps the stretch is
    scanned for that stands there least.
    """

    def __init__(self, phrases: Iterable[Phrase], common: str = "") -> None:
        known = tuple(phrases)
        plain: dict[str, list[int]] = {}
        special: dict[str, list[_Special]] = {}
        for number, (phrase, anchor) in enumerate(
            zip(known, anchors_of(known, fold(common)), strict=True)
        ):
            last = len(phrase.stretches) - 1
            whole_start = anchor.stretch > 0 or not phrase.open_start
            whole_end = anchor.stretch < last or not phrase.open_end
            gaps = Gaps(phrase, anchor.stretch) if last else None
            if anchor.side:
                for text, rests in anchor.rests(phrase.stretches[anchor.stretch]).items():
                    edge = Edge(anchor.side, rests, whole_start, whole_end, gaps)
                    special.setdefault(text, []).append(((number,), False, False, edge))
                continue
            for literal in anchor.texts:
                if gaps or not whole_start or not whole_end:
                    special.setdefault(literal, []).append(
                        ((number,), whole_start, whole_end, gaps)
                    )
                else:
                    plain.setdefault(literal, []).append(number)
        literals = tuple({**plain, **special})
        self._owners = tuple(
            (
                tuple(plain.get(literal, ())),
                tuple(special.get(literal, ())),
                joining(literal[0]),
                literal[-1] in LETTERS,
            )
            for literal in literals
        )
        self._literals = Literals(literals) if literals else None

    def find(self, text: str) -> list[Hit]:
        """The phrases that stand in `text`, which is in normal form."""
        found: list[Hit] = []
        if self._literals is None:
            return found
        owners, letters = self._owners, LETTERS
        padded = f" {text} "
        for literal, start, end in self._literals.find(text):
            whole, special, begins, ends = owners[literal]
            cut_start = padded[start] in begins
            cut_end = ends and padded[end + 1] in letters and continues(text, end)
            if not special:
                if not cut_start and not cut_end:
                    found.append((start, end, end - start, whole))
                continue
            if whole and not cut_start and not cut_end:
                found.append((start, end, end - start, whole))
            for number, whole_start, whole_end, rest in special:
                if (cut_start and whole_start) or (cut_end and whole_end):
                    continue
                if rest is None:
                    last = word_end(text, end) if cut_end else end
                    found.append((start, last, last - start, number))
                elif span := rest.span(text, start, end):
                    found.append((*span, number))
        return found

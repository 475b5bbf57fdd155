"""The errors meant for people: what is wrong, where, and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class PlaybookError(Exception):
    """Base of every error a person may see. Programming faults stay ordinary exceptions.

    `label` is the id of the text of the phrase files that tells it, `values` fill its braces.
    """

    def __init__(self, label: str, **values: str) -> None:
        super().__init__(label)
        self.label = label
        self.values = values

    def __str__(self) -> str:
        """For who meets it in Python; people get the text."""
        return ", ".join((self.label, *self.values.values()))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a knowledge file: where it stands and what to do about it.

    `line` counts from 1; 0 means the file as a whole.
    """

    file: str
    line: int
    ja: str
    en: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.ja} / {self.en}"


class KnowledgeError(PlaybookError):
    """The knowledge cannot be used as it stands; `faults` lists every reason found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        told = "\n".join(str(fault) for fault in self.faults)
        super().__init__("faults_found", faults=told)

    def __str__(self) -> str:
        return self.values["faults"]

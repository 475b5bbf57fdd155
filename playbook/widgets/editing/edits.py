"""What the editing page means: a private folder, and what checking it has found. No widgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from traitlets import Any, Tuple, Unicode

from playbook.checkup import PARTS, Proof
from playbook.differences import Difference, differences, weighs_otherwise
from playbook.errors import Fault, KnowledgeError
from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge
from playbook.loader.completion import FOLDER, first_line, write_schemas
from playbook.loader.folder import is_hidden
from playbook.schema import Knowledge
from playbook.settings import settings
from playbook.training.changes import PathChange, compared
from playbook.widgets.shared.speaking import Speaking

PRIVATE = "private_knowledge"
"""The private folder beside the notebook, where `PLAYBOOK_KNOWLEDGE` names no other."""


def private_folder() -> Path:
    """Where the lead's own files lie, or will lie."""
    return settings().knowledge or Path.cwd() / PRIVATE


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking the folder has found, beside the knowledge that ships."""

    at: datetime
    faults: tuple[Fault, ...] = ()
    """While there is one, nothing can be said of the rest."""
    differences: tuple[Difference, ...] = ()
    proofs: tuple[Proof, ...] = ()
    weighs: bool = False
    """The diagnosis may go other ways, so the cases were played again."""
    cases: int = 0
    paths: tuple[PathChange, ...] = ()
    """Cases with another best path, those that gained most minutes first."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What is being done: a label's name, and how far it is."""

    what: str
    done: int = 0
    of: int = 1


class Edits(Speaking):
    """The private folder and what was found in it."""

    files = Tuple()
    """The lead's files, by their place in the folder."""
    doing = Any(None)
    """`Doing`, while a check is under way."""
    checked = Any(None)
    """`Checked`, once it was."""
    copied = Unicode("")
    """The file that was copied last."""

    def __init__(self, shipped: Knowledge, folder: Path) -> None:
        super().__init__(shipped)
        self.folder = folder
        self.look()

    @property
    def shipped_files(self) -> tuple[str, ...]:
        """The files that ship, by their place in the folder."""
        return _files_in(KNOWLEDGE_FOLDER)

    def look(self) -> None:
        """Look again which files there are."""
        self.files = _files_in(self.folder)

    def copy(self, file: str) -> None:
        """Put a copy of a shipped file into the folder, unless it is there, and the schemas."""
        copy = self.folder / file
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = (KNOWLEDGE_FOLDER / file).read_text(encoding="utf-8")
            copy.write_text(f"{first_line(file)}\n{text}", encoding="utf-8")
        write_schemas(self.folder / FOLDER, self.knowledge)
        self.copied = file
        self.look()

    def check(self) -> Iterator[None]:
        """Check the folder, in pieces; `checked` holds what was found once the last is done."""
        self.look()
        self.checked, self.doing = None, Doing("editing_reads")
        yield
        try:
            mine = load_knowledge(KNOWLEDGE_FOLDER, self.folder)
        except KnowledgeError as error:
            self.doing, self.checked = None, Checked(_now(), error.faults)
            return
        proven: list[Proof] = []
        for part, prove in enumerate(PARTS):
            self.doing = Doing("editing_proves", part, len(PARTS))
            yield
            proven += prove(mine)
        paths: list[PathChange] = []
        weighs = weighs_otherwise(self.knowledge, mine)
        if weighs:
            for done, change in enumerate(compared(self.knowledge, mine), 1):
                paths += [change] if change else []
                self.doing = Doing("editing_plays", done, len(mine.cases))
                yield
        self.doing, self.checked = None, Checked(
            _now(),
            differences=differences(self.knowledge, mine),
            proofs=tuple(proven),
            weighs=weighs,
            cases=len(mine.cases),
            paths=tuple(sorted(paths, key=lambda change: -change.minutes)),
        )  # fmt: skip


def _files_in(folder: Path) -> tuple[str, ...]:
    return tuple(
        sorted(
            path.relative_to(folder).as_posix()
            for pattern in ("*.yaml", "*.yml")
            for path in folder.rglob(pattern)
            if not is_hidden(path.relative_to(folder))
        )
    )


def _now() -> datetime:
    return datetime.now().astimezone()

"""The knowledge a batch was started with is kept beside its parts.

So every worker reads with the same one, however long the batch takes and wherever the worker runs,
and years later the parts can still be told what made them.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from uuid import uuid4

from playbook.loader import load_knowledge
from playbook.loader.folder import knowledge_folders
from playbook.schema import Knowledge

_PACKAGE = Path(__file__).parent.parent
_READS = ("mailboxes", "bounce", "batch", "schema", "loader")


def keep_knowledge(folder: Path) -> Knowledge:
    """The knowledge in use, of which `folder` has a copy from then on.

    Raises:
        KnowledgeError: where it has faults.
    """
    # The copy is what is loaded: whatever is edited meanwhile, the two are the same.
    begun = _place(folder, uuid4().hex)
    try:
        copies = [(begun / str(i), source) for i, source in enumerate(knowledge_folders())]
        for copy, source in copies:
            if source.is_dir():  # the loader tells what is wrong with one that is missing
                _copy(source, copy)
        knowledge = load_knowledge(*(copy for copy, _ in copies))
        with suppress(OSError):  # it is there already
            begun.rename(_place(folder, knowledge.digest))
        return knowledge
    finally:
        shutil.rmtree(begun, ignore_errors=True)


def _copy(source: Path, to: Path) -> None:
    """Copy the files of a folder; the first one that cannot be is told, with what hinders it."""
    to.mkdir(parents=True)
    for file in sorted(source.rglob("*")):
        copy = to / file.relative_to(source)
        if file.is_dir():
            copy.mkdir()
        else:
            shutil.copyfile(file, copy)


def kept_knowledge(folder: Path, digest: str) -> Knowledge:
    """The copy in `folder` of the knowledge with this digest."""
    return load_knowledge(*sorted(_place(folder, digest).iterdir()))


def _place(folder: Path, digest: str) -> Path:
    return folder / "knowledge" / digest[:16]


@cache
def of_code() -> str:
    """Digest of the modules that decide what is in a row."""
    digest = hashlib.blake2b(digest_size=16)
    for part in _READS:
        for path in sorted((_PACKAGE / part).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()

"""Knowledge that was read and checked once, kept for the next process: reading YAML takes longest.

What is kept is found by what it was made from: the bytes of the knowledge, of the code that reads
it, and the versions of Python and pydantic. Anything else is another file, so versions live side by
side. A file appears whole or not at all, so that many may write at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pydantic
from platformdirs import user_cache_path

from playbook.schema import Knowledge

MOST = 8
"""Files kept: some versions of the package and some private folders."""

_HELD: dict[str, Knowledge] = {}
"""What `hold` was given."""

_FILES = "*.[yY]*[mM][lL]*"
"""Also those with an ending nothing reads, `.yaml.txt`: they are told as faults."""

_CODE = (Path(__file__).parent, Path(__file__).parent.parent / "schema")


def kept(
    folders: tuple[Path, ...], read: Callable[[], Knowledge], cache: Path | None = None
) -> Knowledge:
    """The knowledge of `folders`: as it was kept, else as `read` reads it.

    `cache` is the folder to keep it in: the user's own for such things, when none is given. Where
    nothing can be kept, it is read each time.
    """
    made_from = _made_from(folders)
    if made_from in _HELD:
        return _HELD[made_from]
    folder = cache or user_cache_path("mail-playbook", appauthor=False) / "knowledge"
    path = folder / f"{made_from}.pickle"
    known = _taken_up(path)
    if known is None:
        known = read()
        # A file saved meanwhile was perhaps read in its new form.
        if _made_from(folders) == made_from:
            _keep(known, path)
    return known


def hold(folders: tuple[Path, ...], knowledge: Knowledge) -> None:
    """Have the knowledge of `folders` at hand as long as their files stay as they are.

    For a process that others are forked from: they all share it.
    """
    _HELD[_made_from(folders)] = knowledge


def held() -> Knowledge | None:
    """What was held last, whatever has become of its files since."""
    return next(reversed(_HELD.values()), None)


def _made_from(folders: tuple[Path, ...]) -> str:
    digest = hashlib.sha256(f"{sys.version} {pydantic.VERSION}".encode())
    for root, pattern in (*((each, _FILES) for each in folders), *((c, "*.py") for c in _CODE)):
        for path in sorted(root.rglob(pattern)):
            content = path.read_bytes()
            name = path.relative_to(root).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        digest.update(b"\0\0")
    return digest.hexdigest()


def _taken_up(path: Path) -> Knowledge | None:
    # Unpickling runs what it is given: only what this user alone can have written is read.
    try:
        if not _is_ours(path.parent) or not _is_ours(path):
            return None
        values: dict[str, Any] = pickle.loads(path.read_bytes())  # noqa: S301
        return Knowledge(**{name: _frozen(value) for name, value in values.items()})
    except Exception:  # noqa: BLE001  # half a disk, another's file: it is read anew
        return None


def _is_ours(path: Path) -> bool:
    if not hasattr(os, "getuid"):
        return True  # folders of a user are closed to others there
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _keep(knowledge: Knowledge, path: Path) -> None:
    values = {each.name: _plain(getattr(knowledge, each.name)) for each in fields(knowledge)}
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=path.parent, suffix=".half")
        try:
            with os.fdopen(handle, "wb") as file:
                pickle.dump(values, file, pickle.HIGHEST_PROTOCOL)
            Path(half).replace(path)
        except OSError:
            Path(half).unlink(missing_ok=True)
            raise
        for old in _too_many(path.parent):
            old.unlink(missing_ok=True)


def _too_many(folder: Path) -> Iterator[Path]:
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    yield from files[MOST:]


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, MappingProxyType) else value


def _frozen(value: Any) -> Any:
    return MappingProxyType(value) if isinstance(value, Mapping) else value

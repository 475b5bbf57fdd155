"""What a batch was asked to do, as every worker has to know it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from playbook.batch.kept import of_code
from playbook.mailboxes import Span


@dataclass(frozen=True)
class Order:
    """One batch: where its parts lie, and all that decides what is in them."""

    folder: Path
    """Where the parts go, and what else the batch leaves."""
    knowledge: str
    """Digest of the knowledge, which is kept in the folder."""
    key: bytes
    """Key of the recipients' hashes, 16 to 64 bytes."""
    keep_addresses: bool = False
    """Recipients and the servers' words go into the rows too."""
    utc_offset: int = 540
    """Minutes; the zone of stamps that name none. Japan's by default."""
    code: str = field(default_factory=of_code)
    """Digest of the program that reads; another one makes new parts."""
    version: str = field(default_factory=lambda: version("mail-playbook"))
    """A worker of another version refuses to work."""

    @cached_property
    def parts(self) -> Path:
        """Where the parts of this program, knowledge, key and kind of rows lie."""
        said = (self.code, self.knowledge, self.key, self.keep_addresses, self.utc_offset)
        name = hashlib.blake2b(repr(said).encode(), digest_size=6).hexdigest()
        return self.folder / "parts" / name


@dataclass(frozen=True, slots=True)
class Task:
    """One span of an order. It is small: what it needs besides, a worker keeps."""

    order: Order
    span: Span


@dataclass(frozen=True, slots=True)
class Done:
    """A task that has its part."""

    span: Span
    part: str
    """File name of the part."""
    counts: dict[str, int]
    """The tally of the span; `rows` and `unreadable` besides."""
    was_there: bool
    """The part was made by an earlier run."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A task given up: it took its worker with it each time it was tried."""

    span: Span

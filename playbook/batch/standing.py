"""How far a batch is, written beside its parts for whoever wants to watch, wherever it runs."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

FILE = "standing.json"
_SECONDS = 1.0
STALLED = 180.0
"""Seconds without a finished task after which a batch is taken for broken off."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a batch is."""

    size: int
    """Bytes of all sources."""
    done: int
    """Bytes of the spans that have their part."""
    fresh: int
    """Those of them that this run has read; the others were there."""
    mails: int
    begun: float
    """Seconds since 1970, as `told`."""
    told: float
    ended: bool = False

    @property
    def rate(self) -> float:
        """Bytes a second, of what this run has read."""
        return self.fresh / max(self.told - self.begun, 0.001)

    @property
    def left(self) -> float | None:
        """Seconds until the end; None where nothing has been read yet."""
        return (self.size - self.done) / self.rate if self.fresh else None

    def is_stalled(self, now: float) -> bool:
        """Whether nobody seems to work on it any more."""
        return not self.ended and now - self.told > STALLED


class Scribe:
    """Writes how far a batch is, about once a second."""

    def __init__(self, folder: Path, size: int) -> None:
        self._file = folder / FILE
        now = time.time()
        self._standing = Standing(size, 0, 0, 0, now, now)
        self._write()

    def note(self, size: int, mails: int, *, was_there: bool) -> None:
        """One more span has its part."""
        so_far, now = self._standing, time.time()
        self._standing = replace(
            so_far,
            done=so_far.done + size,
            fresh=so_far.fresh + (0 if was_there else size),
            mails=so_far.mails + mails,
        )
        if now - so_far.told >= _SECONDS:
            self._write()

    def end(self) -> None:
        """The batch is done."""
        self._standing = replace(self._standing, ended=True)
        self._write()

    def _write(self) -> None:
        self._standing = replace(self._standing, told=time.time())
        begun = self._file.with_name(f".{FILE}.{uuid4().hex}")
        begun.write_text(json.dumps(asdict(self._standing)), encoding="ascii")
        begun.replace(self._file)


def standing_in(folder: Path) -> Standing | None:
    """How far the batch in `folder` is; None where there is none."""
    try:
        return Standing(**json.loads((folder / FILE).read_text(encoding="ascii")))
    except FileNotFoundError:
        return None

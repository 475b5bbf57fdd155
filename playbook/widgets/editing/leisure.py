"""Work that takes a while goes on piece by piece, and the page stays alive in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from playbook.widgets.shared.guard import Guard

_under_way: set[asyncio.Task[None]] = set()


def at_leisure(pieces: Iterator[object], guard: Guard) -> None:
    """Go through `pieces`, guarded; an error ends it. In a kernel, the page breathes in between."""
    step = _Step(pieces)
    guarded = guard(step)
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        # A test has no loop: it waits.
        while step.more:
            guarded()
        return
    task = loop.create_task(_go_on(step, guarded))
    # A loop keeps no hold of its tasks.
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


class _Step:
    """The next piece; `more` is whether there may be another."""

    def __init__(self, pieces: Iterator[object]) -> None:
        self._pieces = pieces
        self.more = True

    def __call__(self) -> None:
        self.more = False
        for _ in self._pieces:
            self.more = True
            return


async def _go_on(step: _Step, guarded: Callable[..., None]) -> None:
    while step.more:
        guarded()
        await asyncio.sleep(0)

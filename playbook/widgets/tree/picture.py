"""The cause tree as a picture to click, and the same on a page of its own for trainers."""

from __future__ import annotations

from collections.abc import Callable

import traitlets as t

from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import Picker, module


class TreePicture(Picker):
    """A drawing of the tree, whose causes can be chosen."""

    _esm = module("tree_picture.js")
    svg = t.Unicode("").tag(sync=True)
    print = t.Unicode("").tag(sync=True)
    """What the button says that prints it; none without it."""
    there = t.Bool(False).tag(sync=True)
    """Whether there is anything to show."""

    def __init__(
        self, guard: Guard, picked: Callable[[str], None], *, unfolded: bool = False
    ) -> None:
        super().__init__(guard, picked, unfolded=unfolded)
        self._drawing: Callable[[], str] | None = None
        self.observe(guard(self._draw), "unfolded")

    def show(self, drawing: Callable[[], str] | None) -> None:
        """Show what `drawing` draws: now, or once it is unfolded. None takes the picture away."""
        self._drawing = drawing
        self.there = drawing is not None
        self._draw()

    def _draw(self) -> None:
        wanted = self._drawing if self.unfolded else None
        self.svg = "" if wanted is None else wanted()

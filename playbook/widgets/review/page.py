"""The pages of a review, one a cell: what the closed cases say, drawn.

All cells of a notebook share one review; `overview` reads the case log anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from playbook.widgets.review.parts import (
    Bounces,
    Causes,
    Hints,
    Minutes,
    Part,
    Proposals,
    Reasons,
    Steps,
)
from playbook.widgets.review.state import ReviewState, review_of_the_log
from playbook.widgets.shared.frame import Frame, open_page, redraw
from playbook.widgets.shared.parts import NOTHING, Prose, column, row, tag

_state = cache(review_of_the_log)


def overview() -> None:
    """How many cases there are, and whose."""
    _state.cache_clear()
    open_page(lambda: _Overview(_state()).page)


def causes() -> None:
    """Causes by frequency, beside what the knowledge assumes."""
    _show(Causes)


def minutes() -> None:
    """Minutes to close."""
    _show(Minutes)


def steps() -> None:
    """Where agents went other ways than advised, and whether remedies helped."""
    _show(Steps)


def hints() -> None:
    """Where the answers spoke for another cause than the one it was."""
    _show(Hints)


def reasons() -> None:
    """Bounce reasons over time."""
    _show(Reasons)


def words() -> None:
    """Proposals for new words, to copy."""
    _show(Proposals)


def bounces() -> None:
    """What a batch found in whole mailboxes."""
    _show(Bounces)


def _show(part: Callable[[ReviewState], Part]) -> None:
    open_page(lambda: part(_state()).page)


class _Overview:
    """The head of the review, with the choice of the language for all of it."""

    def __init__(self, state: ReviewState) -> None:
        self._state = state
        frame = Frame(state, "review_title", {})
        self._says = Prose("pb-review")
        self.page = frame.page(row("pb-tools"), column("pb-card", self._says))
        redraw(state, ["review"], frame.draw, self._draw)

    def _draw(self) -> None:
        found, say = self._state.review, self._state.say
        ended = sorted(each.ended for each in found.cases)
        if not ended:
            self._says.show(tag("p", say("review_nothing"), class_="pb-empty"))
            return
        says = say(
            "review_summary", cases=str(len(ended)), closed=str(len(found.closed)),
            handed_over=str(found.handed_over), first=f"{ended[0]:%Y-%m-%d}",
            last=f"{ended[-1]:%Y-%m-%d}",
        )  # fmt: skip
        unreadable = say("review_unreadable", count=str(found.unreadable))
        invented = tag("p", say("review_invented"), class_="pb-notice-care")
        self._says.show(
            invented if self._state.is_invented else NOTHING,
            tag("p", says),
            tag("p", unreadable, class_="pb-empty") if found.unreadable else NOTHING,
        )

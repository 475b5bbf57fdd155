"""The whole cause tree on the screen: it lights up with a case, and a cause opens its remedy."""

from __future__ import annotations

from functools import partial

from ipywidgets import Widget

from playbook.loader import load_knowledge
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared.frame import Frame, open_page, redraw
from playbook.widgets.shared.parts import Prose, bullets, column, row, tag
from playbook.widgets.tree.drawing import Tree
from playbook.widgets.tree.picture import TreePicture


def show(state: CaseState | None = None) -> None:
    """Put the tree on the screen, lit by this case; without one nothing is known yet."""

    def opened() -> Widget:
        return TreePage(state or CaseState(load_knowledge())).page

    open_page(opened)


class TreePage:
    """The picture, and below it what the cause chosen is about."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        frame = Frame(state, "tree_title", {})
        self._picture = TreePicture(frame.guard, state.open, unfolded=True)
        self._picture.add_class("pb-tree-large")
        self._cause = Prose("pb-sheet pb-live")
        card = column("pb-card", self._picture, self._cause)
        self.page = frame.page(row("pb-tools"), card)
        redraw(state, ["case"], frame.draw, self._draw)

    def _draw(self) -> None:
        state, say, words = self._state, self._state.say, self._state.words
        self._picture.title, self._picture.hint = say("tree_picture"), say("tree_picture_hint")
        self._picture.print = say("tree_picture_print")
        self._picture.show(partial(whole, state))
        cause = state.opened
        if cause is None:
            self._cause.show()
            return
        remedy = state.knowledge.remedy[cause.remedy]
        cautions = bullets(words(each) for each in remedy.cautions)
        warning = tag("section", tag("h3", say("cautions")), cautions, class_="pb-cautions")
        self._cause.show(
            tag(
                "article",
                tag("p", words(cause.title), class_="pb-by"),
                tag("h2", words(remedy.title)),
                tag("p", words(cause.explains), class_="pb-explains"),
                warning if remedy.cautions else "",
                bullets((words(each) for each in remedy.steps), numbered=True, class_="pb-steps"),
            )
        )


def whole(state: CaseState) -> str:
    """The whole tree, lit by the case."""
    return _tree(state).whole()


def branch(state: CaseState) -> str:
    """The branch of the case's symptom; empty while none is known."""
    return _tree(state).branch()


def _tree(state: CaseState) -> Tree:
    chances = {}
    if state.is_begun:
        chances = {each.cause.id: each.probability for each in state.suspects}
    symptom = state.symptom if state.symptom in state.knowledge.symptom else None
    return Tree(state.knowledge, state.language, chances, symptom, state.case.opened)

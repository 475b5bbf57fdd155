"""The page for a lead who edits knowledge: a copy to edit, check again, what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets as w
from markupsafe import Markup

from playbook.checkup import Proof
from playbook.differences import Difference, Part
from playbook.errors import Fault
from playbook.language import Language
from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge
from playbook.training.changes import BestPath, PathChange
from playbook.widgets.editing.edits import Checked, Edits, private_folder
from playbook.widgets.editing.lab import opener, shower
from playbook.widgets.editing.leisure import at_leisure
from playbook.widgets.shared.figures import progress, table
from playbook.widgets.shared.frame import Frame, open_page, redraw
from playbook.widgets.shared.parts import (
    NOTHING,
    Content,
    Press,
    Prose,
    bullets,
    column,
    row,
    tag,
    unfolded,
)

FIRST = "causes/account.yaml"
"""The file offered first."""

_LONGEST = 60
"""Characters of a text that are shown of what changed."""


def show() -> None:
    """Put the page on the screen."""
    open_page(lambda: Editing(Edits(load_knowledge(KNOWLEDGE_FOLDER), private_folder())).page)


class Editing:
    """The lead's files above what checking them has found."""

    def __init__(self, state: Edits) -> None:
        self._state = state
        self._frame = Frame(state, "editing_title", {})
        guard = self._frame.guard
        self._folder = Prose("pb-card-head")
        self._choice = w.Dropdown(options=state.shipped_files, value=FIRST)
        self._choice.add_class("pb-choice")
        self._copy = Press("pb-copy-file", guard(lambda: state.copy(self._choice.value)))
        self._files = Prose("pb-files pb-live")
        self._check = Press("pb-check-again", guard(self._check_again))
        self._check.add_class("pb-read")
        self._doing = Prose("pb-progress")
        self._found = Prose("pb-checked pb-live")
        copying = row("pb-tools", self._choice, self._copy)
        self.page = self._frame.page(
            row("pb-tools"),
            column(
                "pb-lead",
                column("pb-card", self._folder, copying, self._files),
                column("pb-card", row("pb-tools", self._check), self._doing, self._found),
            ),
        )
        redraw(state, [], self._frame.draw)
        redraw(state, ["files", "copied"], self._draw_files)
        redraw(state, ["doing"], self._draw_doing)
        redraw(state, ["checked", "doing"], self._draw_found)

    def _check_again(self) -> None:
        if self._state.doing is None:
            at_leisure(self._state.check(), self._frame.guard)

    # ---- the files ------------------------------------------------------------------------------

    def _draw_files(self) -> None:
        state, say = self._state, self._state.say
        self._folder.show(
            tag("h2", say("editing_files")), tag("p", say("editing_folder"), " ", self._where())
        )
        self._choice.description = say("editing_choose")
        self._copy.description = say("editing_copy")
        self._check.description = say("editing_check")
        if not state.files:
            self._files.show(tag("p", say("editing_no_files"), class_="pb-empty"))
            return
        copied = say("editing_copied", file=state.copied) if state.copied else ""
        self._files.show(
            tag("p", copied) if copied else NOTHING,
            bullets(
                opener(state.folder / file, say("editing_open", file=file)) for file in state.files
            ),
            tag("p", say("editing_save"), class_="pb-empty"),
        )

    def _where(self) -> Markup:
        return tag("code", str(self._state.folder))

    def _draw_doing(self) -> None:
        doing, say = self._state.doing, self._state.say
        self._check.disabled = doing is not None
        if doing is None:
            self._doing.show()
        else:
            says = say(doing.what, done=str(doing.done), of=str(doing.of))
            self._doing.show(progress(doing.done, doing.of, says))

    # ---- what was found -------------------------------------------------------------------------

    def _draw_found(self) -> None:
        checked, say = self._state.checked, self._state.say
        if checked is None:
            says = "" if self._state.doing else say("editing_not_checked")
            self._found.show(tag("p", says, class_="pb-empty"))
            return
        at = tag("p", say("editing_at", time=f"{checked.at:%H:%M:%S}"), class_="pb-by")
        self._found.show(at, *(self._faults(checked) if checked.faults else self._sound(checked)))

    def _faults(self, checked: Checked) -> Iterator[Markup]:
        says = self._state.say("editing_faults", count=str(len(checked.faults)))
        yield tag("p", tag("strong", says), class_="pb-notice-bad")
        yield self._fault_table(checked.faults)

    def _fault_table(self, faults: tuple[Fault, ...]) -> Markup:
        say = self._state.say
        head = say("editing_place"), say("editing_what_is_wrong")
        return table(head, ((self._place(fault), self._both(fault)) for fault in faults))

    def _place(self, fault: Fault) -> Markup:
        says = f"{fault.file}:{fault.line}" if fault.line else fault.file
        mine = self._state.folder / fault.file
        return shower(mine, fault.line, says) if mine.is_file() else tag("code", says)

    def _both(self, fault: Fault) -> Markup:
        """The language chosen first, the other below it."""
        said: list[tuple[Language, str]] = [("ja", fault.ja), ("en", fault.en)]
        first, second = said if self._state.language == "ja" else said[::-1]
        return tag("span", first[1]) + tag("small", second[1], lang=second[0])

    def _sound(self, checked: Checked) -> Iterator[Markup]:
        yield tag("p", tag("strong", self._state.say("editing_sound")), class_="pb-notice-good")
        yield from self._tree(checked.differences)
        yield from self._paths(checked)
        yield from self._proofs(checked.proofs)

    def _tree(self, found: tuple[Difference, ...]) -> Iterator[Markup]:
        say = self._state.say
        yield tag("h3", say("editing_tree"))
        if not found:
            yield tag("p", say("editing_no_difference"), class_="pb-empty")
            return
        head = tuple(say("editing_" + each) for each in ("entry", "change", "parts"))
        yield table(head, map(self._difference, found))

    def _difference(self, found: Difference) -> tuple[Content, ...]:
        say = self._state.say
        title = say("fact", title=say("editing_kind_" + found.kind),
                    says=self._state.words(found.title))  # fmt: skip
        return (
            tag("span", title) + tag("small", found.id),
            say("editing_" + found.change),
            bullets(map(self._part, found.parts)),
        )

    def _part(self, part: Part) -> Markup:
        before, after = (_short(each) or "―" for each in (part.before, part.after))
        return tag("code", part.path) + tag("span", f" {before} → ") + tag("strong", after)

    def _paths(self, checked: Checked) -> Iterator[Markup]:
        say = self._state.say
        yield tag("h3", say("editing_paths"))
        if not checked.weighs:
            yield tag("p", say("editing_weighs_nothing"), class_="pb-empty")
            return
        count = str(len(checked.paths))
        yield tag("p", say("editing_paths_changed", cases=str(checked.cases), count=count))
        head = tuple(say("editing_" + each) for each in ("case", "minutes", "before", "after"))
        yield table(head, map(self._path_change, checked.paths))

    def _path_change(self, change: PathChange) -> tuple[Content, ...]:
        say = self._state.say
        return (
            tag("span", self._state.words(change.case.title)) + tag("small", change.case.id),
            say("editing_more_minutes", minutes=f"{change.minutes:+.1f}".replace("-", "−")),
            self._path(change.before),
            self._path(change.after),
        )

    def _path(self, path: BestPath) -> Markup:
        says = " → ".join(map(self._step, path.steps))
        minutes = self._state.say("minutes", minutes=f"{path.minutes:.0f}")
        unsolved = "" if path.solved else self._state.say("editing_unsolved")
        return tag("span", says) + tag("small", f"{minutes} {unsolved}".strip())

    def _step(self, id_: str) -> str:
        say, words, knowledge = self._state.say, self._state.words, self._state.knowledge
        step = knowledge.check.get(id_) or knowledge.remedy.get(id_)
        if step is not None:
            return words(step.title)
        if id_ in knowledge.reason:
            return say("fact", title=say("bounce"), says=words(knowledge.reason[id_].title))
        return say("editing_hand_over") if id_ == "hand_over" else id_

    def _proofs(self, proofs: tuple[Proof, ...]) -> Iterator[Markup]:
        say = self._state.say
        faults = tuple(fault for proof in proofs for fault in proof.faults)
        yield tag("h3", say("editing_proofs"))
        says = "editing_proofs_broken" if faults else "editing_proofs_hold"
        count = str(len(faults) or len(proofs))
        class_ = "pb-notice-bad" if faults else "pb-notice-good"
        yield tag("p", say(says, count=count), class_=class_)
        yield self._fault_table(faults)
        yield unfolded(say("editing_all_proofs"), bullets(map(self._proof, proofs)))

    def _proof(self, proof: Proof) -> str:
        law = proof.ja if self._state.language == "ja" else proof.en
        return f"{'✗' if proof.faults else '✓'} {law} ({proof.tried})"


def _short(text: str) -> str:
    """The text in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"

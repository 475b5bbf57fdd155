"""What a trainee can do: all the steps, and beside them the remedy, votes, hints and the tree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from playbook.schema import Check, Remedy
from playbook.training import Choice
from playbook.training.words import hint_words
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    NOTHING,
    Line,
    Lines,
    Outline,
    Press,
    Prose,
    bullets,
    column,
    grouped,
    hide,
    item,
    join,
    row,
    tag,
)
from playbook.widgets.training.state import TrainingState
from playbook.widgets.tree.drawing import Tree
from playbook.widgets.tree.picture import TreePicture

_BY = ("agent", "customer", "trial")


class Steps:
    """All that can be done next: note a suspicion, check, look up a remedy, hand over."""

    def __init__(self, state: TrainingState, guard: Guard) -> None:
        self._state = state
        self._head = Prose("pb-card-head")
        self._solved = Prose("pb-live")
        self._suspect = Outline(guard, state.suspect)
        self._checks = Outline(guard, state.ask, unfolded=True)
        self._remedies = Outline(guard, state.look)
        self._suspect.add_class("pb-suspect")
        self._checks.add_class("pb-checks")
        self._remedies.add_class("pb-remedies")
        self._hand_over = Press("pb-hand-over", guard(state.hand_over))
        self.box = column(
            "pb-causes",
            column(
                "pb-card", self._head, self._solved, self._suspect, self._checks, self._remedies,
                row("pb-tools", self._hand_over),
            ),
        )  # fmt: skip

    def draw(self) -> None:
        """Show it as the case stands."""
        if self._state.group is None:
            return
        state, say, words = self._state, self._state.say, self._state.words
        session = state.session
        self._head.show(tag("h2", say("simulator_next")))
        solved = tag("p", say("simulator_solved"), class_="pb-solved")
        self._solved.show(solved if session.is_solved else NOTHING)
        noted = session.hypothesis
        suspect = say("simulator_suspect")
        if noted is not None:
            title = words(state.knowledge.cause[noted].title)
            suspect = say("simulator_suspected", cause=title)
        self._suspect.show(self._listed_causes, say, suspect, noted or "")
        self._checks.show(self._listed_checks, say, say("simulator_checks"))
        self._remedies.show(self._listed_remedies, say, say("simulator_remedies"), state.remedy)
        self._hand_over.description = say("simulator_you_hand_over")

    def _listed_causes(self) -> list[object]:
        words, causes = self._state.words, self._state.session.causes()
        items = (item(each.id, words(each.title), also=words(each.explains)) for each in causes)
        return [grouped(items)]

    def _listed_checks(self) -> list[object]:
        checks = self._state.session.checks()
        return [
            grouped(
                (self._check(each) for each in checks if each.by == by), self._state.say(f"by_{by}")
            )
            for by in _BY
        ]

    def _listed_remedies(self) -> list[object]:
        state = self._state
        items = (
            item(each.id, state.words(each.title), _minutes(state, each.minutes))
            for each in state.session.remedies()
        )
        return [grouped(items)]

    def _check(self, check: Check) -> dict[str, str]:
        words = self._state.words
        note = _minutes(self._state, check.minutes)
        return item(check.id, words(check.title), note, words(check.asks))


class Beside:
    """The sheet of the remedy looked at, closing, the votes, the hints and the tree."""

    def __init__(self, state: TrainingState, guard: Guard) -> None:
        self._state = state
        self._sheet = Prose("pb-sheet")
        self._cautions = Lines("pb-caution-lines", guard, self._read_out)
        self._steps = Prose("pb-sheet")
        self._try = Press("pb-try", guard(state.try_it))
        self._trying = row("pb-tools", self._try)
        self._votes_head = Prose("pb-card-head")
        self._votes = Lines("pb-votes", guard, self._more, self._fewer)
        self._decide = Press("pb-decide", guard(state.decide))
        self._voting = column(
            "pb-card pb-voting", self._votes_head, self._votes, row("pb-tools", self._decide)
        )
        self._close_head = Prose("pb-closing")
        self._verified = Press("pb-verified", guard(lambda: state.close(verified=True)))
        self._unverified = Press("pb-unverified", guard(lambda: state.close(verified=False)))
        self._closing = column(
            "pb-card", self._close_head, row("pb-tools", self._verified, self._unverified)
        )
        self._hints_head = Prose("pb-card-head")
        self._hints = tuple(
            Press(f"pb-hint-{depth}", guard(partial(state.hint, depth))) for depth in (1, 2, 3)
        )
        self._hint = Prose("pb-given pb-live")
        self._hinting = column(
            "pb-card", self._hints_head, row("pb-tools", *self._hints), self._hint
        )
        self._tree = TreePicture(guard, self._open)
        self._looking = column("pb-card", self._tree)
        self.box = column(
            "pb-papers",
            column("pb-card pb-remedy", self._sheet, self._cautions, self._steps, self._trying),
            self._voting,
            self._closing,
            self._hinting,
            self._looking,
        )

    def _open(self, cause: str) -> None:
        self._state.look(self._state.knowledge.cause[cause].remedy)

    def _read_out(self, number: str) -> None:
        self._state.read_out(int(number))

    def _more(self, place: str) -> None:
        self._state.vote(self._candidates()[int(place)])

    def _fewer(self, place: str) -> None:
        self._state.unvote(self._candidates()[int(place)])

    def _candidates(self) -> list[Choice]:
        group = self._state.group
        return [] if group is None else [choice for choice, _ in group.tally()]

    def draw(self) -> None:
        """Show it as the case stands."""
        if self._state.group is None:
            return
        self._draw_remedy()
        self._draw_votes()
        self._draw_closing()
        self._draw_hints()
        self._draw_tree()

    def _draw_remedy(self) -> None:
        state, say, words = self._state, self._state.say, self._state.words
        remedy = state.knowledge.remedy.get(state.remedy)
        session = state.session
        hide(self._trying, on=remedy is None or session.is_solved)
        if remedy is None:
            self._sheet.show(tag("p", say("simulator_remedy_none"), class_="pb-empty"))
            self._cautions.show(())
            self._steps.show()
            return
        self._sheet.show(
            tag("h2", words(remedy.title), tabindex="-1"),
            tag("h3", say("cautions")) if session.cautions(remedy.id) else "",
        )
        self._cautions.show(self._caution_lines(remedy))
        self._steps.show(
            tag("h3", say("steps"), tag("small", _minutes(state, remedy.minutes))),
            bullets((words(each) for each in remedy.steps), numbered=True, class_="pb-steps"),
        )
        self._try.description = say("simulator_vote_remedy" if state.is_voted else "simulator_try")

    def _caution_lines(self, remedy: Remedy) -> Iterator[Line]:
        session, says = self._state.session, self._state.say("simulator_read_out")
        for number, caution in enumerate(session.cautions(remedy.id), 1):
            prose = tag("p", self._state.words(caution))
            yield Line(str(number), (says,), prose, number in session.read_out)

    def _draw_votes(self) -> None:
        state, say, group = self._state, self._state.say, self._state.group
        hide(self._voting, on=not state.is_voted)
        if group is None or not state.is_voted:
            return
        empty = "" if group.votes else tag("p", say("simulator_no_votes"), class_="pb-empty")
        self._votes_head.show(tag("h2", say("simulator_votes")), empty)
        verbs = (say("simulator_more"), say("simulator_fewer"))
        self._votes.show(
            Line(
                str(place),
                verbs,
                join(
                    (
                        tag("strong", say("simulator_count", count=str(count))),
                        tag("span", move_title(state, choice.kind, choice.id)),
                    )
                ),
            )
            for place, (choice, count) in enumerate(group.tally())
        )
        self._decide.description = say("simulator_decide")
        self._decide.disabled = not group.votes

    def _draw_closing(self) -> None:
        state, say = self._state, self._state.say
        noted = state.session.hypothesis
        hide(self._closing, on=noted is None or not state.session.is_solved)
        if noted is not None:
            cause = state.words(state.knowledge.cause[noted].title)
            says = tag("p", say("simulator_close_as", cause=cause))
            self._close_head.show(tag("h2", say("simulator_close")), says)
        self._verified.description = say("simulator_close_verified")
        self._unverified.description = say("simulator_close_unverified")

    def _draw_hints(self) -> None:
        state, say = self._state, self._state.say
        hide(self._hinting, on=not state.may_look_ahead)
        self._hints_head.show(tag("h2", say("simulator_hints")))
        for depth, press in enumerate(self._hints, 1):
            press.description = say(f"simulator_hint_{depth}")
        given = state.given
        words = given and hint_words(given, state.knowledge, state.language)
        self._hint.show(tag("p", words) if words else "")

    def _draw_tree(self) -> None:
        say, looks = self._state.say, self._state.may_look_ahead
        hide(self._looking, on=not looks)
        self._tree.title, self._tree.hint = say("tree_picture"), say("tree_picture_hint")
        self._tree.show(self._drawn if looks else None)

    def _drawn(self) -> str:
        state = self._state
        chances = {each.cause.id: each.probability for each in state.diagnosis.suspects()}
        return Tree(state.knowledge, state.language, chances, state.session.case.symptom).branch()


def move_title(state: TrainingState, kind: str, id_: str) -> str:
    """A step in the words of the screen."""
    if kind == "check":
        check = state.knowledge.check[id_]
        by = state.say(f"by_{check.by}")
        return state.say("simulator_you_check", by=by, title=state.words(check.title))
    if kind == "remedy":
        title = state.words(state.knowledge.remedy[id_].title)
        return state.say("simulator_you_remedy", title=title)
    return state.say(f"simulator_you_{kind}")


def _minutes(state: TrainingState, minutes: float) -> str:
    return state.say("minutes", minutes=f"{minutes:g}")

"""Looking up: the search field, and the meaning of a code, a reason, an address or a size."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from playbook.language import Text
from playbook.schema import Knowledge
from playbook.search import Entry, Index
from playbook.widgets.case.state import CaseState
from playbook.widgets.shared.frame import Reveal
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    Line,
    Lines,
    Press,
    Prose,
    Search,
    bullets,
    column,
    hide,
    row,
    tag,
)


@lru_cache(maxsize=1)
def _index(knowledge: Knowledge) -> Index:
    # Made when something is searched for: most cases need none.
    return Index(knowledge)


class Finder:
    """The search field, and below it a card for what is neither cause, remedy nor check."""

    def __init__(self, state: CaseState, guard: Guard, reveal: Reveal) -> None:
        self._state = state
        self._reveal = reveal
        self._found: tuple[Entry, ...] = ()
        self._shown: Entry | None = None
        self._field = Search(guard, self._find, self._pick)
        self._meaning = Prose("pb-meaning")
        self._causes = Lines("pb-found-causes", guard, self._open)
        self._close = Press("pb-close", guard(self._closed))
        self._card = column(
            "pb-card pb-found", self._meaning, self._causes, row("pb-tools", self._close)
        )
        self.box = column("pb-seek", self._field, self._card)

    def _find(self, wanted: str) -> None:
        self._found = _index(self._state.knowledge).find(wanted)
        self._field.show(wanted, self._results())

    def _results(self) -> list[dict[str, str]]:
        say, words = self._state.say, self._state.words
        return [
            {
                "kind": say("found_" + each.kind),
                "title": f"{each.name} {words(each.title)}".strip(),
            }
            for each in self._found
        ]

    def _pick(self, place: int) -> None:
        if not 0 <= place < len(self._found):
            return
        entry = self._found[place]
        if entry.kind == "check":
            self._state.ask(entry.id)
            self._reveal(".pb-now")
        elif entry.kind in {"cause", "remedy"}:
            self._open(self._likeliest(entry.causes))
        else:
            self._shown = entry
            self._draw_meaning()
            self._reveal(".pb-found")

    def _likeliest(self, causes: tuple[str, ...]) -> str:
        left = (each.cause.id for each in self._state.suspects if each.cause.id in causes)
        return next(left, causes[0])

    def _open(self, cause: str) -> None:
        self._shown = None
        self._state.open(cause)
        self._draw_meaning()
        self._reveal(".pb-remedy")

    def _closed(self) -> None:
        self._shown = None
        self._draw_meaning()
        self._reveal(".pb-now")

    def draw(self) -> None:
        """Show the field, and what is open, in the language chosen."""
        self._field.label = self._state.say("search_everything")
        self._field.nothing = self._state.say("nothing_found")
        self._field.show(self._field.wanted, self._results())
        self._close.description = self._state.say("close")
        self._draw_meaning()

    def _point(self, point: tuple[Text, Text | None]) -> Markup:
        says, todo = point
        words = self._state.words
        return tag("p", words(says)) + (tag("p", words(todo), class_="pb-by") if todo else "")

    def _draw_meaning(self) -> None:
        say, words, entry = self._state.say, self._state.words, self._shown
        hide(self._card, on=entry is None)
        if entry is None:
            return
        says = "" if entry.says == entry.title else tag("p", words(entry.says))
        todo = ""
        if entry.todo:
            todo = tag("h3", say("next_label")) + tag("p", words(entry.todo))
        causes = [self._state.knowledge.cause[each] for each in entry.causes]
        self._meaning.show(
            tag(
                "article",
                tag("p", say("found_" + entry.kind), class_="pb-by"),
                tag("h2", f"{entry.name} {words(entry.title)}".strip()),
                says,
                bullets(map(self._point, entry.points), class_="pb-points"),
                todo,
                tag("h3", say("found_causes")) if causes else "",
                tabindex="-1",
            )
        )
        self._causes.show(Line(each.id, (words(each.title),)) for each in causes)

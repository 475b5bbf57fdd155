"""The pieces pages are made of. Every text that becomes HTML is escaped here, and nowhere else.

Pieces are made once and change their content: nothing on the page jumps and focus stays where it
is. Texts pass through `tag`, which escapes whatever is not markup already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import anywidget
import ipywidgets as w
import traitlets as t
from markupsafe import Markup, escape

from playbook.bounce.reading import Evidence
from playbook.terms import ReasonId
from playbook.widgets.shared.guard import Guard

STATIC = Path(__file__).parent / "static"


def module(name: str) -> str:
    """The browser's half of a widget, with what several of them need."""
    return "".join((STATIC / each).read_text(encoding="utf-8") for each in ("make.js", name))


Content = str | Markup
NOTHING = Markup("")

LONGEST_SEARCH = 200
"""Characters of a search that are looked at."""


def tag(name: str, *content: Content, **attributes: str) -> Markup:
    """An HTML element. `class_` is `class`, an underscore in a name is a hyphen.

    >>> tag("p", "a < b", class_="x")
    Markup('<p class="x">a &lt; b</p>')
    """
    named = (
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, Markup("").join(named), join(content))


def join(content: Iterable[Content]) -> Markup:
    """Pieces of content one after the other, escaped where they are plain text."""
    return Markup("").join(escape(piece) for piece in content)


def link(says: str, url: str | None) -> Markup:
    """A link that opens beside the page and tells the other side nothing; without address, text."""
    if url is None:
        return tag("span", says)
    return tag("a", says, href=url, target="_blank", rel="noopener noreferrer")


def bullets(items: Iterable[Content], *, numbered: bool = False, class_: str = "") -> Markup:
    """A list of items; nothing at all when there are none."""
    lines = [tag("li", item) for item in items]
    return tag("ol" if numbered else "ul", *lines, class_=class_) if lines else NOTHING


def unfolded(title: str, *content: Content) -> Markup:
    """Content that is folded away until its title is pressed."""
    return tag("details", tag("summary", title), *content, class_="pb-fold")


def marked(
    shown: str, evidence: Sequence[Evidence], names: Mapping[ReasonId, str], reason: ReasonId
) -> Markup:
    """The text with the quotes of the evidence marked; the mark's title names what it points to.

    Quotes that overlap share a mark, named for the one believed first. The mark of the one that
    decided for `reason` is `pb-decisive`: the browser scrolls it into the box's sight.
    """
    decisive = min(evidence, key=lambda each: (each.points_to != reason, each.trust), default=None)
    pieces: list[Content] = []
    done = 0
    for start, end, points_to in _spans(evidence):
        looks = {"title": names[points_to]}
        if decisive is not None and start <= decisive.start < end:
            looks["class_"] = "pb-decisive"
        pieces += (shown[done:start], tag("mark", shown[start:end], **looks))
        done = end
    return tag("pre", *pieces, shown[done:], class_="pb-mail", tabindex="0")


def _spans(evidence: Sequence[Evidence]) -> list[tuple[int, int, ReasonId]]:
    groups: list[list[Evidence]] = []
    for each in sorted(evidence, key=lambda item: item.start):
        if groups and each.start < max(other.end for other in groups[-1]):
            groups[-1].append(each)
        else:
            groups.append([each])
    return [
        (
            group[0].start,
            max(each.end for each in group),
            min(group, key=lambda item: item.trust).points_to,
        )
        for group in groups
    ]


class Prose(w.HTML):  # type: ignore[misc]
    """A part of the page that is read, not worked. The class `pb-live` has changes read out."""

    def __init__(self, class_: str) -> None:
        classes = ("pb-prose", *class_.split())
        super().__init__(layout=_plain(), style=_unstyled_text(), _dom_classes=classes)

    def show(self, *content: Content) -> None:
        """Show this content in place of the old."""
        self.value = str(join(content))


class Press(w.Button):  # type: ignore[misc]
    """A button that calls its (guarded) handler without arguments."""

    def __init__(self, class_: str, pressed: Callable[..., None]) -> None:
        classes = ("pb-press", class_)
        super().__init__(layout=_plain(), style=_unstyled(), _dom_classes=classes)
        self.on_click(pressed)


def mark(widget: w.DOMWidget, class_: str, *, on: bool) -> None:
    """Give the widget a class, or take it away."""
    if on:
        widget.add_class(class_)
    else:
        widget.remove_class(class_)


def hide(widget: w.DOMWidget, *, on: bool) -> None:
    """Take the widget off the page, or put it back."""
    mark(widget, "pb-hidden", on=on)


# One layout and one style for all: three models a button would be most of the page's weight. They
# are made with the page: modules are loaded before there is a kernel that could tell of them.
@cache
def _plain() -> w.Layout:
    return w.Layout()


@cache
def _unstyled() -> w.ButtonStyle:
    return w.ButtonStyle()


@cache
def _unstyled_text() -> w.widget_string.HTMLStyle:
    return w.widget_string.HTMLStyle()


def column(class_: str, *children: w.Widget) -> w.VBox:
    """Widgets below each other."""
    return w.VBox(children, layout=_plain(), _dom_classes=class_.split())


def row(class_: str, *children: w.Widget) -> w.HBox:
    """Widgets beside each other."""
    return w.HBox(children, layout=_plain(), _dom_classes=class_.split())


@dataclass(frozen=True, slots=True)
class Line:
    """A line of `Lines`: what its buttons say (nothing: the button is hidden), and prose."""

    id: str
    says: tuple[str, ...]
    prose: Markup = NOTHING
    chosen: bool = False
    tip: str = ""
    """What the first button says more to those who rest on it, or hear it."""


class Lines(w.VBox):  # type: ignore[misc]
    """Lines with buttons: answers, causes left, things known.

    Lines keep their widgets; a longer list adds some at the end, a shorter one hides the rest.
    """

    def __init__(
        self, class_: str, guard: Guard, *verbs: Callable[[str], None], room: int = 0
    ) -> None:
        """Each verb is a button of every line; it gets the id of the line.

        `room` is for how many lines widgets are made beforehand: a customer need not wait for them.
        """
        super().__init__(layout=_plain(), _dom_classes=(class_,))
        self._guard = guard
        self._verbs = verbs
        self._lines: tuple[Line, ...] = ()
        self._pool = [self._make(place) for place in range(room)]

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines in place of the old ones."""
        self._lines = tuple(lines)
        while len(self._pool) < len(self._lines):
            self._pool.append(self._make(len(self._pool)))
        for box, line in zip(self._pool, self._lines, strict=False):
            prose, *buttons = box.children
            prose.show(line.prose)
            buttons[0].tooltip = line.tip or None
            for button, says in zip(buttons, line.says, strict=True):
                button.description = says
                hide(button, on=not says)
                mark(button, "pb-chosen", on=line.chosen)
        self.children = self._pool[: len(self._lines)]

    def _make(self, place: int) -> w.Box:
        buttons = (
            Press(f"pb-line-{number}", self._guard(self._at(verb, place)))
            for number, verb in enumerate(self._verbs)
        )
        return row("pb-line", Prose("pb-line-prose"), *buttons)

    def _at(self, verb: Callable[[str], None], place: int) -> Callable[[], None]:
        return lambda: verb(self._lines[place].id)


class Paste(w.Textarea):  # type: ignore[misc]
    """A box to type or paste into. It tells the kernel once, when it is left, not at every key."""

    def __init__(self, changed: Callable[[str], None], class_: str = "pb-paste") -> None:
        super().__init__(continuous_update=False, layout=_plain(), _dom_classes=(class_,))
        self.observe(lambda change: changed(change["new"]), "value")


class CopyButton(anywidget.AnyWidget):
    """A button that puts `text` on the clipboard."""

    _esm = STATIC / "copy.js"
    label = t.Unicode("").tag(sync=True)
    done = t.Unicode("").tag(sync=True)
    text = t.Unicode("").tag(sync=True)


def listen(widget: w.Widget, guard: Guard, heard: Callable[[Mapping[str, object]], None]) -> None:
    """Have `heard` called, guarded, with what the browser's half of the widget says."""
    widget.on_msg(lambda _widget, said, _buffers: guard(lambda: heard(said))())


class Picker(anywidget.AnyWidget):
    """Something foldable to choose from; calls `picked` with the id chosen."""

    title = t.Unicode("").tag(sync=True)
    hint = t.Unicode("").tag(sync=True)
    unfolded = t.Bool(False).tag(sync=True)

    def __init__(
        self, guard: Guard, picked: Callable[[str], None], *, unfolded: bool = False
    ) -> None:
        """`unfolded`: it is open at first."""
        super().__init__(unfolded=unfolded)
        listen(self, guard, lambda said: picked(str(said["picked"])))


def item(id_: str, title: str, note: str = "", also: str = "") -> dict[str, str]:
    """An item of an `Outline`; `also` is only searched."""
    return {"id": id_, "title": title, "note": note, "also": also}


def grouped(items: Iterable[dict[str, str]], title: str = "") -> dict[str, object]:
    """A group of an `Outline`; without a title where it is the only one."""
    return {"title": title, "items": list(items)}


class Outline(Picker):
    """A list in groups with a search field."""

    _esm = module("outline.js")
    nothing = t.Unicode("").tag(sync=True)
    current = t.Unicode("").tag(sync=True)
    groups: t.List[object] = t.List().tag(sync=True)
    """See `grouped`."""

    def __init__(
        self, guard: Guard, picked: Callable[[str], None], *, unfolded: bool = False
    ) -> None:
        super().__init__(guard, picked, unfolded=unfolded)
        self._lists: Callable[[], list[object]] = list
        self.observe(guard(self._draw), "unfolded")

    def show(
        self,
        lists: Callable[[], list[object]],
        say: Callable[[str], str],
        title: str,
        current: str = "",
    ) -> None:
        """Show the groups it gives, now or once it is unfolded; `current` is the item in use."""
        self.title, self.current = title, current
        self.hint, self.nothing = say("search"), say("nothing_found")
        self._lists = lists
        self._draw()

    def _draw(self) -> None:
        self.groups = self._lists() if self.unfolded else []


class Search(anywidget.AnyWidget):
    """A search field: calls `find` with what is typed, `pick` with the place of a result chosen."""

    _esm = module("search.js")
    label = t.Unicode("").tag(sync=True)
    nothing = t.Unicode("").tag(sync=True)
    wanted = t.Unicode("").tag(sync=True)
    """What the results were found for."""
    results: t.List[object] = t.List().tag(sync=True)
    """`[{"kind", "title"}]`"""

    def __init__(
        self, guard: Guard, find: Callable[[str], None], pick: Callable[[int], None]
    ) -> None:
        super().__init__()
        self._find, self._pick = find, pick
        listen(self, guard, self._heard)

    def _heard(self, said: Mapping[str, object]) -> None:
        # A result of an earlier search is no longer in its place.
        if "picked" in said and said.get("wanted") == self.wanted:
            self._pick(int(str(said["picked"])))
        elif "find" in said:
            self._find(str(said["find"])[:LONGEST_SEARCH])
            if said.get("first"):
                self._pick(0)

    def show(self, wanted: str, results: Sequence[Mapping[str, str]]) -> None:
        """Show these results of a search."""
        with self.hold_sync():
            self.wanted, self.results = wanted, list(results)


class Help(anywidget.AnyWidget):
    """A button that opens the list of shortcuts, with a hint until it was read once."""

    _esm = module("help.js")
    title = t.Unicode("").tag(sync=True)
    leave = t.Unicode("").tag(sync=True)
    hint = t.Unicode("").tag(sync=True)
    understood = t.Unicode("").tag(sync=True)
    lines: t.List[object] = t.List().tag(sync=True)
    """`[[keys, what they do]]`; several keys are separated by blanks."""


class Voice(anywidget.AnyWidget):
    """Gives the page its looks, its language and its shortcuts (a key's name -> a CSS selector)."""

    _esm = STATIC / "page.js"
    _css = STATIC / "page.css"
    language = t.Unicode("ja").tag(sync=True)
    title = t.Unicode("").tag(sync=True)
    shortcuts = t.Dict().tag(sync=True)
    case = t.Unicode("").tag(sync=True)
    """The id of the case in hand."""
    begun = t.Bool(False).tag(sync=True)
    """It can be brought back: the address names it."""
    told = t.Bool(False).tag(sync=True)
    """The kernel knows what the browser has kept, and the page shows it."""
    waiting = t.Bool(False).tag(sync=True)
    """Something could not be saved or read: the page asks now and then to try again."""

"""What every page has: its looks and keys, its name, the language, the place for bad news."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby
from typing import NamedTuple

import ipywidgets as w
from IPython.display import display
from markupsafe import Markup
from traitlets.log import get_logger

from playbook.errors import PlaybookError
from playbook.language import LANGUAGES, Language
from playbook.loader import in_words
from playbook.redact import Redacting
from playbook.settings import settings
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    Help,
    Press,
    Prose,
    Voice,
    column,
    listen,
    mark,
    row,
    tag,
    unfolded,
)
from playbook.widgets.shared.speaking import Speaking

Reveal = Callable[[str], None]
"""Brings the part of the page with this CSS selector into sight, and the focus to it."""


class Shortcut(NamedTuple):
    """What a key does."""

    presses: str
    """The CSS selector of what it presses, or puts the focus on."""
    does: str
    """The label that says so."""


_EVERYWHERE = {"?": Shortcut(".pb-help button", "key_help")}

_IN_TEXT = (("Ctrl Enter", "key_read"), ("Esc", "key_leave"))
"""Keys that work while a text is typed."""

_NAMED = {"escape"}
"""Keys with a name: they are told with those of `_IN_TEXT`."""

_REDACTING = Redacting()
"""One for all pages: a handler takes the same filter only once."""


class Way(NamedTuple):
    """A page others lead to, by its labels."""

    name: str
    title: str


_WAYS = {
    "/": Way("page_case", "dashboard_title"),
    "/bounce_desk": Way("page_desk", "desk_title"),
    "/bounce_report": Way("page_report", "report_title"),
}
"""The pages a server may have, by their paths below it."""


class Frame:
    """The frame of a page: `guard` for its handlers, `voice` to and from the browser, `page`."""

    def __init__(self, state: Speaking, title: str, keys: Mapping[str, Shortcut]) -> None:
        """`title` is a label; `keys` are the shortcuts of the page."""
        self._state = state
        self._title = title
        self._outdated = Prose("pb-outdated")
        self._notice = Prose("pb-notice")
        self.guard = Guard(self._tell, self._notice.show)
        self._keys = {**keys, **_EVERYWHERE} if keys else {}
        self.voice = Voice(shortcuts={key: each.presses for key, each in self._keys.items()})
        listen(self.voice, self.guard, self._heard)
        self._help = Help()
        self._name = Prose("pb-name")
        self._ways = {path: _WAYS[path] for path in settings().pages if path in _WAYS}
        self._pages = Prose("pb-pages")
        self._languages = {
            language: Press("pb-language", self.guard(partial(self._speak, language)))
            for language in LANGUAGES
        }

    def page(self, tools: w.Widget, *content: w.Widget) -> w.Widget:
        """The whole page: the bar with these tools, and the content below."""
        languages = row("pb-languages", *self._languages.values())
        helps = (self._help,) if self._keys else ()
        ways = (self._pages,) if self._ways else ()
        head = row("pb-head", self._name, *ways, tools, *helps, languages)
        outdated = (self._outdated,) if self._state.faults else ()
        return column("pb-page", self.voice, head, *outdated, self._notice, *content)

    def reveal(self, selector: str) -> None:
        """Bring a part of the page into sight, and the focus to it."""
        self.voice.send({"reveal": selector})

    def _heard(self, said: Mapping[str, object]) -> None:
        """Speak the language chosen before in this browser, here or on another page."""
        language = str(said.get("language"))
        if language in LANGUAGES:
            self._state.language = language
        self.voice.told = True

    def _speak(self, language: Language) -> None:
        self._state.language = language

    def draw(self) -> None:
        """Show the frame in the language chosen."""
        say = self._state.say
        self.voice.language = self._state.language
        self.voice.title = say(self._title)
        self._name.show(tag("h1", say(self._title)))
        for language, press in self._languages.items():
            press.description = say("language_" + language)
            mark(press, "pb-chosen", on=language == self._state.language)
        self._draw_pages()
        self._draw_outdated()
        self._help.title, self._help.leave = say("shortcuts"), say("close")
        self._help.hint, self._help.understood = say("shortcuts_hint"), say("understood")
        self._help.lines = self._explained()

    def _draw_pages(self) -> None:
        say = self._state.say
        if self._ways:
            ways = (self._way(path, way) for path, way in self._ways.items())
            self._pages.show(tag("nav", *ways, aria_label=say("pages")))

    def _way(self, path: str, way: Way) -> Markup:
        name, title = self._state.say(way.name), self._state.say(way.title)
        if way.title == self._title:
            return tag("span", name, aria_current="page")
        # The addresses are siblings, whatever path the server lies below.
        return tag("a", name, href="." + path, title=title)

    def _draw_outdated(self) -> None:
        say, faults = self._state.say, self._state.faults
        if faults:
            told = tag("pre", "\n".join(map(str, faults)), class_="pb-rest", tabindex="0")
            listed = unfolded(say("knowledge_faults"), told)
            says = tag("p", say("knowledge_outdated"))
            self._outdated.show(tag("div", says, listed, class_="pb-notice-care"))

    def _explained(self) -> list[object]:
        """Keys that do the same in one line, and what they do."""
        lines: list[object] = []
        for label, group in groupby(
            (key for key in self._keys if key not in _NAMED), lambda key: self._keys[key].does
        ):
            keys = list(group)
            written = f"{keys[0]} – {keys[-1]}" if len(keys) > 1 else keys[0].upper()
            lines.append([written, self._state.say(label)])
        return [*lines, *([keys, self._state.say(label)] for keys, label in _IN_TEXT)]

    def _tell(self, reference: str) -> None:
        says = self._state.say("went_wrong", reference=reference)
        self._notice.show(tag("p", says, role="alert"))


def open_page(build: Callable[[], w.Widget]) -> None:
    """Display the page; where the knowledge cannot be used, what has to be done about it."""
    # The widgets of others log what they do not understand, word by word.
    for handler in getattr(get_logger(), "handlers", ()):
        handler.addFilter(_REDACTING)
    try:
        page = build()
    except PlaybookError as error:
        says = in_words(error)
        sorry = Prose("pb-notice")
        sorry.show(tag("pre", "\n\n".join(dict.fromkeys((says.ja, says.en))), role="alert"))
        page = column("pb-page", Voice(), sorry)
    display(page)  # type: ignore[no-untyped-call]


def redraw(state: Speaking, traits: list[str], *draws: Callable[[], None]) -> None:
    """Draw now, and whenever one of these traits of the state changes."""

    def draw_all(_change: object = None) -> None:
        for draw in draws:
            draw()

    state.observe(draw_all, [*traits, "language"])
    draw_all()

"""Pictures as SVG: the whole cause tree, and how the causes narrow down step by step.

Pure functions of what they show; a cause that is no longer possible is drawn as put out. Colours
are those of the page, with the light ones behind them, so that a picture saved to a file looks the
same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from playbook.language import Language
from playbook.outline import causes_of_symptom
from playbook.schema import Cause, Knowledge, Symptom
from playbook.training import POSSIBLE
from playbook.widgets.shared.parts import NOTHING, join, tag

Chances = Mapping[str, float]
"""How probable each cause is, by its id."""

_INK, _SOFT = "var(--ink, #1d2226)", "var(--ink-soft, #5a5f62)"
_LINE, _ACT = "var(--line-strong, #8d887c)", "var(--act, #14527a)"
_CARD, _WASH = "var(--card, #fff)", "var(--act-wash, #e6f0f7)"
_GOOD, _PALE = "var(--good, #17663f)", "var(--line, #dddad2)"
_FACES = "'Hiragino Sans', 'Noto Sans JP', 'Noto Sans CJK JP', 'Yu Gothic UI', Meiryo, sans-serif"

_SMALL, _CAPITAL = 0.5, 0.68
"""Widths of Latin letters in units of the type size, on average; a Japanese one is 1."""

_GOOD_BREAKS = re.compile(r"(?<=[ ・、）])(?=.)|(?=（)")
_PARTICLES = "をにでがはやのと"
_PARTICLE_BREAK = re.compile(rf"(?<=[{_PARTICLES}])(?=[^ぁ-ん、。）])")
_ANY_BREAK = re.compile(r"(?<=[^\x00-\x7f])(?=[^\x00-\x7f）」、。・ーっゃゅょッャュョ])")


def _width(text: str) -> float:
    def of(letter: str) -> float:
        if unicodedata.east_asian_width(letter) in "WFA":
            return 1.0
        return _CAPITAL if letter.isupper() else _SMALL

    return sum(map(of, text))


def _lines(text: str, most: float) -> list[str]:
    """The text in one line, or where it is wider than `most` in two that are about as wide."""
    if _width(text) <= most:
        return [text]
    for breaks in (_GOOD_BREAKS, _PARTICLE_BREAK, _ANY_BREAK):
        cuts = [(text[: at.start()], text[at.start() :]) for at in breaks.finditer(text)]
        widths = {max(_width(first), _width(second)): (first, second) for first, second in cuts}
        if widths and min(widths) <= most:
            first, second = widths[min(widths)]
            return [first.strip(), second.strip()]
    return [_cut(text, most)]


def _cut(text: str, most: float) -> str:
    """As much of the text as fits, with an ellipsis where some is left out."""
    if _width(text) <= most:
        return text
    fitting = next(n for n in range(len(text), 0, -1) if _width(text[:n]) <= most - 1)
    return text[:fitting].rstrip() + "…"


def _svg(width: float, height: float, name: str, *content: Markup) -> str:
    """The drawing: as wide as its place, at most half as large again as it is drawn."""
    return str(
        tag(
            "svg", *content, xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width:g} {height:g}", role="group", aria_label=name,
            style=f"max-width:{1.5 * width:g}px", font_family=_FACES, class_="pb-drawing",
        )
    )  # fmt: skip


def _text(x: float, y: float, says: str, size: float = 13, **more: str) -> Markup:
    place = {"x": f"{x:g}", "y": f"{y:g}", "font_size": f"{size:g}", "fill": _INK}
    return tag("text", says, **{**place, **more})


def _rect(x: float, y: float, width: float, height: float, **more: str) -> Markup:
    place = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:.1f}", "height": f"{height:g}"}
    return tag("rect", **{**place, "rx": "5", **more})


# ---- the tree ------------------------------------------------------------------------------------

_COLUMN, _GAP, _ROW, _TOP = 348, 18, 35, 88
_INDENT, _TYPE, _SHARE = 24, 13.0, 38


@dataclass(frozen=True, slots=True)
class Tree:
    """What the picture of the tree shows: the causes of every symptom, lit by their chances."""

    knowledge: Knowledge
    language: Language
    chances: Chances
    """Empty while nothing is known."""
    symptom: str | None = None
    """The symptom of the case; the branches of the others are put out."""
    current: str | None = None
    """The cause that is open."""

    def whole(self) -> str:
        """Every symptom beside the others, for a large screen or a page of paper."""
        symptoms = self.knowledge.symptoms
        most = max(len(causes_of_symptom(self.knowledge, each.id)) for each in symptoms)
        width = len(symptoms) * (_COLUMN + _GAP) - _GAP
        title = self.knowledge.say("tree_picture_root", self.language)
        middles = [n * (_COLUMN + _GAP) + _COLUMN / 2 for n in range(len(symptoms))]
        root = _text(width / 2, 18, title, 16, text_anchor="middle", font_weight="700")
        trunk = f"M{width / 2:g} 26V38" + "".join(f"M{width / 2:g} 38H{x:g}V46" for x in middles)
        branches = (
            tag("g", *self._branch(each), transform=f"translate({n * (_COLUMN + _GAP)} 46)")
            for n, each in enumerate(symptoms)
        )
        lines = tag("path", d=trunk, fill="none", stroke=_LINE)
        return _svg(width, _TOP + most * _ROW + 8, title, root, lines, *branches)

    def branch(self) -> str:
        """Only the symptom of the case, for a narrow place; nothing while there is none."""
        symptom = self.knowledge.symptom.get(self.symptom or "")
        if symptom is None:
            return ""
        rows = len(causes_of_symptom(self.knowledge, symptom.id))
        height = _TOP - 46 + rows * _ROW + 8
        return _svg(_COLUMN, height, symptom.title.of(self.language), *self._branch(symptom))

    def _branch(self, symptom: Symptom) -> Iterator[Markup]:
        off = self.symptom not in {None, symptom.id}
        causes = causes_of_symptom(self.knowledge, symptom.id)
        chances = [0.0 if off else self.chances.get(cause.id, 0.0) for cause in causes]
        yield _rect(0.5, 0.5, _COLUMN - 1, 30, fill=_WASH, stroke=_ACT)
        yield _text(
            12, 21, symptom.title.of(self.language), 14,
            font_weight="700", fill=_SOFT if off else _INK,
        )  # fmt: skip
        for row, chance in enumerate(chances):
            lit = chance >= POSSIBLE
            yield tag(
                "path", d=f"M8 31V{42 + row * _ROW + 10}Q8 {42 + row * _ROW + 14} 12 "
                f"{42 + row * _ROW + 14}H{_INDENT}", fill="none",
                stroke=_ACT if lit else _PALE, stroke_width=f"{1 + 5 * chance:.1f}",
            )  # fmt: skip
        for row, (cause, chance) in enumerate(zip(causes, chances, strict=True)):
            yield self._cause(cause, chance, 42 + row * _ROW, symptom, off=off)

    def _cause(
        self, cause: Cause, chance: float, top: float, symptom: Symptom, *, off: bool
    ) -> Markup:
        title, share = cause.title.of(self.language), f"{chance:.0%}"
        known = bool(self.chances) and not off
        lit = not off and (chance >= POSSIBLE or not self.chances)
        room = _COLUMN - _INDENT
        chosen = cause.id == self.current
        stroke = "3" if chosen else "1"
        shown = f"{title} {share}" if known else title
        says = _lines(title, (room - 16 - (_SHARE if known else 0)) / _TYPE)
        size = _TYPE if len(says) == 1 else _TYPE - 1
        first = top + (20 if len(says) == 1 else 13)
        ink = _INK if lit else _SOFT
        return tag(
            "g",
            tag("title", shown),
            _rect(
                _INDENT, top, room - 1, _ROW - 4, fill=_CARD, stroke=_ACT if lit else _PALE,
                stroke_width=stroke,
            ),
            _rect(_INDENT, top, chance * (room - 1), _ROW - 4, fill=_ACT, fill_opacity="0.28"),
            *(
                _text(_INDENT + 8, first + 13 * n, line, size, fill=ink)
                for n, line in enumerate(says)
            ),
            _text(_COLUMN - 8, top + 20, share, 12, text_anchor="end", fill=ink)
            if known
            else NOTHING,
            role="button",
            tabindex="-1",
            aria_label=shown,
            aria_pressed="true" if chosen else "false",
            data_id=cause.id,
            data_at=f"{symptom.id}:{cause.id}",
        )  # fmt: skip


# ---- the causes left after each step -------------------------------------------------------------

_STEP, _HEAD, _RADIUS = 56, 40, 11.5
_MOST = 12
"""Causes with a line of their own."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How probable each cause was at the start and after each step."""

    knowledge: Knowledge
    language: Language
    stages: Sequence[Chances]
    """The first is the start."""
    truth: str
    """What was really wrong."""
    tall: bool = False
    """The names stand above their lines, for a narrow screen."""

    @property
    def _names(self) -> float:
        return 8 if self.tall else 360

    @property
    def _row(self) -> float:
        return 46 if self.tall else 26

    @property
    def _width(self) -> float:
        return max(self._names + _STEP * len(self.stages) + 8, 300)

    def drawn(self) -> str:
        """A line a cause, a column a step: the larger the disc, the more probable the cause."""
        shown = self._shown()
        say = self.knowledge.say
        foot = _HEAD + self._row * len(shown) + (36 if self.tall else 22)
        counts = (sum(p >= POSSIBLE for p in stage.values()) for stage in self.stages)
        left = say("debrief_left", self.language)
        return _svg(
            self._width, foot + 12, say("debrief_narrowing", self.language),
            *self._columns(),
            *(self._line(cause, _HEAD + self._row * n) for n, cause in enumerate(shown)),
            self._name(left, foot - (18 if self.tall else 0), fill=_SOFT),
            *(
                _text(self._x(n), foot, str(count), 13, text_anchor="middle", font_weight="700")
                for n, count in enumerate(counts)
            ),
        )  # fmt: skip

    def _x(self, stage: int) -> float:
        return self._names + _STEP * (stage + 0.5)

    def _shown(self) -> list[Cause]:
        """The true cause, and the others that were ever possible, the likeliest first."""
        highest = {id_: max(stage.get(id_, 0.0) for stage in self.stages) for id_ in self.stages[0]}
        ranked = sorted(highest, key=lambda id_: (id_ != self.truth, -highest[id_]))
        possible = [id_ for id_ in ranked if highest[id_] >= POSSIBLE or id_ == self.truth]
        return [self.knowledge.cause[id_] for id_ in possible[:_MOST]]

    def _columns(self) -> Iterator[Markup]:
        start = self.knowledge.say("debrief_start", self.language)
        for n in range(len(self.stages)):
            says = str(n) if n else start
            yield _text(self._x(n), 22, says, 12, text_anchor="middle", fill=_SOFT)

    def _name(self, says: str, y: float, **more: str) -> Markup:
        if self.tall:
            return _text(6, y, _cut(says, (self._width - 12) / 13), 13, **more)
        says = _cut(says, (self._names - 20) / 12.5)
        return _text(self._names - 12, y, says, 12.5, text_anchor="end", **more)

    def _line(self, cause: Cause, top: float) -> Markup:
        title = cause.title.of(self.language)
        true = cause.id == self.truth
        chances = [stage.get(cause.id, 0.0) for stage in self.stages]
        spoken = ", ".join(f"{chance:.0%}" for chance in chances)
        middle = top + (31 if self.tall else 12)
        band = _rect(0, top, self._width, self._row - 2, fill="var(--good-wash, #e4f4ea)")
        rail = f"M{self._names:g} {middle:g}H{self._names + _STEP * len(chances):g}"
        return tag(
            "g",
            band if true else NOTHING,
            self._name(title, top + 17 - 2 * self.tall, font_weight="700" if true else "400"),
            tag("path", d=rail, stroke=_PALE),
            join(
                tag(
                    "circle", tag("title", f"{title} {chance:.0%}"), cx=f"{self._x(n):g}",
                    cy=f"{middle:g}", r=f"{max(_RADIUS * chance**0.5, 1.2):.1f}",
                    fill=_PALE if chance < POSSIBLE else _GOOD if true else _ACT,
                )
                for n, chance in enumerate(chances)
            ),
            role="img",
            aria_label=f"{title}: {spoken}",
        )  # fmt: skip

"""Figures drawn as HTML: they take the page's type, colours and width, print, and need no script.

What a figure shows by length or colour it also says in words or numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from playbook.widgets.shared.parts import NOTHING, Content, tag

COLOURS = 8
"""Colours for parts of a column; the last is for all others."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a bar chart. Lengths are shares of the chart's width, from 0 to 1."""

    title: str
    says: str
    """The numbers behind it."""
    lengths: tuple[float, ...]
    """Of its parts, one after the other, each in a colour of its own."""
    tick: float | None = None
    """A mark to compare it with."""
    reach: tuple[float, float] | None = None
    """A range it may lie in."""
    stands_out: bool = False


def bars(rows: Iterable[Bar]) -> Markup:
    """Bars below each other, titles before and numbers behind them."""
    lines = [_bar(row) for row in rows]
    return tag("div", *lines, class_="pb-bars", role="list") if lines else NOTHING


def _bar(bar: Bar) -> Markup:
    parts = [
        tag("i", class_=f"pb-part pb-colour-{place}", style=f"--length:{length:.4f}")
        for place, length in enumerate(bar.lengths)
        if length > 0
    ]
    if bar.reach is not None:
        low, high = bar.reach
        parts.append(
            tag("i", class_="pb-reach", style=f"--from:{low:.4f};--length:{high - low:.4f}")
        )
    if bar.tick is not None:
        parts.append(tag("i", class_="pb-tick", style=f"--from:{bar.tick:.4f}"))
    return tag(
        "div",
        tag("span", bar.title, class_="pb-bar-title"),
        tag("span", *parts, class_="pb-bar-track", aria_hidden="true"),
        tag("span", bar.says, class_="pb-bar-says"),
        class_="pb-bar-line pb-stands-out" if bar.stands_out else "pb-bar-line",
        role="listitem",
    )


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a column chart: its name, and its number in each column."""

    title: str
    numbers: tuple[int, ...]


def columns(names: Sequence[str], series: Sequence[Series], summary: str) -> Markup:
    """Columns beside each other, each made of one part a series; `summary` says what they show."""
    totals = [sum(each.numbers[place] for each in series) for place in range(len(names))]
    highest = max(totals, default=0)
    if not highest:
        return NOTHING
    drawn = (
        _column(name, [(each, each.numbers[place]) for each in series], highest, totals[place])
        for place, name in enumerate(names)
    )
    chart = tag("div", *drawn, class_="pb-chart", role="img", aria_label=summary)
    return chart + legend([each.title for each in series]) if len(series) > 1 else chart


def _column(name: str, parts: Sequence[tuple[Series, int]], highest: int, total: int) -> Markup:
    drawn = (
        tag(
            "i", class_=f"pb-part pb-colour-{min(place, COLOURS - 1)}",
            style=f"--length:{number / highest:.4f}", title=f"{name} {series.title} {number}",
        )
        for place, (series, number) in enumerate(parts)
        if number
    )  # fmt: skip
    return tag(
        "div",
        tag("span", *drawn, tag("span", str(total or ""), class_="pb-total"), class_="pb-stack"),
        tag("span", name, class_="pb-column-name"),
        class_="pb-column",
    )


def legend(titles: Sequence[str]) -> Markup:
    """What the colours mean."""
    items = (
        tag(
            "li",
            tag("i", class_=f"pb-part pb-colour-{min(place, COLOURS - 1)}", aria_hidden="true"),
            title,
        )
        for place, title in enumerate(titles)
    )
    return tag("ul", *items, class_="pb-legend")


def table(head: Sequence[Content], rows: Iterable[Sequence[Content]]) -> Markup:
    """A table; numbers are set right, days and short names stay in one piece.

    In a narrow place its rows become blocks, each cell beside its heading; a table of numbers keeps
    its columns and is moved sideways below its first one.
    """
    found = [tuple(row) for row in rows]
    if not found:
        return NOTHING
    lines = [tag("tr", *map(_cell, head, row)) for row in found]
    titles = (
        tag("th", title, scope="col", class_=_looks(cell) + " pb-day" * _is_day(title))
        for title, cell in zip(head, found[0], strict=True)
    )
    drawn = tag("table", tag("thead", tag("tr", *titles)), tag("tbody", *lines))
    if all(_looks(cell) == "pb-number" for cell in found[0][1:]):
        return tag("div", drawn, class_="pb-table pb-numbers", tabindex="0")
    return tag("div", drawn, class_="pb-table")


def _cell(title: Content, cell: Content) -> Markup:
    return tag("td", cell, class_=_looks(cell), data_title=title)


def _looks(cell: Content) -> str:
    if isinstance(cell, Markup):
        return ""
    if cell.replace(",", "").isdecimal():
        return "pb-number"
    return "pb-short" if len(cell) <= 12 else ""


def _is_day(title: Content) -> bool:
    return "-" in title and title.replace("-", "").isdecimal()


def progress(done: float, of: float, says: str) -> Markup:
    """A bar of how far something is, with words below it."""
    bar = tag("progress", value=f"{done:g}", max=f"{of:g}", aria_label=says)
    return bar + tag("p", says)

"""What the public demo shows above a page: what not to paste, ways on, and examples to try."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ipywidgets import Widget

from playbook.schema import Case, Knowledge
from playbook.settings import settings
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import Press, Prose, column, hide, link, row, tag
from playbook.widgets.shared.speaking import Speaking

BOUNCES = 4
"""Example bounces offered; what they show differs."""


def bounces(knowledge: Knowledge) -> tuple[Case, ...]:
    """Cases whose customer has a bounce at hand, easy ones first, each with a reason of its own."""
    by_reason: dict[str, Case] = {}
    for case in sorted(knowledge.cases, key=lambda each: each.level):
        if case.notice:
            by_reason.setdefault(case.notice.reason, case)
    return tuple(by_reason.values())[:BOUNCES]


def calls(knowledge: Knowledge) -> tuple[Case, ...]:
    """The easiest case of each symptom that is worked by questions alone."""
    by_symptom: dict[str, Case] = {}
    for case in sorted(knowledge.cases, key=lambda each: each.level):
        if not case.notice and case.opening_facts:
            by_symptom.setdefault(case.symptom, case)
    return tuple(by_symptom.values())


class Examples:
    """The banner of the demo, with a row of examples for each kind a page can take."""

    def __init__(
        self,
        screen: Speaking,
        guard: Guard,
        take: Callable[[Case], None],
        rows: Mapping[str, Sequence[Case]],
    ) -> None:
        """`take` puts an example on the page; `rows` are the examples by the label of their row."""
        self._screen = screen
        self._take = take
        self._taken: Case | None = None
        self._notice = Prose("pb-demo-notice")
        self._said = Prose("pb-demo-said pb-live")
        self._rows = {label: Prose("pb-by") for label in rows}
        self._presses = {
            case.id: (case, Press("pb-example", guard(partial(self._choose, case))))
            for cases in rows.values()
            for case in cases
        }
        lines = (
            row("pb-tools", self._rows[label], *(self._presses[case.id][1] for case in cases))
            for label, cases in rows.items()
        )
        self.box: Widget = column("pb-demo", self._notice, *lines, self._said)

    def _choose(self, case: Case) -> None:
        self._taken = case
        self._take(case)
        self.draw()

    def draw(self) -> None:
        """Show the banner in the language chosen."""
        say, words = self._screen.say, self._screen.words
        lab = settings().lab
        self._notice.show(
            tag("p", tag("strong", say("demo_notice"))),
            tag("p", link(say("demo_lab"), lab)) if lab else "",
        )
        for label, prose in self._rows.items():
            prose.show(tag("span", say(label)))
        for case, press in self._presses.values():
            press.description = words(case.title)
        hide(self._said, on=self._taken is None)
        if self._taken is not None:
            self._said.show(tag("p", say("demo_customer", words=words(self._taken.opening))))

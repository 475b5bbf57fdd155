"""The parts of a review, each for a cell of its own: figures with what they say in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from ipywidgets import Widget
from markupsafe import Markup

from playbook.review import (
    CauseFigures,
    Hint,
    Proposal,
    Review,
    StepFigures,
    SymptomFigures,
    as_yaml,
    proposals,
)
from playbook.review.figures import quantile
from playbook.schema import Cause
from playbook.settings import settings
from playbook.widgets.report.page import BatchView
from playbook.widgets.report.state import ReportState
from playbook.widgets.review.state import ReviewState
from playbook.widgets.shared.figures import Bar, Series, bars, columns, legend, table
from playbook.widgets.shared.frame import redraw
from playbook.widgets.shared.guard import Guard
from playbook.widgets.shared.parts import (
    NOTHING,
    CopyButton,
    Press,
    Prose,
    Voice,
    bullets,
    column,
    hide,
    tag,
    unfolded,
)

_MOST_BARS = 10
_MOST_REASONS = 7
"""Reasons with a colour of their own; the others share one."""
_BIN = 5
"""Minutes of a column."""
_LAST_BIN = 60
"""Minutes from which on cases share the last column."""


class Part:
    """A part of the review, in a cell of its own."""

    title = ""
    """A label."""

    def __init__(self, state: ReviewState) -> None:
        self._state = state
        self._voice = Voice()
        self._says = Prose("pb-review")
        self.page: Widget = column(
            "pb-page", self._voice, column("pb-card", self._says, *self._more())
        )
        redraw(state, ["review"], self._draw)

    def _more(self) -> Sequence[Widget]:
        """Widgets below what is drawn."""
        return ()

    def _draw(self) -> None:
        self._voice.language = self._state.language
        title = self._state.say(self.title)
        drawn = list(self._drawn())
        nothing = tag("p", self._state.say("review_nothing"), class_="pb-empty")
        self._says.show(tag("h2", title), *(drawn or [nothing]))

    def _drawn(self) -> Iterator[Markup]:
        raise NotImplementedError

    def _say(self, label: str, **values: str) -> str:
        return self._state.say("review_" + label, **values)

    def _cause(self, cause: Cause) -> str:
        return self._state.words(cause.title)


class Causes(Part):
    """Causes by frequency, symptom by symptom."""

    title = "review_causes"

    def _drawn(self) -> Iterator[Markup]:
        yield tag("p", self._say("causes_how"), class_="pb-empty")
        for figures in self._state.review.symptoms():
            yield tag("h3", self._state.words(figures.symptom.title),
                      tag("small", self._say("closed", count=str(figures.closed))))  # fmt: skip
            yield from self._symptom(figures)

    def _symptom(self, figures: SymptomFigures) -> Iterator[Markup]:
        longest = max((max(e.seen, e.assumed, e.between[1]) for e in figures.causes), default=1.0)
        if not figures.closed:
            yield tag("p", self._say("nothing"), class_="pb-empty")
            return
        yield bars(self._bar(each, longest) for each in figures.causes[:_MOST_BARS])
        rest = figures.causes[_MOST_BARS:]
        if rest:
            more = bars(self._bar(each, longest) for each in rest)
            yield unfolded(self._say("others", count=str(len(rest))), more)

    def _bar(self, figures: CauseFigures, longest: float) -> Bar:
        low, high = figures.between
        return Bar(
            self._cause(figures.cause),
            self._say("cause_says", closed=str(figures.closed), seen=f"{figures.seen:.0%}",
                      assumed=f"{figures.assumed:.0%}"),
            (figures.seen / longest,),
            tick=figures.assumed / longest,
            reach=(low / longest, high / longest),
            stands_out=figures.stands_out,
        )  # fmt: skip


class Minutes(Part):
    """Minutes to close."""

    title = "review_minutes"

    def _drawn(self) -> Iterator[Markup]:
        found = self._state.review
        every = found.minutes()
        if not every:
            return
        says = self._say(
            "minutes_says", half=f"{quantile(every, 0.5):.0f}", most=f"{quantile(every, 0.9):.0f}"
        )
        yield tag("p", says)
        bins = range(0, _LAST_BIN + 1, _BIN)
        names = [f"{start}–" if start == _LAST_BIN else str(start) for start in bins]
        series = [
            Series(self._state.words(symptom.title), _binned(found.minutes(symptom.id), len(bins)))
            for symptom in self._state.knowledge.symptoms
        ]
        yield columns(names, series, says)
        yield tag("p", self._say("minutes_axis"), class_="pb-axis")
        yield tag("h3", self._say("slowest"))
        yield bars(self._slowest(found))

    def _slowest(self, found: Review) -> Iterator[Bar]:
        by_cause: dict[str, list[float]] = {}
        for each in found.closed:
            by_cause.setdefault(each.cause, []).append(each.minutes)
        slow = sorted(
            ((median(took), len(took), cause) for cause, took in by_cause.items() if len(took) > 2),
            reverse=True,
        )[:_MOST_BARS]
        for took, count, cause in slow:
            says = self._say("slow_says", minutes=f"{took:.0f}", count=str(count))
            yield Bar(self._cause(found.knowledge.cause[cause]), says, (took / slow[0][0],))


def _binned(ordered: Sequence[float], bins: int) -> tuple[int, ...]:
    counts = [0] * bins
    for took in ordered:
        counts[min(int(took // _BIN), bins - 1)] += 1
    return tuple(counts)


class Steps(Part):
    """Checks gone against the advice, and remedies."""

    title = "review_steps"

    def _drawn(self) -> Iterator[Markup]:
        found = self._state.review.steps()
        if not found:
            return
        against = [each for each in found if each.chosen or each.abandoned or each.taken_back]
        yield tag("p", self._say("steps_how"), class_="pb-empty")
        longest = max((e.chosen + e.abandoned + e.taken_back + e.unknown for e in found), default=1)
        yield bars(self._bar(each, max(longest, 1)) for each in against[:_MOST_BARS])
        yield legend([self._say(each) for each in _AGAINST])
        yield unfolded(self._say("all_steps"), self._table(found))
        yield tag("h3", self._say("remedies"))
        yield tag("p", self._say("remedies_how"), class_="pb-empty")
        yield from self._remedies()

    def _bar(self, step: StepFigures, longest: int) -> Bar:
        parts = (step.chosen, step.abandoned, step.taken_back, step.unknown)
        says = self._say("step_says", asked=str(step.asked), **dict(
            zip(_AGAINST, map(str, parts), strict=True)))  # fmt: skip
        lengths = tuple(part / longest for part in parts)
        return Bar(self._state.words(step.check.title), says, lengths)

    def _table(self, found: Sequence[StepFigures]) -> Markup:
        head = [self._say(each) for each in ("check", "asked", *_AGAINST)]
        return table(
            head,
            (
                (self._state.words(s.check.title), str(s.asked), str(s.chosen), str(s.abandoned),
                 str(s.taken_back), str(s.unknown))
                for s in found
            ),
        )  # fmt: skip

    def _remedies(self) -> Iterator[Markup]:
        found = self._state.review.remedies()[:_MOST_BARS]
        most = max((each.worked + each.failed for each in found), default=1)
        yield bars(
            Bar(
                self._state.words(each.remedy.title),
                self._say("remedy_says", worked=str(each.worked), failed=str(each.failed)),
                (each.worked / most, each.failed / most),
            )
            for each in found
        )
        yield legend([self._say("worked"), self._say("failed")])


_AGAINST = ("chosen", "abandoned", "taken_back", "unknown")


class Hints(Part):
    """Where the tree misled."""

    title = "review_hints"

    def _drawn(self) -> Iterator[Markup]:
        found = self._state.review.hints()
        if not found:
            return
        yield tag("p", self._say("hints_how"), class_="pb-empty")
        yield bars(self._bar(each) for each in found[:_MOST_BARS])
        head = [self._say(each) for each in ("cause", "taken_for", "at_odds")]
        yield unfolded(self._say("hints_why"), table(head, map(self._row, found)))

    def _bar(self, hint: Hint) -> Bar:
        other, times = hint.taken_for[0]
        says = self._say("hint_says", times=str(hint.times), of=str(hint.of),
                         other=self._cause(other), most=str(times))  # fmt: skip
        return Bar(self._cause(hint.cause), says, (hint.times / hint.of,))

    def _row(self, hint: Hint) -> tuple[Markup | str, ...]:
        others = (f"{self._cause(cause)} ({times})" for cause, times in hint.taken_for)
        odds = (f"{self._state.fact(each).said} ({times})" for each, times in hint.at_odds[:4])
        return self._cause(hint.cause), bullets(others), bullets(odds)


class Reasons(Part):
    """Bounce reasons over time."""

    title = "review_reasons"

    def _drawn(self) -> Iterator[Markup]:
        periods, rows = self._state.review.over_time()
        if not rows:
            return
        reason = self._state.knowledge.reason
        series = [Series(self._state.words(reason[id_].title), n) for id_, n in rows]
        rest = series[_MOST_REASONS:]
        shown = series[:_MOST_REASONS]
        if rest:
            sums = tuple(map(sum, zip(*(each.numbers for each in rest), strict=True)))
            shown.append(Series(self._say("other_reasons", count=str(len(rest))), sums))
        short = [name[5:].replace("-", "/") if len(name) > 7 else name for name in periods]
        read = sum(sum(each.numbers) for each in series)
        says = self._say("reasons_says", count=str(read), reason=series[0].title,
                         most=str(sum(series[0].numbers)))  # fmt: skip
        yield tag("p", says)
        yield columns(short, shown, says)
        yield tag("p", self._say("weeks" if len(periods[0]) > 7 else "months"), class_="pb-axis")


class Proposals(Part):
    """New words for how common causes are, to copy into YAML."""

    title = "review_proposals"

    def _more(self) -> Sequence[Widget]:
        self._copy = CopyButton()
        self._copy.add_class("pb-no-key")
        return (self._copy,)

    def _drawn(self) -> Iterator[Markup]:
        found = proposals(self._state.review)
        self._copy.label, self._copy.done = self._say("copy"), self._state.say("copied")
        self._copy.text = as_yaml(found, self._told)
        hide(self._copy, on=not found)
        if found:
            yield tag("p", self._say("proposals_how"), class_="pb-empty")
            yield tag("pre", self._copy.text, class_="pb-mail", tabindex="0")

    def _told(self, each: Proposal) -> str:
        return self._say(
            "proposal", symptom=each.symptom.id, now=str(each.now), proposed=str(each.proposed),
            closed=str(each.closed), of=str(each.of), assumed=f"{each.now.pseudo_count:g}",
            count=f"{each.count:.1f}",
        )  # fmt: skip


class Bounces(Part):
    """What a batch found, or how far one is."""

    title = "review_bounces"

    def _more(self) -> Sequence[Widget]:
        self._batch = ReportState(self._state.knowledge, settings().batch)
        guard = Guard(self._tell, lambda: None)
        self._sample = Press("pb-sample", guard(self._read_a_sample))
        return self._sample, BatchView(self._batch, guard).box

    def _tell(self, reference: str) -> None:
        says = self._state.say("went_wrong", reference=reference)
        self._says.show(tag("p", says, role="alert"))

    def _read_a_sample(self) -> None:
        self._batch.read_a_sample()
        self._draw()

    def _drawn(self) -> Iterator[Markup]:
        self._batch.language = self._state.language
        self._sample.description = self._say("sample")
        hide(self._sample, on=self._batch.folder is not None or not self._batch.has_extra)
        invented = tag("p", self._say("sample_invented"), class_="pb-notice-care")
        yield invented if self._batch.is_sample else NOTHING

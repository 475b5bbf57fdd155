"""The report in words: sections with tables, our own faults first; and those as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from playbook.batch.report import DROP_FILE, Report
from playbook.language import Language, in_one
from playbook.schema import Knowledge

_MOST_REASONS = 12


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its title; without rows where there is nothing to report."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def summary(report: Report, knowledge: Knowledge, language: Language) -> str:
    """How much was read, and what it held."""
    total = report.batch.total
    says = knowledge.say(
        "report_summary", language, mails=f"{total['mails']:,}", bounces=f"{report.bounces:,}",
        unreadable=f"{total['unreadable']:,}",
    )  # fmt: skip
    if not report.batch.lost:
        return says
    lost = knowledge.say("report_lost", language, times=str(len(report.batch.lost)))
    return in_one((says, lost), language)


def sections(report: Report, knowledge: Knowledge, language: Language) -> tuple[Section, ...]:
    """What there is to report, most urgent first."""
    return tuple(_Paper(report, knowledge, language).sections())


def as_markdown(report: Report, knowledge: Knowledge, language: Language) -> str:
    """The whole report as Markdown."""
    lines = [
        f"# {knowledge.say('report_title', language)}\n",
        summary(report, knowledge, language) + "\n",
    ]
    for section in sections(report, knowledge, language):
        lines.append(f"## {section.title}\n")
        if section.rows:
            lines.append(_line(section.head))
            lines.append(
                _line(["---", *("---:" if is_number(c) else "---" for c in section.rows[0][1:])])
            )
            lines += map(_line, section.rows)
        else:
            lines.append(knowledge.say("report_nothing", language))
        if section.note:
            lines.append("\n" + section.note)
        lines.append("")
    return "\n".join(lines)


class _Paper:
    def __init__(self, report: Report, knowledge: Knowledge, language: Language) -> None:
        self._report = report
        self._knowledge = knowledge
        self._language = language

    def _say(self, label: str, **values: str) -> str:
        return self._knowledge.say(label, self._language, **values)

    def _listed(self, parts: Sequence[str]) -> str:
        return self._knowledge.listed(parts, self._language)

    def _reason(self, reason: str) -> str:
        known = self._knowledge.reason.get(reason)
        return known.title.of(self._language) if known else reason

    def sections(self) -> Iterator[Section]:
        yield self._section("report_own_faults", self._own_faults())
        yield self._section("report_over_time", self._over_time())
        yield self._section("report_refusing", self._refusing())
        note = ""
        if self._report.dead:
            total = f"{self._report.dead_total:,}"
            note = self._say("report_dead_file", times=total, file=DROP_FILE)
        yield self._section("report_dead", self._dead(), note)
        if self._report.faults:
            yield self._section("report_faults", self._faults())

    def _section(self, title: str, table: Iterable[tuple[str, ...]], note: str = "") -> Section:
        head, *rows = table
        return Section(self._say(title, seen=str(self._report.seen)), head, tuple(rows), note)

    def _own_faults(self) -> Iterator[tuple[str, ...]]:
        yield self._head("reason", "times", "told_by", "last", "do_next")
        for fault in self._report.own_faults:
            known = self._knowledge.reason.get(fault.reason)
            yield (
                self._reason(fault.reason), f"{fault.times:,}", self._listed(fault.domains),
                _day(fault.last), known.next.of(self._language) if known else "",
            )  # fmt: skip

    def _over_time(self) -> Iterator[tuple[str, ...]]:
        periods = self._report.periods
        yield (*self._head("reason", "total"), *_each_year_once(periods))
        shown = self._report.over_time[:_MOST_REASONS]
        for reason, counts in shown:
            yield (self._reason(reason), f"{sum(counts):,}", *(f"{n:,}" for n in counts))
        rest = self._report.over_time[_MOST_REASONS:]
        if rest:
            sums = [sum(counts) for counts in zip(*(counts for _, counts in rest), strict=True)]
            yield (self._say("report_others"), f"{sum(sums):,}", *(f"{n:,}" for n in sums))

    def _refusing(self) -> Iterator[tuple[str, ...]]:
        yield self._head("domain", "times", "why")
        for refusing in self._report.refusing:
            why = [
                self._say("report_reason_times", reason=self._reason(reason), times=f"{times:,}")
                for reason, times in refusing.reasons
            ]
            yield refusing.domain, f"{refusing.times:,}", self._listed(why)

    def _dead(self) -> Iterator[tuple[str, ...]]:
        yield self._head("recipient", "domain", "times", "reason", "last")
        for dead in self._report.dead:
            yield (
                dead.recipient, dead.domain, f"{dead.times:,}", self._reason(dead.reason),
                _day(dead.last),
            )  # fmt: skip

    def _faults(self) -> Iterator[tuple[str, ...]]:
        yield self._head("fault", "times", "where")
        for fault, times, where in self._report.faults:
            known = "report_fault_" + fault.lower()
            label = known if known in self._knowledge.labels else "report_fault_other"
            yield self._say(label, fault=fault), f"{times:,}", where

    def _head(self, *columns: str) -> tuple[str, ...]:
        return tuple(self._say("report_column_" + column) for column in columns)


def _each_year_once(periods: Iterable[str]) -> Iterator[str]:
    """The names of columns, in less room: a day has its year only where that is another one."""
    year = ""
    for period in periods:
        is_day = period.count("-") == 2
        yield period[5:] if is_day and period[:4] == year else period
        year = period[:4]


def _line(cells: Iterable[str]) -> str:
    # A bounce decides what a domain or host is called; it must not draw columns of its own.
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def is_number(cell: str) -> bool:
    """Whether a cell is set right."""
    return cell.replace(",", "").isdecimal()


def _day(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d") if time else ""

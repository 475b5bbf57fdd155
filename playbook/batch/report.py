"""What a finished batch says to a postmaster; asked of the parts themselves by DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from playbook.batch.run import Batch
from playbook.schema import Knowledge
from playbook.terms import UNDETERMINED

DROP_FILE = "drop.csv"
_MOST_PERIODS = 24
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class OwnFault:
    """A reason that we, the provider, have to act on."""

    reason: str
    times: int
    domains: tuple[str, ...]
    """Those that told it most often."""
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Refusing:
    """A domain that refuses mail, and why."""

    domain: str
    times: int
    reasons: tuple[tuple[str, int], ...]
    """Most frequent first."""


@dataclass(frozen=True, slots=True)
class Dead:
    """An address to which nothing should be sent any more."""

    recipient: str
    """The address where the batch kept it, else its keyed hash."""
    domain: str
    reason: str
    times: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """Times are wall-clock times in the batch's zone."""

    batch: Batch
    bounces: int
    """Deliveries that failed or are delayed."""
    own_faults: tuple[OwnFault, ...]
    periods: tuple[str, ...]
    over_time: tuple[tuple[str, tuple[int, ...]], ...]
    """Each reason with its count in each of `periods`, most frequent reason first."""
    refusing: tuple[Refusing, ...]
    dead: tuple[Dead, ...]
    """The most frequent ones; the file `drop.csv` has all."""
    dead_total: int
    seen: int
    faults: tuple[tuple[str, int, str], ...]
    """Why messages could not be read, how many, and one of the places, addresses hidden."""


def report_on(batch: Batch, knowledge: Knowledge, *, seen: int = 3) -> Report:
    """The report on `batch`; all addresses to be dropped go into its folder as `drop.csv`.

    Args:
        batch: a finished batch.
        knowledge: says who acts on a reason, and which reasons say that an address is dead.
        seen: how often an address must have failed for good to be dropped.
    """
    with duckdb.connect() as db:
        asked = _Asked(db, batch, knowledge, seen)
        asked.save_dead(batch.folder / DROP_FILE)
        periods, over_time = asked.over_time()
        return Report(
            batch=batch,
            bounces=asked.number("select coalesce(sum(times), 0) from bounces"),
            own_faults=asked.own_faults(),
            periods=periods,
            over_time=over_time,
            refusing=asked.refusing(),
            dead=asked.dead(),
            dead_total=asked.number("select count(*) from dead"),
            seen=seen,
            faults=asked.faults(),
        )


class _Asked:
    """The questions, in SQL.

    The parts are gone through three times: for the counts by reason, domain and day, which answer
    most questions, for the dead addresses, and for the faults.
    """

    def __init__(
        self, db: duckdb.DuckDBPyConnection, batch: Batch, knowledge: Knowledge, seen: int
    ) -> None:
        self._db = db
        paths = batch.paths
        if paths:
            db.read_parquet(paths).create_view("rows")
        else:
            db.execute(_NO_ROWS)
        kinds = [
            (
                reason.id,
                reason.nature != "none" and reason.id != UNDETERMINED,
                reason.who_acts[0] == "our_isp" and reason.id != UNDETERMINED,
                reason.address_is_dead,
            )
            for reason in knowledge.reasons
        ]
        db.execute("create table kinds (reason varchar, fails bool, is_ours bool, is_dead bool)")
        db.executemany("insert into kinds values (?, ?, ?, ?)", kinds)
        # Stamps become the wall-clock of the batch's zone, which needs no database of time zones.
        db.execute("set variable shift = ?", [batch.utc_offset * 60_000])
        db.execute(
            "create view told as select rows.* exclude (time), "
            "epoch_ms(epoch_ms(time) + getvariable('shift')) as time from rows where fault is null"
        )
        db.execute(
            "create table counted as select * from kinds join ("
            "select reason, domain, date_trunc('day', time) as day, count(*) as times, "
            "min(time) as first, max(time) as last from told group by all) using (reason)"
        )
        db.execute("create view bounces as select * from counted where fails")
        db.execute(
            "create table dead as select min(recipient) as recipient, "
            "hex(recipient_hash) as recipient_hash, min(domain) as domain, "
            "arg_max(reason, coalesce(time::varchar, '') || reason) as reason, "
            "count(*) as times, min(time) as first, max(time) as last "
            "from told semi join (from kinds where is_dead) using (reason) "
            "where recipient_hash is not null group by recipient_hash having count(*) >= ?",
            [seen],
        )

    def number(self, question: str) -> int:
        """The one number that answers `question`."""
        answer = self._db.execute(question).fetchone()
        return int(answer[0]) if answer else 0

    def own_faults(self) -> tuple[OwnFault, ...]:
        found = self._db.execute(
            "select reason, sum(times)::bigint as n, min(first), max(last) from counted "
            "where is_ours group by reason order by n desc, reason"
        ).fetchall()
        return tuple(
            OwnFault(reason, times, self._domains(reason), first, last)
            for reason, times, first, last in found
        )

    def _domains(self, reason: str) -> tuple[str, ...]:
        found = self._db.execute(
            "select domain from counted where reason = ? and domain is not null "
            "group by domain order by sum(times) desc, domain limit 3",
            [reason],
        ).fetchall()
        return tuple(domain for (domain,) in found)

    def over_time(self) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[int, ...]], ...]]:
        form = self._period()
        found = self._db.execute(
            "select reason, strftime(day, ?) as period, sum(times)::bigint from bounces "
            "where day is not null group by reason, period order by period",
            [form],
        ).fetchall()
        periods = tuple(dict.fromkeys(period for _, period, _ in found))[-_MOST_PERIODS:]
        counts = {(reason, period): times for reason, period, times in found}
        rows = {
            reason: tuple(counts.get((reason, period), 0) for period in periods)
            for reason, _, _ in found
        }
        by_frequency = sorted(rows.items(), key=lambda row: (-sum(row[1]), row[0]))
        return periods, tuple(row for row in by_frequency if sum(row[1]))

    def _period(self) -> str:
        """Days where there are few of them, else months, else years."""
        for form in ("%Y-%m-%d", "%Y-%m"):
            found = self._db.execute(
                "select count(distinct strftime(day, ?)) from bounces", [form]
            ).fetchone()
            if found and found[0] <= _MOST_PERIODS:
                return form
        return "%Y"

    def refusing(self) -> tuple[Refusing, ...]:
        found = self._db.execute(
            "select domain, sum(times)::bigint as n from bounces where domain is not null "
            "group by domain order by n desc, domain"
        ).fetchmany(_MOST_ROWS)
        return tuple(Refusing(domain, times, self._reasons(domain)) for domain, times in found)

    def _reasons(self, domain: str) -> tuple[tuple[str, int], ...]:
        found = self._db.execute(
            "select reason, sum(times)::bigint as n from bounces where domain = ? "
            "group by reason order by n desc, reason limit 4",
            [domain],
        ).fetchall()
        return tuple((reason, times) for reason, times in found)

    def dead(self) -> tuple[Dead, ...]:
        found = self._db.execute(
            "select coalesce(recipient, recipient_hash), coalesce(domain, ''), reason, times, last "
            "from dead order by times desc, recipient_hash"
        ).fetchmany(_MOST_ROWS)
        return tuple(Dead(*row) for row in found)

    def save_dead(self, to: Path) -> None:
        """All addresses to be dropped as a table."""
        self._db.table("dead").order("times desc, recipient_hash").to_csv(str(to), header=True)

    def faults(self) -> tuple[tuple[str, int, str], ...]:
        found = self._db.execute(
            "select fault, count(*) as times, min(concat_ws('/', source, member)) from rows "
            "where fault is not null group by fault order by times desc, fault"
        ).fetchall()
        return tuple((fault, times, where) for fault, times, where in found)


_NO_ROWS = (
    "create table rows (reason varchar, domain varchar, recipient varchar, recipient_hash blob, "
    "time timestamp, fault varchar, source varchar, member varchar)"
)

"""The case log, on SQLite and on a real PostgreSQL alike."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from playbook.caselog import (
    KINDS,
    Event,
    LogError,
    NoSuchCaseError,
    Quote,
    new_case,
    open_case_log,
)
from playbook.caselog.database import engine_for
from playbook.caselog.events import headline
from playbook.caselog.migrate import MIGRATIONS, downgrade, upgrade
from playbook.caselog.tables import VERSION, metadata, version
from playbook.cli import main
from playbook.settings import SettingError, Settings


def _open(database, agent="hanako", **more):
    return open_case_log(Settings(database=database, agent=agent, **more))


@pytest.fixture
def log(database):
    return _open(database)


@pytest.fixture
def case(log):
    """A case with two answers, begun."""
    case = new_case()
    log.append(case, Event("started"), knowledge="first")
    log.append(case, Event("answered", "symptom", "no_mail", "届かない"), knowledge="first")
    log.append(case, Event("answered", "webmail", "yes", "Webメール：見える"), knowledge="first")
    return case


def _told(log, case):
    return [entry.event.says for entry in log.entries(case)]


def test_a_case_is_read_back_as_it_was_written(log, case):
    quotes = (Quote("550 5.1.1 unknown", "postfix:unknown", "user_unknown"),)
    written = Event("bounce_read", "bounce_reason", "user_unknown", "宛先不明", quotes, "d" * 64)
    log.append(case, written, knowledge="second")
    last = log.entries(case)[-1]
    assert written == last.event
    assert (last.place, last.knowledge) == (4, "second")
    assert [entry.place for entry in log.entries(case)] == [1, 2, 3, 4]


def test_what_was_written_is_there_for_the_next_process(database, log, case):
    log.close()
    assert _told(_open(database), case) == ["", "届かない", "Webメール：見える"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "started"])
def test_every_kind_of_event_can_be_written(log, case, kind):
    log.append(case, Event(kind), knowledge="k")
    assert kind == log.entries(case)[-1].event.kind


def test_writing_the_same_event_twice_writes_it_once(log, case):
    event = Event("noted", says="一度だけ")
    for _ in range(3):
        log.append(case, event, knowledge="k")
    assert _told(log, case)[3:] == ["一度だけ"]


def test_the_same_start_twice_is_one_case(log):
    case, started = new_case(), Event("started")
    log.append(case, started, knowledge="k")
    log.append(case, started, knowledge="k")
    assert len(log.entries(case)) == 1


def test_another_agents_case_looks_like_none(database, log, case):
    other = _open(database, "taro")
    with pytest.raises(NoSuchCaseError) as seen:
        other.entries(case)
    with pytest.raises(NoSuchCaseError) as unknown:
        other.entries(new_case())
    assert str(seen.value) == str(unknown.value)
    with pytest.raises(NoSuchCaseError):
        other.append(case, Event("noted", says="x"), knowledge="k")
    assert other.open_cases() == ()
    assert not other.is_own(case)
    assert len(log.entries(case)) == 3


def test_nobody_takes_a_case_over_by_starting_it_again(database, log, case):
    with pytest.raises(LogError):
        _open(database, "taro").append(case, Event("started"), knowledge="k")
    assert log.is_own(case)
    assert len(log.entries(case)) == 3


def test_a_lead_reads_every_case_and_writes_none_but_own(database, log, case):
    lead = _open(database, "lead", leads=frozenset({"lead"}))
    assert len(lead.entries(case)) == 3
    assert [case] == [line.id for line in lead.open_cases()]
    with pytest.raises(NoSuchCaseError):
        lead.append(case, Event("noted", says="x"), knowledge="k")


def test_the_open_cases_are_listed_last_touched_first(log, case):
    second = new_case()
    log.append(second, Event("started"), knowledge="k")
    log.append(second, Event("answered", "symptom", "no_send", "送れない"), knowledge="k")
    assert [(line.says, line.last) for line in log.open_cases()] == [
        ("送れない", ""),
        ("届かない", "Webメール：見える"),
    ]
    log.append(case, Event("noted", says="続き"), knowledge="k")
    assert [case, second] == [line.id for line in log.open_cases()]


_SYMPTOM = Event("answered", "symptom", "no_mail", "届かない")
_SEEN = Event("answered", "webmail", "yes", "見える")


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((), ("", "")),
        ((Event("noted", says="折り返し"),), ("折り返し", "")),
        ((_SEEN, _SYMPTOM, Event("noted", says="折り返し")), ("届かない", "見える")),
        ((_SYMPTOM, _SEEN, Event("undone")), ("届かない", "")),
        ((_SYMPTOM, Event("undone"), Event("undone"), _SEEN), ("見える", "")),
        ((_SYMPTOM, _SEEN, Event("withdrawn", "webmail")), ("届かない", "")),
        ((_SYMPTOM, _SEEN, Event("withdrawn", "webmail"), Event("undone")), ("届かない", "見える")),
        ((_SYMPTOM, Event("bounce_read", "bounce_reason", "policy", "拒否")), ("届かない", "拒否")),
    ],
)
def test_the_line_of_a_case_tells_its_symptom_and_what_was_found_last(events, told):
    assert headline(events) == told


@pytest.mark.parametrize("end", ["closed", "handed_over"])
def test_a_case_that_ended_is_not_open_until_it_goes_on(log, case, end):
    log.append(case, Event(end), knowledge="k")
    assert log.open_cases() == ()
    log.append(case, Event("answered", "webmail", "no"), knowledge="k")
    assert [case] == [line.id for line in log.open_cases()]


def test_the_cases_that_ended_are_read_whole_by_their_agent_and_by_a_lead(database, log, case):
    first, open_ = new_case(), new_case()
    for each in (first, open_):
        log.append(each, Event("started"), knowledge="k")
    log.append(first, Event("handed_over"), knowledge="k")
    log.append(case, Event("closed", "mailbox_full"), knowledge="k")
    log.append(case, Event("opened"), knowledge="k")
    kinds = [[entry.event.kind for entry in entries] for entries in log.ended_cases()]
    assert kinds == [
        ["started", "handed_over"], ["started", "answered", "answered", "closed", "opened"],
    ]  # fmt: skip
    assert len(log.ended_cases(most=1)) == 1
    assert _open(database, "taro").ended_cases() == ()
    lead = _open(database, "lead", leads=frozenset({"lead"}))
    assert lead.ended_cases() == log.ended_cases()


def test_closed_cases_are_counted_by_symptom_and_cause_whoever_closed_them(database, log):
    ends = [("hanako", "closed"), ("taro", "closed"), ("taro", "handed_over"), ("taro", "closed")]
    for agent, end in ends:
        of, case = _open(database, agent), new_case()
        of.append(case, Event("started"), knowledge="k")
        of.append(case, Event("answered", "symptom", "cannot_send"), knowledge="k")
        of.append(case, Event("answered", "symptom", "cannot_receive"), knowledge="k")
        of.append(case, Event(end, "mailbox_full" if end == "closed" else ""), knowledge="k")
    log.append(case := new_case(), Event("started"), knowledge="k")
    log.append(case, Event("closed", "mailbox_full"), knowledge="k")
    log.append(case, Event("answered", "webmail", "no"), knowledge="k")
    now = datetime.now(UTC)
    assert log.closed_causes(now) == {"cannot_receive": {"mailbox_full": 3}}
    assert log.closed_causes(now, most=2) == {"cannot_receive": {"mailbox_full": 2}}
    assert log.closed_causes(now - timedelta(days=1)) == {}


INJECTIONS = [
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    "\\'; DELETE FROM cases; --",
    "%s %(x)s :x ?",
    "\u0000; \u202e",
    "\udc80 half a character",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text_", INJECTIONS)
def test_sql_in_any_text_is_only_text(log, case, text_):
    log.append(case, Event("noted", says=text_, quotes=(Quote(text_),)), knowledge="k")
    for asked in (text_, case + text_):
        with pytest.raises(NoSuchCaseError):
            log.entries(asked)
    assert len(log.entries(case)) == 4
    assert log.entries(case)[-1].event is not None


@pytest.mark.parametrize("wrong", ["taro@example.jp", "a b", "'; --", "山田", "A", "a" * 200 + "@"])
def test_nothing_but_an_id_is_stored_as_an_id(wrong):
    with pytest.raises(ValueError, match="ids of the knowledge"):
        Event("answered", wrong, "yes")
    with pytest.raises(ValueError, match="ids of the knowledge"):
        Event("answered", "webmail", wrong)


def test_many_writers_of_one_case_lose_nothing(database, log, case):
    def work(name):
        mine = _open(database)
        for n in range(8):
            event = Event("noted", says=f"{name}-{n}")
            for _ in range(20):
                try:
                    mine.append(case, event, knowledge="k")
                except LogError:
                    continue
                break
        mine.close()

    workers = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {f"{name}-{n}" for name in "abcd" for n in range(8)} == set(_told(log, case)[3:])
    assert list(range(1, 36)) == [entry.place for entry in log.entries(case)]


def test_a_damaged_event_stands_as_such_and_the_others_are_read(database, log, case):
    with engine_for(database).begin() as connection:
        connection.execute(text("UPDATE events SET outcome = 'no' WHERE place = 2"))
    assert [entry.event is not None for entry in log.entries(case)] == [True, False, True]
    log.append(case, Event("noted", says="続き"), knowledge="k")
    assert len(log.entries(case)) == 4


def _age(database, case, days):
    past = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    with engine_for(database).begin() as connection:
        connection.execute(
            text("UPDATE cases SET touched_at = :past WHERE id = :case").bindparams(
                past=past, case=case
            )
        )


def test_purging_deletes_what_is_older_and_nothing_else(database, log, case):
    old = new_case()
    log.append(old, Event("started"), knowledge="k")
    log.append(old, Event("noted", says="ancient history"), knowledge="k")
    _age(database, old, 31)
    _age(database, case, 29)
    result = CliRunner().invoke(
        main, ["purge"], env={"PLAYBOOK_DATABASE": database, "PLAYBOOK_KEPT_DAYS": "30"}
    )
    assert (result.exit_code, result.output) == (0, "消した案件：1\n")
    with pytest.raises(NoSuchCaseError):
        log.entries(old)
    assert len(log.entries(case)) == 3
    with engine_for(database).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM events")) == 3


def test_what_was_purged_is_gone_from_the_files(tmp_path):
    database = f"sqlite:///{tmp_path}/cases.sqlite3"
    log, case = _open(database), new_case()
    log.append(case, Event("started"), knowledge="k")
    log.append(case, Event("noted", says="ancient history"), knowledge="k")
    everything = lambda: b"".join(file.read_bytes() for file in tmp_path.iterdir())  # noqa: E731
    assert b"ancient" in everything()
    _age(database, case, 400)
    assert log.purge(30) == 1
    assert b"ancient" not in everything()


# ---- migration ---------------------------------------------------------------------------------


def _rows(engine):
    with engine.connect() as connection:
        columns = [column["name"] for column in inspect(connection).get_columns("events")]
        query = f"SELECT {', '.join(sorted(columns))} FROM events ORDER BY case_id, place"
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_data_outlives_every_migration_down_and_up(database, log, case):
    engine = engine_for(database)
    before = _rows(engine)
    assert len(before) == 3
    downgrade(engine, "v1")
    assert before == _rows(engine)
    upgrade(engine)
    assert before == _rows(engine)
    assert _told(log, case) == ["", "届かない", "Webメール：見える"]
    (line,) = log.open_cases()
    assert line.touched_at == log.entries(case)[-1].at
    log.append(case, Event("noted", says="続き"), knowledge="k")
    assert len(log.entries(case)) == 4


def test_a_database_of_the_first_version_is_brought_up_when_it_is_opened(database):
    engine = engine_for(database)
    upgrade(engine, "v1")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO cases VALUES ('old', 'hanako', '2026-01-01T00:00:00.000000')")
        )
    assert _open(database).entries("old") == ()
    with engine.connect() as connection:
        assert version(connection) == VERSION
        assert connection.scalar(text("SELECT touched_at FROM cases"))[:10] == "2026-01-01"


def test_the_tables_are_those_the_migrations_make(database, log):
    inspector = inspect(engine_for(database))
    for table in metadata.sorted_tables:
        made = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert {column.name: bool(column.nullable) for column in table.columns} == made
        assert {index.name for index in table.indexes} <= {
            index["name"] for index in inspector.get_indexes(table.name)
        }


def test_the_newest_version_is_the_one_the_program_works_with():
    assert max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("v*")) == VERSION


def test_the_command_migrates_up_and_down(database):
    def run(*arguments):
        return CliRunner().invoke(
            main,
            ["migrate", "--lang", "en", *arguments],
            env={"PLAYBOOK_DATABASE": database},
        )

    assert run().output == "The tables of the case log are at v2.\n"
    assert run("--down", "v1").output == "The tables of the case log are at v1.\n"
    assert run("--down", "base").output == "The tables of the case log are at base.\n"
    wrong = run("--down", "v9")
    assert wrong.exit_code == 1
    assert "cannot go back to v9. They are at base" in wrong.output
    assert "base, v1, v2" in wrong.output
    assert "Traceback" not in wrong.output


def test_tables_of_a_newer_program_are_left_alone_and_told(database, log, case):
    with engine_for(database).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v99'"))
    with pytest.raises(LogError, match="log_is_newer, v99, v2"):
        _open(database)


def _faults_of_opening_at_once(url):
    faults = []

    def work():
        try:
            _open(url).close()
        except LogError as error:
            faults.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return faults


def test_several_kernels_may_open_a_new_database_at_once(database):
    assert _faults_of_opening_at_once(database) == []


def test_no_kernel_is_refused_while_another_makes_the_file(tmp_path):
    # The switch to the write-ahead log fails about once in twenty openings when it is not repeated.
    urls = [f"sqlite:///{tmp_path / f'{i}.sqlite3'}" for i in range(60)]
    assert [fault for url in urls for fault in _faults_of_opening_at_once(url)] == []


# ---- settings ----------------------------------------------------------------------------------


def test_the_demo_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    log, case = open_case_log(Settings(demo=True)), new_case()
    log.append(case, Event("started"), knowledge="k")
    assert len(log.entries(case)) == 1
    with pytest.raises(NoSuchCaseError):
        open_case_log(Settings(demo=True)).entries(case)
    assert list(tmp_path.rglob("*")) == []


def test_the_users_file_is_for_the_user_only(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    log = open_case_log(Settings())
    log.append(new_case(), Event("started"), knowledge="k")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert {0o600} == {file.stat().st_mode & 0o777 for file in files}


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://x@y/z", "postgresql://user:secret@host:port/x"]
)
def test_a_database_nobody_knows_is_told_without_its_password(url):
    with pytest.raises(SettingError) as told:
        open_case_log(Settings(database=url))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("days", ["0", "-1", "ninety", "1.5", "９０", "99999999"])
def test_a_wrong_number_of_days_is_told(days):
    result = CliRunner().invoke(main, ["purge"], env={"PLAYBOOK_KEPT_DAYS": days})
    assert result.exit_code == 1
    assert "PLAYBOOK_KEPT_DAYS" in result.output
    assert "Traceback" not in result.output

"""What was confirmed is never lost, and what cannot be confirmed is said."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from playbook.caselog import Event, LogUnavailableError, new_case, open_case_log
from playbook.caselog.database import engine_for
from playbook.settings import Settings

TESTS = Path(__file__).parent


def _begun(database):
    log, case = open_case_log(Settings(database=database)), new_case()
    log.append(case, Event("started"), knowledge="k")
    log.append(case, Event("noted", says="first"), knowledge="k")
    return log, case


def _notes(log, case):
    return [entry.event.says for entry in log.entries(case)[1:]]


def _in_a_namespace() -> list[str]:
    """`unshare` as root, or as a user that becomes root inside."""
    return ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def test_a_full_disk_is_told_and_loses_nothing(tmp_path):
    command = [*_in_a_namespace(), sys.executable, TESTS / "full_disk.py", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.pop("refused") > 0
    assert told == {
        "full": "ENOSPC",
        "message": ["log_unavailable, SQLITE_FULL"],
        "kept_while_full": True,
        "went_on": True,
        "kept": True,
    }


def test_a_locked_database_is_told_soon_and_written_to_afterwards(tmp_path):
    log, case = _begun(f"sqlite:///{tmp_path}/cases.sqlite3")
    other = sqlite3.connect(tmp_path / "cases.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    event, began = Event("noted", says="second"), time.monotonic()
    with pytest.raises(LogUnavailableError):
        log.append(case, event, knowledge="k")
    assert time.monotonic() - began < 3
    assert _notes(log, case) == ["first"]
    other.execute("ROLLBACK")
    other.close()
    log.append(case, event, knowledge="k")
    assert _notes(log, case) == ["first", "second"]


def test_rows_locked_in_postgresql_are_told_soon_and_written_afterwards(postgres):
    database = postgres.new_database("locked")
    log, case = _begun(database)
    engine = engine_for(database)
    with engine.begin() as other:
        other.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        with pytest.raises(LogUnavailableError):
            log.append(case, Event("noted", says="second"), knowledge="k")
        assert time.monotonic() - began < 4
    log.append(case, Event("noted", says="third"), knowledge="k")
    assert _notes(log, case) == ["first", "third"]


def test_postgresql_stopped_mid_case_is_told_and_loses_nothing(postgres):
    log, case = _begun(postgres.new_database("stopped"))
    event = Event("noted", says="second")
    postgres.stop()
    try:
        began = time.monotonic()
        with pytest.raises(LogUnavailableError):
            log.append(case, event, knowledge="k")
        with pytest.raises(LogUnavailableError):
            log.open_cases()
        assert time.monotonic() - began < 5
    finally:
        postgres.start()
    log.append(case, event, knowledge="k")
    assert _notes(log, case) == ["first", "second"]


def test_a_file_that_is_no_database_any_more_is_told(tmp_path):
    file = tmp_path / "cases.sqlite3"
    log, _ = _begun(f"sqlite:///{file}")
    log.close()
    file.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(LogUnavailableError):
        open_case_log(Settings(database=f"sqlite:///{file}"))


@pytest.mark.parametrize("column", ["at", "kind", "subject", "quotes", "says", "place"])
def test_an_event_with_any_column_damaged_is_told_and_the_others_are_read(tmp_path, column):
    file = tmp_path / "cases.sqlite3"
    log, case = _begun(f"sqlite:///{file}")
    log.append(case, Event("noted", says="last"), knowledge="k")
    with engine_for(f"sqlite:///{file}").begin() as connection:
        connection.execute(text(f"UPDATE events SET {column} = x'fffe' WHERE says = 'first'"))
    read = [entry.event and entry.event.says for entry in log.entries(case)]
    assert sorted(read, key=str) == ["", None, "last"]


def test_an_event_with_damaged_bytes_is_told_and_the_others_are_read(tmp_path):
    file = tmp_path / "cases.sqlite3"
    log, case = _begun(f"sqlite:///{file}")
    log.append(case, Event("noted", says="needle in the middle"), knowledge="k")
    log.append(case, Event("noted", says="last"), knowledge="k")
    log.close()
    stored = file.read_bytes()
    assert stored.count(b"needle") == 1
    file.write_bytes(stored.replace(b"needle", b"n\xff\xfedle"))
    log = open_case_log(Settings(database=f"sqlite:///{file}"))
    entries = log.entries(case)
    assert [entry.event and entry.event.says for entry in entries] == ["", "first", None, "last"]


WRITER = """
import sys
from playbook.caselog import Event, new_case, open_case_log
from playbook.settings import Settings
log, case = open_case_log(Settings(database=sys.argv[1])), sys.argv[2]
log.append(case, Event("started"), knowledge="k")
number = 0
while True:
    log.append(case, Event("noted", says=str(number)), knowledge="k")
    print(number, flush=True)
    number += 1
"""


def test_killing_the_writer_at_any_moment_loses_nothing_confirmed(database):
    for after in range(1, 6):
        case = new_case()
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, database, case], stdout=subprocess.PIPE, text=True
        )
        confirmed = [writer.stdout.readline().strip() for _ in range(after * 3)]
        time.sleep(0.003 * after)
        writer.send_signal(signal.SIGKILL)
        confirmed += writer.stdout.read().split()
        writer.wait(10)
        stored = _notes(open_case_log(Settings(database=database)), case)
        assert stored[: len(confirmed)] == confirmed
        # At most the one whose confirmation was cut off stands there besides.
        assert len(stored) <= len(confirmed) + 1

"""What the server does by itself: cases whose time is over go, and so does what was abandoned."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from serving import running_server
from wire import Wire

from playbook.caselog import Event, new_case, open_case_log
from playbook.server.purging import purge, purge_daily
from playbook.settings import Settings

LOG = logging.getLogger("purging")
WAIT = 8
"""Seconds until something counts as abandoned here; a busy machine opens a page in less."""
SOON = f"""
import playbook.server.pages as s
s.ABANDONED_AFTER, s.LOOKED_FOR_EVERY = {WAIT}, 1
s.Pages.leaves = True
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    file = tmp_path / "cases.sqlite3"
    monkeypatch.setenv("PLAYBOOK_DATABASE", f"sqlite:///{file}")
    monkeypatch.setenv("PLAYBOOK_KEPT_DAYS", "30")
    return file


def old_case(file, days=31):
    """A case last touched so many days ago."""
    log, case = open_case_log(Settings(database=f"sqlite:///{file}")), new_case()
    log.append(case, Event("started"), knowledge="k")
    log.close()
    then = f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%S.%f}"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE cases SET touched_at = ? WHERE id = ?", (then, case))
    return case


def kept(file):
    with closing(sqlite3.connect(file)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM cases")}


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_only_cases_whose_time_is_over_are_purged(file):
    old_case(file)
    young = old_case(file, days=29)
    purge(LOG)
    assert kept(file) == {young}


def test_purging_goes_on_day_after_day_even_after_a_day_it_failed(
    file, tmp_path, monkeypatch, caplog
):
    old_case(file)
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"this is no database, whatever its name says" * 100)

    async def soon(true):
        for _ in range(400):
            if true():
                return
            await asyncio.sleep(0.05)

    async def some_days():
        monkeypatch.setenv("PLAYBOOK_DATABASE", f"sqlite:///{broken}")
        days = asyncio.ensure_future(purge_daily(LOG, every=0.05))
        await soon(lambda: "Cases whose time is over were not deleted" in caplog.text)
        assert kept(file)
        monkeypatch.setenv("PLAYBOOK_DATABASE", f"sqlite:///{file}")
        await soon(lambda: not kept(file))
        days.cancel()
        with suppress(asyncio.CancelledError):
            await days

    asyncio.run(some_days())
    assert kept(file) == set()
    assert "SQLITE_" in caplog.text
    assert "保存期間が過ぎた案件を消せませんでした" in caplog.text
    assert str(broken) not in caplog.text


def test_the_demo_purges_nothing(file, monkeypatch):
    case = old_case(file)
    monkeypatch.setenv("PLAYBOOK_DEMO", "1")
    purge(LOG)
    assert kept(file) == {case}


def test_a_server_purges_and_ends_kernels_that_were_left_and_at_a_hub_itself(file):
    old = old_case(file)
    with running_server(SOON, PLAYBOOK_DATABASE=f"sqlite:///{file}") as server:
        until(lambda: old not in kept(file))
        page = Wire(server.address)
        page.press(page.buttons("pb-symptoms")[1])
        page.press(page.buttons("pb-answers")[0])
        case, facts = page.case, page.facts
        kernel = psutil.Process(server.kernel(page.kernel))
        time.sleep(WAIT + 2)
        assert kernel.is_running()
        other = Wire(server.address)
        page.close(leave=False)
        kernel.wait(6 * WAIT)
        again = Wire(server.address, case)
        assert again.facts == facts
        children = psutil.Process(server.pid).children(recursive=True)
        for each in (again, other):
            each.close(leave=False)
        assert server.process.wait(6 * WAIT) == 0
        assert not psutil.wait_procs(children, timeout=10)[1]
        assert not [line for line in server.log if "Traceback" in line], "".join(server.log)


def test_a_kernel_that_waited_long_is_not_ended_before_its_page_is_connected():
    class Slow(Wire):
        def connect(self, **how):
            time.sleep(2)
            super().connect(**how)

    with running_server(
        "import playbook.server.pages as s\ns.ABANDONED_AFTER, s.LOOKED_FOR_EVERY = 4, 1"
    ) as server:
        time.sleep(12)
        page = Slow(server.address)
        page.press(page.buttons("pb-symptoms")[1])
        assert page.buttons("pb-answers")


def test_a_server_that_ends_while_its_kernels_start_ends_without_a_fault():
    with running_server() as server:
        children = psutil.Process(server.pid).children()
    assert server.process.returncode == 0
    assert not psutil.wait_procs(children, timeout=10)[1]
    assert not [line for line in server.log if "Traceback" in line], "".join(server.log)

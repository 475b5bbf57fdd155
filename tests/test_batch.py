"""Batches: the same rows as one reading after the other, whoever is killed on the way."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import batch_driver
import duckdb
import mail_sources
import psutil
import pytest
from click.testing import CliRunner
from mail_sources import invented

from playbook.batch import Batch, OtherVersionError, report_on, run_batch
from playbook.batch.order import Lost, Task
from playbook.batch.paper import as_markdown, sections
from playbook.batch.pool import in_processes
from playbook.batch.run import LIST
from playbook.batch.work import do
from playbook.bounce import Reader, RecurringReader
from playbook.cli import main
from playbook.language import LANGUAGES
from playbook.mailboxes import plan

DRIVER = Path(batch_driver.__file__)
MAILS = tuple(invented(250))
SPAN = 25_000


@pytest.fixture(scope="module")
def mbox(tmp_path_factory) -> Path:
    return mail_sources.write_mbox(tmp_path_factory.mktemp("mails") / "bounces.mbox", MAILS)


@pytest.fixture(scope="module")
def undisturbed(mbox, tmp_path_factory) -> Batch:
    return batch_in(tmp_path_factory.mktemp("undisturbed"), mbox)


@pytest.fixture(scope="module")
def kept(mbox, tmp_path_factory) -> Batch:
    """The same in one part, with addresses."""
    order = batch_driver.order(tmp_path_factory.mktemp("kept"), keep_addresses=True)
    return run_batch(plan([mbox]), order, workers=1)


def batch_in(folder: Path, *sources: Path, span: int = SPAN, **asked) -> Batch:
    return run_batch(plan(sources, span=span), batch_driver.order(folder), workers=1, **asked)


def rows(batch: Batch, what: str = "*", which: str = "") -> list[tuple]:
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        return (
            db.read_parquet(batch.paths)
            .query("rows", f"select {what} from rows {which}")
            .fetchall()
            if batch.paths
            else []
        )


def checksum(batch: Batch) -> tuple:
    """Of all rows, whatever their order: a row lost or doubled changes it."""
    return rows(batch, "count(*), bit_xor(hash(rows)), sum(hash(rows)::hugeint)")[0]


def test_a_batch_says_what_one_reading_after_the_other_says(undisturbed, knowledge):
    reader = Reader(knowledge)
    expected = []
    for mail in MAILS:
        if mail.strip():
            reading = reader.read(mail)
            expected += [d.reason for d in reading.deliveries] or [reading.reason] * max(
                len(reading.recipients), 1
            )
    said = rows(undisturbed, "reason, fault", "order by start, delivery")
    assert [reason for reason, _ in said] == expected
    assert {fault for _, fault in said} == {None}
    assert rows(undisturbed, "count(*) filter (delivery = 0)") == [(len(MAILS),)]


def test_rows_carry_codes_hosts_domains_times_and_rules(undisturbed):
    ((status, reply, remote, domain, rules, confidence),) = rows(
        undisturbed,
        "status, reply_code, remote_mta, domain, rules, confidence",
        "where status = '5.2.2' and reply_code is not null order by start limit 1",
    )
    assert (status, reply) == ("5.2.2", "552")
    assert remote.endswith(domain)
    assert rules
    assert 0 < confidence <= 1


def test_times_are_those_of_the_from_lines_in_the_zone_of_the_order(undisturbed):
    # 24 November 2026, 12:09:18, in Japan; each mail seven seconds later.
    last = 1_795_489_758 + 7 * (len(MAILS) - 1)
    ends = rows(undisturbed, "min(epoch(time)), max(epoch(time))")
    assert ends == [(1_795_489_758, last)]


def test_neither_addresses_nor_text_are_in_the_parts_unless_asked_for(undisturbed, kept):
    def texts(batch: Batch) -> str:
        return repr(rows(batch, "* exclude (recipient_hash)"))

    for text in ("@", "User unknown", "garden"):
        assert text not in texts(undisturbed)
    for path in undisturbed.folder.rglob("*.parquet"):
        assert b"@a.example.com" not in path.read_bytes()
    assert "@a.example.com" in texts(kept)
    assert "User unknown" in texts(kept)


def test_a_file_named_like_an_address_does_not_give_the_address_away(tmp_path):
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "hanako@example.jp.eml").write_bytes(MAILS[0])
    batch = batch_in(tmp_path / "out", folder / "hanako@example.jp.eml", folder)
    assert "hanako" not in repr(rows(batch)) + repr(batch.parts)


def test_the_hash_follows_the_address_and_the_key(mbox, tmp_path, kept):
    pairs = rows(kept, "distinct lower(recipient), recipient_hash", "where recipient is not null")
    assert len(pairs) == len({address for address, _ in pairs}) == len({h for _, h in pairs}) > 100
    order = replace(batch_driver.order(tmp_path), key=b"another key")
    hashes = {h for (h,) in rows(run_batch(plan([mbox]), order, workers=1), "recipient_hash")}
    assert hashes & {h for _, h in pairs} == set()


def test_however_the_source_is_cut_the_rows_are_the_same(undisturbed, kept):
    assert len(kept.parts) == 1 < len(undisturbed.parts)
    place = "start, length, delivery, reason, recipient_hash, rules"
    assert sorted(rows(kept, place), key=repr) == sorted(rows(undisturbed, place), key=repr)


def test_a_second_run_makes_nothing_anew_and_an_appended_source_only_its_end(mbox, tmp_path):
    path = tmp_path / "a.mbox"
    path.write_bytes(mbox.read_bytes())
    again: list[bool] = []
    first = batch_in(tmp_path / "out", path)
    second = batch_in(tmp_path / "out", path, progress=lambda p: again.append(p.was_there))
    assert again == [True] * len(first.parts)
    assert second == first
    with path.open("ab") as file:
        file.write(mbox.read_bytes()[:20_000])
    again.clear()
    third = batch_in(tmp_path / "out", path, progress=lambda p: again.append(p.was_there))
    assert again.count(False) in range(1, 6)
    assert third.total["mails"] > first.total["mails"]


def test_other_knowledge_makes_other_parts(tmp_path, monkeypatch):
    source = mail_sources.write_mbox(tmp_path / "a.mbox", MAILS[:9])
    first = batch_in(tmp_path / "out", source)
    private = tmp_path / "knowledge"
    private.mkdir()
    (private / "report.yaml").write_text("format: 1\nlabels: []\n", encoding="utf-8")
    monkeypatch.setenv("PLAYBOOK_KNOWLEDGE", str(private))
    second = batch_in(tmp_path / "out", source)
    assert second.parts != first.parts
    assert checksum(second) == checksum(first)


def test_knowledge_edited_while_a_batch_runs_does_not_change_it(tmp_path, monkeypatch):
    source = mail_sources.write_mbox(tmp_path / "a.mbox", MAILS[:9])
    order = batch_driver.order(tmp_path / "out")
    private = tmp_path / "knowledge"
    private.mkdir()
    (private / "labels.yaml").write_text("not: right\n", encoding="utf-8")
    monkeypatch.setenv("PLAYBOOK_KNOWLEDGE", str(private))
    assert run_batch(plan([source]), order, workers=1).total["mails"] == 9


def test_a_worker_of_another_version_refuses_to_work(mbox, tmp_path):
    order = replace(batch_driver.order(tmp_path), version="0.0.1")
    with pytest.raises(OtherVersionError):
        run_batch(plan([mbox]), order, workers=1)


def test_counts_in_are_counts_out_for_every_kind_of_source(tmp_path):
    kinds = {
        "mbox": mail_sources.write_mbox(tmp_path / "a.mbox", MAILS[:90]),
        "crlf": mail_sources.write_mbox(tmp_path / "b.mbox", MAILS[:80], crlf=True),
        "maildir": mail_sources.write_maildir(tmp_path / "md", MAILS[:70]),
        "folder": mail_sources.write_folder(tmp_path / "mails", MAILS[:60]),
        "tar": mail_sources.write_tar(tmp_path / "a.tar", MAILS[:50]),
        "tgz": mail_sources.write_tar(tmp_path / "a.tgz", MAILS[:45], "w:gz"),
        "zip": mail_sources.write_zip(tmp_path / "a.zip", MAILS[:40]),
        "parquet": mail_sources.write_parquet(tmp_path / "a.parquet", MAILS[:30]),
    }
    expected = dict(zip(kinds, (90, 80, 70, 60, 50, 45, 40, 30), strict=True))
    for name, text in mail_sources.LOGS.items():
        kinds[name] = tmp_path / name
        kinds[name].write_text(text, encoding="ascii")
        expected[name] = text.count("\n")
    kinds["lines"] = tmp_path / "replies"
    kinds["lines"].write_text("550 5.1.1 User unknown\n\n452 4.2.2 Mailbox full\n", "ascii")
    expected["lines"] = 3
    (kinds["folder"] / "0" / "0.eml").write_bytes(b"")
    batch = batch_in(tmp_path / "out", *kinds.values())
    in_rows = dict(rows(batch, "source, count(*) filter (delivery = 0)", "group by source"))
    for kind, path in kinds.items():
        counts = batch.sources[str(path)]
        assert counts["in"] == expected[kind], kind
        passed = sum(counts.get(key, 0) for key in ("delivered", "other_lines", "blank_lines"))
        assert counts["mails"] == counts["in"] - passed == in_rows[str(path)], kind
    assert batch.total["unreadable"] == 1
    assert rows(batch, "fault", "where fault is not null") == [("empty",)]


def test_a_message_the_reader_fails_on_is_a_row_that_says_so(mbox, tmp_path, monkeypatch):
    def fails(self, pasted):
        if b"user1" in pasted:
            raise RecursionError
        return read(self, pasted)

    read = RecurringReader.read
    monkeypatch.setattr(RecurringReader, "read", fails)
    (span,) = plan([mbox])
    done = do(Task(batch_driver.order(tmp_path), span))
    assert 0 < done.counts["unreadable"] < len(MAILS)
    assert done.counts["in"] == done.counts["mails"] == len(MAILS)
    batch = Batch(tmp_path, "", (f"parts/{next((tmp_path / 'parts').iterdir()).name}/{done.part}",),
                  {}, (), 540)  # fmt: skip
    said = rows(batch, "fault, reason, count(*)", "where fault is not null group by all")
    assert said == [("RecursionError", "undetermined", done.counts["unreadable"])]


# --- kills --------------------------------------------------------------------------------------


def start(mbox: Path, folder: Path, *cluster: str) -> psutil.Process:
    words = [sys.executable, DRIVER, mbox, folder, SPAN, 2, *cluster]
    popen = subprocess.Popen(
        list(map(str, words)), stderr=subprocess.DEVNULL, start_new_session=True
    )
    return psutil.Process(popen.pid)


def parts(folder: Path) -> int:
    return len(list(folder.glob("parts/*/[!.]*.parquet")))


def wait_for_parts(folder: Path, wanted: int, driver: psutil.Process) -> None:
    until = time.monotonic() + 60
    while parts(folder) < wanted and time.monotonic() < until:
        assert driver.status() != psutil.STATUS_ZOMBIE, "the batch ended too early"
        time.sleep(0.01)


def workers(driver: psutil.Process) -> list[psutil.Process]:
    """The processes that read: children that are no resource trackers."""
    return [
        child
        for child in driver.children(recursive=True)
        if not any("resource_tracker" in word for word in child.cmdline())
    ]


def kill(victims: list[psutil.Process]) -> None:
    for victim in victims:
        try:
            os.kill(victim.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.mark.parametrize("victims", ["a worker", "all workers", "the driver"])
def test_a_kill_loses_nothing_and_doubles_nothing(victims, mbox, tmp_path, undisturbed):
    draw = random.Random(victims)
    driver = start(mbox, tmp_path)
    wait_for_parts(tmp_path, draw.randrange(1, len(undisturbed.parts) // 2), driver)
    if victims == "the driver":
        orphans = workers(driver)
        kill([driver])
        driver.wait(30)
        assert not (tmp_path / LIST).exists()
        _, alive = psutil.wait_procs(orphans, timeout=30)
        assert alive == []
        batch_in(tmp_path, mbox)
    else:
        kill(workers(driver) if victims == "all workers" else workers(driver)[:1])
        assert driver.wait(120) in (0, None)
    assert checksum(Batch.of(tmp_path)) == checksum(undisturbed)


def test_ctrl_c_ends_a_batch_at_once_and_the_next_run_goes_on(mbox, tmp_path, undisturbed):
    driver = start(mbox, tmp_path)
    wait_for_parts(tmp_path, 2, driver)
    others = workers(driver)
    os.killpg(driver.pid, signal.SIGINT)
    driver.wait(30)
    _, alive = psutil.wait_procs(others, timeout=30)
    assert alive == []
    assert not (tmp_path / LIST).exists()
    assert checksum(batch_in(tmp_path, mbox)) == checksum(undisturbed)


def test_dask_gives_the_same_rows_and_survives_a_killed_worker(mbox, tmp_path, undisturbed):
    driver = start(mbox, tmp_path, "local")
    wait_for_parts(tmp_path, 2, driver)
    busiest = max(workers(driver), key=lambda worker: worker.cpu_times().user)
    kill([busiest])
    assert driver.wait(120) in (0, None)
    assert checksum(Batch.of(tmp_path)) == checksum(undisturbed)


def test_a_task_that_kills_every_worker_is_given_up_and_named_the_others_are_done(
    mbox, tmp_path, monkeypatch
):
    monkeypatch.setattr("playbook.batch.pool.TRIES", 2)
    order = batch_driver.order(tmp_path)
    tasks = [Task(order, span) for span in plan([mbox], span=100_000)]
    ended = list(in_processes(tasks, 2, work=batch_driver.dies_at_the_second_span))
    assert sorted(end.span.start for end in ended) == [task.span.start for task in tasks]
    assert [end.span.start for end in ended if isinstance(end, Lost)] == [100_000]


# --- report and command -------------------------------------------------------------------------


def test_the_report_puts_our_own_faults_first_and_counts_right(undisturbed, knowledge):
    report = report_on(undisturbed, knowledge, seen=2)
    assert {"ip_blocklisted", "auth_failure"} <= {fault.reason for fault in report.own_faults}
    counted = dict(rows(undisturbed, "reason, count(*)", "group by reason"))
    for fault in report.own_faults:
        assert fault.times == counted[fault.reason]
    assert sum(sum(counts) for _, counts in report.over_time) == report.bounces
    assert report.refusing[0].times == max(
        n
        for _, n in rows(
            undisturbed, "domain, count(*)", "where status is not null group by domain"
        )
    )
    assert all(dead.times >= 2 and dead.reason == "user_unknown" for dead in report.dead)
    many = rows(
        undisturbed,
        "count(*)",
        "where reason = 'user_unknown' group by recipient_hash having count(*) > 1",
    )
    assert report.dead_total == len(many)
    listed = (undisturbed.folder / "drop.csv").read_text(encoding="utf-8").splitlines()
    assert len(listed) == report.dead_total + 1


def test_the_columns_of_days_tell_their_year_once(undisturbed, knowledge):
    report = report_on(undisturbed, knowledge)
    counts = tuple((reason, (1, 2, 3)) for reason, _ in report.over_time)
    heads = {
        ("2026-12-30", "2026-12-31", "2027-01-01"): ("2026-12-30", "12-31", "2027-01-01"),
        ("2026-11", "2026-12", "2027-01"): ("2026-11", "2026-12", "2027-01"),
    }
    for periods, told in heads.items():
        _, over_time, *_ = sections(
            replace(report, periods=periods, over_time=counts), knowledge, "en"
        )
        assert over_time.head[2:] == told


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_report_on_paper_has_every_section_and_no_open_brace(undisturbed, knowledge, language):
    paper = as_markdown(report_on(undisturbed, knowledge), knowledge, language)
    headings = [line for line in paper.splitlines() if line.startswith("#")]
    assert headings[1] == "## " + knowledge.say("report_own_faults", language)
    assert len(headings) == 5
    assert "{" not in paper


def test_a_name_out_of_a_bounce_cannot_break_the_tables(tmp_path, knowledge):
    mail = MAILS[0].decode("latin-1")
    path = tmp_path / "a.eml"
    path.write_text(
        "Final-Recipient: rfc822; a@x|y.example.com\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n" + mail[:0],
        encoding="utf-8",
    )
    paper = as_markdown(report_on(batch_in(tmp_path / "out", path), knowledge), knowledge, "en")
    (line,) = (line for line in paper.splitlines() if "x\\|y" in line)
    assert line.replace("\\|", "").count("|") == 4


def test_the_report_on_an_empty_source_says_there_is_nothing(tmp_path, knowledge):
    path = tmp_path / "empty.mbox"
    path.write_bytes(b"")
    report = report_on(batch_in(tmp_path / "out", path), knowledge)
    assert report.bounces == 0
    assert knowledge.say("report_nothing", "en") in as_markdown(report, knowledge, "en")


def _run(*words: object):
    return CliRunner().invoke(main, ["batch", *map(str, words)], catch_exceptions=False)


def test_the_command_reads_reports_and_reports_again_without_sources(mbox, tmp_path):
    first = _run(mbox, "--out", tmp_path, "--workers", 1, "--report", "--lang", "en")
    assert first.exit_code == 0
    assert (
        f"in: {len(MAILS):,}, messages: {len(MAILS):,}, rows out: {len(MAILS):,}\n" in first.stderr
    )
    again = _run("--out", tmp_path, "--report", "--lang", "en")
    assert again.stdout == first.stdout
    assert json.loads((tmp_path / LIST).read_text("utf-8"))["sources"][str(mbox)]["in"] == len(
        MAILS
    )
    assert (tmp_path / "recipients.key").stat().st_mode & 0o077 == 0


def test_the_command_says_what_is_missing_without_a_traceback(tmp_path):
    none_yet = _run("--out", tmp_path, "--report", "--lang", "en")
    assert none_yet.exit_code == 1
    assert "batch.json" in none_yet.output
    nothing = _run("--out", tmp_path, "--lang", "en")
    assert nothing.exit_code == 2
    assert "Name files or folders to read, or give --report" in nothing.output
    zone = _run(tmp_path, "--out", tmp_path / "o", "--utc-offset", "JST", "--lang", "en")
    assert zone.exit_code == 2
    assert "Write --utc-offset as +09:00, not JST" in zone.output


def test_the_command_names_a_private_knowledge_folder_that_is_missing(mbox, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYBOOK_KNOWLEDGE", str(tmp_path / "nowhere"))
    told = _run(mbox, "--out", tmp_path / "out")
    assert told.exit_code == 1
    assert "PLAYBOOK_KNOWLEDGE" in told.output


def test_the_command_tells_of_sources_with_nothing_in_them_and_of_damage(tmp_path, knowledge):
    empty = tmp_path / "empty"
    empty.mkdir()
    packed = mail_sources.write_zip(tmp_path / "a.zip", MAILS[:9])
    packed.write_bytes(packed.read_bytes()[:900])
    told = _run(empty, packed, "--out", tmp_path / "out", "--report", "--lang", "en")
    assert told.exit_code == 3
    last = knowledge.say("batch_some_unreadable", "en", times="1")
    assert told.stderr.splitlines()[-1] == last
    assert f"{empty} — there is nothing to read in it" in told.output
    assert f"{packed} — in: 1, messages: 1, rows out: 1, of them unreadable: 1" in told.output
    assert f"| damaged or cut off, most likely (BadZipFile) | 1 | {packed} |" in told.output


def cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def no_parquet(path):
    path.write_text("user unknown\nmailbox full\n", encoding="utf-8")
    return path


DAMAGED = {
    "a.zip": lambda path: cut_in_half(mail_sources.write_zip(path, MAILS[:9])),
    "a.tar": lambda path: cut_in_half(mail_sources.write_tar(path, MAILS[:9])),
    "a.tar.gz": lambda path: cut_in_half(mail_sources.write_tar(path, MAILS[:9], "w:gz")),
    "a.mbox.gz": lambda path: cut_in_half(
        mail_sources.write_gz(path, mail_sources.write_mbox(path.with_name("a.mbox"), MAILS[:9]))
    ),
    "a.parquet": no_parquet,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_could_not_be_read_is_said_last_and_by_the_exit_code(name, tmp_path, knowledge):
    source = DAMAGED[name](tmp_path / name)
    whole = mail_sources.write_mbox(tmp_path / "whole.mbox", MAILS[:5])
    out = ("--out", tmp_path / "out", "--workers", 1)
    for language in LANGUAGES:
        told = _run(whole, source, *out, "--lang", language)
        assert told.exit_code == 3
        unread = Batch.of(tmp_path / "out").total["unreadable"]
        says = knowledge.say("batch_some_unreadable", language, times=str(unread))
        assert unread > 0
        assert told.stderr.splitlines()[-1] == says
        report = _run("--report", "--out", tmp_path / "out", "--lang", language)
        assert report.exit_code == 3
        assert f"{tmp_path}/{name}" in report.stdout
        assert report.stderr.splitlines() == [says]
    read = _run(whole, *out)
    assert (read.exit_code, read.stderr) == (0, "")


def test_rows_that_are_missing_are_named_and_told_apart_by_the_exit_code(mbox, tmp_path, knowledge):
    _run(mbox, "--out", tmp_path, "--workers", 1)
    done = Batch.of(tmp_path)
    replace(done, lost=(f"{mbox} [0, 9)",)).save()
    told = _run("--report", "--out", tmp_path, "--lang", "en")
    assert told.exit_code == 1
    says = knowledge.say("batch_lost", "en", span=f"{mbox} [0, 9)")
    assert told.stderr.splitlines()[-1] == says


def test_a_disk_that_fills_up_is_told_with_the_file_that_had_no_room(mbox, tmp_path, monkeypatch):
    def full(source, to, **_how):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(source), None, str(to))

    monkeypatch.setattr(shutil, "copyfile", full)
    told = _run(mbox, "--out", tmp_path / "out", "--lang", "en")
    assert told.exit_code == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith(f"Error: There is no room left on the disk. {tmp_path / 'out'}")


def test_a_list_or_a_key_that_is_damaged_is_told_with_its_file(mbox, tmp_path):
    (tmp_path / LIST).write_text("{", encoding="utf-8")
    told = _run("--report", "--out", tmp_path, "--lang", "en")
    assert told.exit_code == 1
    assert f"{tmp_path / LIST} is missing or damaged" in told.stderr
    (tmp_path / "recipients.key").write_text("no key", encoding="utf-8")
    told = _run(mbox, "--out", tmp_path, "--lang", "en")
    assert told.exit_code == 1
    assert f"{tmp_path / 'recipients.key'} holds no key" in told.stderr


def test_the_command_says_how_to_go_on_after_ctrl_c(mbox, tmp_path, monkeypatch):
    def pressed(*_given, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr("playbook.batch.run_batch", pressed)
    told = _run(mbox, "--out", tmp_path, "--lang", "en")
    assert told.exit_code == 1
    assert "Run the same command again" in told.output


def test_read_works_without_the_extra_and_batch_says_what_to_install(tmp_path):
    blocked = (
        "import sys\n"
        "missing = 'pyarrow', 'duckdb', 'dask', 'distributed', 'tqdm'\n"
        "sys.modules.update(dict.fromkeys(missing))\n"
        "from playbook.cli import main\n"
        "main(sys.argv[1:])"
    )
    mail = tmp_path / "a.eml"
    mail.write_bytes(MAILS[0])

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", blocked, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run("read", mail).returncode == 0
    refused = run("batch", mail, "--out", tmp_path / "out")
    assert refused.returncode == 1
    assert "mail-playbook[batch]" in refused.stderr
    assert "Traceback" not in refused.stderr

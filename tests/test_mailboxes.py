"""Sources of every kind: nothing is lost, nothing is read twice, however the source is cut."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from itertools import pairwise

import mail_sources
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_sources import LOGS, invented
from pyarrow import parquet

from playbook.mailboxes import Item, Kind, NoColumn, Span, Tally, fingerprint, plan, read_span
from playbook.mailboxes import kind_of as kind_and_packing_of
from playbook.mailboxes.spans import LONGEST

MAILS = tuple(invented(120))


def read(*paths, span=4096, **asked) -> tuple[list[Item], Tally]:
    tally = Tally()
    return [i for s in plan(paths, span=span, **asked) for i in read_span(s, tally)], tally


def assert_all_accounted_for(items: list[Item], tally: Tally) -> None:
    passed = tally["delivered"] + tally["other_lines"] + tally["blank_lines"]
    assert tally["in"] == tally["mails"] + passed
    assert len(items) == tally["mails"]


SOURCES = {
    Kind.MBOX: lambda path, mails: mail_sources.write_mbox(path / "a", mails),
    Kind.MAILDIR: lambda path, mails: mail_sources.write_maildir(path / "a", mails),
    Kind.MAILS: lambda path, mails: mail_sources.write_folder(path / "a", mails),
    Kind.TAR: lambda path, mails: mail_sources.write_tar(path / "a", mails),
    Kind.ZIP: lambda path, mails: mail_sources.write_zip(path / "a", mails),
    Kind.COLUMN: lambda path, mails: mail_sources.write_parquet(path / "a", mails),
}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("span", [700, 20_000, 16 * 1024 * 1024])
def test_every_mail_comes_out_once_whatever_it_lies_in_and_however_it_is_cut(kind, span, tmp_path):
    source = SOURCES[kind](tmp_path, MAILS)
    assert kind_and_packing_of(source) == (Kind.MAILS if kind is Kind.MAILS else kind, "")
    items, tally = read(source, span=span)
    assert_all_accounted_for(items, tally)
    assert sorted(bytes(i.raw).rstrip(b"\n") for i in items) == sorted(
        mail.rstrip(b"\n") for mail in MAILS
    )
    assert {i.fault for i in items} == {""}


@pytest.mark.parametrize("kind", [Kind.MBOX, Kind.TAR])
def test_a_packed_source_is_read_like_the_bare_one(kind, tmp_path):
    bare = SOURCES[kind](tmp_path, MAILS)
    packed = mail_sources.write_gz(tmp_path / "packed.gz", bare)
    assert kind_and_packing_of(packed) == (kind, "gz")
    assert [i.raw for i in read(packed)[0]] == [i.raw for i in read(bare)[0]]


lines = st.sampled_from(
    [
        b"From a@example.com Tue Nov 24 12:09:18 2026",
        b"From - Tue Nov 24 12:09:18 2026",
        b"From here on, this is body",
        b">From a@example.com Tue Nov 24 12:09:18 2026",
        b"From: a@example.com",
        b"",
        b"x" * 90,
        b"\xff\x00\x80",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(lines, max_size=60), st.sampled_from([b"\n", b"\r\n"]), st.integers(1, 400))
def test_the_messages_of_an_mbox_cover_it_without_a_gap(tmp_path_factory, text, end, span):
    path = tmp_path_factory.mktemp("mbox") / "any.mbox"
    path.write_bytes(end.join(text))
    cut, _ = read(path, span=span)
    whole, _ = read(path, span=1024 * 1024)
    assert [(i.start, i.raw) for i in cut] == [(i.start, i.raw) for i in whole]
    places = [(i.start, i.start + i.length) for i in whole]
    assert all(end == start for (_, end), (start, _) in pairwise(places))
    if places:
        assert places[-1][1] == path.stat().st_size
        assert not path.read_bytes()[: places[0][0]].strip()


def test_quoted_from_lines_are_unquoted_and_unquoted_ones_without_a_date_stay_body(tmp_path):
    path = tmp_path / "a.mbox"
    path.write_bytes(
        b"From a@example.com Tue Nov 24 12:09:18 2026\r\nSubject: one\r\n\r\n"
        b">From the start\r\n>>From quoted twice\r\nFrom here on\r\n\r\n"
        b"From b@example.com Tue Nov 24 12:10 2026\r\nSubject: two\r\n\r\nbody\r\n"
    )
    (first, second), _ = read(path)
    assert b"\nFrom the start\r\n>From quoted twice\r\nFrom here on" in first.raw
    assert first.time == datetime(2026, 11, 24, 12, 9, 18)  # noqa: DTZ001 - it has no zone
    assert second.raw.startswith(b"Subject: two")


def test_a_message_longer_than_many_spans_is_cut_but_hides_none_behind_it(tmp_path):
    path = tmp_path / "a.mbox"
    long = b"Subject: long\n\n" + b"x" * 99 * 60_000
    mail_sources.write_mbox(path, [long, b"Subject: short\n\nbody"])
    items, _ = read(path, span=100_000)
    assert [len(i.raw) <= LONGEST for i in items] == [True, True]
    assert items[1].raw.startswith(b"Subject: short")
    assert sum(i.length for i in items) == path.stat().st_size


def test_a_text_a_line_is_read_whatever_the_line_ends_and_blank_lines_are_counted(tmp_path):
    path = tmp_path / "replies.txt"
    path.write_bytes(b"550 5.1.1 User unknown\r\n\r\n552 Mailbox full\n\n\nthe last")
    for span in (1, 7, 10_000):
        items, tally = read(path, span=span)
        assert_all_accounted_for(items, tally)
        assert [i.raw for i in items] == [
            b"550 5.1.1 User unknown",
            b"552 Mailbox full",
            b"the last",
        ]
        assert tally["blank_lines"] == 3
    assert sum(1 for _ in path.read_bytes().split(b"\n")) == tally["in"]


@pytest.mark.parametrize("system", LOGS)
@pytest.mark.parametrize("span", [40, 100_000])
def test_a_log_gives_its_refused_and_delayed_mails_and_counts_the_rest(system, span, tmp_path):
    path = tmp_path / "mail"
    path.write_text(LOGS[system], encoding="ascii")
    os.utime(path, (1_795_600_000, 1_795_600_000))  # 25 November 2026
    assert kind_and_packing_of(path) == (Kind.LOG, "")
    items, tally = read(path, span=span)
    assert_all_accounted_for(items, tally)
    assert tally["in"] == LOGS[system].count("\n")
    assert tally["delivered"] == 1
    failed, delayed = sorted((str(i.raw) for i in items), key=lambda raw: "delayed" in raw)
    assert "Final-Recipient: rfc822; taro@example.com\nAction: failed\n" in failed
    assert "ser unknown" in failed
    assert "Final-Recipient: rfc822; jiro@example.net\nAction: delayed\n" in delayed
    assert "onnect" in delayed
    assert {(i.time.year, i.time.month, i.time.day) for i in items} in (
        {(2026, 11, 24)},
        {(2025, 11, 24)},  # the tai64n stamps
    )


def test_a_sendmail_line_names_all_its_recipients(tmp_path):
    path = tmp_path / "mail"
    path.write_text(LOGS["sendmail"], encoding="ascii")
    items, _ = read(path)
    assert "Final-Recipient: rfc822; saburo@example.com\nAction: failed" in str(items[0].raw)


def test_a_syslog_stamp_of_last_december_in_a_log_of_january_is_last_year(tmp_path):
    path = tmp_path / "mail"
    path.write_text(LOGS["postfix"].replace("Nov 24", "Dec 31"), encoding="ascii")
    january = datetime(2027, 1, 2, tzinfo=UTC).timestamp()
    os.utime(path, (january, january))
    assert {i.time.year for i in read(path)[0]} == {2026}


def test_empty_and_vanished_and_unreadable_files_are_told_not_skipped(tmp_path):
    folder = mail_sources.write_folder(tmp_path / "a", MAILS[:5])
    (folder / "empty.eml").write_bytes(b"")
    spans = list(plan([folder]))
    (folder / "0" / "0.eml").unlink()
    os.mkfifo(folder / "1" / "pipe")
    spans += [Span(str(folder), Kind.MAILS, 6, 7, 1, ("1/pipe",))]
    tally = Tally()
    items = [item for span in spans for item in read_span(span, tally)]
    assert_all_accounted_for(items, tally)
    assert tally["in"] == 7
    assert {i.member: i.fault for i in items if i.fault} == {
        "0/0.eml": "FileNotFoundError",
        "empty.eml": "empty",
        "1/pipe": "OSError",
    }


@pytest.mark.parametrize("write", [mail_sources.write_folder, mail_sources.write_maildir])
def test_hidden_files_are_no_mails(write, tmp_path):
    folder = write(tmp_path / "a", MAILS[:5])
    for inside in (folder, *(each for each in folder.iterdir() if each.is_dir())):
        (inside / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    items, tally = read(folder)
    assert_all_accounted_for(items, tally)
    assert tally["in"] == 5


def _damaged(path, at: float, size: int = 2000) -> None:
    raw = bytearray(path.read_bytes())
    middle = int(len(raw) * at)
    raw[middle : middle + size] = b"\x55" * size
    path.write_bytes(raw)


def test_a_damaged_member_of_a_zip_is_told_and_the_others_are_read(tmp_path):
    path = mail_sources.write_zip(tmp_path / "a.zip", MAILS)
    _damaged(path, 0.3, 600)
    items, tally = read(path)
    assert_all_accounted_for(items, tally)
    assert tally["in"] == len(MAILS)
    assert 0 < sum(bool(i.fault) for i in items) < 10


@pytest.mark.parametrize("kind", [Kind.TAR, Kind.ZIP, Kind.COLUMN])
def test_a_source_cut_off_in_the_middle_says_so(kind, tmp_path):
    path = SOURCES[kind](tmp_path, MAILS)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    items, tally = read(path)
    assert_all_accounted_for(items, tally)
    assert items[-1].fault
    if kind is Kind.TAR:
        whole = [i for i in items if not i.fault]
        assert [i.raw for i in whole] == list(MAILS[: len(whole)])
        assert len(MAILS) * 0.3 < len(whole) < len(MAILS)


def test_a_damaged_row_group_loses_none_of_its_rows_and_no_other_group(tmp_path):
    path = mail_sources.write_parquet(tmp_path / "a.parquet", MAILS, group=20)
    _damaged(path, 0.4, 300)
    items, tally = read(path)
    assert_all_accounted_for(items, tally)
    assert [i.start for i in items] == list(range(len(MAILS)))
    assert 0 < sum(bool(i.fault) for i in items) <= 40


def test_rubbish_between_the_members_of_a_tar_is_not_taken_for_its_end(tmp_path):
    path = mail_sources.write_tar(tmp_path / "a.tar", MAILS)
    _damaged(path, 0.5, 6000)
    items, tally = read(path)
    assert_all_accounted_for(items, tally)
    assert items[-1].fault == "TruncatedArchive"


def test_a_packed_source_cut_off_gives_what_stands_before_the_cut(tmp_path):
    bare = mail_sources.write_mbox(tmp_path / "a.mbox", MAILS)
    packed = tmp_path / "a.mbox.gz"
    raw = gzip.compress(bare.read_bytes())
    packed.write_bytes(raw[: len(raw) // 2])
    items, tally = read(packed)
    assert_all_accounted_for(items, tally)
    assert items[-1].fault == "EOFError"
    assert len(items) > len(MAILS) * 0.3


@pytest.mark.parametrize("name", ["a.zip", "a.parquet", "a.tar", "a.TGZ", "a.tar.xz"])
@pytest.mark.parametrize("content", [b"", b"<html>404 not found</html>\n", b"\x1f\x8bno"])
def test_an_archive_in_name_only_is_damage_and_no_text(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    items, tally = read(tmp_path / name)
    assert_all_accounted_for(items, tally)
    assert [bool(item.fault) for item in items] == [True]


@pytest.mark.parametrize("left", [12, 60, 900])
def test_a_small_packed_source_cut_off_is_no_mail_of_its_packed_bytes(left, tmp_path):
    bare = mail_sources.write_mbox(tmp_path / "a.mbox", MAILS[:3])
    packed = tmp_path / "a.mbox.gz"
    packed.write_bytes(gzip.compress(bare.read_bytes())[:left])
    items, tally = read(packed)
    assert_all_accounted_for(items, tally)
    assert items[-1].fault == "EOFError"
    assert not any(item.raw.startswith(b"\x1f\x8b") for item in items)


def test_a_folder_of_all_kinds_is_read_whole_and_a_path_given_twice_once(tmp_path):
    for kind, write in SOURCES.items():
        (tmp_path / kind).mkdir()
        write(tmp_path / kind, MAILS[:20]).rename(
            tmp_path / kind / {Kind.COLUMN: "a.parquet"}.get(kind, f"a.{kind}")
        )
    items, tally = read(tmp_path, tmp_path / ".")
    assert_all_accounted_for(items, tally)
    assert tally["in"] == 20 * len(SOURCES)


def test_a_table_with_two_text_columns_asks_which(tmp_path):
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"name": ["a"], "reply": ["550 User unknown"]}), path)
    with pytest.raises(NoColumn, match="name, reply"):
        list(plan([path]))
    items, _ = read(path, column="reply")
    assert [i.raw for i in items] == ["550 User unknown"]


def test_the_fingerprint_changes_with_the_content_and_only_with_it(tmp_path):
    path = mail_sources.write_mbox(tmp_path / "a.mbox", MAILS)
    spans = list(plan([path], span=20_000))
    before = [fingerprint(span) for span in spans]
    assert len(set(before)) == len(before) > 4
    os.utime(path, (1, 1))
    assert [fingerprint(span) for span in spans] == before
    raw = bytearray(path.read_bytes())
    raw[5] ^= 1
    path.write_bytes(raw)
    after = [fingerprint(span) for span in spans]
    assert after[0] != before[0]
    assert after[-1] == before[-1]

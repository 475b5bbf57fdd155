"""Knowledge kept between processes is the knowledge of the files, whoever else writes it."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import pytest

from playbook.errors import KnowledgeError
from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge
from playbook.loader.folder import _read
from playbook.loader.kept import MOST, kept

FOLDERS = (KNOWLEDGE_FOLDER,)


def never():
    raise AssertionError("read again")


@pytest.fixture(scope="module")
def read():
    return _read(FOLDERS)


def values(knowledge):
    return {each.name: getattr(knowledge, each.name) for each in fields(knowledge)}


def test_what_is_kept_is_what_was_read(tmp_path, read):
    cache = tmp_path / "a" / "b"
    assert kept(FOLDERS, lambda: read, cache) is read
    again = kept(FOLDERS, never, cache)
    assert again is not read
    assert values(again) == values(read)
    assert [type(value) for value in values(again).values()] == [
        type(value) for value in values(read).values()
    ]


def test_a_changed_file_is_read_anew(tmp_path, read):
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE_FOLDER, folder)
    kept((folder,), lambda: read, tmp_path / "cache")
    kept((folder,), never, tmp_path / "cache")
    labels = folder / "labels.yaml"
    labels.write_bytes(labels.read_bytes() + b"\n")
    with pytest.raises(AssertionError, match="read again"):
        kept((folder,), never, tmp_path / "cache")


def test_what_was_saved_while_it_was_read_is_not_kept_for_what_stood_before(tmp_path, read):
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE_FOLDER, folder)
    labels = folder / "labels.yaml"
    before = labels.read_bytes()

    def mended_meanwhile():
        labels.write_bytes(before)
        return read

    labels.write_bytes(b"labels: none\n")
    assert kept((folder,), mended_meanwhile, tmp_path / "cache") is read
    labels.write_bytes(b"labels: none\n")
    with pytest.raises(AssertionError, match="read again"):
        kept((folder,), never, tmp_path / "cache")


def test_a_fault_is_told_each_time_and_never_kept(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE_FOLDER, folder)
    (folder / "stray.yml").write_text("a: 1\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(KnowledgeError, match=r"stray\.yml"):
            load_knowledge(folder)


@pytest.mark.parametrize("damaged", [b"", b"not a pickle", b"\x80\x05]\x94."])
def test_a_damaged_file_is_read_anew_and_replaced(tmp_path, read, damaged):
    kept(FOLDERS, lambda: read, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damaged)
    assert kept(FOLDERS, lambda: read, tmp_path) is read
    assert values(kept(FOLDERS, never, tmp_path)) == values(read)


def test_a_file_others_could_have_written_is_not_trusted(tmp_path, read):
    kept(FOLDERS, lambda: read, tmp_path)
    (file,) = tmp_path.iterdir()
    file.chmod(0o666)
    assert kept(FOLDERS, lambda: read, tmp_path) is read
    tmp_path.chmod(0o777)
    assert kept(FOLDERS, lambda: read, tmp_path) is read


def test_many_at_once_all_get_it_and_leave_one_file(tmp_path, read):
    with ThreadPoolExecutor(8) as crowd:
        got = list(crowd.map(lambda _: kept(FOLDERS, lambda: read, tmp_path), range(24)))
    assert all(values(each) == values(read) for each in got)
    assert len(list(tmp_path.iterdir())) == 1


def test_where_nothing_can_be_written_it_is_read_each_time(tmp_path, read):
    place = tmp_path / "file"
    place.write_text("in the way", encoding="utf-8")
    assert kept(FOLDERS, lambda: read, place) is read


def test_old_files_do_not_pile_up(tmp_path, read):
    for number in range(MOST + 5):
        old = tmp_path / f"{number}.pickle"
        old.touch()
        os.utime(old, (number, number))
    kept(FOLDERS, lambda: read, tmp_path)
    assert len(list(tmp_path.iterdir())) == MOST
    assert values(kept(FOLDERS, never, tmp_path)) == values(read)

"""The page for editing knowledge: a planted fault is found, mended and gone."""

from __future__ import annotations

import pytest

from playbook.language import LANGUAGES
from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge
from playbook.training.changes import BestPath
from playbook.widgets.editing import lab
from playbook.widgets.editing.edits import Edits
from playbook.widgets.editing.leisure import at_leisure
from playbook.widgets.editing.page import Editing
from playbook.widgets.shared.guard import Guard

FILE = "causes/receiving.yaml"


@pytest.fixture
def state(knowledge, tmp_path):
    return Edits(knowledge, tmp_path / "private")


@pytest.fixture
def copy(state):
    """A copy to edit; gives a way to change what stands in it."""
    state.copy(FILE)
    path = state.folder / FILE

    def edit(old, new):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def check(state):
    for _ in state.check():
        pass
    return state.checked


def test_a_copy_says_nothing_new_and_names_its_schema(state, copy):
    first = (state.folder / FILE).read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schema/causes.json"
    assert (state.folder / "causes" / "../schema/causes.json").is_file()
    found = check(state)
    assert (found.faults, found.differences, found.weighs, found.paths) == ((), (), False, ())
    assert all(proof.faults == () for proof in found.proofs)


def test_copying_again_keeps_what_was_edited(state, copy):
    copy("common", "rare")
    before = (state.folder / FILE).read_bytes()
    state.copy(FILE)
    assert before == (state.folder / FILE).read_bytes()


def test_a_planted_fault_is_told_with_its_line_and_gone_when_mended(state, copy):
    copy("cannot_receive: very_common", "cannot_receive: oftn")
    (fault,) = check(state).faults
    lines = (state.folder / FILE).read_text(encoding="utf-8").splitlines()
    assert fault.file == FILE
    assert "cannot_receive: oftn" in lines[fault.line - 1]
    copy("cannot_receive: oftn", "cannot_receive: very_common")
    assert check(state).faults == ()


def test_a_misspelt_remedy_is_the_only_fault_told(state, copy):
    path = state.folder / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  remedy: ", "  remedy: pray_"), encoding="utf-8")
    assert {fault.en.split(": ", 1)[1][:24] for fault in check(state).faults} == {
        "there is no remedy 'pray"
    }


def test_a_path_names_checks_error_mails_and_remedies_by_their_titles(state, knowledge):
    path = BestPath(("quota_used", "rate_limited", "shrink", "hand_over"), 5.0, solved=False)
    said = Editing(state)._path(path)
    reason = knowledge.reason["rate_limited"].title.ja
    assert f"メールボックスの使用率 → エラーメール：{reason} → " in said
    assert knowledge.remedy["shrink"].title.ja in said
    assert "_" not in said


def test_a_word_of_likelihood_tells_which_cases_go_another_way(state, copy, knowledge):
    how_common = knowledge.cause["quota_leave_copy"].how_common["cannot_receive"]
    copy(f"cannot_receive: {how_common}", "cannot_receive: rare")
    found = check(state)
    assert found.weighs
    assert [each.change for each in found.differences] == ["changed"]
    assert found.paths
    assert list(found.paths) == sorted(found.paths, key=lambda change: -change.minutes)


def test_what_jupyterlab_keeps_of_a_saved_file_is_no_stray_file(state, copy):
    kept = state.folder / "causes/.ipynb_checkpoints/receiving-checkpoint.yaml"
    kept.parent.mkdir()
    kept.write_text("half: [", encoding="utf-8")
    assert load_knowledge(KNOWLEDGE_FOLDER, state.folder).causes
    state.look()
    assert state.files == (FILE,)


def test_the_page_tells_every_part_of_what_was_found_in_both_languages(state, copy):
    page = Editing(state)
    copy("cannot_receive: very_common", "cannot_receive: rare")
    page._check.click()
    for language in LANGUAGES:
        state.language = language
        said = page._found.value
        for label in ("editing_sound", "editing_tree", "editing_paths", "editing_proofs"):
            assert state.say(label) in said
        assert "how_common.cannot_receive" in said
        assert "{" not in said


def test_the_page_tells_a_fault_in_both_languages(state, copy):
    page = Editing(state)
    copy("cannot_receive: very_common", 'cannot_receive: "<b>"')
    page._check.click()
    (fault,) = state.checked.faults
    assert f"{fault.file}:{fault.line}" in page._found.value
    assert "&lt;b&gt;" in page._found.value
    assert "<b>" not in page._found.value
    assert "使えません" in page._found.value
    assert "must be one of" in page._found.value


def test_a_file_of_any_bytes_is_a_fault_and_no_traceback(state, copy):
    (state.folder / FILE).write_bytes(b"\xff\xfe\x00: [\n\t- {")
    assert check(state).faults
    (state.folder / FILE).write_bytes(b"")
    assert check(state).faults


def test_a_file_below_the_servers_folder_is_a_link_and_any_other_is_text(monkeypatch, tmp_path):
    monkeypatch.setenv("JPY_PARENT_PID", "7")
    servers = [{"pid": 6, "root_dir": "/"}, {"pid": 7, "root_dir": str(tmp_path)}]
    monkeypatch.setattr(lab, "list_running_servers", lambda: iter(servers))
    link = lab.opener(tmp_path / "a" / "b.yaml", "<b>")
    assert "docmanager:open" in link
    assert "a/b.yaml" in link
    assert "&lt;b&gt;" in link
    assert "#line=4" in lab.shower(tmp_path / "b.yaml", 5, "b.yaml:5")
    assert lab.opener(tmp_path.parent / "b.yaml", "b") == "<code>b</code>"
    monkeypatch.delenv("JPY_PARENT_PID")
    assert lab.opener(tmp_path / "b.yaml", "b") == "<code>b</code>"


def test_work_in_pieces_goes_to_its_end_and_an_error_ends_it_with_a_reference():
    told = []
    guard = Guard(told.append, lambda: None)
    done = []
    at_leisure((done.append(piece) for piece in range(3)), guard)
    assert (done, told) == ([0, 1, 2], [])
    at_leisure((done.append(1 // piece) for piece in (1, 0, 1)), guard)
    assert done == [0, 1, 2, 1]
    assert len(told) == 1

"""The check-up finds what the shapes cannot: each planted fault is named with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playbook.checkup import checkup, repeated_phrases
from playbook.checkup.tree import tree_proofs
from playbook.checkup.wordings import wording_proofs
from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge


def test_the_shipped_knowledge_passes_every_proof():
    for proof in checkup(load_knowledge()):
        assert proof.faults == (), proof.en
        assert proof.tried > 0


def test_no_shipped_phrase_repeats_another():
    assert repeated_phrases(load_knowledge()) == ()


_EXAMPLE = re.compile(r"```yaml\n# (\S+\.yaml)\n(.*?)```", re.DOTALL)


def test_the_example_of_the_readme_adds_one_of_each_and_passes_every_proof(tmp_path):
    readme = (KNOWLEDGE_FOLDER / "README.md").read_text(encoding="utf-8")
    for name, text in _EXAMPLE.findall(readme):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    knowledge, shipped = load_knowledge(KNOWLEDGE_FOLDER, tmp_path), load_knowledge()
    for entries in ("causes", "checks", "remedies", "client_dialogs", "cases"):
        assert len(getattr(knowledge, entries)) == len(getattr(shipped, entries)) + 1
    assert [fault for proof in checkup(knowledge) for fault in proof.faults] == []
    assert {*knowledge.wordings} - {*shipped.wordings} == {"lobby_gateway"}
    assert knowledge.labels["handoff_solved"] != shipped.labels["handoff_solved"]


TREE = ("causes", "symptoms", "reasons", "checks")
PLANTED = {
    "a cause without signs": (
        "causes/own.yaml",
        (
            "format: 1\ncauses:\n  - id: shadow\n    title: {ja: 影, en: Shadow}\n"
            "    explains: {ja: 影です。, en: A shadow.}\n    how_common: {cannot_send: rare}\n"
            "    remedy: shadow\n"
        ),
        "causes/own.yaml:3",
        "it has no signs and cannot be told from 'unknown_send'",
    ),
    "a cause whose signs are a commoner one's": (
        "causes/own.yaml",
        (
            "format: 1\ncauses:\n  - id: shadow\n    title: {ja: 影, en: Shadow}\n"
            "    explains: {ja: 影です。, en: A shadow.}\n    how_common: {cannot_send: rare}\n"
            "    shown_by: {line_used: {other: usually}}\n    remedy: shadow\n"
        ),
        "causes/own.yaml:3",
        "'other_line' still comes first",
    ),
    "two causes that no answer tells apart": (
        "causes/own.yaml",
        (
            "format: 1\ncauses:\n  - id: shadow\n    title: {ja: 影, en: Shadow}\n"
            "    explains: {ja: 影です。, en: A shadow.}\n    how_common: {cannot_send: rare}\n"
            "    shown_by: {outbox: {stuck_old: always}}\n    remedy: shadow\n"
            "  - id: its_twin\n    title: {ja: 影, en: Shadow}\n"
            "    explains: {ja: 影です。, en: A shadow.}\n    how_common: {cannot_send: common}\n"
            "    shown_by: {outbox: {stuck_old: usually}}\n    remedy: fix_settings\n"
        ),
        "causes/own.yaml:9",
        "no set of answers tells the two apart",
    ),
    "a symptom without causes": (
        "symptoms.yaml",
        (
            "format: 1\nsymptoms:\n  - id: cannot_print\n    title: {ja: 印刷, en: Print}\n"
            "    says: {ja: 印刷できない。, en: I cannot print.}\n"
        ),
        "symptoms.yaml:3",
        "no cause lies behind this symptom",
    ),
    "a reason without a cause": (
        "reasons.yaml",
        (
            "format: 1\nreasons:\n  - id: eaten_by_dog\n    title: {ja: 犬, en: Dog}\n"
            "    nature: permanent\n    who_acts: [none]\n"
            "    explains: {ja: 犬です。, en: A dog.}\n"
            "    tell: {ja: 犬です。, en: A dog.}\n    letter: {ja: 犬です。, en: A dog.}\n"
            "    next: {ja: 待ちます。, en: Wait.}\n"
        ),
        "reasons.yaml:3",
        "speaks for no cause",
    ),
    "a check that changes nothing": (
        "checks.yaml",
        (
            "format: 1\nchecks:\n  - id: weather\n    title: {ja: 天気, en: Weather}\n"
            "    asks: {ja: お天気はいかがですか。, en: How is the weather?}\n    by: customer\n"
            "    minutes: 1\n    outcomes:\n      - {id: fine, says: {ja: 晴れ, en: Fine}}\n"
            "      - {id: rain, says: {ja: 雨, en: Rain}}\n"
        ),
        "checks.yaml:3",
        "its answer changes nothing",
    ),
    "a sample that lands elsewhere": (
        "wordings/own.yaml",
        (
            "format: 1\nmta: Own\nwordings:\n  - id: strange\n    says: [the parcel was eaten]\n"
            "    reason: host_unknown\n    sample: '550 5.2.2 mailbox full'\n    source: assumed\n"
        ),
        "wordings/own.yaml:4",
        "its sample is read as 'mailbox_full', not 'host_unknown'",
    ),
    "a phrase that its own exception silences": (
        "wordings/own.yaml",
        (
            "format: 1\nmta: Own\nwordings:\n  - id: strange\n    says: [lost parcel, gone]\n"
            "    reason: host_unknown\n    unless: [parcel]\n    sample: '550 gone'\n"
            "    source: assumed\n"
        ),
        "wordings/own.yaml:4",
        "'lost parcel' never counts",
    ),
    "an error of a mail program that its sample does not hold": (
        "client_errors.yaml",
        (
            "format: 1\ndialogs:\n  - id: strange\n    kind: dialog\n    says: [line eaten]\n"
            "    phase: both\n    meaning: {ja: 変です。, en: Strange.}\n"
            "    first_check: {ja: 見ます。, en: Look.}\n    points_to: [client_cannot_connect]\n"
            "    sample: cable eaten\n    clients: any\n    source: assumed\n"
        ),
        "client_errors.yaml:3",
        "what it says is not found in its sample 'cable eaten'",
    ),
}

REMEDY = (
    "format: 1\nremedies:\n  - id: shadow\n    title: {ja: 影, en: Shadow}\n    minutes: 5\n"
    "    works: usually\n    steps: [{ja: 影です。, en: A shadow.}]\n"
    "    verify: {ja: 影です。, en: A shadow.}\n"
)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_named_with_its_place(kind, tmp_path):
    file, text, place, told = PLANTED[kind]
    path: Path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if "remedy: shadow" in text:
        (tmp_path / "remedies.yaml").write_text(REMEDY, encoding="utf-8")
    knowledge = load_knowledge(KNOWLEDGE_FOLDER, tmp_path)
    prove = tree_proofs if file.startswith(TREE) else wording_proofs
    faults = [str(fault) for proof in prove(knowledge) for fault in proof.faults]
    assert any(fault.startswith(f"{place}: ") and told in fault for fault in faults), faults


def _with_own_wordings(folder: Path, *entries: str) -> tuple[str, ...]:
    """What is told of a folder of one's own with these entries, each of its own id."""
    text = "format: 1\nmta: Own\nwordings:\n"
    for number, entry in enumerate(entries):
        text += f"  - {{id: own_{number}, {entry}, sample: '550 gone', source: assumed}}\n"
    (folder / "wordings").mkdir()
    (folder / "wordings/own.yaml").write_text(text, encoding="utf-8")
    told = map(str, repeated_phrases(load_knowledge(KNOWLEDGE_FOLDER, folder)))
    return tuple(each for each in told if each.startswith("wordings/own.yaml:"))


LOST = "says: [lost (parcel|ship)… (at|by) sea], reason: host_unknown"


@pytest.mark.parametrize(
    "entry",
    [
        "says: [lost parcel… by sea], reason: host_unknown",
        "says: [lost parcel… by sea], reason: host_unknown, unless: [whale]",
        "says: [lost (ship|parcel)… (by|at) sea], reason: host_unknown",
    ],
)
def test_a_phrase_that_only_repeats_another_is_named_with_its_place_and_the_others(entry, tmp_path):
    (told,) = _with_own_wordings(tmp_path, LOST, entry)
    assert told.startswith("wordings/own.yaml:5: 「own:own_1」：")
    assert "'lost (parcel|ship)… (at|by) sea' (wordings/own.yaml:4)" in told


@pytest.mark.parametrize(
    "entry",
    [
        "says: [lost parcel… by sea], reason: user_unknown",
        "says: [lost parcel… by sea], reason: host_unknown, weight: likely",
        "says: [lost parcel… by air], reason: host_unknown",
        "says: [lost parcel], reason: host_unknown",
        "says: [lost parcel… by sea…], reason: host_unknown",
        "says: [lost parcel… by sea], reason: host_unknown, hosts: [sea.example.com]",
    ],
)
def test_a_phrase_with_something_of_its_own_repeats_none(entry, tmp_path):
    assert _with_own_wordings(tmp_path, LOST, entry) == ()


def test_a_phrase_repeats_none_that_asks_for_more(tmp_path):
    asked = "says: [lost parcel], reason: host_unknown, codes: [5.1.1, 5.1.2]"
    less = "says: [lost parcel], reason: host_unknown, codes: [5.1.1]"
    twin = "says: [lost ship, lost ship], reason: host_unknown"
    told = _with_own_wordings(tmp_path, less, asked, twin)
    assert ["own_0" in told[1], "own_2" in told[0], len(told)] == [True, True, 2]

"""The pictures: what they show, in both languages, and that labels stay labels."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from playbook.language import Text
from playbook.outline import causes_of_symptom
from playbook.widgets.shared.parts import STATIC
from playbook.widgets.tree.drawing import Narrowing, Tree, _lines, _width

SVG = "{http://www.w3.org/2000/svg}"
COLUMN = 348
LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


def nodes(svg):
    return [each for each in ET.fromstring(svg).iter(f"{SVG}g") if each.get("role") == "button"]


def fills(node):
    return [float(each.get("width")) for each in node.iter(f"{SVG}rect")]


@LANGUAGES
def test_the_whole_tree_names_every_cause_of_every_symptom(knowledge, language):
    drawn = nodes(Tree(knowledge, language, {}).whole())
    wanted = [
        (f"{symptom.id}:{cause.id}", cause.title.of(language))
        for symptom in knowledge.symptoms
        for cause in causes_of_symptom(knowledge, symptom.id)
    ]
    assert [(each.get("data-at"), each.get("aria-label")) for each in drawn] == wanted


@LANGUAGES
def test_no_label_is_cut_or_runs_out_of_its_box(knowledge, language):
    for node in nodes(Tree(knowledge, language, {}).whole()):
        written = [each.text for each in node.iter(f"{SVG}text")]
        assert "…" not in "".join(written)
        assert "".join("".join(written).split()) == "".join(node.get("aria-label").split())
        for each in node.iter(f"{SVG}text"):
            ends = float(each.get("x")) + float(each.get("font-size")) * _width(each.text)
            assert ends <= COLUMN


def test_a_cause_lights_up_as_much_as_it_is_probable_and_only_under_its_symptom(knowledge):
    chances = {"account_settings": 0.5, "quota_imap": 0.25}
    svg = Tree(knowledge, "en", chances, "cannot_receive", "quota_imap").whole()
    drawn = {each.get("data-at"): each for each in nodes(svg)}
    half = drawn["cannot_receive:account_settings"]
    box, bar = fills(half)
    assert bar == pytest.approx(box / 2, abs=0.1)
    assert half.get("aria-label").endswith(" 50%")
    assert fills(drawn["cannot_receive:quota_imap"])[1] == pytest.approx(box / 4, abs=0.1)
    assert fills(drawn["cannot_send_or_receive:account_settings"])[1] == 0
    assert drawn["cannot_receive:quota_imap"].get("aria-pressed") == "true"
    assert half.get("aria-pressed") == "false"


def test_the_branch_shows_one_symptom_and_nothing_where_none_is_known(knowledge):
    drawn = nodes(Tree(knowledge, "ja", {}, "cannot_receive").branch())
    assert len(drawn) == len(causes_of_symptom(knowledge, "cannot_receive"))
    assert Tree(knowledge, "ja", {}).branch() == ""
    assert Tree(knowledge, "ja", {}, "unknown").branch() == ""


def test_labels_are_escaped(knowledge):
    harm = "<script>alert(1)</script>\" onload='x"
    causes = tuple(
        cause.model_copy(update={"title": Text(ja=harm, en=harm)}) for cause in knowledge.causes
    )
    worse = replace(knowledge, causes=causes)
    stages = [{cause.id: 1 / len(causes) for cause in causes}]
    for svg in (
        Tree(worse, "en", {}).whole(),
        Narrowing(worse, "en", stages, causes[0].id).drawn(),
    ):
        root = ET.fromstring(svg)
        assert not [each for each in root.iter() if each.tag.endswith("script")]
        assert not [each for each in root.iter() if each.get("onload")]


@pytest.mark.parametrize("tall", [True, False])
def test_the_narrowing_shows_each_cause_at_each_stage_and_counts_those_left(knowledge, tall):
    stages = [
        {"quota_imap": 0.5, "spamcut": 0.49, "clock_wrong": 0.01},
        {"quota_imap": 0.99, "spamcut": 0.01, "clock_wrong": 0.0},
    ]
    svg = Narrowing(knowledge, "en", stages, "quota_imap", tall=tall).drawn()
    rows = [each for each in ET.fromstring(svg).iter(f"{SVG}g") if each.get("role") == "img"]
    assert [each.get("aria-label").rpartition(":")[2] for each in rows] == [" 50%, 99%", " 49%, 1%"]
    discs = [float(each.get("r")) for each in rows[0].iter(f"{SVG}circle")]
    assert discs[0] ** 2 / discs[1] ** 2 == pytest.approx(0.5 / 0.99, rel=0.02)
    written = [each.text for each in ET.fromstring(svg).iter(f"{SVG}text")]
    assert written[-2:] == ["2", "1"]


@pytest.mark.parametrize(
    "text", ["", "a", "無" * 90, "x" * 300, "長い名前（括弧つき）の原因・その他"]
)
def test_any_label_finds_room(text):
    for line in _lines(text, 20):
        assert _width(line) <= 20
    assert len(_lines(text, 20)) <= 2


def test_the_picture_asks_nothing_of_other_hosts():
    assert "http" not in (STATIC / "tree_picture.js").read_text(encoding="utf-8")

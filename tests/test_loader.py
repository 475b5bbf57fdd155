"""The loader: right files become knowledge, wrong ones are told as file:line in two languages."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from playbook.errors import KnowledgeError
from playbook.language import placeholders
from playbook.loader import KNOWLEDGE_FOLDER, load_knowledge
from playbook.loader.lines import parse

SMALL = {
    "site.yaml": """\
format: 1
names:
  isp: {ja: みほん, en: Sample}
links:
  - {id: manuals, title: {ja: 手順書, en: Manuals}, url: "https://www.example.jp/"}
contacts:
  - {id: desk, title: {ja: 窓口, en: Desk}, says: {ja: 窓口です。, en: The desk.}, link: manuals}
limits: []
hand_over_minutes: 60
""",
    "symptoms.yaml": """\
format: 1
symptoms:
  - id: cannot_send
    title: {ja: 送信できない, en: Cannot send}
    says: {ja: 送れません。, en: I cannot send.}
""",
    "checks.yaml": """\
format: 1
checks:
  - id: web_pages
    title: {ja: ホームページ, en: Web pages}
    asks: {ja: ホームページは開きますか。, en: Do web pages open?}
    by: customer
    minutes: 1
    outcomes:
      - {id: opens, says: {ja: 開く, en: They open}, how_often: usually}
      - {id: closed, says: {ja: 開かない, en: They do not}}
""",
    "remedies.yaml": """\
format: 1
remedies:
  - id: restore_line
    title: {ja: 接続を直す, en: Restore the line}
    minutes: 12
    works: usually
    steps:
      - {ja: "{isp}のルーターを再起動します。", en: "Restart the {isp} router."}
    verify: {ja: 開けば直っています。, en: It is mended when a page opens.}
    contacts: [desk]
""",
    "causes/line.yaml": """\
format: 1
causes:
  - id: no_internet
    title: {ja: 未接続, en: No connection}
    explains: {ja: つながっていません。, en: There is no connection.}
    how_common: {cannot_send: common}
    shown_by:
      web_pages: {closed: usually}
    bounce_reasons: [host_unknown]
    remedy: restore_line
""",
    "reasons.yaml": """\
format: 1
reasons:
  - id: host_unknown
    title: {ja: ドメインなし, en: No such domain}
    nature: permanent
    who_acts: [customer]
    explains: {ja: ありません。, en: There is none.}
    tell: {ja: ありません。, en: There is none.}
    letter: {ja: ありませんでした。, en: There was none.}
    next: {ja: 確かめます。, en: Check it.}
""",
    "wordings/sample.yaml": """\
format: 1
mta: Sample
wordings:
  - id: host_unknown
    says: [host unknown]
    reason: host_unknown
    sample: "550 Host unknown"
    source: RFC 5321
""",
    "notice_words.yaml": """\
format: 1
lists:
  - {id: senders, words: [postmaster, mail delivery], source: RFC 2142}
alike:
  - {id: mail, words: [mail, e-mail], source: assumed}
  - {id: host, words: [host, server], source: assumed}
""",
    "labels.yaml": """\
format: 1
labels:
  - {id: undo, text: {ja: 元に戻す, en: Undo}}
""",
}


def _written(folder: Path, **changed: str) -> Path:
    for name, text in {**SMALL, **changed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _edited(name: str, old: str, new: str) -> dict[str, str]:
    assert SMALL[name].count(old) == 1
    return {name: SMALL[name].replace(old, new)}


def test_the_shipped_knowledge_loads():
    knowledge = load_knowledge()
    assert knowledge.causes
    assert knowledge.wordings


def test_names_of_the_provider_are_filled_into_the_texts(tmp_path):
    knowledge = load_knowledge(_written(tmp_path))
    assert knowledge.remedy["restore_line"].steps[0].ja == "みほんのルーターを再起動します。"
    assert knowledge.places["cause", "no_internet"] == "causes/line.yaml:3"


LABEL = "format: 1\nlabels:\n  - id: undo\n    text:\n      ja: {}\n      en: {}\n"


WRONG = {
    "a misspelt key": (
        _edited("symptoms.yaml", "    says:", "    spoken:"),
        "symptoms.yaml:5",
        "spoken というキーはここでは使えません",
        "the key 'spoken' is not known here",
    ),
    "a missing key": (
        _edited("remedies.yaml", "    works: usually\n", ""),
        "remedies.yaml:3",
        "works がありません",
        "works is missing",
    ),
    "a letter in one language only": (
        _edited(
            "reasons.yaml", "{ja: ありませんでした。, en: There was none.}", "{ja: 届きません。}"
        ),
        "reasons.yaml:9",
        "letter に英語の文がありません",
        "letter has no English text",
    ),
    "a missing language": (
        _edited("causes/line.yaml", "{ja: 未接続, en: No connection}", "{ja: 未接続}"),
        "causes/line.yaml:4",
        "title に英語の文がありません",
        "title has no English text",
    ),
    "an empty text": (
        _edited("causes/line.yaml", "ja: 未接続", "ja: ''"),
        "causes/line.yaml:4",
        "ja が空です",
        "ja is empty",
    ),
    "a duplicate key": (
        _edited("causes/line.yaml", "    remedy:", "    id: again\n    remedy:"),
        "causes/line.yaml:10",
        "「id」が重複しています",
        "the key 'id' stands here twice",
    ),
    "a bare yes": (
        _edited("checks.yaml", "id: opens", "id: yes"),
        "checks.yaml:9",
        "引用符のない yes",
        "a bare yes may be read as true or false",
    ),
    "a bare no as a key": (
        _edited("causes/line.yaml", "{closed: usually}", "{no: usually}"),
        "causes/line.yaml:8",
        "引用符のない no",
        "a bare no may be read as true or false",
    ),
    "a number where a text belongs": (
        _edited("wordings/sample.yaml", "says: [host unknown]", "says: [5.10]"),
        "wordings/sample.yaml:5",
        "says が数値として読まれます",
        "says reads as a number; put quotes round it",
    ),
    "a word that is not on the scale": (
        _edited("causes/line.yaml", "cannot_send: common", "cannot_send: often"),
        "causes/line.yaml:6",
        "「often」は使えません。使えるのは very_common、common、uncommon、rare です。",
        "cannot be 'often'",
    ),
    "a remedy that does not exist": (
        _edited("causes/line.yaml", "remedy: restore_line", "remedy: restart"),
        "causes/line.yaml:10",
        "対処「restart」はどこにもありません",
        "there is no remedy 'restart'",
    ),
    "an outcome that does not exist": (
        _edited("causes/line.yaml", "{closed: usually}", "{shut: usually}"),
        "causes/line.yaml:8",
        "「shut」という結果はありません",
        "has no outcome 'shut'",
    ),
    "an id that is misspelt": (
        _edited("causes/line.yaml", "remedy: restore_line", "remedy: restore_lines"),
        "causes/line.yaml:10",
        "「restore_line」のことでしょうか",
        "is 'restore_line' meant?",
    ),
    "a check that does not exist": (
        _edited("causes/line.yaml", "web_pages:", "pages:"),
        "causes/line.yaml:8",
        "確認「pages」はどこにもありません",
        "there is no check 'pages'",
    ),
    "a symptom that does not exist": (
        _edited("causes/line.yaml", "cannot_send: common", "cannot_read: common"),
        "causes/line.yaml:6",
        "症状「cannot_read」はどこにもありません",
        "there is no symptom 'cannot_read'",
    ),
    "a reason that does not exist": (
        _edited("wordings/sample.yaml", "reason: host_unknown", "reason: host_gone"),
        "wordings/sample.yaml:6",
        "不達理由「host_gone」はどこにもありません",
        "there is no bounce reason 'host_gone'",
    ),
    "a list of words that nothing reads": (
        _edited("notice_words.yaml", "id: senders", "id: greetings"),
        "notice_words.yaml:3",
        "「greetings」は使えません",
        "cannot be 'greetings'",
    ),
    "a word of notices in capitals": (
        _edited("notice_words.yaml", "postmaster", "Postmaster"),
        "notice_words.yaml:3",
        "「Postmaster」が正しくありません",
        "has the wrong form ('Postmaster')",
    ),
    "a word in two groups of words alike": (
        _edited("notice_words.yaml", "[host, server]", "[host, e-mail]"),
        "notice_words.yaml:6",
        "「e-mail」は「mail」の組にもあります",
        "'e-mail' stands in the group 'mail' too",
    ),
    "a contact that does not exist": (
        _edited("remedies.yaml", "[desk]", "[office]"),
        "remedies.yaml:10",
        "問い合わせ先「office」はどこにもありません",
        "there is no contact 'office'",
    ),
    "a link that does not exist": (
        _edited("site.yaml", "link: manuals", "link: manual"),
        "site.yaml:7",
        "リンク「manual」はどこにもありません",
        "there is no link 'manual'",
    ),
    "a name in braces that site.yaml lacks": (
        _edited(
            "remedies.yaml", 'en: "Restart the {isp} router."', 'en: "Restart the {nsp} router."'
        ),
        "remedies.yaml:8",
        "{nsp} は site.yaml の names にありません",
        "{nsp} is not among the names of site.yaml",
    ),
    "a reserved outcome": (
        _edited("checks.yaml", "id: closed", "id: unknown"),
        "checks.yaml:10",
        "この結果は消してください",
        "every check already accepts",
    ),
    "an id with a capital": (
        _edited("remedies.yaml", "id: restore_line", "id: Restore"),
        "remedies.yaml:3",
        "書き方「Restore」が正しくありません",
        "has the wrong form ('Restore')",
    ),
    "a text where a list belongs": (
        _edited("remedies.yaml", "contacts: [desk]", "contacts: desk"),
        "remedies.yaml:10",
        "contacts にはリストが必要です",
        "contacts needs a list",
    ),
    "minutes that are no minutes": (
        _edited("remedies.yaml", "minutes: 12", "minutes: 0"),
        "remedies.yaml:5",
        "minutes の数値が正しくありません（0）。0 より大きい数に",
        "minutes is not a usable number (0); it must be more than 0",
    ),
    "minutes with a unit": (
        _edited("remedies.yaml", "minutes: 12", "minutes: 12分"),
        "remedies.yaml:5",
        "（12分）。数字だけを書いてください",
        "(12分); write digits only",
    ),
    "a bracket that is not closed": (
        _edited("symptoms.yaml", "  - id: cannot_send", "  - id: [cannot_send"),
        "symptoms.yaml:3",
        "閉じかっこ",
        "in the bracket that begins here",
    ),
    "a quote that is not closed": (
        _edited("remedies.yaml", "[desk]", '"desk'),
        "remedies.yaml:10",
        "ここで始まる引用符が閉じていません",
        "the quote that begins here is not closed",
    ),
    "a colon without a blank": (
        _edited("remedies.yaml", "minutes: 12", "minutes:12"),
        "remedies.yaml:5",
        "「キー: 値」の形ではありません",
        "this line is no 'key: value'",
    ),
    "a colon inside a text": (
        _edited("remedies.yaml", "minutes: 12", "minutes: about: 12"),
        "remedies.yaml:5",
        "余分なコロンがある",
        "this line has a colon too many",
    ),
    "a line out of line": (
        _edited("remedies.yaml", "    minutes: 12", "   minutes: 12"),
        "remedies.yaml:5",
        "字下げが上の行とそろっていない",
        "not indented like those above",
    ),
    "a sign that YAML keeps for itself": (
        _edited("remedies.yaml", "works: usually", "works: @usually"),
        "remedies.yaml:6",
        "値の初めに置けない記号",
        "a value cannot begin with this sign",
    ),
    "broken YAML": (
        _edited("symptoms.yaml", "  - id: cannot_send", "  - id: !<cannot_send"),
        "symptoms.yaml:3",
        "YAMLとして読めません",
        "this is not valid YAML",
    ),
    "a curly quote": (
        _edited("checks.yaml", "en: They do not", "en: “They do not”"),
        "checks.yaml:10",
        "引用符（“）が半角ではありません",
        "“ is no quote to YAML",
    ),
    "a format in quotes": (
        _edited("reasons.yaml", "format: 1", 'format: "1"'),
        "reasons.yaml:1",
        "format: 1 と、引用符なしで",
        "format: 1 as the first line, without quotes",
    ),
    "a Japanese comma between reasons": (
        _edited("causes/line.yaml", "[host_unknown]", "[host_unknown、host_full]"),
        "causes/line.yaml:9",
        "区切りは半角のコンマ",
        "write ', ' between two",
    ),
    "a name in braces in one language only": (
        _edited("labels.yaml", "en: Undo", 'en: "Undo {step}"'),
        "labels.yaml:3",
        "{step} が日本語と英語の一方にしかありません",
        "{step} stands in one language only",
    ),
    "a Japanese comma in a list": (
        _edited("remedies.yaml", "[desk]", "[desk、office]"),
        "remedies.yaml:10",
        "区切りは半角のコンマ",
        "write ', ' between two",
    ),
    "a tab": (
        _edited("remedies.yaml", "    minutes: 12", "\tminutes: 12"),
        "remedies.yaml:5",
        "字下げにタブ",
        "indented with a tab",
    ),
    "a full-width blank": (
        _edited("remedies.yaml", "    minutes: 12", "\u3000\u3000minutes: 12"),
        "remedies.yaml:5",
        "行の初めに全角の空白",
        "begins with a full-width blank",
    ),
    "a full-width colon": (
        _edited("remedies.yaml", "    minutes: 12", "    minutes：12"),
        "remedies.yaml:5",
        "コロンが全角",
        "colon after the key is a full-width one",
    ),
    "one outcome only": (
        _edited("checks.yaml", "      - {id: closed, says: {ja: 開かない, en: They do not}}\n", ""),
        "checks.yaml:8",
        "outcomes には 2 個以上",
        "outcomes needs 2 entries or more",
    ),
    "a format of the future": (
        _edited("reasons.yaml", "format: 1", "format: 2"),
        "reasons.yaml:1",
        "新しい版の書式",
        "written in a later format",
    ),
    "an empty file": (
        {"reasons.yaml": ""},
        "reasons.yaml:1",
        "ファイルの中身が空か",
        "the file is empty",
    ),
    "a file nobody reads": (
        {"cause/line.yaml": "format: 1\ncauses: []\n"},
        "cause/line.yaml",
        "どこからも読まれないファイルです",
        "nothing reads this file",
    ),
    "a file ending .yml": (
        {"causes/more.yml": "format: 1\ncauses: []\n"},
        "causes/more.yml",
        "「causes/more.yaml」のことでしょうか",
        "is 'causes/more.yaml' meant?",
    ),
    "a file an editor has given another ending": (
        {"checks.yaml.txt": "format: 1\nchecks: []\n"},
        "checks.yaml.txt",
        "「checks.yaml」のことでしょうか",
        "is 'checks.yaml' meant?",
    ),
    "a text without languages": (
        _edited("checks.yaml", "{ja: ホームページ, en: Web pages}", "ホームページ"),
        "checks.yaml:4",
        "title には日本語と英語の文が必要です",
        "title needs a text in each language",
    ),
    "a list where one will do": (
        _edited("causes/line.yaml", "remedy: restore_line", "remedy: [restore_line]"),
        "causes/line.yaml:10",
        "remedy には一つだけ書きます",
        "remedy takes one value",
    ),
    "a month that is none": (
        _edited(
            "causes/line.yaml", "remedy: restore_line", "remedy: restore_line\n    reviewed: May"
        ),
        "causes/line.yaml:11",
        '"2026-11" のように',
        'as "2026-11"',
    ),
    "true in quotes": (
        _edited("checks.yaml", "    minutes: 1", '    minutes: 1\n    answered_by_bounce: "true"'),
        "checks.yaml:8",
        "true か false を、引用符なしで",
        "is true or false, without quotes",
    ),
    "true where a word is wanted": (
        _edited("remedies.yaml", "works: usually", "works: true"),
        "remedies.yaml:6",
        "works の値「true」",
        "works cannot be 'true'",
    ),
    "two answers that read alike": (
        _edited("checks.yaml", "{ja: 開かない, en: They do not}", "{ja: 開く, en: They open}"),
        "checks.yaml:10",
        "同じ言葉の結果がもう一つ",
        "another outcome has the same words",
    ),
    "three dots": (
        _edited("wordings/sample.yaml", "[host unknown]", '["host ... unknown"]'),
        "wordings/sample.yaml:5",
        "点が三つ並んでいます",
        "has three dots",
    ),
    "a code that is none": (
        _edited("wordings/sample.yaml", "    sample:", '    codes: ["5.1"]\n    sample:'),
        "wordings/sample.yaml:7",
        '"5.1.1" か "550" のように',
        'write it like "5.1.1" or "550"',
    ),
    "a host in capitals": (
        _edited("wordings/sample.yaml", "    sample:", "    hosts: [Example.jp]\n    sample:"),
        "wordings/sample.yaml:7",
        "英小文字で、空白を入れず",
        "in small letters, without blanks",
    ),
    "words in capitals": (
        _edited("notice_words.yaml", "[postmaster,", "[Postmaster,"),
        "notice_words.yaml:3",
        "英字は小文字で",
        "write it in small letters",
    ),
    "an address of a page without its scheme": (
        _edited("site.yaml", "https://www.example.jp/", "www.example.jp"),
        "site.yaml:5",
        "https:// から",
        "write it with https://",
    ),
    "words that stand below their use": (
        {
            "wordings/sample.yaml": SMALL["wordings/sample.yaml"]
            .replace("wordings:", "words:\n  lost: ['{un}known', gone]\n  un: [un, not]\nwordings:")
            .replace("[host unknown]", '["host {lost}"]')
        },
        "wordings/sample.yaml:8",
        "ここより上の words にありません",
        "is not among the words above here",
    ),
    "a text cut off by a sign": (
        _edited(
            "remedies.yaml",
            "{ja: 開けば直っています。, en",
            "\n      ja: 番号 #12 で直る\n      en",
        ),
        "remedies.yaml:10",
        "# のために、文の一部が読まれません",
        "part of this text is not read because of the #",
    ),
    "a text whose first word would be a name": (
        {"labels.yaml": LABEL.format("&a 元に戻す", "x")},
        "labels.yaml:5",
        "& のために、文の一部が読まれません",
        "part of this text is not read because of the &",
    ),
    "a text that begins with a star": (
        {"labels.yaml": LABEL.format("*元に戻す", "x")},
        "labels.yaml:5",
        "* や & で始まる文は、そのままでは書けません",
        "a text cannot begin with * or & as it stands",
    ),
    "a second document": (
        {"labels.yaml": SMALL["labels.yaml"] + "---\nformat: 1\n"},
        "labels.yaml:4",
        "「---」の行から、別のファイルとして",
        "a line '---' begins another file",
    ),
    "a text that begins with a brace": (
        {"labels.yaml": LABEL.format("{isp}の", "x")},
        "labels.yaml:5",
        "{ や [ で始まる文は",
        "a text cannot begin with { or [",
    ),
    "quotes inside quotes": (
        {"labels.yaml": LABEL.format("x", '"a "b" c"')},
        "labels.yaml:6",
        "余分な引用符や文字があります",
        "there is a quote or a word too many",
    ),
    "a backslash between quotes": (
        {"labels.yaml": LABEL.format('"C:\\Users"', "x")},
        "labels.yaml:5",
        "引用符の中に \\ があります",
        "there is a \\ between the quotes",
    ),
    "a choice without its second bracket": (
        _edited("wordings/sample.yaml", "[host unknown]", '["host (unknown|gone"]'),
        "wordings/sample.yaml:5",
        "かっこが閉じていません",
        "has a bracket with '|' that is not closed",
    ),
    "words that the file does not have": (
        _edited("wordings/sample.yaml", "[host unknown]", '["host {gone}"]'),
        "wordings/sample.yaml:5",
        "「{gone}」は、ここより上の words にありません",
        "'{gone}' is not among the words above here",
    ),
    "an id used twice": (
        {"causes/more.yaml": SMALL["causes/line.yaml"]},
        "causes/more.yaml:3",
        "同じ id が causes/line.yaml:3 にもあります",
        "the same id stands at causes/line.yaml:3",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_told_with_file_and_line_in_both_languages(kind, tmp_path):
    files, place, japanese, english = WRONG[kind]
    with pytest.raises(KnowledgeError) as raised:
        load_knowledge(_written(tmp_path, **files))
    told = [str(fault) for fault in raised.value.faults if str(fault).startswith(place + ":")]
    assert any(japanese in line and english in line for line in told), str(raised.value)


def test_a_list_whose_entries_have_faults_is_not_called_too_short(tmp_path):
    _written(tmp_path, **_edited("checks.yaml", "how_often: usually", "often: usually"))
    with pytest.raises(KnowledgeError) as raised:
        load_knowledge(tmp_path)
    (fault,) = raised.value.faults
    assert "the key 'often' is not known here" in fault.en


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path):
    _written(tmp_path)
    path = tmp_path / "symptoms.yaml"
    path.write_bytes(SMALL["symptoms.yaml"].encode("cp932"))
    with pytest.raises(KnowledgeError, match=r"symptoms\.yaml:4: .*UTF-8.* / .*not UTF-8"):
        load_knowledge(tmp_path)


def test_a_folder_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(KnowledgeError, match="there is no such knowledge folder"):
        load_knowledge(tmp_path / "nowhere")


def test_a_missing_site_is_told(tmp_path):
    _written(tmp_path)
    (tmp_path / "site.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"site\.yaml is missing"):
        load_knowledge(tmp_path)


def test_every_fault_of_a_folder_is_told_at_once(tmp_path):
    files = {
        **_edited("symptoms.yaml", "    says:", "    spoken:"),
        **_edited("remedies.yaml", "minutes: 12", "minutes: 0"),
    }
    with pytest.raises(KnowledgeError) as raised:
        load_knowledge(_written(tmp_path, **files))
    assert {"symptoms.yaml", "remedies.yaml"} == {fault.file for fault in raised.value.faults}


def test_a_private_folder_replaces_and_adds_entries(tmp_path, monkeypatch):
    shipped = _written(tmp_path / "shipped")
    private = tmp_path / "private"
    (private / "causes").mkdir(parents=True)
    text = SMALL["causes/line.yaml"]
    own = text.replace("未接続", "回線断")
    second = text.replace("format: 1\ncauses:\n", "").replace("id: no_internet", "id: no_power")
    (private / "causes" / "own.yaml").write_text(own + second, encoding="utf-8")
    knowledge = load_knowledge(shipped, private)
    assert [cause.id for cause in knowledge.causes] == ["no_internet", "no_power"]
    assert knowledge.cause["no_internet"].title.ja == "回線断"
    assert knowledge.digest != load_knowledge(shipped).digest


def test_the_environment_names_the_private_folder(tmp_path, monkeypatch):
    labels = load_knowledge().labels
    (tmp_path / "labels.yaml").write_text(
        "format: 1\nlabels:\n  - {id: undo, text: {ja: 自社, en: Ours}}\n", encoding="utf-8"
    )
    monkeypatch.setenv("PLAYBOOK_KNOWLEDGE", str(tmp_path))
    ours = load_knowledge().labels
    assert {id_ for id_ in labels | ours if labels.get(id_) != ours.get(id_)} == {"undo"}


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("id: letters, text: {ja: お客さま, en: Customer}", "is 'letter' meant?"),
        ('id: letter, text: {ja: "{advise}", en: "{advise}"}', "{advise} is not filled in here"),
        ('id: letter, text: {ja: "{advice}", en: "{isp}"}', "{isp} stands in one language only"),
        ("id: letter, text: {ja: 拝啓, en: Dear customer}", "'letter': {advice} is missing, and"),
        ("id: letter, text: {ja: 拝啓, en: Dear customer}", "「letter」：{advice} がありません。"),
        ('id: letter_acts_none, needs: [isp], text: {ja: "a", en: "b"}', "{isp} is missing"),
    ],
)
def test_a_text_of_ones_own_that_no_page_could_show_is_told(label, told, tmp_path):
    (tmp_path / "replies.yaml").write_text(
        f"format: 1\nlabels:\n  - {{{label}}}\n", encoding="utf-8"
    )
    with pytest.raises(KnowledgeError, match=r"replies\.yaml:3") as raised:
        load_knowledge(KNOWLEDGE_FOLDER, tmp_path)
    assert told in str(raised.value)


def test_a_reply_that_drops_what_it_is_for_is_told_where_it_was_changed(tmp_path):
    shutil.copytree(KNOWLEDGE_FOLDER, tmp_path / "k")
    replies = tmp_path / "k" / "replies.yaml"
    text = replies.read_text(encoding="utf-8")
    replies.write_text(text.replace("{advice}\n", "\n"), encoding="utf-8")
    line = text[: text.index("- id: letter\n")].count("\n") + 1
    with pytest.raises(KnowledgeError) as raised:
        load_knowledge(tmp_path / "k")
    (fault,) = raised.value.faults
    assert fault.file == "replies.yaml"
    assert line < fault.line < line + 4
    assert "{advice}" in fault.ja
    assert "{advice}" in fault.en


def test_every_reply_says_what_it_needs():
    for label in yaml.safe_load((KNOWLEDGE_FOLDER / "replies.yaml").read_text("utf-8"))["labels"]:
        needed = {*placeholders(label["text"]["ja"])} - {"isp"}
        assert {*label.get("needs", ())} == needed


def test_what_another_providers_site_lacks_is_told_once_where_it_is_to_be_added(tmp_path):
    site = yaml.safe_load((KNOWLEDGE_FOLDER / "site.yaml").read_text("utf-8"))
    del site["names"]["isp"]
    site["contacts"] = [each for each in site["contacts"] if each["id"] != "support_desk"]
    (tmp_path / "site.yaml").write_text(json.dumps(site, ensure_ascii=False), "utf-8")
    with pytest.raises(KnowledgeError) as raised:
        load_knowledge(KNOWLEDGE_FOLDER, tmp_path)
    assert {fault.file for fault in raised.value.faults} == {"site.yaml"}
    assert [fault.ja.partition("。")[0] for fault in raised.value.faults] == [
        "contacts に support_desk がありません",
        "names に isp がありません",
    ]


def test_another_provider_swaps_one_file(tmp_path):
    shutil.copytree(KNOWLEDGE_FOLDER, tmp_path / "k")
    site = tmp_path / "k" / "site.yaml"
    before = load_knowledge(KNOWLEDGE_FOLDER).site.names["isp"]
    site.write_text(
        site.read_text(encoding="utf-8").replace(before.ja, "NEKO-NET"), encoding="utf-8"
    )
    knowledge = load_knowledge(tmp_path / "k")
    texts = "".join(
        str(entry) for entry in (*knowledge.causes, *knowledge.remedies, *knowledge.checks)
    )
    assert before.ja not in texts
    assert "NEKO-NET" in texts


@settings(deadline=None, max_examples=150)
@given(st.text())
def test_any_text_is_parsed_or_told_never_raised(text):
    document = parse(text, file="x.yaml")
    assert all(re.match(r"x\.yaml:\d+: ", str(fault)) for fault in document.faults)


def test_aliases_cannot_blow_up_a_document():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    document = parse(bomb, file="x.yaml")
    assert document.faults

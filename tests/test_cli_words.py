"""Every command tells its help and its errors in the language of the user."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from playbook.cli import main
from playbook.cli.words import cells_wide, columns
from playbook.language import LANGUAGES
from playbook.loader import label_texts

OF_CLICK = re.compile(r"Usage|Options|Try '|Error|Invalid|Missing|No such|Got |Show |default|Abort")
"""What click says by itself."""

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def answer(*words, language="ja", given=None, env=None):
    result = CliRunner().invoke(main, ["--lang", language, *words], input=given, env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def help_of(name, language):
    words = [name] if name else []
    return answer(*words, "--help", language=language).stdout


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["", *main.commands])
def test_help_is_in_the_language_asked_for_and_no_wider_than_a_terminal(name, language):
    told = help_of(name, language)
    if language == "ja":
        assert not OF_CLICK.search(told)
    else:
        assert not JAPANESE.search(told.replace("日本語の説明", ""))
    command = main.commands[name] if name else main
    params = [param.opts[-1] for param in command.params if isinstance(param, click.Option)]
    assert all(f"{param}" in told for param in params)
    choices = re.compile(r"^  --\S+ \S+\|\S+.*$", re.MULTILINE)
    assert max(cells_wide(line) for line in choices.sub("", told).splitlines()) <= 80


def test_no_text_of_help_is_left_over():
    said = "".join(help_of(name, "en") for name in ("", *main.commands))
    words = {" ".join(line.split()) for line in said.splitlines()}
    for label, text in label_texts().items():
        if label.startswith("help_") and "{" not in text.en:
            assert {" ".join(line.split()) for line in text.en.splitlines()[1:]} <= words, label
            assert any(text.en.splitlines()[0] in line for line in words), label


def test_the_list_of_commands_names_each_but_the_one_of_the_hub():
    told = help_of("", "ja").partition("コマンド：\n")[2]
    assert [line.split()[0] for line in told.splitlines()] == sorted(main.commands.keys() - {"hub"})


WRONG = [
    (["serv"], "serv というコマンドはありません。serve のこと", "no command serv. Is serve meant?"),
    (["nonsense"], "nonsense というコマンドはありません。\n", "There is no command nonsense.\n"),
    (["serve", "--prot", "1"], "--prot というオプションはありません。--port", "no option --prot."),
    (["serve", "--port"], "--port の後に、値を", "Write a value after --port"),
    (["tree", "--json=1"], "--json に値は付けられません", "--json takes no value"),
    (["serve", "--port", "x"], "--port には 0 から 65535 まで", "number from 0 to 65535"),
    (["serve", "--port", "70000"], "--port には 0 から 65535 まで", "number from 0 to 65535"),
    (["cases", "--seed", "-1"], "--seed には 0 以上の", "--seed is a whole number of 0 or more"),
    (["serve", "abc", "d"], "余分なものがあります：abc d", "too much on the command line: abc d"),
    (["batch", "."], "--out が足りません（結果", "--out is missing (Folder for the rows"),
    (["address"], "ADDRESS が足りません（調べる", "ADDRESS is missing (The address to look at"),
    (["simulate", "--policy", "x"], "--policy に使えるのは次のどれかです：ship", "is one of: ship"),
    (["simulate", "--noise", "2,0"], "--noise には none か、0 以上", "--noise is none, or two"),
    (["simulate", "--noise", "x"], "--noise には none か、0 以上", "--noise is none, or two"),
    (["simulate", "--symptom", "x"], "--symptom に使えるのは", "--symptom is one of: cannot_"),
    (["read", "/no/such"], "/no/such がありません", "There is no /no/such"),
    (["read", "/"], "/ はフォルダーです", "/ is a folder"),
    (["size", "big"], "big は大きさとして読めません", "big is no size"),
    (["size", "1MB", "--provider", "zzz"], "--provider に使えるのは", "--provider is one of"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "japanese", "english"), WRONG)
def test_a_wrong_command_line_is_told_in_the_language_asked_for(words, japanese, english):
    for language, told in (("ja", japanese), ("en", english)):
        result = answer(*words, language=language)
        assert result.exit_code == 2
        assert told in result.stderr
        assert result.stdout == ""
        begins, hint, *more = result.stderr.splitlines()
        assert begins.startswith({"ja": "エラー：", "en": "Error: "}[language])
        assert "--help" in hint
        assert not more
        if language == "ja":
            assert not OF_CLICK.search(result.stderr)
        else:
            assert not JAPANESE.search(result.stderr)


def test_the_language_is_heard_wherever_it_stands_and_however_it_is_written():
    for line in (
        ["--lang", "en", "serve", "--nonsense"],
        ["serve", "--nonsense", "--lang", "en"],
        ["serve", "--lang=en", "--nonsense"],
    ):
        result = CliRunner().invoke(main, line)
        assert "There is no option --nonsense" in result.stderr
    wrong = CliRunner().invoke(main, ["--lang", "fr", "tree"])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "--lang に使えるのは次のどれかです：ja, en" in wrong.stderr


def test_without_a_command_the_help_is_shown():
    bare = CliRunner().invoke(main, [])
    assert bare.exit_code == 2
    assert bare.stderr.rstrip() == help_of("", "ja").rstrip()


@pytest.mark.parametrize(
    ("number", "japanese", "english"),
    [
        (13, "権限がありません", "No right to"),
        (28, "空きがありません", "no room left"),
        (5, "x", "x"),
    ],
)
def test_what_the_computer_says_is_told_even_where_it_names_no_file(
    monkeypatch, tmp_path, number, japanese, english
):
    def fails(*_given):
        raise OSError(number, "x")

    monkeypatch.setattr("playbook.loader.completion.write_schemas", fails)
    for language, told in (("ja", japanese), ("en", english)):
        result = answer("schema", "--out", str(tmp_path), language=language)
        assert result.exit_code == 1
        assert told in result.stderr
        assert "Traceback" not in result.stderr


def test_a_setting_that_is_wrong_is_told_although_it_stands_in_the_way_of_the_texts():
    for language, told in (("ja", "日数として使えません"), ("en", "is no number of days")):
        result = answer("tree", language=language, env={"PLAYBOOK_KEPT_DAYS": "x"})
        assert result.exit_code == 1
        assert told in result.stderr


def test_a_private_text_is_said_and_one_with_faults_is_passed_over(tmp_path):
    private = tmp_path / "commands.yaml"
    env = {"PLAYBOOK_KNOWLEDGE": str(tmp_path)}
    own = "format: 1\nlabels:\n  - {id: help_tree, text: {ja: 木, en: Our tree}}\n"
    private.write_text(own, encoding="utf-8")
    assert "Our tree" in answer("tree", "--help", language="en", env=env).stdout
    private.write_text(own.replace("en:", "de:"), encoding="utf-8")
    assert "Print the cause tree" in answer("tree", "--help", language="en", env=env).stdout


def test_columns_stand_below_each_other_in_japanese_too():
    lines = [columns(cells, (-8, 6)) for cells in (("原因", "分"), ("cause", "12"))]
    assert lines == ["原因        分", "cause       12"]
    assert {cells_wide(line) for line in lines} == {14}

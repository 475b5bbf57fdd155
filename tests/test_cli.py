"""The command line: what people and programs get from it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys

import mail_sources
import pytest
from click.testing import CliRunner
from serving import start_server

from playbook.caselog import Event, new_case, open_case_log
from playbook.cli import main
from playbook.server.pages import Pages

BOUNCE = """\
From: MAILER-DAEMON@mx.example.jp
To: hanako@example.jp
Subject: Undelivered Mail Returned to Sender

This is the mail system at host mx.example.jp.

<taro@example.com>: host mail.example.com[192.0.2.10] said: 550 5.1.1
    <taro@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command)
"""


def _run(*words: str, given: str | bytes | None = None) -> str:
    result = CliRunner().invoke(main, list(words), input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_tree_prints_symptoms_causes_remedies_and_cautions_for_people():
    japanese, english = _run("tree"), _run("tree", "--lang", "en")
    for mark in ("●", "→", "⚠", "✉"):
        assert mark in japanese
        assert mark in english
    assert "[quota_leave_copy]" in japanese
    assert japanese != english


def test_tree_tells_the_closed_cases_of_each_cause_when_asked(monkeypatch, tmp_path, knowledge):
    monkeypatch.setenv("PLAYBOOK_DATABASE", f"sqlite:///{tmp_path}/cases.sqlite3")
    assert "∑" not in _run("tree")
    log, case = open_case_log(), new_case()
    log.append(case, Event("started"), knowledge="k")
    log.append(case, Event("answered", "symptom", "cannot_send"), knowledge="k")
    log.append(case, Event("closed", "outbox_stuck"), knowledge="k")
    told = _run("tree", "--counts").partition("[outbox_stuck]")[2]
    assert knowledge.say("closed_with_cause", "ja", count="1", of="1") in told.partition("●")[0]


def test_tree_gives_programs_every_cause_with_both_languages():
    data = json.loads(_run("tree", "--json"))
    assert [symptom["id"] for symptom in data["symptoms"]] == [
        "cannot_receive",
        "cannot_send",
        "cannot_send_or_receive",
    ]
    ids = {cause["id"] for cause in data["causes"]}
    for symptom in data["symptoms"]:
        assert symptom["causes"]
        assert set(symptom["causes"]) <= ids
    for cause in data["causes"]:
        for text in (cause["title"], cause["remedy"]["title"], *cause["remedy"]["cautions"]):
            assert text["ja"]
            assert text["en"]
    linked = {reason["id"]: reason["causes"] for reason in data["bounce_reasons"]}
    assert "rcpt_mailbox_full" in linked["mailbox_full"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_read_tells_people_reason_evidence_and_what_to_do(language, tmp_path):
    file = tmp_path / "bounce.eml"
    file.write_text(BOUNCE, encoding="utf-8")
    told = _run("read", str(file), "--lang", language)
    assert "user_unknown" in told
    assert "550" in told
    assert "taro@example.com" in told
    assert (re.search("[・、。]", told) is None) == (language == "en")


def test_read_gives_programs_one_json_value_a_file(tmp_path):
    file = tmp_path / "bounce.eml"
    file.write_text(BOUNCE, encoding="utf-8")
    answer = json.loads(_run("read", "--json", str(file)))
    assert answer["reason"] == "user_unknown"
    assert answer["recipients"] == ["taro@example.com"]
    assert answer["status"] == "5.1.1"
    assert answer["reply_code"] == "550"
    assert answer["causes"]
    for piece in answer["evidence"]:
        assert answer["shown"][piece["start"] : piece["end"]] == piece["quote"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_read_prints_the_letter_when_asked_and_gives_it_to_programs(language, knowledge):
    words = knowledge.reason["user_unknown"].letter.of(language)
    assert words not in _run("read", "--lang", language, given=BOUNCE)
    assert words in _run("read", "--letter", "--lang", language, given=BOUNCE)
    answer = json.loads(_run("read", "--json", given=BOUNCE))
    assert words in answer["letter"][language]
    assert answer["tell"][language] == knowledge.reason["user_unknown"].tell.of(language)


def test_read_says_which_recipient_is_probably_misspelt():
    slipped = BOUNCE.replace("taro@example.com", "taro@dokomo.ne.jp")
    assert "taro@dokomo.ne.jp → taro@docomo.ne.jp" in _run("read", given=slipped)
    answer = json.loads(_run("read", "--json", given=slipped))
    assert answer["misspelt"] == {"taro@dokomo.ne.jp": "taro@docomo.ne.jp"}
    assert json.loads(_run("read", "--json", given=BOUNCE))["misspelt"] == {}


@pytest.mark.parametrize(
    "write", [mail_sources.write_mbox, mail_sources.write_zip, mail_sources.write_tar]
)
def test_read_sends_a_mailbox_to_batch(write, tmp_path):
    mailbox = write(tmp_path / "mails", [BOUNCE.encode()] * 2)
    result = CliRunner().invoke(main, ["read", str(mailbox), "--lang", "en"])
    assert result.exit_code == 1
    assert f"playbook batch {mailbox} --out FOLDER --report" in result.stderr
    single = mail_sources.write_mbox(tmp_path / "one", [BOUNCE.encode()])
    assert "user_unknown" in _run("read", str(single))


def test_read_tells_the_same_evidence_once(tmp_path):
    said = "550 5.1.1 <{}@example.com>: User unknown\n"
    told = _run("read", "-", given="".join(said.format(each) for each in ("taro", "jiro", "goro")))
    evidence = [line for line in told.splitlines() if line.startswith("  根拠")]
    assert evidence
    assert len(evidence) == len({*evidence})


def test_read_takes_standard_input_when_no_file_is_named():
    assert json.loads(_run("read", "--json", given=BOUNCE))["reason"] == "user_unknown"


def test_jsonl_answers_line_by_line_in_order_and_survives_bad_lines(tmp_path):
    file = tmp_path / "bounce.eml"
    file.write_bytes(BOUNCE.encode())
    lines = [
        json.dumps({"id": "a", "text": "550 5.2.2 Mailbox full"}),
        "not json",
        json.dumps({"id": "b", "file": str(file)}),
        json.dumps({"id": "c", "file": str(tmp_path / "nowhere.eml")}),
        "",
        json.dumps({"id": "d"}),
        json.dumps({"id": "e", "text": "お世話になっております。"}),
    ]
    answers = [
        json.loads(line) for line in _run("read", "--jsonl", given="\n".join(lines)).splitlines()
    ]
    assert [answer["id"] for answer in answers] == ["a", None, "b", "c", "d", "e"]
    assert [answer["reason"] for answer in answers] == [
        "mailbox_full",
        "undetermined",
        "user_unknown",
        "undetermined",
        "undetermined",
        "undetermined",
    ]
    assert all("error" in answers[i] for i in (1, 3, 4))


def test_check_proves_the_shipped_knowledge():
    told = _run("check", "--lang", "en")
    assert "✓ every cause comes first" in told
    assert "✗" not in told
    assert "the opening checks that are set cost" in told


def test_check_prints_generated_cases_for_review():
    told = _run("check", "--cases", "--lang", "en")
    for heading in ("The longest cases", "The dearest cases", "Cases that end in a hand-over"):
        assert heading in told
    assert "hand_over" in told.partition("Cases that end in a hand-over")[2]


@pytest.mark.parametrize("command", [["schema"], ["batch", __file__]])
def test_a_folder_that_cannot_be_written_to_is_told_without_a_traceback(command, tmp_path):
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "folder")
    result = CliRunner().invoke(main, [*command, "--lang", "en", "--out", folder])
    assert result.exit_code == 1
    assert re.search(r"^Error: \S*file\S* is no folder\.$", result.output, re.MULTILINE)


def test_a_wrong_knowledge_folder_ends_with_its_faults_and_no_traceback(tmp_path, monkeypatch):
    (tmp_path / "causes").mkdir()
    (tmp_path / "causes" / "own.yaml").write_text(
        "format: 1\ncauses:\n  - id: yes\n", encoding="utf-8"
    )
    monkeypatch.setenv("PLAYBOOK_KNOWLEDGE", str(tmp_path))
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert "causes/own.yaml:3: " in result.output
    assert "put quotes round it" in result.output
    assert "引用符で囲んでください" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("options", "setting", "told"),
    [
        ([], {"PLAYBOOK_DATABASE": "cases"}, "PLAYBOOK_DATABASE is not a database URL"),
        (["--ip", "192.0.2.1"], {"PLAYBOOK_TOKEN": "x" * 16}, "Cannot listen on 192.0.2.1"),
        (["--ip", "no.invalid"], {"PLAYBOOK_TOKEN": "x" * 16}, "Cannot listen on no.invalid"),
    ],
)
def test_a_server_does_not_start_where_it_cannot_work(options, setting, told, monkeypatch):
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["serve", "--lang", "en", *options])
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_server_whose_port_is_taken_says_so_and_takes_another():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = start_server(port=port)
    try:
        assert not server.address.endswith(f":{port}")
        assert f"Port {port} is taken" in "".join(server.log)
    finally:
        server.stop()


def test_a_server_told_to_end_twice_ends_without_a_traceback():
    server = start_server()
    for _ in range(2):
        server.process.terminate()
    server.process.wait(30)
    assert server.process.returncode == 0
    assert "Traceback" not in "".join(server.log)


def test_an_address_of_ipv6_stands_in_brackets():
    assert Pages(ip="::1", port=8866).connection_url == "http://[::1]:8866/"
    assert Pages(ip="127.0.0.1", port=8866).connection_url == "http://127.0.0.1:8866/"


def test_a_path_for_the_pages_needs_no_slashes():
    say = "lambda app: print(app.base_url)"
    serve = f"import playbook.server.pages as s; s.Pages.start = {say}; s.serve(port=0, base_url="
    for path in ("playbook", "/playbook", "playbook/", "/playbook/"):
        done = subprocess.run(
            [sys.executable, "-c", f"{serve}{path!r})"], capture_output=True, text=True, check=True
        )
        assert done.stdout == "/playbook/\n"


def test_a_server_does_not_start_on_a_knowledge_folder_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYBOOK_KNOWLEDGE", str(tmp_path / "nowhere"))
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 1
    assert "フォルダーがありません。" in result.output
    assert "there is no such knowledge folder; check PLAYBOOK_KNOWLEDGE" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["purge"], ["migrate"], ["tree", "--counts"]])
def test_a_case_log_out_of_reach_is_told_with_what_to_look_at(command, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYBOOK_DATABASE", f"sqlite:///{tmp_path}/nowhere/cases.sqlite3")
    says = {
        "ja": "（SQLITE_CANTOPEN）。データベースが動いているか",
        "en": "(SQLITE_CANTOPEN). Check that its database runs",
    }
    for language, told in says.items():
        result = CliRunner().invoke(main, [*command, "--lang", language])
        assert result.exit_code == 1
        assert told in result.output
        assert "nowhere" not in result.output

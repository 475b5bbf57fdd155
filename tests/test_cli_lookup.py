"""Looking things up at a terminal."""

from __future__ import annotations

from click.testing import CliRunner

from playbook.cli import main


def _run(*words: str, given: str | bytes | None = None, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words), input=given, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_explain_tells_meaning_first_check_and_causes():
    for given in (["0x800CCC0E"], ["-"], []):
        told = _run("explain", *given, given="エラー番号 : 0x800CCC0E")
        assert "サーバーに接続できません。" in told
        assert "[client_cannot_connect]" in told
        assert "[other_line]" in told
    assert "It cannot connect to the server." in _run("explain", "0x800CCC0E", "--lang", "en")


def test_explain_reads_a_line_of_a_bounce_too():
    told = _run("explain", "550 5.1.1 <taro@example.com>: User unknown", "--lang", "en")
    assert "[user_unknown]" in told


def test_explain_takes_bytes_that_are_no_text():
    assert "[undetermined]" in _run("explain", given=b"\xff\xfe\x00")


def test_address_tells_faults_and_the_correction():
    told = _run("address", "taro..y@dokomo.ne.jp", "--lang", "en")
    assert "dots in a row" in told
    assert "→ taro..y@docomo.ne.jp" in told


def test_size_weighs_against_the_limits_of_a_provider():
    told = _run("size", "25MB", "--provider", "BIGLOBE", "--lang", "en")
    assert "35.9 MB" in told
    assert "Over the limit of BIGLOBE" in told
    assert "big is no size; write 25MB" in _run("size", "big", "--lang", "en", code=2)


def test_a_provider_nobody_knows_is_told_with_those_that_are_known():
    told = _run("size", "25MB", "--provider", "nobody", "--lang", "en", code=2)
    assert "BIGLOBE / " in told
    assert told.count("BIGLOBE") == 1

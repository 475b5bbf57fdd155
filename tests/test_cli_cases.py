"""The command `cases`."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from playbook.cli import main


def run(*words):
    result = CliRunner().invoke(main, ["cases", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_case_is_listed_with_its_words_and_cause(knowledge, language):
    told = run("--lang", language)
    for case in knowledge.cases:
        assert case.title.of(language) in told
        assert case.opening.of(language) in told
        assert f"[{case.cause}]" in told


def test_drawn_cases_are_the_same_for_the_same_seed_and_are_proved():
    told = run("--draw", "3", "--seed", "5", "--lang", "en")
    assert told == run("--draw", "3", "--seed", "5", "--lang", "en")
    assert re.findall(r"^random_\d+", told, re.MULTILINE) == ["random_5", "random_6", "random_7"]
    for fault in ("nearly impossible fact", "misleading when all is known", "solved by the engine"):
        assert re.search(rf"{fault} 0$", told, re.MULTILINE)


def test_the_trainees_are_told_with_minutes_and_regret():
    told = run("--draw", "2", "--trainees").splitlines()
    regret = {line.split()[0]: float(line.split()[2]) for line in told[1:]}
    assert regret.keys() == {"engine", "expert", "hurried", "random"}
    assert regret["engine"] == 0
    assert regret["random"] > 0

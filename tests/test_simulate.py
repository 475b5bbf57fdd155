"""The command `simulate` and the model files it takes."""

import json

import pytest
from click.testing import CliRunner

from playbook.cli import main

MODEL = {
    "format": 1,
    "hand_over_minutes": 60,
    "causes": [{"id": "full", "weight": 3}, {"id": "junk", "weight": 1}],
    "remedies": [
        {"id": "empty", "minutes": 10, "repairs": ["full"], "chance": 1},
        {"id": "search", "minutes": 5, "repairs": ["junk"]},
    ],
    "checks": [
        {"id": "quota", "minutes": 1, "outcomes": {"full": {"full": 1}, "below": {"junk": 1}}}
    ],
}


@pytest.fixture
def run(tmp_path):
    def run(*options, model=None):
        file = ()
        if model is not None:
            path = tmp_path / "model.json"
            text = model if isinstance(model, str) else json.dumps(model)
            path.write_text(text, encoding="utf-8")
            file = ("--model", str(path))
        return CliRunner().invoke(main, ["simulate", *file, *options])

    return run


def test_a_noise_free_model_is_told_exactly_with_its_optimum(run):
    told = json.loads(run("--json", model=MODEL).output)
    # Ask for a minute, then 10 minutes in three cases of four and 5 in the fourth.
    assert told["expected_minutes"] == told["optimum_minutes"] == 9.75
    assert told["repaired"] == 1.0
    assert told["steps"] == 2.0


def test_a_cause_without_weight_changes_nothing(run):
    causes = [*MODEL["causes"], {"id": "never", "weight": 0}]
    remedies = [*MODEL["remedies"], {"id": "x", "minutes": 1, "repairs": ["never"]}]
    outcomes = {"full": {"full": 1}, "below": {"junk": 1, "never": 1}}
    checks = [{"id": "quota", "minutes": 1, "outcomes": outcomes}]
    changed = {"causes": causes, "remedies": remedies, "checks": checks}
    told = json.loads(run("--json", model=MODEL | changed).output)
    assert told["expected_minutes"] == told["optimum_minutes"] == 9.75


def test_a_noisy_model_is_played_and_has_no_optimum(run):
    told = json.loads(run("--json", "--noise", "0.2,0.1", "--cases", "500", model=MODEL).output)
    assert told["optimum_minutes"] is None
    assert told["cases"] == 500
    assert told["expected_minutes"] > 9.75


def test_the_same_seed_plays_the_same_cases(run):
    options = ("--json", "--noise", "0.2,0.1", "--cases", "200")
    first = json.loads(run(*options, "--seed", "5", model=MODEL).output)
    again = json.loads(run(*options, "--seed", "5", model=MODEL).output)
    other = json.loads(run(*options, "--seed", "6", model=MODEL).output)
    assert first["expected_minutes"] == again["expected_minutes"]
    assert first["expected_minutes"] != other["expected_minutes"]


def test_all_policies_stand_side_by_side(run):
    told = json.loads(run("--json", "--policy", "all", model=MODEL).output)["results"]
    minutes = {each["policy"]: each["expected_minutes"] for each in told}
    assert set(minutes) >= {"shipped", "one-step", "two-step", "information", "edge-cut"}
    # First the mailbox is emptied for all, then the fourth case is searched for.
    assert minutes["efficiency"] == 11.25
    assert minutes["shipped"] == min(minutes.values())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"causes": []}, "causes"),
        ({"format": 2}, "format"),
        ({"extra": 1}, "extra"),
        ({"hand_over_minutes": 0}, "hand_over_minutes"),
        ({"causes": [{"id": "full", "weight": 0}, {"id": "junk", "weight": 0}]}, "weight"),
        ({"causes": MODEL["causes"] * 2}, "twice"),
        ({"remedies": [{"id": "x", "minutes": 1, "repairs": ["nothing"]}]}, "'nothing'"),
        ({"checks": [{"id": "q", "minutes": 1, "outcomes": {"a": {"full": 1}}}]}, "sum to 0"),
    ],
)
def test_a_wrong_model_file_is_refused_with_the_place(run, change, told):
    result = run(model=MODEL | change)
    assert result.exit_code == 1
    assert told in result.output
    assert "をモデルとして読めません" in result.output


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1, "causes": NaN}', "\x00"])
def test_what_is_not_a_model_is_refused_without_a_traceback(run, text):
    result = run(model=text)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


@pytest.mark.parametrize("noise", ["much", "1,0", "0.1", "-0.1,0", "nan,0"])
def test_a_noise_that_is_none_is_refused(run, noise):
    assert run("--noise", noise, model=MODEL).exit_code == 2


def test_an_unknown_symptom_is_refused_with_those_known(run, knowledge):
    result = run("--symptom", "no_such_symptom")
    assert result.exit_code == 2
    assert all(symptom in result.output for symptom in knowledge.symptom)


def test_every_symptom_of_the_knowledge_is_played(run, knowledge):
    result = run("--policy", "one-step", "--cases", "20")
    assert all(symptom in result.output for symptom in knowledge.symptom)


def test_without_noise_the_shipped_policy_is_within_one_per_cent_of_the_optimum(run, knowledge):
    for symptom in knowledge.symptom:
        told = json.loads(run("--symptom", symptom, "--noise", "none", "--json").output)
        assert told["expected_minutes"] <= 1.01 * told["optimum_minutes"]

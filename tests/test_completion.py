"""Schemas for editors: they accept what the loader accepts, and refuse what it refuses."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from playbook.cli import main
from playbook.loader import KNOWLEDGE_FOLDER
from playbook.loader.completion import first_line, schemas, write_schemas
from playbook.loader.lines import parse

FILES = sorted(
    path.relative_to(KNOWLEDGE_FOLDER).as_posix() for path in KNOWLEDGE_FOLDER.rglob("*.yaml")
)


def schema_of(file, folder):
    """The schema that the first line of a file in `folder` names."""
    name = first_line(file).removeprefix("# yaml-language-server: $schema=")
    path = (folder / file).parent / name
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, knowledge):
    folder = tmp_path_factory.mktemp("private")
    (folder / "causes").mkdir()
    (folder / "cases").mkdir()
    (folder / "wordings").mkdir()
    write_schemas(folder / "schema", knowledge)
    return folder


def value_of(file):
    text = (KNOWLEDGE_FOLDER / file).read_text(encoding="utf-8")
    return json.loads(json.dumps(parse(text, file=file).value))


@pytest.mark.parametrize("file", FILES)
def test_every_file_that_ships_fits_the_schema_its_first_line_names(file, folder):
    assert list(Draft202012Validator(schema_of(file, folder)).iter_errors(value_of(file))) == []


def test_a_schema_refuses_unknown_keys_unknown_words_and_missing_languages(folder):
    validator = Draft202012Validator(schema_of("causes/account.yaml", folder))
    file = value_of("causes/account.yaml")
    cause = file["causes"][0]
    broken = [
        {**cause, "remidy": "x"},
        {**cause, "how_common": {"cannot_send": "often"}},
        {**cause, "title": {"ja": "件名"}},
    ]
    for each in broken:
        assert len(list(validator.iter_errors({**file, "causes": [each]}))) == 1


def test_every_schema_is_one_and_tells_what_its_parts_mean(knowledge):
    for schema in schemas(knowledge).values():
        Draft202012Validator.check_schema(schema)
        assert "description" in json.dumps(schema)


def test_the_fields_of_a_cause_are_explained_to_whoever_types_them(knowledge):
    cause = schemas(knowledge)["causes.json"]["$defs"]["Cause"]["properties"]
    assert "customer" in cause["explains"]["description"]
    assert cause["how_common"]["additionalProperties"]["$ref"].endswith("/HowCommon")


def test_ids_are_offered_where_an_entry_names_another_and_new_ones_are_taken(knowledge, folder):
    cause = schemas(knowledge)["causes.json"]["$defs"]["Cause"]["properties"]
    assert cause["remedy"]["anyOf"][0]["enum"] == list(knowledge.remedy)
    offered = cause["shown_by"]["properties"]
    check = knowledge.checks[0]
    assert set(offered) == set(knowledge.check)
    assert set(offered[check.id]["properties"]) == {outcome.id for outcome in check.outcomes}
    file = value_of("causes/account.yaml")
    own = {
        **file["causes"][0], "remedy": "a_remedy_of_our_own",
        "shown_by": {"a_check_of_our_own": {"seen": "always"}},
    }  # fmt: skip
    validator = Draft202012Validator(schema_of("causes/account.yaml", folder))
    assert list(validator.iter_errors({**file, "causes": [own]})) == []


def test_the_command_writes_a_schema_for_every_kind_of_file(knowledge, tmp_path):
    done = CliRunner().invoke(main, ["schema", "--out", str(tmp_path / "schema")])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "schema").iterdir()} == set(schemas(knowledge))

"""What a change of the knowledge changes in the tree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playbook.differences import differences, weighs_otherwise
from playbook.language import Text
from playbook.schema import HowCommon, HowOften


@pytest.fixture
def changed(knowledge):
    def with_cause(**parts):
        first, *rest = knowledge.causes
        return replace(knowledge, causes=(first.model_copy(update=parts), *rest))

    return with_cause


def test_a_knowledge_does_not_differ_from_itself(knowledge):
    assert differences(knowledge, replace(knowledge)) == ()
    assert not weighs_otherwise(knowledge, replace(knowledge))


def test_a_word_for_people_is_told_and_weighs_nothing(knowledge, changed):
    title = Text(ja="別の名前", en="Another name")
    (found,) = differences(knowledge, after := changed(title=title))
    assert (found.kind, found.id, found.change) == ("cause", knowledge.causes[0].id, "changed")
    assert {part.path: part.after for part in found.parts} == {
        "title.ja": "別の名前", "title.en": "Another name",
    }  # fmt: skip
    assert not weighs_otherwise(knowledge, after)


def test_a_word_of_likelihood_is_told_as_it_was_and_is_and_weighs(knowledge, changed):
    symptom, common = next(iter(knowledge.causes[0].how_common.items()))
    other = next(word for word in HowCommon if word != common)
    after = changed(how_common={**knowledge.causes[0].how_common, symptom: other})
    (found,) = differences(knowledge, after)
    (part,) = found.parts
    assert (part.path, part.before, part.after) == (f"how_common.{symptom}", common, other)
    assert weighs_otherwise(knowledge, after)


def test_entries_added_and_gone_are_told_as_such(knowledge):
    new = knowledge.checks[0].model_copy(update={"id": "a_new_check"})
    after = replace(knowledge, checks=(*knowledge.checks[1:], new))
    found = {each.id: each.change for each in differences(knowledge, after)}
    assert found == {"a_new_check": "added", knowledge.checks[0].id: "gone"}
    assert weighs_otherwise(knowledge, after)


def test_an_error_of_a_mail_program_is_told_by_its_code_and_meaning(knowledge):
    first, *rest = knowledge.client_codes
    (found,) = differences(replace(knowledge, client_codes=tuple(rest)), knowledge)
    assert (found.kind, found.id, found.change) == ("client_error", first.code, "added")
    assert found.title == first.meaning


def test_an_outcome_put_before_others_moves_none_of_them(knowledge):
    check, *rest = knowledge.checks
    new = check.outcomes[0].model_copy(update={"id": "new", "how_often": HowOften.RARELY})
    longer = check.model_copy(update={"outcomes": (new, *check.outcomes)})
    (found,) = differences(knowledge, replace(knowledge, checks=(longer, *rest)))
    assert {part.path.rsplit(".", 1)[0] for part in found.parts} <= {
        "outcomes.new", "outcomes.new.says",
    }  # fmt: skip
    assert all(part.before == "" for part in found.parts)

"""Words that say the same will do for one another; phrases of many texts are found as others."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.bounce import Reader
from playbook.bounce.phrases import Scanner, compiled
from playbook.loader import load_knowledge
from playbook.schema import WordsAlike
from playbook.schema.phrases import MOST_TEXTS, Alike, stretches

ALIKE = Alike([("mail", "e-mail", "message"), ("cannot", "can't")])
KNOWLEDGE = load_knowledge()


def test_a_word_may_be_said_in_other_words() -> None:
    (texts,) = stretches("mail quota exceeded", ALIKE)
    assert set(texts) == {
        "mail quota exceeded", "e-mail quota exceeded", "message quota exceeded",
    }  # fmt: skip


@pytest.mark.parametrize(
    "says",
    ["(mail|mails) quota", "mail", "webmail quota", "mail.example quota", "mail-quota", "mail@…"],
)
def test_some_words_are_meant_themselves(says: str) -> None:
    assert stretches(says, ALIKE) == stretches(says)


def test_a_phrase_of_many_texts_does_not_grow_without_end() -> None:
    many = f"({'|'.join(map(str, range(1000, 1200)))}) cannot mail"
    (texts,) = stretches(many, ALIKE)
    assert len(texts) <= MOST_TEXTS
    assert "1001 cannot mail" in texts


def test_a_lead_adds_words_alike() -> None:
    text = "550 we do not ferry"
    assert Reader(KNOWLEDGE).read(text).missing is not None
    more = WordsAlike(id="relay", words=("relay", "ferry"), source="assumed")
    taught = dataclasses.replace(KNOWLEDGE, words_alike=(*KNOWLEDGE.words_alike, more))
    reading = Reader(taught).read(text)
    assert (reading.reason, reading.missing) == ("relay_denied", None)
    assert reading.evidence[0].quote == "we do not ferry"


def test_what_forbids_a_wording_may_be_said_in_other_words_too() -> None:
    wordings = dict(KNOWLEDGE.wordings)
    (wording,) = [each for each in wordings["recipient"] if each.id == "full"]
    strict = wording.model_copy(update={"says": ("box of it is full",), "unless": ("no server",)})
    wordings = {"recipient": (strict,)}
    reader = Reader(dataclasses.replace(KNOWLEDGE, wordings=wordings))
    assert reader.read("box of it is full").reason == "mailbox_full"
    assert reader.read("no host says the box of it is full").reason == "undetermined"


ENDINGS = tuple(f"{one}{two}" for one in "abcdefghij" for two in "klmnopqrst")
"""So many that only the beginnings or the ends of their phrase are scanned for."""
FIRST = f"some word ({'|'.join(ENDINGS)})"
LAST = f"({'|'.join(ENDINGS)}) word here"


@given(st.sampled_from(ENDINGS), st.sampled_from(["", "x", "9", " ", "."]), st.sampled_from(" .x"))
def test_many_literals_are_found_by_how_they_begin_or_end(
    ending: str, before: str, behind: str
) -> None:
    whole = "x" not in (before, behind)  # a unit begins its own word: 25MB
    for says, text in ((FIRST, f"some word {ending}"), (LAST, f"{ending} word here")):
        scanner = Scanner([compiled(says)], common="some words stand here")
        found = scanner.find(f"{before}{text}{behind}")
        place = (len(before), len(before) + len(text), len(text), (0,))
        assert found == ([place] if whole else [])


def test_many_literals_are_looked_for_round_a_gap() -> None:
    scanner = Scanner([compiled(f"{FIRST}… ending"), compiled(f"beginning… {LAST}")])
    assert [hit[:2] for hit in scanner.find("some word ak in the ending")] == [(0, 26)]
    assert [hit[:2] for hit in scanner.find("beginning with ak word here")] == [(0, 27)]
    assert not scanner.find("some word zz in the ending")
    assert not scanner.find("some word ak. the ending")

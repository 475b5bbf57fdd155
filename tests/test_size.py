"""Sizes: what a file weighs once it is in a mail, and who takes it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.loader import load_knowledge
from playbook.size import MEBIBYTE, bytes_in, encoded_size, largest_file, shown, weigh

KNOWLEDGE = load_knowledge()


@given(st.integers(0, 20_000))
def test_the_encoded_size_is_that_of_base64_with_crlf(size):
    encoded = base64.encodebytes(bytes(size)).replace(b"\n", b"\r\n")
    assert encoded_size(size) == len(encoded)


@pytest.mark.parametrize(
    ("size", "encoded"),
    [
        (0, 0),
        (1_000, 1_372),
        (100_000, 136_846),
        (MEBIBYTE, 1_434_898),
        (10 * MEBIBYTE, 14_348_938),
        (25 * MEBIBYTE, 35_872_340),
    ],
)
def test_the_encoded_size_of_known_files(size, encoded):
    assert encoded_size(size) == encoded


@given(st.integers(0, 10**12))
def test_the_largest_file_fits_and_one_byte_more_does_not(limit):
    size = largest_file(limit)
    assert encoded_size(size) <= limit < encoded_size(size + 1)


def test_a_negative_size_is_refused():
    with pytest.raises(ValueError, match="negative"):
        encoded_size(-1)


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("26214400", 25 * MEBIBYTE),
        ("1,048,576 バイト", MEBIBYTE),
        ("25MB", 25 * MEBIBYTE),
        ("２５ ＭＢ", 25 * MEBIBYTE),
        ("1.5 MiB", 3 * MEBIBYTE // 2),
        ("800 kB", 800 * 1024),
        ("3メガ", 3 * MEBIBYTE),
        ("2ギガバイト", 2 * 1024 * MEBIBYTE),
        ("many", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_size_is_read_as_people_write_it(written, size):
    assert bytes_in(written) == size


@given(st.text())
def test_any_text_is_read_as_a_size_or_none(written):
    size = bytes_in(written)
    assert size is None or size >= 0


def test_both_kinds_of_megabyte_are_shown():
    assert shown(25 * MEBIBYTE) == "26.2 MB = 25.0 MiB"


def _outlooks(size: int, provider: str) -> set[str]:
    return {each.outlook for each in weigh(size, KNOWLEDGE, provider).against}


def test_a_limit_in_megabytes_leaves_room_for_doubt():
    least, most = 20 * 1_000_000, 20 * MEBIBYTE
    assert _outlooks(largest_file(least), "biglobe") == {"fits"}
    assert _outlooks(largest_file(least) + 1, "biglobe") == {"depends"}
    assert _outlooks(largest_file(most), "biglobe") == {"depends"}
    assert _outlooks(largest_file(most) + 1, "biglobe") == {"too_big"}


def test_a_limit_in_bytes_leaves_none():
    assert _outlooks(largest_file(10_240_000), "postfix") == {"fits"}
    assert _outlooks(largest_file(10_240_000) + 1, "postfix") == {"too_big"}


def test_a_limit_on_files_is_held_against_the_file_itself():
    assert _outlooks(10 * 1_000_000, "docomo") == {"fits"}


def test_a_file_of_25_mib_just_goes_to_gmail():
    sending = [each for each in weigh(25 * MEBIBYTE, KNOWLEDGE, "Gmail").against
               if each.direction == "send"]  # fmt: skip
    assert [each.outlook for each in sending] == ["fits"]


@pytest.mark.parametrize("name", ["docomo", "ドコモ", "NTTドコモ", "ｄｏｃｏｍｏ"])
def test_a_provider_is_found_by_its_name_in_either_language(name):
    assert {each.limit.id for each in weigh(1, KNOWLEDGE, name).against} == {"docomo"}


def test_limits_that_ended_are_kept_but_not_weighed_against():
    old = [limit for limit in KNOWLEDGE.size_limits if limit.until]
    assert old
    weighed = {each.limit.id for each in weigh(1, KNOWLEDGE).against}
    assert weighed.isdisjoint(limit.id for limit in old)
    assert len(weighed) == len(KNOWLEDGE.size_limits) - len(old)


@pytest.mark.parametrize("size", [0, 5 * MEBIBYTE, 14 * MEBIBYTE, 500 * MEBIBYTE])
def test_every_limit_is_told_with_its_date_or_that_there_is_none(size):
    weighing = weigh(size, KNOWLEDGE)
    for each in weighing.against:
        for text in (each.says.ja, each.says.en):
            assert "{" not in text
            assert (
                each.limit.dated is None
                or each.outlook == "no_figure"
                or (each.limit.dated in text)
            )
    order = ["too_big", "depends", "fits", "no_figure"]
    ranks = [order.index(each.outlook) for each in weighing.against]
    assert ranks == sorted(ranks)

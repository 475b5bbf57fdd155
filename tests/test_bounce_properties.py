"""Laws that hold for any input whatsoever, and for every wording of the knowledge."""

from __future__ import annotations

import email
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from flufl.bounce import all_failures
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.bounce import Reader, Reading
from playbook.bounce.charset import decode
from playbook.bounce.normal import (
    WIDE_GAPS,
    ByLine,
    BySqueezing,
    Normal,
    fold,
    fold_all,
    letter_for_letter,
)
from playbook.bounce.phrases import Scanner, compiled
from playbook.bounce.phrases.literals import PlainAutomaton
from playbook.loader import load_knowledge
from playbook.schema import Wording
from playbook.schema.mail import WordingFile
from playbook.schema.phrases import PhraseError, stretches

FOLDER = Path(__file__).parent / "bounces"
KNOWLEDGE = load_knowledge()
READER = Reader(KNOWLEDGE)
SAMPLES = [w.sample for said in KNOWLEDGE.wordings.values() for w in said]
MAILS = [path.read_bytes() for path in sorted(FOLDER.rglob("*.eml"))]
JAPANESE = [sample for sample in SAMPLES if any("\u3040" <= char <= "\u9fff" for char in sample)]
CHARSETS = ("utf-8", "iso2022_jp", "cp932", "euc_jp", "utf-16")

pieces = st.one_of(
    st.sampled_from(SAMPLES),
    st.text(max_size=60),
    st.sampled_from(["\n", "\n\n", "> ", "<p>", "=E3=81", "\x1b$B", "550 5.1.1 ", "ﾎﾞ㈱", "\u200b"]),
)


def _is_sound(reading: Reading) -> None:
    assert reading.reason in KNOWLEDGE.reason
    assert 0 <= reading.confidence <= 1
    assert all(0 <= chance <= 1 for _, chance in reading.alternatives)
    for evidence in reading.evidence:
        assert reading.shown[evidence.start : evidence.end] == evidence.quote
        assert evidence.start < evidence.end
    reading.shown.encode("utf-8")


@given(st.lists(pieces, max_size=12).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_text_is_too_strange(text: str) -> None:
    _is_sound(READER.read(text))


@given(
    st.one_of(st.binary(max_size=300), st.sampled_from(MAILS)), st.binary(max_size=40), st.data()
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_no_bytes_are_too_strange(raw: bytes, noise: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw)))
    _is_sound(READER.read(raw[:at] + noise + raw[at:]))


@pytest.mark.parametrize(
    "text",
    ["", "\0" * 500, "\ud800", "(" * 5000, "<" * 5000, "=?" * 3000, "--\n" * 3000, "a@" * 3000,
     "Content-Type: multipart/mixed; boundary=a\nX-A: b\n\n" + "--a\n" * 3000,
     "\n".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}" for i in range(50))],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)  # fmt: skip
def test_inputs_that_break_parsers_are_read_calmly(text: str) -> None:
    _is_sound(READER.read(text))
    _is_sound(READER.read(text.encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_japanese_wording_gives_the_same_reason_in_every_charset(charset: str) -> None:
    wrong = [
        sample
        for sample in JAPANESE
        if sample.encode(charset, "ignore").decode(charset) == sample
        and READER.read(sample.encode(charset)).reason != READER.read(sample).reason
    ]
    assert wrong == []


@pytest.mark.parametrize("charset", CHARSETS[:4])
def test_a_wrong_declaration_does_not_hide_a_japanese_mail(charset: str) -> None:
    head = (
        b"From: MAILER-DAEMON@example.jp\nMIME-Version: 1.0\nSubject: error\n"
        b"Content-Type: text/plain; charset=iso-2022-jp\n\n"
    )
    text = "受信者のメールボックスが容量いっぱいのため、配信できませんでした。"
    assert READER.read(head + text.encode(charset)).reason == "mailbox_full"


@given(st.text(alphabet="aB \n\t\u3000宛先ガがｱﾎﾞ①é…", max_size=40))
def test_every_letter_of_a_normal_form_leads_back_into_the_text(text: str) -> None:
    normal = Normal(text)
    for place in range(len(normal.text)):
        start, end = normal.span(place, place + 1)
        assert 0 <= start < end <= len(text)


@given(
    st.text(alphabet="aBΣ \n\t\u3000\u2028\x85宛先ガがガｱﾎﾞ①é´e\u0301ｅㄱ한…ﬁ\u200b", max_size=30)
)
def test_a_text_folded_at_once_is_folded_as_line_by_line(text: str) -> None:
    folded = letter_for_letter(text)
    if not folded:
        return
    at_once, by_line = BySqueezing(folded, WIDE_GAPS), ByLine(text)
    assert at_once.text == by_line.text
    for place, letter in enumerate(at_once.text):
        if letter != " ":
            assert at_once.span(place, place + 1) == by_line.span(place, place + 1)


@pytest.mark.parametrize(
    "unit",
    [
        "550 5.1.1  User unknown,  full ",
        "宛先が見つかりません。550 5.1.1 ",
        "\xaf user unknown ",
        "2026 <aki@example.jp ",
    ],
)
def test_a_very_long_line_costs_no_more_than_its_length(unit: str) -> None:
    def cost(size: int) -> float:
        text = "550 5.1.1 user unknown\n" + (unit * size)[:size] + ":\n550 5.2.2 mailbox full"
        start = time.process_time()
        READER.read(text)
        return time.process_time() - start

    cost(1_000)
    large, small = (min(cost(size) for _ in range(3)) for size in (80_000, 10_000))
    assert large < 8 * 5 * max(small, 0.002)


@given(
    st.lists(
        st.text(alphabet="aB_ \t\u3000宛先ガがｱﾎﾞé´e\u0301ｅㄱ한…ﬁ\u200b/:", max_size=12).map(
            str.strip
        )
    )
)
def test_many_texts_are_folded_as_each_alone(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)).replace(" ", "") == fold(text).replace(" ", "")


@given(
    st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=8, unique=True),
    st.text("abc", max_size=40),
)
def test_the_plain_automaton_finds_what_every_literal_finds_alone(
    literals: list[str], text: str
) -> None:
    expected = {
        (number, at, at + len(literal))
        for number, literal in enumerate(literals)
        for at in range(len(text))
        if text.startswith(literal, at)
    }
    assert expected == set(PlainAutomaton(literals).find_matches_as_indexes(text))


def test_without_the_compiled_scanner_the_answers_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    plain = Reader(KNOWLEDGE)
    for sample in SAMPLES[::9]:
        assert READER.read(sample) == plain.read(sample)


@pytest.mark.parametrize(
    ("says", "text", "is_found"),
    [
        ("user unknown", "User   UNKNOWN", True),
        ("user unknown", "superuser unknown", False),
        ("user unknown", "user unknowns", True),
        ("user unknown", "user\n\nunknown", False),
        ("(user|mailbox) (is |)full", "the mailbox is full", True),
        ("mailbox … full", "mailbox of hanako is full", True),
        ("mailbox … full", "mailbox is fine. The moon is full", False),
        ("no … spf", "no valid SPF record", True),
        ("limit … mb", "the limit is 25MB", True),
        ("no … spf", "Nov 24, Received-SPF", False),
        ("spf … ng", "the SPF records of your sending host", False),
        ("blacklist…", "blacklisted", True),
        ("mb limit", "the 25MB limit", True),
        ("mb limit", "the dumb limit", False),
        ("25 users", "125 users", False),
        ("user unknown", "said:_user_unknown", True),
        ("容量…超過", "容量が\n 上限を超過", True),
        ("(smtp) error", "(SMTP) error", True),
    ],
)
def test_a_phrase_means_what_the_knowledge_readme_says(
    says: str, text: str, *, is_found: bool
) -> None:
    assert bool(Scanner([compiled(says)]).find(fold(text))) is is_found


@pytest.mark.parametrize("says", ["…", "(a|b)", "x", "user … (|)"])
def test_a_phrase_that_says_next_to_nothing_is_refused(says: str) -> None:
    with pytest.raises(PhraseError):
        stretches(says)


@pytest.mark.parametrize("says", ["user|mailbox full", "(user|mailbox full"])
def test_a_choice_without_both_its_brackets_is_refused(says: str) -> None:
    with pytest.raises(PhraseError, match=r"bare|open"):
        stretches(says)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("550 rejected, see https://help.example.com/mailbox-full.html", "mailbox_full"),
        ("550 rejected, see http://help.example.com/help_spam_16.htm", "spam_content"),
    ],
)
def test_the_address_of_a_page_does_not_decide(line: str, reason: str) -> None:
    assert READER.read(line).reason != reason


def test_a_name_in_a_phrase_stands_for_the_words_of_its_file() -> None:
    words = {"not": ("not", "never"), "gone": ("gone",), "missing": ("{not} found", "{gone}")}
    wording = {
        "id": "missing",
        "says": ("user {missing}",),
        "reason": "user_unknown",
        "unless": ("{not} yet",),
        "sample": "user {missing}",
        "source": "assumed",
    }
    file = WordingFile.model_validate(
        {"format": 1, "mta": "any", "words": words, "wordings": (wording,)}
    )
    (written,) = file.wordings
    assert stretches(written.says[0]) == (("user not found", "user never found", "user gone"),)
    assert stretches(written.unless[0]) == (("not yet", "never yet"),)
    assert written.sample == "user {missing}"


def test_a_phrase_that_stands_for_too_many_texts_is_refused() -> None:
    with pytest.raises(PhraseError, match="many"):
        stretches("(ab|cd|ef|gh|ij|kl|mn|op)" * 4)


def test_every_wording_names_its_source_and_carries_a_sample() -> None:
    for wordings in KNOWLEDGE.wordings.values():
        for wording in wordings:
            assert isinstance(wording, Wording)
            assert wording.source
            assert wording.sample


def test_we_find_every_address_that_flufl_bounce_finds_in_our_mails() -> None:
    for mail in MAILS:
        if b"\nFrom:" not in b"\n" + mail:
            continue  # the library fails on a mail without a sender
        temporary, permanent = all_failures(email.message_from_bytes(mail))
        theirs = {address.decode().lower() for address in temporary | permanent}
        assert theirs <= {address.lower() for address in READER.read(mail).recipients}


@pytest.mark.parametrize("charset", ["iso2022_jp", "cp932", "euc_jp", "utf-8"])
@pytest.mark.parametrize("text", ["宛先が見つかりません", "ｱﾄﾞﾚｽ不明", "容量オーバー"])
def test_japanese_bytes_are_decoded_without_a_declaration(text: str, charset: str) -> None:
    if charset in ("iso2022_jp", "euc_jp"):
        text = unicodedata.normalize("NFKC", text)  # half-width kana are beyond these two
    assert text == decode(text.encode(charset))

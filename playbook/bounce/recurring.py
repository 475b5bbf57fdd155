"""Reads notices that differ in names, numbers and times from one read before, without reading them.

A mailbox holds the same notice thousands of times, about other people at other times. None of that
speaks for a reason: so names are taken out of a text, and what was read of the rest is kept.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from playbook.bounce.intake import Intake
from playbook.bounce.phrases import Literals, any_of, ends_in_word
from playbook.bounce.reader import Reader
from playbook.bounce.reading import Delivery, Evidence, Reading
from playbook.bounce.rules import Rules
from playbook.bounce.times import TIME

_MOST_NOTICES = 8_192
_MOST_LINES = 32_768
"""Bounds of what is kept, so that memory does not grow with the mailbox."""

_OF_LOCAL_PARTS = f"{string.ascii_letters}{string.digits}_.-"

_LETTERS = string.ascii_lowercase[:-1]
_LONG = "z"
"""With it begin the stand-ins of long names, so that there are many; times have no other letter."""

_NUMBERED = 10
"""Letters and digits from which on a word without an address may be a number of a mail."""

_NUMBER = re.compile(
    r"(?<![\w.-])(?:"
    # The local part of an address that a sender's address holds (VERP).
    r"[\w.-]{1,64}+(?==[\w.-]{3,64}@)"
    # What machines number mails by, but no part of a host's name or of an address.
    rf"|(?=[A-Za-z]*+\d)(?=\d*+[A-Za-z])[0-9A-Za-z]{{{_NUMBERED},64}}+(?!\.[A-Za-z]|\w|[\w.-]*@)"
    rf"|{TIME})",
    re.ASCII,
)
"""Names, numbers and times, but for the local parts of addresses."""
_STAND_IN = re.compile(
    rf"(?<!\w)(?:\w[\w.-]*(?=[@=])|[0-9A-Za-z]{{{_NUMBERED},}}(?!\w)|{TIME})", re.ASCII
)
"""Where a stand-in may be. As short as a word, only an address tells that it is none."""

_DIGITS = "016789"
"""With these begins no reply code and no status."""
_OTHER_TIMES = tuple(
    str.maketrans(
        string.ascii_letters + string.digits, _LONG * len(string.ascii_letters) + digit * 10
    )
    for digit in _DIGITS
)
"""What stands in for a time, but for its seconds."""

# Where an address carries what must be decoded (RFC 3461, 4), letters may not be exchanged.
_XTEXT = re.compile(r"\+(?:2B|3D|20|40)", re.IGNORECASE)

# A name that begins like one may be read as a reply code.
_CODE = re.compile(r"[245]\d\d(?![0-9A-Za-z])")

_USED_UP = ("content-type", "content-transfer-encoding")
"""Header fields that only the intake looks at."""
_NOT_READ = (*_USED_UP, "from", "to", "subject")
"""The same and those that stand in `shown`."""

_WORD = re.compile(r"[0-9]*[A-Za-z][0-9A-Za-z]+")
_SYLLABLE = 3
"""Up to so many letters are a word of their own, and not the beginning of one."""
_CODED = 5
"""Letters and digits from which on a code can be told from what stands round it."""

# A named tuple's own constructor costs three times as much.
_new = tuple.__new__


class _CannotTellApart(Exception):  # noqa: N818  no fault: such a text is read as it is
    """There are too many names, or such that no other may stand in for them."""


class RecurringReader:
    """A reader that remembers. What it says is what `Reader` says."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._speech = _Speech(reader.rules)
        self._known: dict[object, _Known] = {}
        self._seen: set[int] = set()
        self._nameless: dict[str, str] = {}

    def read(self, pasted: str | bytes) -> Reading:
        """What `pasted` says: a raw mail or any pasted text. Never raises."""
        intake = self._reader.take_in(pasted)
        fields = [intake.headers[name] for name in intake.headers if name not in _NOT_READ]
        text = "\n".join([intake.shown, *fields])
        names = _Names(self._speech)
        try:
            nameless = self._without_names(text, names)
        except _CannotTellApart:
            return self._reader.judge(intake)
        key = nameless, intake.stretches, intake.report_type, tuple(intake.headers)
        known = self._known.get(key)
        if known is None:
            # What comes once only is not worth remembering.
            if (once := hash(key)) not in self._seen:
                _keep_few(self._seen, _MOST_LINES)
                self._seen.add(once)
                return self._reader.judge(intake)
            _keep_few(self._known, _MOST_NOTICES)
            known = _Known(self._reader, intake, text, nameless, names)
            self._known[key] = known
        return known.told_of(intake.shown, text)

    def _without_names(self, text: str, names: _Names) -> str:
        """The text with a stand-in as long as itself for every name.

        Raises:
            _CannotTellApart: where that would say something else.
        """
        if "+" in text and _XTEXT.search(text):
            raise _CannotTellApart
        pieces = text.split("@")
        for i in range(len(pieces) - 1):
            piece = pieces[i]
            before = piece.rstrip(_OF_LOCAL_PARTS)
            # "a@b@c" names a@b or b@c; and a name does not begin inside a word.
            if before != piece and (before or not i) and not ends_in_word(before):
                # Marks before a name do not belong to it.
                name = piece[len(before) :].lstrip("-.")
                pieces[i] = piece[: len(piece) - len(name)] + names.stand_in(name)
        lines = "@".join(pieces).split("\n")
        # Most lines stand in many notices and hold no other name.
        known = list(map(self._nameless.get, lines))
        i = -1
        for _ in range(known.count(None)):
            i = known.index(None, i + 1)
            line = lines[i]
            lines[i] = exchanged = _NUMBER.sub(names.stand_in_for, line)
            if exchanged == line:
                _keep_few(self._nameless, _MOST_LINES)
                self._nameless[line] = line
        return "\n".join(lines)


def _keep_few(kept: set[int] | dict[Any, Any], most: int) -> None:
    if len(kept) >= most:
        kept.clear()


class _Speech:
    """What names say of themselves: to a reader, "mailbox-full@" is a sentence."""

    def __init__(self, rules: Rules) -> None:
        told = sorted(rules.words.in_addresses)
        said = {word for literal in rules.literals() for word in _WORD.findall(literal)}
        short = {word for word in said if len(word) <= _SYLLABLE}
        self._words = Literals((*told, *(said - short)))
        self._told = len(told)
        self._short_word = re.compile(rf"(?<![a-z]){any_of(short)}(?![0-9a-z])")

    def kept(self, name: str, small: str, other: str) -> str:
        """The stand-in `other` with the words that speak in `name`, and what they border on."""
        kept = [found.span() for found in self._short_word.finditer(small)]
        for number, start, end in self._words.find(small + "@"):
            # Sentences are made of words; a role may stand anywhere: "-owner@".
            if number < self._told or _begins_word(small, start, end):
                kept.append((start, end))
        for start, end in kept:
            first = max(start - 1, 0)
            other = other[:first] + name[first : end + 1] + other[end + 1 :]
        return other


def _begins_word(name: str, start: int, end: int) -> bool:
    """Whether `name[start:end]` begins a word, or is a code, which may stand anywhere."""
    before = name[start - 1 : start]
    if name[start:end].isalpha():
        return not before.isalpha()
    return end - start >= _CODED or not before.isalnum()


class _Names:
    """The names of one text and what stands in for each: the same for the same, for no two one."""

    def __init__(self, speech: _Speech) -> None:
        self._speech = speech
        self._stand_ins: dict[str, str] = {}
        self._words: dict[str, str] = {}
        """By name in small letters; in capitals once it was written in two ways."""
        self._times = 0
        self._exchanged: set[str] = set()

    def stand_in_for(self, found: re.Match[str]) -> str:
        """What stands in for a name that was found."""
        return self.stand_in(found[0])

    def stand_in(self, name: str) -> str:
        """What stands in for a name, as long as the name.

        Raises:
            _CannotTellApart: for lack of letters.
        """
        known = self._stand_ins.get(name)
        if known is None:
            known = self._new_time(name) if ":" in name else self._new_word(name)
            self._stand_ins[name] = known
        return known

    def _new_word(self, name: str) -> str:
        if _CODE.match(name):
            return name
        small = name.lower()
        other = self._words.get(small)
        if other is None:
            self._words[small] = other = self._another(name)
        elif other.islower():
            # Written in capitals too, it is the same name.
            self._words[small] = other = other.upper()
        else:
            raise _CannotTellApart
        other = self._speech.kept(name, small, other)
        if other in self._exchanged:
            return name  # it says too much to be another
        self._exchanged.add(other)
        return other

    def _another(self, name: str) -> str:
        number, length = len(self._words), len(name)
        if length < _NUMBERED:
            if number >= len(_LETTERS):
                raise _CannotTellApart
            return _LETTERS[number] * length
        first, second = divmod(number, len(_LETTERS))
        if first >= len(_LETTERS):
            raise _CannotTellApart
        # Like what it stands in for it has a digit, so that it is no word.
        return (f"{_LONG}{_LETTERS[first]}{_LETTERS[second]}" * length)[: length - 1] + "0"

    def _new_time(self, time: str) -> str:
        first, second = divmod(self._times, len(_DIGITS))
        if first >= len(_DIGITS):
            raise _CannotTellApart
        self._times += 1
        other, seconds = time.translate(_OTHER_TIMES[first]), time.rfind(":") + 1
        other = other[:seconds] + _DIGITS[second] * 2 + other[seconds + 2 :]
        self._exchanged.add(other)
        return other

    def stand_ins_in(self, text: str) -> Iterator[re.Match[str]]:
        """Where names were exchanged in `text`."""
        for found in _STAND_IN.finditer(text):
            if found[0] in self._exchanged:
                yield found


class _Known:
    """What was read of a text without names, and where the names stand in what it says."""

    def __init__(
        self, reader: Reader, intake: Intake, text: str, nameless: str, names: _Names
    ) -> None:
        shown = nameless[: len(intake.shown)]

        def exchanged(value: str) -> str:
            at = text.find(value)
            return nameless[at : at + len(value)]

        headers = {
            name: value if name in _USED_UP else exchanged(value)
            for name, value in intake.headers.items()
        }
        self._reading = reader.judge(intake._replace(shown=shown, headers=headers))
        places = {found[0]: slice(*found.span()) for found in names.stand_ins_in(nameless)}
        self._names: dict[str, tuple[str | slice, ...]] = {}
        """What strings that hold names are made of: slices of the text, and what lies between."""
        for said in _strings(self._reading):
            made_of = tuple(_made_of(said, names.stand_ins_in(said), places))
            if len(made_of) > 1:
                self._names[said] = made_of

    def told_of(self, shown: str, text: str) -> Reading:
        """The same said of the names of another text."""
        told: dict[str | None, str] = {
            said: "".join([piece if isinstance(piece, str) else text[piece] for piece in made_of])
            for said, made_of in self._names.items()
        }
        return replace(
            self._reading,
            shown=shown,
            deliveries=tuple([_of_others(each, told) for each in self._reading.deliveries]),
            recipients=tuple([told.get(each, each) for each in self._reading.recipients]),
            reporting_mta=told.get(self._reading.reporting_mta, self._reading.reporting_mta),
            evidence=tuple(
                [_new(Evidence, (shown[e.start : e.end], *e[1:])) for e in self._reading.evidence]
            ),
        )


def _of_others(known: Delivery, told: Mapping[str | None, str]) -> Delivery:
    """The same delivery to the recipient of another text."""
    return known._replace(
        final_recipient=told.get(known.final_recipient, known.final_recipient),
        original_recipient=told.get(known.original_recipient, known.original_recipient),
        remote_mta=told.get(known.remote_mta, known.remote_mta),
        diagnostic_code=told.get(known.diagnostic_code, known.diagnostic_code),
    )


def _made_of(
    said: str, stand_ins: Iterable[re.Match[str]], places: Mapping[str, slice]
) -> Iterator[str | slice]:
    end = 0
    for found in stand_ins:
        yield said[end : found.start()]
        yield places[found[0]]
        end = found.end()
    yield said[end:]


def _strings(reading: Reading) -> set[str]:
    """All that a reading quotes, but for its evidence."""
    said = {*reading.recipients, reading.reporting_mta}
    for each in reading.deliveries:
        said |= {
            each.final_recipient, each.original_recipient, each.remote_mta, each.diagnostic_code,
        }  # fmt: skip
    return {each for each in said if each}

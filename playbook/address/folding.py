"""A typed or pasted address becomes one in plain characters, without what stood round it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]+")
_LOOK_ALIKES = str.maketrans(
    {
        "。": ".",
        "、": ",",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc", "-"),
    }
)
# The long-vowel mark of kana is typed for a hyphen, but between kana it is what it says.
_LONG_VOWEL = re.compile("(?<=[\u3040-\u30ff])\u30fc")
_KEPT_VOWEL = "\ue000"

_ANGLE = re.compile(r"[^<>]*<([^<>]*)>[\s;,.]*\Z")
_COMMENT = re.compile(r"\([^()]*\)")
_END_MARKS = ";,.:"
_BRACKETS = {"「": "」", "『": "』", "(": ")", '"': '"', "'": "'", "[": "]"}


def fold(text: str) -> str:
    """`text` in plain characters: NFKC, Japanese full stops and dashes as `.` and `-`.

    Folding twice changes nothing more.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _INVISIBLE.sub("", text).replace(_KEPT_VOWEL, "")
    text = _LONG_VOWEL.sub(_KEPT_VOWEL, text).translate(_LOOK_ALIKES)
    return text.replace(_KEPT_VOWEL, "\u30fc")


@dataclass(frozen=True, slots=True)
class Tidied:
    """An address in plain characters, and what was done to it: rule and the letters meant."""

    address: str
    done: tuple[tuple[str, str], ...]


def tidied(typed: str) -> Tidied:
    """What is left of `typed` once everything that is no part of an address is gone."""
    done: list[tuple[str, str]] = []
    seen = _INVISIBLE.sub("", typed)
    if seen != typed:
        done.append(("invisible_removed", ""))
    text = fold(typed)
    changed = dict.fromkeys(char for char in seen if not char.isspace() and fold(char) != char)
    if changed and any(char not in text for char in changed):
        done.append(("full_width", " ".join(list(changed)[:20])))
    for rule, step in _STEPS:
        left, letters = step(text)
        if left != text:
            done.append((rule, letters))
            text = left
    return Tidied(text, tuple(done))


def _trimmed(text: str) -> tuple[str, str]:
    return text.strip(), ""


def _unwrapped(text: str) -> tuple[str, str]:
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    angle = _ANGLE.match(text)
    if angle:
        text = angle[1].strip()
    inside = text[1:-1]
    if len(text) > 2 and _BRACKETS.get(text[0]) == text[-1] and "@" in inside:
        text = inside.strip()
    return text, ""


def _without_comments(text: str) -> tuple[str, str]:
    if '"' in text or "(" not in text:
        return text, ""
    left = _COMMENT.sub("", text)
    return (left.strip(), "") if left.count("@") == 1 else (text, "")


def _without_end_marks(text: str) -> tuple[str, str]:
    left = text.rstrip(_END_MARKS)
    if "@" not in left:
        return text, ""
    return left, text[len(left) :]


_STEPS: tuple[tuple[str, Callable[[str], tuple[str, str]]], ...] = (
    ("blanks_trimmed", _trimmed),
    ("wrapper_removed", _unwrapped),
    ("comment_removed", _without_comments),
    ("end_mark_removed", _without_end_marks),
)

"""pydantic's findings, said as a person who edits YAML wants to hear them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playbook.errors import Fault
from playbook.loader.lines import Document, Place
from playbook.schema.phrases import MOST_TEXTS, Flaw, PhraseError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


_FORMS = {
    "id": (
        "英小文字で始め、英小文字、数字、_ だけを使ってください。",
        "begin with a small letter and use small letters, digits and _ only",
    ),
    "code": (
        "0x800CCC0E、10060、5.1.1 のように書いてください。英字は大文字です。",
        "write it like 0x800CCC0E, 10060 or 5.1.1, with capitals",
    ),
    "hosts": (
        "英小文字で、空白を入れず、3文字以上で書いてください。",
        "write it in small letters, without blanks, three letters or more",
    ),
    "domain": (
        "example.jp のように、英小文字で書いてください。",
        "write it like example.jp, in small letters",
    ),
    "words": ("英字は小文字で書いてください。", "write it in small letters"),
    "url": ("https:// から書いてください。", "write it with https://"),
    "codes": ('"5.1.1" か "550" のように書いてください。', 'write it like "5.1.1" or "550"'),
    "reviewed": (
        '年と月を "2026-11" のように書いてください。',
        'write the year and the month, as "2026-11"',
    ),
    "path": (
        '確認の id か、空白を入れずに "remedy:対処のid" と書いてください。',
        'write the id of a check, or "remedy:…" without a blank',
    ),
}
"""How the values of these keys are written, where they have a form."""

_COMMA = "区切りは半角のコンマ「, 」で書いてください。", "write ', ' between two"
_AS_OTHERS = "似た項目の書き方に合わせてください。", "write it as similar entries do"

_BOUNDS = {
    "greater_than": ("{:g} より大きい数にしてください。", "it must be more than {:g}"),
    "greater_than_equal": ("{:g} 以上にしてください。", "it must be {:g} or more"),
    "less_than": ("{:g} より小さい数にしてください。", "it must be less than {:g}"),
    "less_than_equal": ("{:g} 以下にしてください。", "it must be {:g} or less"),
}
_DIGITS = "数字だけを書いてください。", "write digits only"

_LINES = (
    "{key} には「キー: 値」の並びが必要です。字下げを確かめてください。",
    "{key} needs 'key: value' lines; check the indentation",
)
_NEEDS = {
    "model_type": _LINES,
    "model_attributes_type": _LINES,
    "dict_type": _LINES,
    "mapping_type": _LINES,
    "tuple_type": (
        "{key} にはリストが必要です。「- 」で始まる行か [ ] で書いてください。",
        "{key} needs a list; write lines that begin with '- ', or [ ]",
    ),
    "string_type": ("{key} には文字が必要です。", "{key} needs a text"),
    "one_type": (
        "{key} には一つだけ書きます。[ ] や「- 」を外してください。",
        "{key} takes one value; leave out the [ ] or '- '",
    ),
    "text_type": (
        "{key} には日本語と英語の文が必要です。ja: と en: に分けて書いてください。",
        "{key} needs a text in each language; write one after ja: and one after en:",
    ),
    "bool_type": (
        "{key} には true か false を、引用符なしで書いてください。",
        "{key} is true or false, without quotes",
    ),
}
"""What is to be written in place of something of another type."""

_FLAWS: dict[Flaw, tuple[str, str]] = {
    "empty": (
        "文言に「…」のほかの語がありません。探す語を書いてください。",
        "a phrase must say something besides '…'; write what to look for",
    ),
    "short": (
        "「{piece}」は1文字以下の語になります。2文字以上にしてください。",
        "'{piece}' stands for a text of less than two letters; make it longer",
    ),
    "many": (
        f"「{{piece}}」が表す文は{MOST_TEXTS:,}通りを超えます。いくつかに分けてください。",
        f"'{{piece}}' stands for more than {MOST_TEXTS:,} texts; split it",
    ),
    "bare": (
        "「{piece}」では「|」がかっこの外にあります。(a|b) のように囲んでください。",
        "'{piece}' has a '|' outside brackets; write (one|other)",
    ),
    "open": (
        "「{piece}」では「|」を含むかっこが閉じていません。「)」を書き足してください。",
        "'{piece}' has a bracket with '|' that is not closed; add ')'",
    ),
    "dots": (
        "「{piece}」に点が三つ並んでいます。途中の何語かを表すのは「…」一文字です。",
        "'{piece}' has three dots; what stands for some words between is the one sign '…'",
    ),
    "named": (
        "「{{{piece}}}」は、ここより上の words にありません。足すか、つづりを直してください。",
        "'{{{piece}}}' is not among the words above here; check its spelling or add it to words",
    ),
}


def faults_of(error: ValidationError, document: Document, *, file: str) -> tuple[Fault, ...]:
    """One fault for each finding, at the line of the place it speaks of."""
    details = error.errors(include_url=False)
    return tuple(_fault(each, document, file) for each in details if not _only_follows(each))


def _only_follows(detail: ErrorDetails) -> bool:
    """The list is too short only without its entries that have faults of their own."""
    given = detail["input"]
    return (
        detail["type"] == "too_short"
        and isinstance(given, tuple)
        and len(given) >= detail["ctx"]["min_length"]
    )


def _fault(detail: ErrorDetails, document: Document, file: str) -> Fault:
    place: Place = tuple(step for step in detail["loc"] if step != "[key]")
    ja, en = _sentence(detail, place)
    return Fault(
        file,
        document.line_of(place),
        _who(document, place, "ja") + ja,
        _who(document, place, "en") + en,
    )


def _who(document: Document, place: Place, language: str) -> str:
    """The id of the entry the place lies in, so that the message can be understood unopened."""
    value = document.value
    found = ""
    for step in place:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            break
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            found = str(value["id"])
    if not found:
        return ""
    return f"「{found}」：" if language == "ja" else f"'{found}': "


def _sentence(detail: ErrorDetails, place: Place) -> tuple[str, str]:
    kind = detail["type"]
    key = next((step for step in reversed(place) if isinstance(step, str)), "")
    given = _as_written(detail["input"])
    context = detail.get("ctx", {})
    if kind == "missing" and key in ("ja", "en"):
        language = {"ja": ("日本語", "Japanese"), "en": ("英語", "English")}[key]
        of = next((step for step in reversed(place[:-1]) if isinstance(step, str)), "text")
        return (
            f"{of} に{language[0]}の文がありません。{key}: を書き足してください。",
            f"{of} has no {language[1]} text; add {key}:",
        )
    if key == "format" and kind in ("missing", "literal_error"):
        return (
            "初めの行に format: 1 と、引用符なしで書いてください。",
            "write format: 1 as the first line, without quotes",
        )
    if kind == "missing":
        return f"{key} がありません。書き足してください。", f"{key} is missing; add it"
    if kind == "extra_forbidden":
        return (
            f"{key} というキーはここでは使えません。つづりを確かめるか、消してください。",
            f"the key '{key}' is not known here; check its spelling or remove it",
        )
    if kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        return (
            f"{key} が数値として読まれます。'{given}' のように引用符で囲んでください。",
            f"{key} reads as a number; put quotes round it: '{given}'",
        )
    if kind == "string_type" and isinstance(given, dict):
        return (
            f"{key} の中に「: 」があるため、キーと値に読まれます。全体を引用符で囲んでください。",
            f"{key} holds a ': ' and so reads as key and value; put quotes round all of it",
        )
    if kind in ("enum", "literal_error"):
        expected = str(context.get("expected", ""))
        return (
            f"{key} の値「{given}」は使えません。使えるのは {_in_japanese(expected)} です。",
            f"{key} cannot be '{given}'; it must be one of {expected}",
        )
    error = context.get("error")
    if isinstance(error, PhraseError):
        ja, en = _FLAWS[error.flaw]
        return (
            f"{key} の{ja.format(piece=error.piece)}",
            f"{key}: {en.format(piece=error.piece)}",
        )
    if kind == "too_short" and given:
        least = context["min_length"]
        return (
            f"{key} には {least} 個以上の項目が必要です。書き足してください。",
            f"{key} needs {least} entries or more; add to it",
        )
    return _sentence_of_form(kind, key, given, detail)


def _as_written(given: object) -> object:
    return str(given).lower() if isinstance(given, bool) else given


def _in_japanese(choices: str) -> str:
    """The list of values pydantic gives, `'a', 'b' or 'c'`, as Japanese lists things."""
    return choices.replace("'", "").replace(" or ", ", ").replace(", ", "、")


def _sentence_of_form(kind: str, key: str, given: object, detail: ErrorDetails) -> tuple[str, str]:
    context, message = detail.get("ctx", {}), detail["msg"]
    if kind in ("string_too_short", "too_short"):
        return f"{key} が空です。内容を書いてください。", f"{key} is empty; write something"
    if kind == "string_pattern_mismatch":
        ja, en = _COMMA if set("、，") & set(str(given)) else _FORMS.get(key, _AS_OTHERS)
        return (
            f"{key} の書き方「{given}」が正しくありません。{ja}",
            f"{key} has the wrong form ('{given}'); {en}",
        )
    if kind in _NEEDS:
        if context.get("class_name") == "Text":
            kind = "text_type"
        if kind == "string_type" and isinstance(given, tuple):
            kind = "one_type"
        ja, en = _NEEDS[kind]
        return ja.format(key=key or "ここ"), en.format(key=key or "this place")
    if kind.startswith(("float", "int", "greater_than", "less_than", "finite")):
        ja, en = _BOUNDS.get(kind, _DIGITS)
        bound = next(iter(context.values()), 0)
        return (
            f"{key} の数値が正しくありません（{given}）。{ja.format(bound)}",
            f"{key} is not a usable number ({given}); {en.format(bound)}",
        )
    return f"{key} が正しくありません（{message}）。", f"{key} is not right: {message}"


def file_fault(document: Document, *, file: str) -> Fault | None:
    """A fault for a file that as a whole is not of its kind, or was written for a later version."""
    value = document.value
    if not isinstance(value, dict):
        return Fault(
            file, 1,
            "ファイルの中身が空か、「キー: 値」の形ではありません。",
            "the file is empty or is not made of 'key: value' lines",
        )  # fmt: skip
    version = value.get("format")
    if isinstance(version, int) and not isinstance(version, bool) and version > 1:
        return Fault(
            file, document.line_of(("format",)),
            f"このファイルは新しい版の書式（{version}）です。プレイブックを更新してください。",
            f"this file is written in a later format ({version}); update the playbook",
        )  # fmt: skip
    return None


__all__ = ["faults_of", "file_fault"]

"""YAML that remembers its lines: a document becomes plain values and a map from place to line.

Scalars follow the YAML 1.2 core schema; where YAML 1.1 and 1.2 disagree (bare `yes`, `no`, `on`,
`off`), other tools would read the same file differently, so such words must be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from playbook.errors import Fault
from playbook.language import LANGUAGES

Place = tuple[str | int, ...]
"""Keys and list positions on the way from the document's root to a value."""

Plain = str | int | float | bool | None | tuple["Plain", ...] | dict[str, "Plain"]

_AMBIGUOUS = re.compile(r"(?:yes|no|on|off|y|n)\Z", re.IGNORECASE)
_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_TRUE_FALSE = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INTEGER = re.compile(r"[-+]?\d+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?\Z")

_SLIPS = (
    (
        re.compile(r" *\t"),
        "字下げにタブが使われています。半角の空白に直してください。",
        "this line is indented with a tab; use blanks",
    ),
    (
        re.compile(r" *\u3000"),
        "行の初めに全角の空白があります。半角の空白に直してください。",
        "this line begins with a full-width blank; use ordinary ones",
    ),
    (
        re.compile(r"[ -]*[a-z_]+\uff1a"),
        "キーの後のコロンが全角（：）です。半角のコロンと空白「: 」に直してください。",
        "the colon after the key is a full-width one (\uff1a); write ': '",
    ),
    (
        re.compile(r"[ -]*[a-z_]+: +(?:\{[^}]*\}|\[[^\]]*\])\s*[^\s#]"),
        "{ や [ で始まる文は、そのままでは書けません。文全体を引用符で囲んでください。",
        "a text cannot begin with { or [ as it stands; put quotes round all of it",
    ),
    (
        re.compile(r"[ -]*[a-z_]+: +[*&]"),
        "* や & で始まる文は、そのままでは書けません。文全体を引用符で囲んでください。",
        "a text cannot begin with * or & as it stands; put quotes round all of it",
    ),
    (
        re.compile(r'[ -]*[a-z_]+: +"[^"]*\\[^"\\nt]'),
        "引用符の中に \\ があります。\\\\ と二つ書くか、外側の引用符を ' にしてください。",
        "there is a \\ between the quotes; write it twice, or ' for the outer quotes",
    ),
    (
        re.compile(r'[ -]*[a-z_]+: +"[^"]*"\s*[^\s"#]'),
        "引用符の中か後に、余分な引用符や文字があります。中の引用符は「」などにしてください。",
        "there is a quote or a word too many; inside quotes write others, such as \u201c \u201d",
    ),
)
"""Slips of the hand that look right on the screen, as the beginning of a line, and their names."""

_PROBLEMS: tuple[tuple[str, str, str, bool], ...] = (
    (
        "could not find expected ':'",
        "この行は「キー: 値」の形ではありません。コロンと、その後の半角の空白を確かめてください。",
        "this line is no 'key: value'; see that it has a colon with a blank after it",
        True,
    ),
    (
        "mapping values are not allowed",
        "余分なコロンがあるか（文の中なら文を引用符で囲んでください）、字下げが上の行とちがいます。",
        "this line has a colon too many (put quotes round a text that has one) or another indent",
        False,
    ),
    (
        "expected ',' or",
        "ここで始まるかっこの中で、引用符か閉じかっこ、またはコンマ「, 」が抜けています。",
        "in the bracket that begins here a quote, the closing bracket or a ', ' is missing",
        True,
    ),
    (
        "found unexpected end of stream",
        "ここで始まる引用符が閉じていません。文の終わりに引用符を書いてください。",
        "the quote that begins here is not closed; write another at the end of the text",
        True,
    ),
    (
        "cannot start any token",
        "値の初めに置けない記号があります。値全体を引用符で囲んでください。",
        "a value cannot begin with this sign; put quotes round all of it",
        False,
    ),
    (
        "found another document",
        "「---」の行から、別のファイルとして扱われます。その行を消し、同じ見出しの下に続けて書いてください。",
        "a line '---' begins another file; remove it, and write on below the same heading",
        False,
    ),
    (
        "did not find expected",
        "字下げが上の行とそろっていないか、引用符の後に余分な文字があります。",
        "this line is not indented like those above, or something stands behind a closing quote",
        False,
    ),
)
"""What libyaml calls a problem, what a person has to look at, and whether the place to look at is
where what is being read began."""

_ANCHOR = "&"
"""Plain, it gives a value a name, and is no part of the text."""

_CURLY = tuple("“”„‘’＂")
"""Quotes of word processors, which mean nothing to YAML."""

_DEEPEST = 20

try:
    _Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = yaml.CSafeLoader
except AttributeError:  # PyYAML built without libyaml
    _Loader = yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its value, the line of each place, and what was wrong with the writing."""

    value: Plain
    lines: Mapping[Place, int]
    faults: tuple[Fault, ...]

    def line_of(self, place: Place) -> int:
        """The line of `place`, or of the nearest enclosing place that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def parse(text: str, *, file: str) -> Document:
    """Read one YAML document; faults in the writing are collected, never raised."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return Document(None, {}, (_syntax_fault(error, text, file),))
    except RecursionError:
        return Document(None, {}, (_too_deep(file, 1),))
    builder = _Builder(file, text.splitlines())
    value = None if root is None else builder.plain(root, ())
    return Document(value, builder.lines, tuple(builder.faults))


class _Builder:
    def __init__(self, file: str, source: Sequence[str]) -> None:
        self.file = file
        self._source = source
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []
        self._met: set[int] = set()

    def plain(self, node: yaml.Node, place: Place) -> Plain:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        # An alias makes the composer hand out one node twice; a few lines of aliases can stand for
        # millions of values ("billion laughs").
        if len(place) > _DEEPEST or id(node) in self._met:
            self.faults.append(_too_deep(self.file, line))
            return None
        self._met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.plain(item, (*place, i)) for i, item in enumerate(node.value))
        if place and place[-1] in LANGUAGES:
            self._tell_what_is_lost(node, line)
        return self._scalar(node, line)

    def _tell_what_is_lost(self, node: yaml.Node, line: int) -> None:
        """What stands in a text and would not be read: behind a `#`, or a first word with `&`."""
        if _is_quoted(node):
            return
        at, end = node.start_mark, node.end_mark
        begins_with_name = self._source[at.line][at.column : at.column + 1] == _ANCHOR
        if begins_with_name or re.match(r"\s+#", self._source[end.line][end.column :]):
            sign = "&" if begins_with_name else "#"
            self.faults.append(
                Fault(
                    self.file, line,
                    f"{sign} のために、文の一部が読まれません。文全体を引用符で囲んでください。",
                    f"part of this text is not read because of the {sign}; "
                    "put quotes round all of it",
                )
            )  # fmt: skip

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Plain]:
        result: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = str(self._key(key_node, line))
            if key in result:
                self.faults.append(
                    Fault(
                        self.file, line,
                        f"キー「{key}」が重複しています。どちらか一方を消してください。",
                        f"the key '{key}' stands here twice; remove one of the two",
                    )
                )  # fmt: skip
                continue
            self.lines[*place, key] = line
            result[key] = self.plain(value_node, (*place, key))
        return result

    def _key(self, node: yaml.Node, line: int) -> Plain:
        if isinstance(node, yaml.ScalarNode):
            self._warn_of_ambiguity(node, line)
            return str(node.value)
        self.faults.append(
            Fault(
                self.file, line,
                "キーには単語を書いてください。リストや入れ子は使えません。",
                "a key must be a plain word, not a list or a nested entry",
            )
        )  # fmt: skip
        return ""

    def _scalar(self, node: yaml.Node, line: int) -> Plain:
        written = str(node.value)
        if _is_quoted(node):
            return written
        self._warn_of_ambiguity(node, line)
        if written.startswith(_CURLY):
            self.faults.append(
                Fault(
                    self.file, line,
                    f'引用符（{written[0]}）が半角ではありません。半角の " に直してください。',
                    f'{written[0]} is no quote to YAML; write "',
                )
            )  # fmt: skip
        if _NULL.match(written):
            return None
        if _TRUE_FALSE.match(written):
            return written.lower() == "true"
        if _INTEGER.match(written):
            return int(written) if len(written) < 20 else written
        if _FLOAT.match(written):
            return float(written)
        return written

    def _warn_of_ambiguity(self, node: yaml.Node, line: int) -> None:
        if not _is_quoted(node) and _AMBIGUOUS.match(str(node.value)):
            word = str(node.value)
            self.faults.append(
                Fault(
                    self.file, line,
                    f"引用符のない {word} は、はい/いいえの値として読まれることがあります。"
                    f'"{word}" と引用符で囲んでください。',
                    f'a bare {word} may be read as true or false; put quotes round it: "{word}"',
                )
            )  # fmt: skip


def _is_quoted(node: yaml.Node) -> bool:
    # libyaml marks a plain scalar with an empty style, the Python parser with none.
    return bool(getattr(node, "style", None))


def _syntax_fault(error: yaml.YAMLError, text: str, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    lines = text.splitlines()
    # What stands for a text to YAML is missed as a key on the line after it.
    for at in (mark.line, mark.line - 1) if mark else ():
        for slip, ja, en in _SLIPS:
            if 0 <= at < len(lines) and slip.match(lines[at]):
                return Fault(file, at + 1, ja, en)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    begun = getattr(error, "context_mark", None)
    for known, ja, en, from_its_beginning in _PROBLEMS:
        if known in problem and mark:
            return Fault(file, (begun if from_its_beginning and begun else mark).line + 1, ja, en)
    return Fault(
        file, mark.line + 1 if mark else 1,
        f"YAMLとして読めません（{problem}）。字下げ、コロンの後の空白、引用符の閉じ忘れを"
        "確かめてください。",
        f"this is not valid YAML ({problem}); check indentation, the blank after a colon, "
        "and that quotes are closed",
    )  # fmt: skip


def _too_deep(file: str, line: int) -> Fault:
    return Fault(
        file, line,
        "入れ子が深すぎるか、別名（& と *）が使われています。別名を使わずに書いてください。",
        "this is nested too deeply, or uses an alias (& and *); write it out without aliases",
    )  # fmt: skip

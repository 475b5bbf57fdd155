"""JSON Schemas of the knowledge files, by which editors complete and check while one types.

An editor with a YAML language server finds the schema of a file by its first line,
`# yaml-language-server: $schema=…` (the convention of redhat-developer/yaml-language-server).
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path, PurePosixPath
from textwrap import dedent
from typing import Any

from pydantic import BaseModel

from playbook.loader.folder import KINDS, Kind
from playbook.schema import Knowledge

FOLDER = "schema"
"""Where the schemas lie in a private knowledge folder."""


def schemas(knowledge: Knowledge) -> Mapping[str, Mapping[str, object]]:
    """The JSON Schema of every kind of knowledge file, by the name of the schema's own file.

    The ids of `knowledge` are offered where an entry names another; new ones are not refused.
    """
    offers = _offers(knowledge)
    return {_name(kind): _schema(kind, offers) for kind in KINDS}


def write_schemas(folder: Path, knowledge: Knowledge) -> tuple[Path, ...]:
    """Write every schema into `folder`, which is made where there is none; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas(knowledge).items():
        path = folder / name
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.append(path)
    return tuple(written)


def first_line(file: str) -> str:
    """The comment that names the schema of a knowledge file (`causes/sending.yaml`) to editors."""
    place = PurePosixPath(file)
    kind = next(kind for kind in KINDS if place.match(kind.pattern))
    return f"# yaml-language-server: $schema={'../' * (len(place.parts) - 1)}{FOLDER}/{_name(kind)}"


def _name(kind: Kind) -> str:
    """`causes/*.yaml` has `causes.json`."""
    return kind.pattern.removesuffix("/*.yaml").removesuffix(".yaml") + ".json"


def _schema(kind: Kind, offers: Mapping[tuple[str, str], _Offer]) -> Mapping[str, object]:
    schema = kind.shape.model_json_schema()
    explained = {shape.__name__: dict(_explanations(shape)) for shape in _shapes(kind.shape)}
    for name, part in {kind.shape.__name__: schema, **schema.get("$defs", {})}.items():
        for what in (part, *part.get("properties", {}).values()):
            what.pop("title", None)
        for field, says in explained.get(name, {}).items():
            part["properties"][field].setdefault("description", says)
        for (shape, field), offer in offers.items():
            if shape == name:
                offer(part["properties"][field])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


_Offer = Callable[[dict[str, Any]], None]
"""Puts ids to offer into the schema of a field."""


def _offers(knowledge: Knowledge) -> Mapping[tuple[str, str], _Offer]:
    """What to offer, by shape and field."""
    symptom, cause, check = (_one_of(ids) for ids in (
        knowledge.symptom, knowledge.cause, knowledge.check))  # fmt: skip
    reason, remedy = _one_of(knowledge.reason), _one_of(knowledge.remedy)
    return {
        ("Symptom", "opening"): _each(check),
        ("Cause", "how_common"): _keys(dict.fromkeys(knowledge.symptom, ())),
        ("Cause", "shown_by"): _keys(
            {each.id: tuple(outcome.id for outcome in each.outcomes) for each in knowledge.checks}
        ),
        ("Cause", "bounce_reasons"): _each(reason),
        ("Cause", "remedy"): remedy,
        ("Check", "symptoms"): _each(symptom),
        ("Remedy", "changes"): _each(check),
        ("Remedy", "contacts"): _each(_one_of(knowledge.contact)),
        ("Wording", "reason"): reason,
        ("Case", "symptom"): symptom,
        ("Case", "cause"): cause,
        ("Case", "facts"): _keys(dict.fromkeys(knowledge.check, ())),
        ("Case", "opening_facts"): _each(check),
        ("Notice", "comes_with"): check,
        ("Notice", "reason"): reason,
    }


def _one_of(ids: Iterable[str]) -> _Offer:
    known = list(ids)

    def offer(field: dict[str, Any]) -> None:
        field["anyOf"] = [{"enum": known}, {"type": field.pop("type")}]

    return offer


def _each(offer_one: _Offer) -> _Offer:
    return lambda field: offer_one(field["items"])


def _keys(known: Mapping[str, Iterable[str]]) -> _Offer:
    """Ids as keys; the keys below them are offered too, where there are any."""

    def offer(field: dict[str, Any]) -> None:
        value = field["additionalProperties"]
        field["properties"] = {
            key: {**value, "properties": dict.fromkeys(inner, value["additionalProperties"])}
            if inner
            else value
            for key, inner in known.items()
        }

    return offer


def _shapes(shape: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The shape and all those inside it."""
    yield shape
    for field in shape.model_fields.values():
        for inner in _models_in(field.annotation):
            yield from _shapes(inner)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def _explanations(shape: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The sentences that stand below the fields of a shape, by field."""
    (body,) = ast.parse(dedent(inspect.getsource(shape))).body
    lines = getattr(body, "body", [])
    for field, below in pairwise(lines):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            yield field.target.id, inspect.cleandoc(str(below.value.value))

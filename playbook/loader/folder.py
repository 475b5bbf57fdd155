"""Which file holds what, and how the files become one `Knowledge`.

A private folder laid over the shipped one has the same shape: an entry with the same id replaces
the shipped entry, a new id adds one, `site.yaml` replaces the whole site.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from playbook.errors import Fault, KnowledgeError
from playbook.language import Text
from playbook.loader.kept import held, hold, kept
from playbook.loader.lines import Document, Place, parse
from playbook.loader.references import (
    Entry,
    label_faults,
    reference_faults,
    site_faults,
    unknown_names,
)
from playbook.loader.sentences import faults_of, file_fault
from playbook.schema import (
    AddressFile,
    AddressRule,
    Case,
    CaseFile,
    Cause,
    CauseFile,
    Check,
    CheckFile,
    ClientCode,
    ClientDialog,
    ClientErrorFile,
    Ending,
    Knowledge,
    Label,
    LabelFile,
    LimitFile,
    MailDomain,
    NoticeWords,
    NoticeWordsFile,
    Reason,
    ReasonFile,
    Remedy,
    RemedyFile,
    Site,
    SizeLimit,
    SizeSentence,
    StatusCodeEntry,
    StatusCodeFile,
    Symptom,
    SymptomFile,
    Wording,
    WordingFile,
    WordsAlike,
)
from playbook.settings import settings

KNOWLEDGE_FOLDER = Path(__file__).parent.parent / "knowledge"
"""The knowledge that ships with the package."""

_Shape = TypeVar("_Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: where it lies, its shape, its lists and what an entry of each is called.

    A file without lists is one entry.
    """

    pattern: str
    shape: type[BaseModel]
    lists: Mapping[str, str]
    entry: str = ""


KINDS = (
    Kind("site.yaml", Site, {}, "site"),
    Kind("symptoms.yaml", SymptomFile, {"symptoms": "symptom"}),
    Kind("checks.yaml", CheckFile, {"checks": "check"}),
    Kind("remedies.yaml", RemedyFile, {"remedies": "remedy"}),
    Kind("causes/*.yaml", CauseFile, {"causes": "cause"}),
    Kind("reasons.yaml", ReasonFile, {"reasons": "reason"}),
    Kind("status_codes.yaml", StatusCodeFile, {"status_codes": "status_code"}),
    Kind("wordings/*.yaml", WordingFile, {"wordings": "wording"}),
    Kind(
        "notice_words.yaml",
        NoticeWordsFile,
        {"lists": "notice_words", "alike": "words_alike"},
    ),
    Kind("cases/*.yaml", CaseFile, {"cases": "case"}),
    Kind(
        "client_errors.yaml",
        ClientErrorFile,
        {"codes": "client_code", "dialogs": "client_dialog"},
    ),
    Kind(
        "addresses.yaml",
        AddressFile,
        {"rules": "address_rule", "domains": "mail_domain", "endings": "ending"},
    ),
    Kind("limits.yaml", LimitFile, {"sentences": "size_sentence", "limits": "size_limit"}),
    Kind("labels.yaml", LabelFile, {"labels": "label"}),
    Kind("replies.yaml", LabelFile, {"labels": "label"}),
    Kind("training.yaml", LabelFile, {"labels": "label"}),
    Kind("report.yaml", LabelFile, {"labels": "label"}),
    Kind("leads.yaml", LabelFile, {"labels": "label"}),
    Kind("commands.yaml", LabelFile, {"labels": "label"}),
)
"""Every kind of file there is, in the order in which they are read."""

_SPOKEN_BY_PAGES = ("wording", "address_rule", "size_sentence")
"""Kinds whose `{name}`s are filled in when they are said."""


def knowledge_folders() -> tuple[Path, ...]:
    """The folders of the knowledge in use, the private one of `PLAYBOOK_KNOWLEDGE` last."""
    private = settings().knowledge
    return (KNOWLEDGE_FOLDER, private) if private else (KNOWLEDGE_FOLDER,)


def load_knowledge(*folders: Path) -> Knowledge:
    """The knowledge in `folders`, later ones laid over earlier ones.

    Without `folders`: the shipped knowledge, under the private folder of `PLAYBOOK_KNOWLEDGE` where
    that is set.

    Raises:
        KnowledgeError: with every fault found, each as file:line.
    """
    chosen = folders or knowledge_folders()
    return kept(chosen, lambda: _read(chosen))


def hold_knowledge() -> Knowledge:
    """The knowledge in use, which this process and those forked from it have at hand from now on.

    Raises:
        KnowledgeError: with every fault found, each as file:line.
    """
    knowledge = load_knowledge()
    hold(knowledge_folders(), knowledge)
    return knowledge


def working_knowledge() -> tuple[Knowledge, tuple[Fault, ...]]:
    """The knowledge in use; while its files have faults, what this process holds, and the faults.

    Someone saves a file half-way through a change, and calls go on meanwhile.

    Raises:
        KnowledgeError: when there are faults and nothing is held.
    """
    try:
        return load_knowledge(), ()
    except KnowledgeError as error:
        before = held()
        if before is None:
            raise
        return before, error.faults


def read_labels(*folders: Path) -> Mapping[str, Text]:
    """The texts of the phrase files by id, later folders laid over earlier ones; no faults told."""
    reader = _FolderReader()
    for folder in folders:
        reader.read(folder, tuple(kind for kind in KINDS if kind.shape is LabelFile))
    return reader.labels


def _read(folders: Iterable[Path]) -> Knowledge:
    reader = _FolderReader()
    for folder in folders:
        reader.read(folder)
    return reader.knowledge()


class _FolderReader:
    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        self._shipped: dict[str, Label] = {}
        """The texts of the screens in the first folder."""
        self._shipped_site: Site | None = None
        self._faults: list[Fault] = []
        self._digest = hashlib.sha256()

    @property
    def labels(self) -> Mapping[str, Text]:
        values = (entry.value for entry in self._entries.values())
        return {each.id: each.text for each in values if isinstance(each, Label)}

    def read(self, folder: Path, kinds: tuple[Kind, ...] = KINDS) -> None:
        if not folder.is_dir():
            self._faults.append(
                Fault(
                    str(folder), 0,
                    "ナレッジのフォルダーがありません。PLAYBOOK_KNOWLEDGE を確かめてください。",
                    "there is no such knowledge folder; check PLAYBOOK_KNOWLEDGE",
                )
            )  # fmt: skip
            return
        seen: dict[tuple[str, str], str] = {}
        known: set[Path] = set()
        for kind in kinds:
            for path in sorted(folder.glob(kind.pattern)):
                known.add(path)
                for key, entry in self._file(path, kind, path.relative_to(folder).as_posix()):
                    if key in seen:
                        self._faults.append(_twice(entry, seen[key]))
                    seen[key] = f"{entry.file}:{entry.line_of(())}"
                    self._entries[key] = entry
        for path in sorted({*folder.rglob("*")} - known):
            name = path.relative_to(folder)
            if _MEANT_TO_BE_READ.search(name.name) and not is_hidden(name):
                self._faults.append(_stray(name.as_posix()))
        if not self._shipped:
            labels = (entry.value for entry in self._entries.values())
            self._shipped = {each.id: each for each in labels if isinstance(each, Label)}
            site = self._entries.get(("site", ""))
            self._shipped_site = cast("Site", site.value) if site is not None else None

    def _file(self, path: Path, kind: Kind, name: str) -> Iterator[tuple[tuple[str, str], Entry]]:
        raw = path.read_bytes()
        self._digest.update(name.encode() + b"\0" + raw + b"\0")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._faults.append(_not_utf8(name, raw[: error.start].count(b"\n") + 1))
            return
        document = parse(text, file=name)
        if document.faults:
            self._faults.extend(document.faults)
            if document.value is None:
                return
        fault = file_fault(document, file=name)
        if fault:
            self._faults.append(fault)
            return
        try:
            shape = kind.shape.model_validate(document.value)
        except ValidationError as error:
            self._faults.extend(faults_of(error, document, file=name))
            return
        yield from _entries(kind, shape, document, name)

    def knowledge(self) -> Knowledge:
        entries = tuple(self._entries.values())
        names: Mapping[str, Text] = {}
        site = self._entries.get(("site", ""))
        if site is not None and self._shipped_site is not None:
            self._faults.extend(site_faults(site, self._shipped_site))
        if site is None and not self._faults:
            self._faults.append(_no_site())
        if site is not None:
            names = cast("Site", site.value).names
        if not self._faults:
            self._faults.extend(reference_faults(entries))
            for entry in entries:
                if isinstance(entry.value, Label):
                    self._faults.extend(label_faults(entry, entry.value, self._shipped, names))
                elif entry.kind not in _SPOKEN_BY_PAGES:
                    self._faults.extend(unknown_names(entry, names))
        if self._faults:
            raise KnowledgeError(self._faults)
        return _assemble(entries, names, self._digest.hexdigest())


def _entries(
    kind: Kind, shape: BaseModel, document: Document, name: str
) -> Iterator[tuple[tuple[str, str], Entry]]:
    if not kind.lists:
        yield (kind.entry, ""), Entry(kind.entry, shape, name, document.line_of)
        return
    for field, called in kind.lists.items():
        for i, value in enumerate(getattr(shape, field)):
            place: Place = (field, i)
            entry = Entry(
                called, value, name,
                lambda inner, place=place: document.line_of((*place, *inner)),  # type: ignore[misc]
            )  # fmt: skip
            yield (called, entry.name), entry


def _assemble(entries: Iterable[Entry], names: Mapping[str, Text], digest: str) -> Knowledge:
    entries = tuple(entries)
    by_kind: dict[str, list[BaseModel]] = {}
    wordings: dict[str, list[Wording]] = {}
    for entry in entries:
        value = cast("BaseModel", entry.value)
        if isinstance(value, Wording):
            wordings.setdefault(entry.stem, []).append(value)
        else:
            by_kind.setdefault(entry.kind, []).append(_filled(value, names))

    def all_of(kind: str, _shape: type[_Shape]) -> tuple[_Shape, ...]:
        return tuple(cast("list[_Shape]", by_kind.get(kind, [])))

    return Knowledge(
        site=all_of("site", Site)[0],
        symptoms=all_of("symptom", Symptom),
        causes=all_of("cause", Cause),
        checks=all_of("check", Check),
        remedies=all_of("remedy", Remedy),
        reasons=all_of("reason", Reason),
        status_codes=all_of("status_code", StatusCodeEntry),
        wordings=MappingProxyType({mta: tuple(said) for mta, said in wordings.items()}),
        labels=MappingProxyType({label.id: label.text for label in all_of("label", Label)}),
        places=MappingProxyType(
            {(entry.kind, entry.name): f"{entry.file}:{entry.line_of(())}" for entry in entries}
        ),
        digest=digest,
        cases=all_of("case", Case),
        client_codes=all_of("client_code", ClientCode),
        client_dialogs=all_of("client_dialog", ClientDialog),
        address_rules=all_of("address_rule", AddressRule),
        mail_domains=all_of("mail_domain", MailDomain),
        endings=all_of("ending", Ending),
        size_limits=all_of("size_limit", SizeLimit),
        size_sentences=all_of("size_sentence", SizeSentence),
        notice_words=all_of("notice_words", NoticeWords),
        words_alike=all_of("words_alike", WordsAlike),
    )


def _filled(value: BaseModel, names: Mapping[str, Text]) -> BaseModel:
    """The same entry with the provider's names in its texts."""
    return value.model_copy(
        update={name: _fill_value(getattr(value, name), names) for name in type(value).model_fields}
    )


def _fill_value(value: object, names: Mapping[str, Text]) -> object:
    if isinstance(value, Text):
        return value.filled(names)
    if isinstance(value, BaseModel):
        return _filled(value, names)
    if isinstance(value, tuple):
        return tuple(_fill_value(item, names) for item in value)
    if isinstance(value, dict):
        return {key: _fill_value(item, names) for key, item in value.items()}
    return value


def is_hidden(name: Path) -> bool:
    """Whether a file is not the editor's own: JupyterLab keeps copies in `.ipynb_checkpoints`."""
    return any(part.startswith(".") for part in name.parts)


def _twice(entry: Entry, first: str) -> Fault:
    return entry.fault(
        f"同じ id が {first} にもあります。どちらかの id を変えてください。",
        f"the same id stands at {first}; give one of the two another id",
        "id",
    )


_MEANT_TO_BE_READ = re.compile(r"\.ya?ml(?:\.txt)?$", re.IGNORECASE)
"""Names of YAML files, also as some editors give them."""


def _stray(name: str) -> Fault:
    meant = _MEANT_TO_BE_READ.sub(".yaml", name)
    files = {kind.pattern.replace("*", Path(name).stem.removesuffix(".yaml")) for kind in KINDS}
    meant = next(iter(get_close_matches(meant, files, 1, 0.8)), "")
    ja, en = (f"「{meant}」のことでしょうか。", f" (is '{meant}' meant?)") if meant else ("", "")
    return Fault(
        name, 0,
        f"どこからも読まれないファイルです。{ja}名前か置き場所を確かめてください。",
        f"nothing reads this file{en}; check its name and folder",
    )  # fmt: skip


def _not_utf8(name: str, line: int) -> Fault:
    return Fault(
        name, line,
        "文字コードがUTF-8ではありません。UTF-8で保存し直してください。",
        "this file is not UTF-8; save it again as UTF-8",
    )  # fmt: skip


def _no_site() -> Fault:
    return Fault(
        "site.yaml", 0,
        "site.yaml がありません。プロバイダーの名称や連絡先を書いたファイルを置いてください。",
        "site.yaml is missing; add the file with the provider's names and contacts",
    )  # fmt: skip

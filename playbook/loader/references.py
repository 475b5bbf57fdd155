"""What one entry says of another must exist: ids, outcomes and names in braces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import cast

from pydantic import BaseModel

from playbook.errors import Fault
from playbook.language import Text, placeholders
from playbook.loader.lines import Place
from playbook.schema import (
    Case,
    Cause,
    Check,
    ClientCode,
    ClientDialog,
    Ending,
    Label,
    MailDomain,
    Remedy,
    Site,
    StatusCodeEntry,
    Symptom,
    Trap,
    Wording,
    WordsAlike,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with the file and line it came from."""

    kind: str
    value: object
    file: str
    line_of: Callable[[Place], int]

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        return self.file.rpartition("/")[2].removesuffix(".yaml")

    @property
    def name(self) -> str:
        """What tells the entry from others of its kind: ids of wordings are the file's own."""
        match self.value:
            case Wording(id=id_):
                return f"{self.stem}:{id_}"
            case StatusCodeEntry(code=code, mta=mta, after=after):
                return " ".join(filter(None, (code, mta, after)))
            case ClientCode(code=name) | MailDomain(domain=name) | Ending(wrong=name):
                return name
        return str(getattr(self.value, "id", ""))

    def fault(self, ja: str, en: str, *place: str | int) -> Fault:
        """A fault at `place` inside the entry, with the entry's id before the words."""
        name = getattr(self.value, "id", "") or self.name
        who_ja, who_en = (f"「{name}」：", f"'{name}': ") if name else ("", "")
        return Fault(self.file, self.line_of(place), who_ja + ja, who_en + en)


def reference_faults(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Every reference to something that does not exist."""
    entries = tuple(entries)
    known = _Known(entries)
    for entry in entries:
        yield from _faults(entry, known)
    yield from _alike_in_two_ways(entries)


def _alike_in_two_ways(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Words that stand in two groups of words alike: which others would do for them is not said."""
    first: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.value, WordsAlike):
            for i, word in enumerate(entry.value.words):
                other = first.setdefault(word, entry.value.id)
                if other != entry.value.id:
                    yield entry.fault(
                        f"words の「{word}」は「{other}」の組にもあります。"
                        "どちらか一つの組に入れてください。",
                        f"words: '{word}' stands in the group '{other}' too; keep it in one",
                        "words",
                        i,
                    )


class _Known:
    """Ids by kind of entry."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._ids: dict[str, dict[str, object]] = {}
        for entry in entries:
            self._ids.setdefault(entry.kind, {})[str(getattr(entry.value, "id", ""))] = entry.value
        site = next((entry.value for entry in entries if entry.kind == "site"), None)
        for kind in ("link", "contact", "limit"):
            listed = getattr(site, f"{kind}s", ())
            self._ids[kind] = {item.id: item for item in listed}
        self.names: Mapping[str, Text] = getattr(site, "names", {})

    def missing(self, kind: str, id_: str) -> bool:
        return id_ not in self._ids.get(kind, {})

    def close_to(self, kind: str, id_: str) -> str:
        """The id that was probably meant; empty where none is like it."""
        return next(iter(get_close_matches(id_, self._ids.get(kind, {}), 1, 0.75)), "")

    def outcomes(self, check: str) -> tuple[str, ...]:
        value = self._ids.get("check", {}).get(check)
        return tuple(outcome.id for outcome in getattr(value, "outcomes", ()))

    def symptoms(self, cause: str) -> tuple[str, ...]:
        """Those the cause may show; none where there is no such cause."""
        return tuple(getattr(self._ids.get("cause", {}).get(cause), "how_common", ()))

    def cautions(self, cause: str) -> int | None:
        """How many cautions the cause's remedy has; none where there is no such remedy."""
        remedy = getattr(self._ids.get("cause", {}).get(cause), "remedy", "")
        found = self._ids.get("remedy", {}).get(remedy)
        return None if found is None else len(getattr(found, "cautions", ()))


def _dangling(
    entry: Entry, known: _Known, kind: str, id_: str, *place: str | int
) -> Iterator[Fault]:
    if known.missing(kind, id_):
        ja_kind, en_kind = _KIND_WORDS[kind]
        ja, en = _is_meant(known.close_to(kind, id_))
        if "、" in id_ or "，" in id_:
            ja, en = "区切りは半角のコンマ「, 」で書いてください。", " (write ', ' between two)"
        yield entry.fault(
            f"{ja_kind}「{id_}」はどこにもありません。{ja}つづりを確かめるか、先に作ってください。",
            f"there is no {en_kind} '{id_}'{en}; check the spelling or write that entry first",
            *place,
        )


def _is_meant(close: str) -> tuple[str, str]:
    return (f"「{close}」のことでしょうか。", f" (is '{close}' meant?)") if close else ("", "")


_KIND_WORDS = {
    "symptom": ("症状", "symptom"),
    "cause": ("原因", "cause"),
    "check": ("確認", "check"),
    "remedy": ("対処", "remedy"),
    "reason": ("不達理由", "bounce reason"),
    "contact": ("問い合わせ先", "contact"),
    "link": ("リンク", "link"),
}


def _cause(entry: Entry, cause: Cause, known: _Known) -> Iterator[Fault]:
    for symptom in cause.how_common:
        yield from _dangling(entry, known, "symptom", symptom, "how_common", symptom)
    for check, outcomes in cause.shown_by.items():
        yield from _dangling(entry, known, "check", check, "shown_by", check)
        for outcome in outcomes:
            yield from _no_outcome(entry, known, check, outcome, "shown_by", check, outcome)
    for i, reason in enumerate(cause.bounce_reasons):
        yield from _dangling(entry, known, "reason", reason, "bounce_reasons", i)
    yield from _dangling(entry, known, "remedy", cause.remedy, "remedy")


def _no_outcome(
    entry: Entry, known: _Known, check: str, outcome: str, *place: str | int
) -> Iterator[Fault]:
    outcomes = known.outcomes(check)
    if not known.missing("check", check) and outcome not in outcomes:
        yield entry.fault(
            f"確認「{check}」に「{outcome}」という結果はありません。"
            f"あるのは {'、'.join(outcomes)} です。",
            f"the check '{check}' has no outcome '{outcome}'; it has {', '.join(outcomes)}",
            *place,
        )


_RESERVED_CHECKS = ("symptom", "bounce_reason")
_RESERVED_OUTCOME = "unknown"


def _check(entry: Entry, check: Check, known: _Known) -> Iterator[Fault]:
    if check.id in _RESERVED_CHECKS:
        yield entry.fault(
            "この id は別の意味で使われています。ほかの id にしてください。",
            "this id has a meaning of its own; choose another",
            "id",
        )
    for i, symptom in enumerate(check.symptoms):
        yield from _dangling(entry, known, "symptom", symptom, "symptoms", i)
    seen: set[str] = set()
    said: list[Text] = []
    for i, outcome in enumerate(check.outcomes):
        if outcome.id in seen:
            yield entry.fault(
                f"結果「{outcome.id}」が2回書かれています。どちらかの id を変えてください。",
                f"the outcome '{outcome.id}' is written twice; give one of the two another id",
                "outcomes", i, "id",
            )  # fmt: skip
        if outcome.id == _RESERVED_OUTCOME:
            yield entry.fault(
                "「わからない」はどの確認にも自動で付きます。この結果は消してください。",
                "every check already accepts \"don't know\"; remove this outcome",
                "outcomes", i, "id",
            )  # fmt: skip
        if outcome.says in said:
            yield entry.fault(
                "同じ言葉の結果がもう一つあり、見分けられません。says を変えてください。",
                "another outcome has the same words, and nobody could tell them apart; change one",
                "outcomes", i, "says",
            )  # fmt: skip
        seen.add(outcome.id)
        said.append(outcome.says)


def _remedy(entry: Entry, remedy: Remedy, known: _Known) -> Iterator[Fault]:
    for i, contact in enumerate(remedy.contacts):
        yield from _dangling(entry, known, "contact", contact, "contacts", i)
    for i, check in enumerate(remedy.changes):
        yield from _dangling(entry, known, "check", check, "changes", i)


def _symptom(entry: Entry, symptom: Symptom, known: _Known) -> Iterator[Fault]:
    for i, check in enumerate(symptom.opening):
        yield from _dangling(entry, known, "check", check, "opening", i)


def _site(entry: Entry, site: Site, known: _Known) -> Iterator[Fault]:
    for i, contact in enumerate(site.contacts):
        if contact.link is not None:
            yield from _dangling(entry, known, "link", contact.link, "contacts", i, "link")


def _case(entry: Entry, case: Case, known: _Known) -> Iterator[Fault]:
    yield from _dangling(entry, known, "symptom", case.symptom, "symptom")
    yield from _dangling(entry, known, "cause", case.cause, "cause")
    symptoms = known.symptoms(case.cause)
    if symptoms and case.symptom not in symptoms:
        yield entry.fault(
            f"原因「{case.cause}」の how_common に、この症状がありません。あるのは "
            f"{'、'.join(symptoms)} です。",
            f"the cause '{case.cause}' does not have this symptom under how_common; it has "
            f"{', '.join(symptoms)}",
            "symptom",
        )
    if case.id == case.cause:
        yield entry.fault(
            "研修用の事例の id が原因を明かしています。ほかの id にしてください。",
            "the id of a training case gives its cause away; choose another",
            "id",
        )
    for check, fact in case.facts.items():
        yield from _dangling(entry, known, "check", check, "facts", check)
        yield from _no_outcome(entry, known, check, fact.outcome, "facts", check, "outcome")
    for i, check in enumerate(case.opening_facts):
        yield from _no_fact(entry, case, check, "opening_facts", i)
    if case.notice is not None:
        yield from _dangling(entry, known, "reason", case.notice.reason, "notice", "reason")
        yield from _no_fact(entry, case, case.notice.comes_with, "notice", "comes_with")
    for i, step in enumerate(case.path):
        if step.startswith("remedy:"):
            yield from _dangling(entry, known, "remedy", step.removeprefix("remedy:"), "path", i)
        else:
            yield from _no_fact(entry, case, step, "path", i)
    for i, trap in enumerate(case.traps):
        yield from _trap(entry, case, trap, i, known)


def _no_fact(entry: Entry, case: Case, check: str, *place: str | int) -> Iterator[Fault]:
    if check not in case.facts:
        yield entry.fault(
            f"確認「{check}」の答えが facts にありません。",
            f"there is no answer to the check '{check}' among the facts",
            *place,
        )


def _trap(entry: Entry, case: Case, trap: Trap, i: int, known: _Known) -> Iterator[Fault]:
    if sum(kind is not None for kind in (trap.caution, trap.own, trap.lure)) != 1:
        yield entry.fault(
            "caution、own、lure のうち、ちょうど一つを書いてください。",
            "write exactly one of caution, own and lure",
            "traps", i,
        )  # fmt: skip
    if trap.lure is not None:
        yield from _dangling(entry, known, "remedy", trap.lure, "traps", i, "lure")
    cautions = known.cautions(case.cause)
    if trap.caution is not None and cautions is not None and trap.caution > cautions:
        yield entry.fault(
            f"対処の注意は{cautions}個です。{trap.caution}番目はありません。",
            f"there is no caution number {trap.caution}; cautions of the remedy: {cautions}",
            "traps", i, "caution",
        )  # fmt: skip


def _faults(entry: Entry, known: _Known) -> Iterator[Fault]:
    match entry.value:
        case Cause() as cause:
            yield from _cause(entry, cause, known)
        case Check() as check:
            yield from _check(entry, check, known)
        case Remedy() as remedy:
            yield from _remedy(entry, remedy, known)
        case Symptom() as symptom:
            yield from _symptom(entry, symptom, known)
        case Case() as case:
            yield from _case(entry, case, known)
        case Site() as site:
            yield from _site(entry, site, known)
        case StatusCodeEntry(reason=str(reason)) | Wording(reason=str(reason)):
            yield from _dangling(entry, known, "reason", reason, "reason")
        case ClientCode(points_to=reasons) | ClientDialog(points_to=reasons):
            for i, reason in enumerate(reasons):
                yield from _dangling(entry, known, "reason", reason, "points_to", i)


def label_faults(
    entry: Entry, label: Label, shipped: Mapping[str, Label], names: Mapping[str, Text]
) -> Iterator[Fault]:
    """What a screen could not fill in, or would never show: `shipped` are the texts it knows."""
    for name in sorted({*placeholders(label.text.ja)} ^ {*placeholders(label.text.en)}):
        yield entry.fault(
            f"{{{name}}} が日本語と英語の一方にしかありません。同じ名前を両方に書いてください。",
            f"{{{name}}} stands in one language only; write the same names in both",
            "text",
        )
    before = shipped.get(label.id)
    if before is None:
        ja, en = _is_meant(next(iter(get_close_matches(label.id, shipped, 1, 0.75)), ""))
        yield entry.fault(
            f"この id の文はどの画面にもありません。{ja}つづりを確かめてください。",
            f"no screen has a text of this id{en}; check the spelling",
            "id",
        )
        return
    filled_in = placeholders(before.text.ja)
    known = (*filled_in, *names)
    said = {*placeholders(label.text.ja), *placeholders(label.text.en)}
    for name in sorted({*label.needs, *before.needs, *({*filled_in} - {*names})} - said):
        yield entry.fault(
            f"{{{name}}} がありません。ここに入る内容が伝わらなくなります。書き足してください。",
            f"{{{name}}} is missing, and what is filled in there would not be told; add it",
            "text",
        )
    for name in sorted({*placeholders(label.text.ja)} - {*known}):
        listed = [f"{{{each}}}" for each in dict.fromkeys(known)]
        yield entry.fault(
            f"{{{name}}} はこの文では使えません。使えるのは {'、'.join(listed)} です。",
            f"{{{name}}} is not filled in here; these are: {', '.join(listed)}",
            "text",
        )


def site_faults(entry: Entry, shipped: Site) -> Iterator[Fault]:
    """What the shipped knowledge names and another provider's `site.yaml` lacks, each told once."""
    site = cast("Site", entry.value)
    for key, needed, there in (
        ("names", {*shipped.names}, {*site.names}),
        ("contacts", {each.id for each in shipped.contacts}, {each.id for each in site.contacts}),
    ):
        for id_ in sorted(needed - there):
            yield entry.fault(
                f"{key} に {id_} がありません。付属のナレッジが使うので、書き足してください。",
                f"{key} lacks {id_}, which the shipped knowledge uses; add it",
                key,
            )


def unknown_names(entry: Entry, names: Mapping[str, Text]) -> Iterator[Fault]:
    """Names in braces that `site.yaml` does not define. Labels are exempt: pages fill theirs in."""
    for place, text in texts_in(entry.value):
        for name in sorted({*placeholders(text.ja), *placeholders(text.en)} - names.keys()):
            yield entry.fault(
                f"{{{name}}} は site.yaml の names にありません。",
                f"{{{name}}} is not among the names of site.yaml",
                *place,
            )


def texts_in(value: object, place: Place = ()) -> Iterator[tuple[Place, Text]]:
    """Every `Text` inside an entry, with its place."""
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in(item, (*place, key))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from texts_in(item, (*place, i))
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_in(getattr(value, name), (*place, name))

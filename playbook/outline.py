"""The cause tree on paper: for people as indented text, for programs as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from playbook.language import Language, Text
from playbook.schema import Cause, Knowledge, Reason, Symptom
from playbook.terms import SymptomId


def as_text(
    knowledge: Knowledge, language: Language, closed: Mapping[str, Mapping[str, int]] | None = None
) -> str:
    """The tree as indented lines: symptom, causes with the most common first, remedy, cautions.

    With `closed` cases, by symptom and cause, each cause says how many it had.
    """
    return "\n".join(_lines(knowledge, language, closed))


def causes_of_symptom(knowledge: Knowledge, symptom: str) -> tuple[Cause, ...]:
    """The causes that can be behind `symptom`, most common first."""
    key = SymptomId(symptom)
    possible = (cause for cause in knowledge.causes if key in cause.how_common)
    return tuple(sorted(possible, key=lambda cause: -cause.how_common[key].pseudo_count))


def _lines(
    knowledge: Knowledge, language: Language, closed: Mapping[str, Mapping[str, int]] | None
) -> Iterator[str]:
    for symptom in knowledge.symptoms:
        yield symptom.title.of(language)
        for cause in causes_of_symptom(knowledge, symptom.id):
            yield from _cause_lines(cause, knowledge, language)
            if closed is not None:
                of_symptom = closed.get(symptom.id, {})
                counts = {"count": str(of_symptom.get(cause.id, 0))}
                counts["of"] = str(sum(of_symptom.values()))
                yield "      ∑ " + knowledge.say("closed_with_cause", language, **counts)
        yield ""


def _cause_lines(cause: Cause, knowledge: Knowledge, language: Language) -> Iterator[str]:
    remedy = knowledge.remedy[cause.remedy]
    yield f"  ● {cause.title.of(language)}  [{cause.id}]"
    yield f"      → {remedy.title.of(language)}"
    for caution in remedy.cautions:
        yield f"      ⚠ {caution.of(language)}"
    for reason in cause.bounce_reasons:
        yield f"      ✉ {knowledge.reason[reason].title.of(language)}  [{reason}]"


def as_data(knowledge: Knowledge) -> dict[str, object]:
    """The tree as values that JSON can carry; every text in both languages."""
    return {
        "format": 1,
        "digest": knowledge.digest,
        "symptoms": [_symptom(symptom, knowledge) for symptom in knowledge.symptoms],
        "causes": [_cause(cause, knowledge) for cause in knowledge.causes],
        "bounce_reasons": [_reason(reason, knowledge) for reason in knowledge.reasons],
    }


def _both(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _symptom(symptom: Symptom, knowledge: Knowledge) -> dict[str, object]:
    return {
        "id": symptom.id,
        "title": _both(symptom.title),
        "says": _both(symptom.says),
        "causes": [cause.id for cause in causes_of_symptom(knowledge, symptom.id)],
    }


def _cause(cause: Cause, knowledge: Knowledge) -> dict[str, object]:
    remedy = knowledge.remedy[cause.remedy]
    return {
        "id": cause.id,
        "seed": list(cause.seed),
        "title": _both(cause.title),
        "explains": _both(cause.explains),
        "how_common": {symptom: word.value for symptom, word in cause.how_common.items()},
        "shown_by": {
            check: {outcome: word.value for outcome, word in outcomes.items()}
            for check, outcomes in cause.shown_by.items()
        },
        "bounce_reasons": list(cause.bounce_reasons),
        "remedy": {
            "id": remedy.id,
            "title": _both(remedy.title),
            "minutes": remedy.minutes,
            "steps": [_both(step) for step in remedy.steps],
            "cautions": [_both(caution) for caution in remedy.cautions],
            "verify": _both(remedy.verify),
            "contacts": [
                {"id": id_, "title": _both(knowledge.contact[id_].title)} for id_ in remedy.contacts
            ],
            "escalation": None if remedy.escalation is None else _both(remedy.escalation),
        },
        "source": cause.source,
    }


def _reason(reason: Reason, knowledge: Knowledge) -> dict[str, object]:
    return {
        "id": reason.id,
        "seed": list(reason.seed),
        "title": _both(reason.title),
        "nature": reason.nature,
        "who_acts": list(reason.who_acts),
        "explains": _both(reason.explains),
        "causes": [cause.id for cause in knowledge.causes_of(reason.id)],
    }

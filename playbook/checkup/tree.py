"""Proofs over causes, checks and reasons: every cause is played."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from playbook.checkup.proof import Proof, fault
from playbook.diagnosis import BOUNCE, SYMPTOM, Diagnosis
from playbook.errors import Fault
from playbook.schema import Cause, Check, Knowledge
from playbook.terms import UNDETERMINED, OutcomeId
from playbook.troubleshooting.from_knowledge import Numbers


def tree_proofs(knowledge: Knowledge) -> tuple[Proof, ...]:
    """Every proof over the tree."""
    return (
        _every_cause_comes_first(knowledge),
        _causes_can_be_told_apart(knowledge),
        _every_symptom_has_causes(knowledge),
        _every_failure_has_a_cause(knowledge),
        _every_check_matters(knowledge),
    )


def signs(cause: Cause, check: Check) -> OutcomeId | None:
    """The outcome of `check` that `cause` makes more likely than other causes do, if any."""
    named = cause.shown_by.get(check.id)  # type: ignore[call-overload]
    if not named:
        return None
    base = {outcome.id: outcome.how_often.share for outcome in check.outcomes}
    best = max(named, key=lambda outcome: named[outcome].share / base[outcome])
    return OutcomeId(best) if named[best].share > base[best] else None


def _has_signs(cause: Cause) -> bool:
    return bool(cause.shown_by or cause.bounce_reasons)


def _causes_without_signs(knowledge: Knowledge) -> Iterator[Fault]:
    """Causes that nothing shows, beyond the one a symptom needs as "something else"."""
    for symptom in knowledge.symptoms:
        unsigned = [
            cause
            for cause in knowledge.causes
            if symptom.id in cause.how_common and not _has_signs(cause)
        ]
        for cause in unsigned[1:]:
            yield fault(
                knowledge, "cause", cause.id,
                f"特徴がなく「{unsigned[0].id}」と区別できません。shown_by を書いてください。",
                f"it has no signs and cannot be told from '{unsigned[0].id}'; write shown_by",
            )  # fmt: skip


def _every_cause_comes_first(knowledge: Knowledge) -> Proof:
    faults = list(_causes_without_signs(knowledge))
    shown = [cause for cause in knowledge.causes if _has_signs(cause)]
    for cause in shown:
        for symptom in cause.how_common:
            diagnosis = Diagnosis.start(knowledge).observe(SYMPTOM, symptom)
            for check in knowledge.checks:
                outcome = signs(cause, check)
                if outcome and check.is_asked_for(symptom):
                    diagnosis = diagnosis.observe(check.id, outcome)
            if cause.bounce_reasons:
                diagnosis = diagnosis.observe(BOUNCE, cause.bounce_reasons[0])
            first = diagnosis.suspects()[0].cause
            if first.remedy != cause.remedy:
                faults.append(
                    fault(
                        knowledge, "cause", cause.id,
                        f"症状「{symptom}」で自分の特徴がすべて出ても「{first.id}」が先に立ちます。"
                        "shown_by を見直してください。",
                        f"with symptom '{symptom}' and all its own signs, '{first.id}' still "
                        "comes first; revise shown_by",
                    )
                )  # fmt: skip
    return Proof(
        "どの原因も、特徴がそろえば最有力になる",
        "every cause comes first when its own signs are answered",
        len(shown),
        tuple(faults),
    )


def _causes_can_be_told_apart(knowledge: Knowledge) -> Proof:
    numbers = Numbers(knowledge)
    faults = {}
    tried = 0
    for symptom in knowledge.symptoms:
        checks = [check.id for check in numbers.checks(symptom.id)]
        seen = {
            cause.id: (_likeliest(cause, checks, numbers), frozenset(cause.bounce_reasons))
            for cause in numbers.causes(symptom.id)
        }
        for one, other in combinations(numbers.causes(symptom.id), 2):
            tried += 1
            if one.remedy != other.remedy and seen[one.id] == seen[other.id]:
                faults[one.id, other.id] = fault(
                    knowledge, "cause", other.id,
                    f"どの確認の答えも「{one.id}」と同じになりやすく、対処が違うのに見分けられません。"
                    "shown_by に違いを書くか、対処を同じにしてください。",
                    f"every check's likeliest answer is that of '{one.id}', whose remedy is "
                    "another: no set of answers tells the two apart; write the difference under "
                    "shown_by, or give both the same remedy",
                )  # fmt: skip
    return Proof(
        "対処の違う原因は、どれも確認の答えで見分けられる",
        "answers tell any two causes apart, unless they share a remedy",
        tried,
        tuple(faults.values()),
    )


def _likeliest(cause: Cause, checks: list[str], numbers: Numbers) -> tuple[str, ...]:
    """The answer of each check most often met with this cause."""
    tables = map(numbers.likelihood, checks)
    return tuple(max(each, key=lambda outcome: each[outcome][cause.id]) for each in tables)


def _every_symptom_has_causes(knowledge: Knowledge) -> Proof:
    faults = [
        fault(
            knowledge, "symptom", symptom.id,
            "この症状を起こす原因がありません。how_common に書き足してください。",
            "no cause lies behind this symptom; name it under how_common of a cause",
        )
        for symptom in knowledge.symptoms
        if not any(symptom.id in cause.how_common for cause in knowledge.causes)
    ]  # fmt: skip
    return Proof(
        "どの症状にも原因がある",
        "every symptom has causes behind it",
        len(knowledge.symptoms),
        tuple(faults),
    )


def _every_failure_has_a_cause(knowledge: Knowledge) -> Proof:
    failures = [
        reason
        for reason in knowledge.reasons
        if reason.nature != "none" and reason.id != UNDETERMINED
    ]
    faults = [
        fault(
            knowledge, "reason", reason.id,
            "この不達理由が指す原因がありません。原因の bounce_reasons に書き足してください。",
            "this bounce reason speaks for no cause; add it to bounce_reasons of a cause",
        )
        for reason in failures
        if not knowledge.causes_of(reason.id)
    ]  # fmt: skip
    return Proof(
        "どの不達理由も原因につながる",
        "every bounce reason of a failure leads to a cause",
        len(failures),
        tuple(faults),
    )


def _every_check_matters(knowledge: Knowledge) -> Proof:
    asked = {check for cause in knowledge.causes for check in cause.shown_by}
    faults = [
        fault(
            knowledge, "check", check.id,
            "どの原因の shown_by にも出てこないので、答えても何も変わりません。",
            "no cause names it under shown_by, so its answer changes nothing",
        )
        for check in knowledge.checks
        if check.id not in asked
    ]  # fmt: skip
    return Proof(
        "どの確認の答えも何かを変える",
        "every check's answer changes something",
        len(knowledge.checks),
        tuple(faults),
    )

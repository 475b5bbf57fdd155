"""A small knowledge made by hand, with easy numbers, for tests of the engines."""

from __future__ import annotations

from playbook.language import Text
from playbook.schema import (
    Cause,
    Check,
    HowCommon,
    HowOften,
    Knowledge,
    Outcome,
    Reason,
    Remedy,
    Site,
    Symptom,
)

COMMON, RARE = HowCommon.COMMON, HowCommon.RARE
ALWAYS, USUALLY, RARELY = HowOften.ALWAYS, HowOften.USUALLY, HowOften.RARELY
SELDOM = ("full",)
"""Outcomes seldom seen with causes that say nothing about the check."""


def text(words: str) -> Text:
    return Text(ja=words, en=words)


def cause(id_: str, remedy: str, shown_by=(), reasons=(), **how_common: HowCommon) -> Cause:
    return Cause(
        id=id_,
        title=text(id_),
        explains=text(id_),
        how_common=how_common or {"receive": COMMON},
        shown_by=dict(shown_by),
        bounce_reasons=tuple(reasons),
        remedy=remedy,
    )


def check(id_: str, minutes: float, *outcomes: str, symptoms=()) -> Check:
    return Check(
        id=id_,
        title=text(id_),
        asks=text(id_),
        by="customer",
        minutes=minutes,
        outcomes=tuple(
            Outcome(id=each, says=text(each), how_often=RARELY if each in SELDOM else USUALLY)
            for each in outcomes
        ),
        symptoms=symptoms,
    )


def remedy(id_: str, minutes: float, works: HowOften = USUALLY) -> Remedy:
    return Remedy(
        id=id_,
        title=text(id_),
        minutes=minutes,
        works=works,
        steps=(text(id_),),
        verify=text(id_),
    )


def reason(id_: str) -> Reason:
    return Reason(
        id=id_,
        title=text(id_),
        nature="permanent",
        who_acts=("customer",),
        explains=text(id_),
        tell=text(id_),
        letter=text(id_),
        next=text(id_),
    )


def small_knowledge() -> Knowledge:
    """Two symptoms, five causes, four checks, four remedies, three bounce reasons."""
    return Knowledge(
        site=Site(format=1, names={}, links=(), contacts=(), limits=(), hand_over_minutes=60.0),
        symptoms=tuple(
            Symptom(id=id_, title=text(id_), says=text(id_)) for id_ in ("receive", "send")
        ),
        causes=(
            cause("full", "empty", {"quota": {"full": ALWAYS}, "webmail": {"no": USUALLY}}),
            cause("junk", "search", {"webmail": {"yes": ALWAYS}, "who": {"one": USUALLY}}),
            cause(
                "rule", "search", {"webmail": {"yes": USUALLY}, "who": {"one": ALWAYS}},
                receive=RARE,
            ),
            cause("typo", "correct", {"who": {"one": ALWAYS}}, ["no_such_user"], send=COMMON),
            cause(
                "blocked", "unblock", {"line": {"other": ALWAYS}},
                ["refused", "no_such_user"], send=COMMON, receive=RARE,
            ),
        ),
        checks=(
            check("quota", 1, "full", "below", symptoms=("receive",)),
            check("webmail", 3, "yes", "no"),
            check("who", 1, "one", "all"),
            check("line", 1, "own", "other", symptoms=("send",)),
        ),
        remedies=(
            remedy("empty", 10), remedy("search", 5), remedy("correct", 4), remedy("unblock", 20),
        ),
        reasons=(reason("no_such_user"), reason("refused"), reason("undetermined")),
        status_codes=(),
        wordings={},
        labels={},
        places={},
        digest="by hand",
    )  # fmt: skip

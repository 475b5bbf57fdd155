"""Customers as they are: they do not know, and they err."""

from __future__ import annotations

from dataclasses import replace

from playbook.troubleshooting.model import Check, Model, Remedy

UNKNOWN = "unknown"
"""The outcome "don't know": equally likely whatever the cause, so it tells nothing."""


def with_noise(model: Model, *, unknown: float, wrong: float) -> Model:
    """The model with customers who do not know, or give another answer than the true one.

    `unknown` is the share of questions answered "don't know"; of the other answers the share
    `wrong` is any other outcome instead, each as likely.
    """
    checks = tuple(_noisy(check, unknown, wrong, model.causes) for check in model.checks)
    return replace(model, checks=checks)


def without_noise(model: Model) -> Model:
    """The model in which a cause always gives its likeliest outcome and remedies always work.

    A remedy meant for another cause leaves what was answered as it was.
    """
    remedies = tuple(
        Remedy(
            each.id, each.minutes, {cause: 1.0 for cause, chance in each.repairs.items() if chance}
        )
        for each in model.remedies
    )
    checks = tuple(_certain(check, model.causes) for check in model.checks)
    return replace(model, remedies=remedies, checks=checks)


def misreported(check: Check, wrong: float) -> Check:
    """The check with the share `wrong` of its answers replaced by any other outcome."""
    others = len(check.outcomes) - 1
    if not others:
        return check
    outcomes = {
        outcome: {
            cause: share * (1.0 - wrong) + (1.0 - share) * wrong / others
            for cause, share in by_cause.items()
        }
        for outcome, by_cause in check.outcomes.items()
    }
    return replace(check, outcomes=outcomes)


def _noisy(check: Check, unknown: float, wrong: float, causes: tuple[str, ...]) -> Check:
    every = {o: {c: by.get(c, 0.0) for c in causes} for o, by in check.outcomes.items()}
    reported = misreported(replace(check, outcomes=every), wrong).outcomes
    outcomes = {
        outcome: {cause: (1.0 - unknown) * share for cause, share in by_cause.items()}
        for outcome, by_cause in reported.items()
    }
    outcomes[UNKNOWN] = dict.fromkeys(causes, unknown)
    return replace(check, outcomes=outcomes)


def _certain(check: Check, causes: tuple[str, ...]) -> Check:
    likeliest = {
        cause: max(check.outcomes, key=lambda each: check.outcomes[each].get(cause, 0.0))
        for cause in causes
    }
    outcomes = {
        outcome: {cause: 1.0 for cause in causes if likeliest[cause] == outcome}
        for outcome in check.outcomes
    }
    return Check(check.id, check.minutes, outcomes)

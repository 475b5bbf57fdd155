"""The proposed cases, worked as the engine advises: `python tests/bench/proposed_cases.py FILE`.

FILE is a YAML list of cases with a hidden cause, facts by check and an expert's path. What the
customer's first words tell is entered first; a check without a fact is answered "don't know".
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from playbook.diagnosis import REMEDY, SYMPTOM, UNKNOWN, Diagnosis
from playbook.loader import load_knowledge

SYMPTOMS = {"recv": "cannot_receive", "send": "cannot_send", "both": "cannot_send_or_receive"}

OPENING = {
    "K01": ("which_missing",),
    "K02": ("which_missing", "recent_change"),
    "K03": ("which_missing",),
    "K04": ("which_missing",),
    "K05": ("which_missing", "other_devices"),
    "K06": ("which_missing",),
    "K07": ("which_missing",),
    "K08": ("which_missing",),
    "K09": ("line_used", "who_fails"),
    "K10": ("line_used", "auth_prompt", "recent_change"),
    "K11": ("who_fails",),
    "K12": ("who_fails", "sent_it", "error_kind"),
    "K13": ("who_fails", "sent_it", "error_kind"),
    "K14": ("who_fails", "sent_it", "recent_change", "error_kind"),
    "K15": ("who_fails", "sent_it"),
    "K16": ("sent_it", "error_kind"),
    "K18": ("auth_prompt", "recent_change"),
    "K20": ("other_devices", "recent_change"),
}
"""What the opening words tell, by case."""

SAID = {"error_kind": "mail", "recent_change": "nothing"}
"""Told by the opening words of the cases above, though the file lists no such fact."""


def worked(case: dict[str, Any], start: Diagnosis) -> tuple[float, list[str], bool]:
    """Minutes, the steps taken, and whether the hidden cause was repaired."""
    knowledge = start.knowledge
    facts = {check: fact["a"].lower() for check, fact in case["facts"].items()}
    diagnosis = start.observe(SYMPTOM, SYMPTOMS[case["branch"]])
    for check in OPENING.get(case["id"], ()):
        diagnosis = diagnosis.observe(check, facts.get(check, SAID.get(check, UNKNOWN)))
    minutes, steps = 0.0, []
    while True:
        step = diagnosis.next_steps()[0]
        minutes += step.minutes
        steps.append(step.id)
        if step.kind == "hand_over":
            return minutes, steps, False
        if step.kind == "check":
            diagnosis = diagnosis.observe(step.id, facts.get(step.id, UNKNOWN))
        elif knowledge.cause[case["hidden_cause"]].remedy == step.id:
            return minutes, steps, True
        else:
            diagnosis = diagnosis.observe(REMEDY + step.id, "failed")


def comes_first(case: dict[str, Any], start: Diagnosis) -> bool:
    """With all facts known, the hidden cause is first."""
    diagnosis = start.observe(SYMPTOM, SYMPTOMS[case["branch"]])
    for check, fact in case["facts"].items():
        diagnosis = diagnosis.observe(check, fact["a"].lower())
    return diagnosis.suspects()[0].cause.id == case["hidden_cause"]


def main(file: str) -> None:
    """Print a line a case and the sums."""
    cases = yaml.safe_load(Path(file).read_text(encoding="utf-8"))["cases"]
    start = Diagnosis.start(load_knowledge())
    total, repaired, first = 0.0, 0, 0
    for case in cases:
        minutes, steps, done = worked(case, start)
        total, repaired, first = total + minutes, repaired + done, first + comes_first(case, start)
        print(f"{case['id']} {minutes:5.0f}  {' '.join(steps)}")
    print(f"{total:.0f} minutes, {repaired} of {len(cases)} repaired; hidden cause first: {first}")


if __name__ == "__main__":
    main(sys.argv[1])

"""The text for the ticket: what is known of a case, tried and noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from playbook.diagnosis import BOUNCE, SYMPTOM

if TYPE_CHECKING:
    from playbook.widgets.case.state import CaseState


def hand_off(state: CaseState) -> str:
    """The text for the ticket as the case stands; empty while nothing is known or noted.

    It holds no names, no addresses and none of the words that were pasted.
    """
    return "\n".join((*_found_lines(state), *_noted_lines(state)))


def _noted_lines(state: CaseState) -> Iterator[str]:
    if state.case.notes:
        yield state.say("handoff_notes")
    for note in state.case.notes:
        yield state.say("handoff_line", line=note)


def _found_lines(state: CaseState) -> Iterator[str]:
    if not state.is_begun:
        return
    known = {each.observation.check: each for each in state.facts}
    symptom = known.pop(SYMPTOM, None)
    yield state.say("handoff_symptom", symptom=symptom.says if symptom else "―")
    bounce = known.pop(BOUNCE, None)
    if bounce and state.case.reading:
        codes = state.codes_of(state.case.reading) or "―"
        yield state.say("handoff_bounce", reason=bounce.says, codes=codes)
    questions = [each for each in known.values() if each.is_question]
    if questions:
        yield state.say("handoff_checks")
        for each in questions:
            yield state.say("handoff_line", line=each.said)
    remedies = [each for each in known.values() if not each.is_question]
    if remedies:
        yield state.say("handoff_remedies")
        for each in remedies:
            yield state.say("handoff_line", line=each.said)
    yield from _outlook(state)


def _outlook(state: CaseState) -> Iterator[str]:
    if state.solved_by:
        yield state.say("handoff_solved", remedy=state.words(state.solved_by.title))
        return
    yield state.say("handoff_causes")
    for suspect in state.suspects[:3]:
        title, share = state.words(suspect.cause.title), f"{suspect.probability:.0%}"
        yield state.say("handoff_line", line=state.say("fact", title=title, says=share))
    escalation = state.knowledge.remedy[state.suspects[0].cause.remedy].escalation
    if escalation:
        yield state.say("handoff_next", says=state.words(escalation))

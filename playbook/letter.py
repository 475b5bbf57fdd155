"""What a reading has people say: the letter to the customer, and to the agent how sure it is."""

from __future__ import annotations

from playbook.bounce.reading import Reading
from playbook.language import Language
from playbook.schema import Knowledge
from playbook.terms import UNDETERMINED

_LONGEST_QUOTE = 60
"""Characters of the words a doubtful reading rests on that are told."""


def letter(reading: Reading, knowledge: Knowledge, language: Language) -> str:
    """What was read, as a letter: what happened, what to do now, and who has to act.

    It names no address, so it may be kept with the case.
    """
    reason = knowledge.reason[reading.reason]
    paragraphs = [
        reason.letter.of(language),
        knowledge.say("letter_acts_" + reading.who_acts[0], language),
    ]
    if reading.still_trying and not reason.outcome:
        paragraphs.insert(0, knowledge.say("letter_still_trying", language))
    return knowledge.say("letter", language, advice="\n\n".join(paragraphs))


def doubt(reading: Reading, knowledge: Knowledge, language: Language) -> str:
    """What a doubtful reading rests on and what would settle it; empty where there is no doubt.

    A single word or a code used for many things may lead to a reason as definite as any other.
    """
    if reading.missing is None or reading.reason == UNDETERMINED or not reading.evidence:
        return ""
    words = " ".join(reading.evidence[0].quote.split())
    if len(words) > _LONGEST_QUOTE:
        words = words[:_LONGEST_QUOTE] + "…"
    return knowledge.say("doubt_" + reading.missing, language, words=words)

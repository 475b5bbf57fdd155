"""The letter to the customer about a mail that came back, or an error on the screen."""

from __future__ import annotations

from playbook.bounce.reading import Reading
from playbook.language import Language
from playbook.schema import Knowledge


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

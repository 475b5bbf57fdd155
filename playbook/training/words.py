"""What the debrief and the hints say, from the labels of `training.yaml`."""

from __future__ import annotations

from playbook.diagnosis import Step
from playbook.language import Language, in_one
from playbook.schema import Cause, Knowledge
from playbook.training.debrief import Look
from playbook.training.hints import Hint


def why(look: Look, knowledge: Knowledge, language: Language) -> str:
    """Why a move was as good as it was, in one or two sentences."""
    return knowledge.say(
        f"training_why_{look.why}",
        language,
        best=step_title(look.best, knowledge, language),
        minutes=f"{look.regret:.1f}",
        chance=f"{look.chance:.0%}",
        causes=_titles(look.separates, knowledge, language),
    )


def hint_words(hint: Hint, knowledge: Knowledge, language: Language) -> str:
    """A hint, as much as its depth tells."""
    said = [knowledge.say(f"training_look_at_{hint.look_at}", language)]
    if hint.causes:
        causes = _titles(hint.causes, knowledge, language)
        said.append(knowledge.say("training_hint_causes", language, causes=causes))
    if hint.step:
        step = step_title(hint.step, knowledge, language)
        said.append(knowledge.say("training_hint_step", language, step=step))
    return in_one(said, language)


def step_title(step: Step, knowledge: Knowledge, language: Language) -> str:
    """The title of a check or remedy, or the words for handing over."""
    if step.kind == "hand_over":
        return knowledge.say("training_hand_over", language)
    entry = knowledge.check[step.id] if step.kind == "check" else knowledge.remedy[step.id]
    return entry.title.of(language)


def _titles(causes: tuple[Cause, ...], knowledge: Knowledge, language: Language) -> str:
    quoted = [
        knowledge.say("training_quoted", language, title=c.title.of(language)) for c in causes
    ]
    return knowledge.listed(quoted, language)

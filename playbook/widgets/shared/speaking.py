"""What every screen can: find the words of its language, read a text, name what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from traitlets import Enum, HasTraits

from playbook.address import probable_addresses
from playbook.bounce import reader_of
from playbook.bounce.reading import Reading
from playbook.client_errors import Found, find, joined
from playbook.diagnosis import BOUNCE, REMEDY, SYMPTOM, UNKNOWN, Observation
from playbook.errors import Fault
from playbook.language import LANGUAGES, Text
from playbook.letter import doubt, letter
from playbook.schema import Knowledge, Reason

MOST_RECIPIENTS = 50
"""Recipients looked at for slips; nobody reads more."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An observation in words."""

    observation: Observation
    title: str
    says: str
    said: str
    """Title and answer in one."""
    is_question: bool


class Speaking(HasTraits):
    """A screen with a language: finds the words for it in the knowledge."""

    language = Enum(LANGUAGES, "ja")
    faults: tuple[Fault, ...] = ()
    """Of the files of the knowledge, while the screen works with what was there before them."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        self.knowledge = knowledge

    def read_text(self, text: str) -> Reading:
        """What stands in the text of a bounce, or of an error a mail program shows."""
        return joined(reader_of(self.knowledge).read(text), self.knowledge)

    def explained(self, reading: Reading) -> tuple[Found, ...]:
        """The errors of mail programs in what was read, best believed first, each said once."""
        found = find(reading.shown, self.knowledge)
        return tuple({each.meaning: each for each in found if each.kind != "answer"}.values())

    def words(self, text: Text) -> str:
        """`text` in the language chosen."""
        return text.of(self.language)

    def say(self, label: str, **values: str) -> str:
        """A label of the screens in the language chosen."""
        return self.knowledge.say(label, self.language, **values)

    def listed(self, items: Sequence[str]) -> str:
        """Several things in one phrase; empty for none."""
        return self.knowledge.listed(items, self.language)

    def reason_of(self, reading: Reading) -> Reason:
        """The entry of the reason that was read."""
        return self.knowledge.reason[reading.reason]

    def letter_on(self, reading: Reading | None) -> str:
        """A letter to the customer about what was read; empty while nothing is read."""
        return letter(reading, self.knowledge, self.language) if reading else ""

    def doubt_of(self, reading: Reading) -> str:
        """What a doubtful reading rests on and what would settle it; empty where there is none."""
        return doubt(reading, self.knowledge, self.language)

    def misspelt(self, reading: Reading) -> list[str]:
        """Recipients whose domain is probably misspelt, each with what was meant."""
        meant = probable_addresses(reading.recipients[:MOST_RECIPIENTS], self.knowledge)
        return [self.say("meant", recipient=each, meant=meant[each]) for each in meant]

    def codes_of(self, reading: Reading) -> str:
        """The status and reply codes that were read, joined for a person; may be empty."""
        return " / ".join(code for code in (reading.status, reading.reply_code) if code)

    def fact(self, observation: Observation) -> Fact:
        """An observation in the words of the screen."""
        if observation.check == SYMPTOM:
            title, says = self.say("symptom"), self._symptom_says(observation.outcome)
        elif observation.check == BOUNCE:
            title = self.say("bounce")
            says = self.words(self.knowledge.reason[observation.outcome].title)
        elif observation.check.startswith(REMEDY):
            remedy = self.knowledge.remedy[observation.check.removeprefix(REMEDY)]
            title, says = self.words(remedy.title), self.say("remedy_" + observation.outcome)
        else:
            title, says = self._answered(observation)
        is_question = observation.check in self.knowledge.check
        said = self.say("fact", title=title, says=says)
        return Fact(observation, title, says, said, is_question)

    def _symptom_says(self, symptom: str) -> str:
        if symptom == UNKNOWN:
            return self.say("symptom_unclear")
        return self.words(self.knowledge.symptom[symptom].title)

    def _answered(self, observation: Observation) -> tuple[str, str]:
        check = self.knowledge.check[observation.check]
        outcomes = {each.id: self.words(each.says) for each in check.outcomes}
        return self.words(check.title), outcomes.get(observation.outcome, self.say("dont_know"))

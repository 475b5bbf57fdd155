"""What the review's pages mean: what the closed cases say, without a single widget."""

from __future__ import annotations

from datetime import UTC, datetime

from traitlets import Instance

from playbook.caselog import open_case_log
from playbook.loader import load_knowledge
from playbook.review import Review, invented_cases, review
from playbook.schema import Knowledge
from playbook.settings import settings
from playbook.widgets.shared.speaking import Speaking


class ReviewState(Speaking):
    """The review on the screen."""

    review = Instance(Review)

    def __init__(self, knowledge: Knowledge, found: Review, *, is_invented: bool) -> None:
        self.set_trait("review", found)
        self.is_invented = is_invented
        super().__init__(knowledge)


def review_of_the_log() -> ReviewState:
    """What the case log says; invented cases where none has ended yet, or in the public demo.

    Raises:
        PlaybookError: when the knowledge or the case log cannot be read.
    """
    knowledge = load_knowledge()
    ended = () if settings().demo else open_case_log().ended_cases()
    cases = ended or invented_cases(knowledge, datetime.now(UTC))
    return ReviewState(knowledge, review(knowledge, cases), is_invented=not ended)

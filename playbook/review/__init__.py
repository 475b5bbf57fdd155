"""What the cases that have ended say about the knowledge. Pure: events in, figures out.

Nobody is ranked: agents do not appear in it.
"""

from playbook.review.figures import (
    CauseFigures,
    Hint,
    Review,
    StepFigures,
    SymptomFigures,
    review,
)
from playbook.review.invented import invented_cases
from playbook.review.proposals import Proposal, as_yaml, proposals

__all__ = [
    "CauseFigures",
    "Hint",
    "Proposal",
    "Review",
    "StepFigures",
    "SymptomFigures",
    "as_yaml",
    "invented_cases",
    "proposals",
    "review",
]

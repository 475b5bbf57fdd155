"""Reads a bounce: anything pasted in, a `Reading` out. Opens no file and no connection."""

from playbook.bounce.reader import Reader, reader_of
from playbook.bounce.reading import Delivery, Evidence, Missing, Reading
from playbook.bounce.recurring import RecurringReader

__all__ = [
    "Delivery", "Evidence", "Missing", "Reader", "Reading", "RecurringReader", "reader_of",
]  # fmt: skip

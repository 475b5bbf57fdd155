"""Reads a bounce: anything pasted in, a `Reading` out. Opens no file and no connection."""

from playbook.bounce.reader import Reader, reader_of
from playbook.bounce.reading import Delivery, Evidence, Missing, Reading

__all__ = ["Delivery", "Evidence", "Missing", "Reader", "Reading", "reader_of"]

"""The shape of every knowledge file, and `Knowledge`, all of them together."""

from playbook.schema.base import Shape
from playbook.schema.mail import (
    Reason,
    ReasonFile,
    StatusCodeEntry,
    StatusCodeFile,
    Wording,
    WordingFile,
)
from playbook.schema.provider import Contact, Label, LabelFile, Limit, Link, Site
from playbook.schema.tree import (
    Cause,
    CauseFile,
    Check,
    CheckFile,
    HowCommon,
    HowOften,
    Outcome,
    Remedy,
    RemedyFile,
    Symptom,
    SymptomFile,
)
from playbook.schema.whole import Knowledge

__all__ = [
    "Cause",
    "CauseFile",
    "Check",
    "CheckFile",
    "Contact",
    "HowCommon",
    "HowOften",
    "Knowledge",
    "Label",
    "LabelFile",
    "Limit",
    "Link",
    "Outcome",
    "Reason",
    "ReasonFile",
    "Remedy",
    "RemedyFile",
    "Shape",
    "Site",
    "StatusCodeEntry",
    "StatusCodeFile",
    "Symptom",
    "SymptomFile",
    "Wording",
    "WordingFile",
]

"""The shape of every knowledge file, and `Knowledge`, all of them together."""

from playbook.schema.base import Shape
from playbook.schema.cases import Case, CaseFile, Fact, Notice, Trap
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
    "Case",
    "CaseFile",
    "Cause",
    "CauseFile",
    "Check",
    "CheckFile",
    "Contact",
    "Fact",
    "HowCommon",
    "HowOften",
    "Knowledge",
    "Label",
    "LabelFile",
    "Limit",
    "Link",
    "Notice",
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
    "Trap",
    "Wording",
    "WordingFile",
]

"""A support playbook for "my e-mail stopped working": from symptom to cause to remedy.

The public names are loaded when first asked for: a command or page pays only for what it uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playbook.bounce import Reader, Reading
    from playbook.diagnosis import Diagnosis
    from playbook.loader import load_knowledge

__all__ = ["Diagnosis", "Reader", "Reading", "load_knowledge"]

_HOME = {
    "Diagnosis": "playbook.diagnosis",
    "Reader": "playbook.bounce",
    "Reading": "playbook.bounce",
    "load_knowledge": "playbook.loader",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(name)

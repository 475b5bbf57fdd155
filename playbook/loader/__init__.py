"""A folder of YAML becomes `Knowledge`; every fault is told as file:line, in both languages."""

from playbook.loader.folder import (
    KNOWLEDGE_FOLDER,
    hold_knowledge,
    load_knowledge,
    tell_faults,
    working_knowledge,
)

__all__ = [
    "KNOWLEDGE_FOLDER",
    "hold_knowledge",
    "load_knowledge",
    "tell_faults",
    "working_knowledge",
]

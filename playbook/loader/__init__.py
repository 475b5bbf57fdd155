"""A folder of YAML becomes `Knowledge`; every fault is told as file:line, in both languages."""

from playbook.loader.folder import (
    KNOWLEDGE_FOLDER,
    hold_knowledge,
    load_knowledge,
    working_knowledge,
)
from playbook.loader.labels import in_words, label_texts, remark, tell_faults

__all__ = [
    "KNOWLEDGE_FOLDER",
    "hold_knowledge",
    "in_words",
    "label_texts",
    "load_knowledge",
    "remark",
    "tell_faults",
    "working_knowledge",
]

"""The texts of the phrase files by themselves: what is said before, or without, the knowledge.

A command tells its help and its errors where the rest of the knowledge is not needed, takes longer
to read, or has faults.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from playbook.errors import KnowledgeError, PlaybookError
from playbook.language import Text
from playbook.loader.folder import KNOWLEDGE_FOLDER, knowledge_folders, read_labels
from playbook.settings import SettingError


def label_texts() -> Mapping[str, Text]:
    """The texts by id, with those of the private folder; of files with faults, none."""
    try:
        folders = knowledge_folders()
    except SettingError:
        folders = (KNOWLEDGE_FOLDER,)
    return read_labels(*folders)


def in_words(error: PlaybookError) -> Text:
    """What an error tells, in every language: who reads it may have chosen none yet."""
    values = {name: Text.same(value) for name, value in error.values.items()}
    return label_texts()[error.label].filled(values)


def remark(label: str, **values: str | Text) -> str:
    """A sentence for the log of a server, which has no language of its own: in both."""
    texts = {
        name: Text.same(value) if isinstance(value, str) else value
        for name, value in values.items()
    }
    says = label_texts()[label].filled(texts)
    return f"{says.ja} / {says.en}"


def tell_faults(error: KnowledgeError) -> None:
    """Tell on the terminal of a server that pages cannot be opened until the faults are mended.

    The server goes on: a page reads the knowledge anew each time it is opened.
    """
    print(remark("knowledge_unusable"), error, sep="\n", file=sys.stderr, flush=True)  # noqa: T201

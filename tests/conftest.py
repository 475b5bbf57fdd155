"""What several tests share."""

from __future__ import annotations

import pytest

from playbook.loader import load_knowledge
from playbook.schema import Knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge that ships."""
    return load_knowledge()

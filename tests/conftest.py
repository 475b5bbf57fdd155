"""What several tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from postgres import Postgres, running

from playbook.loader import load_knowledge
from playbook.schema import Knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge that ships."""
    return load_knowledge()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL."""
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.sqlite3"
    return request.getfixturevalue("postgres").empty_database()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what drives a browser last, in whatever order the rest comes.

    Playwright keeps a loop running until the session ends: no test that needs its own can follow.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)

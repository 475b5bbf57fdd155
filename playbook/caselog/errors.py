"""What can go wrong with the log, told without values: they may hold what a customer wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from playbook.errors import PlaybookError


class LogError(PlaybookError):
    """The case log cannot do what was asked."""


class LogUnavailableError(LogError):
    """The database does not answer, is locked, full or damaged: nothing was written."""


class NoSuchCaseError(LogError):
    """There is no such case, or it is another agent's; from outside both look the same."""


@contextmanager
def told() -> Iterator[None]:
    """Tell what goes wrong below as `LogUnavailableError`."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise LogUnavailableError(f"the case log is not available ({kind})") from None

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

    def __init__(self, kind: str) -> None:
        """`kind` is the database's own name for it."""
        super().__init__("log_unavailable", kind=kind)


class NoSuchCaseError(LogError):
    """There is no such case, or it is another agent's; from outside both look the same."""


@contextmanager
def told() -> Iterator[None]:
    """Tell what goes wrong below as `LogUnavailableError`."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise LogUnavailableError(_kind(getattr(error, "orig", None) or error)) from None


def _kind(error: BaseException) -> str:
    """The database's own name for what is wrong; it tells no path.

    SQLite has words (SQLITE_FULL), PostgreSQL numbers (SQLSTATE).
    """
    names = (getattr(error, name, None) for name in ("sqlite_errorname", "sqlstate"))
    return next(filter(None, names), type(error).__name__)

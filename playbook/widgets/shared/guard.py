"""Nothing that goes wrong behind a button is lost, and nobody is shown a traceback.

Widgets swallow the exceptions of their handlers. A guarded handler shows one calm sentence with a
reference number; the log gets the same number with the kind of error and where it happened, but no
values: they may hold what a customer wrote.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from typing import Any

from traitlets.log import get_logger

Handler = Callable[..., None]


class Guard:
    """Wraps the handlers of one page."""

    def __init__(self, tell: Callable[[str], None], silence: Callable[[], None]) -> None:
        """`tell` shows the sentence for a reference number, `silence` takes it away."""
        self._tell = tell
        self._silence = silence

    def __call__(self, handler: Handler) -> Handler:
        """The handler, guarded. Widgets may pass it arguments; it is called without any."""

        def guarded(*_: Any) -> None:
            self._silence()
            try:
                handler()
            except Exception as error:  # noqa: BLE001  # the one catch-all of the pages
                reference = secrets.token_hex(4)
                _log(reference, error)
                self._tell(reference)

        return guarded


def _log(reference: str, error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    path = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    # ipykernel points its application's logger at the real stderr; any other would end in a cell.
    get_logger().error("reference %s: %s in %s", reference, type(error).__name__, path)

"""How the widgets of a forked kernel tell their page of themselves: once with it, then in one go.

The page arrives with the states of all widgets, so that it is drawn before it has a connection.
What an answer changes, some fifty widgets, arrives as one message and is drawn at once.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import comm
from ipykernel.comm.comm import BaseComm
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelbase import Kernel
from ipywidgets import Widget

STATES = "application/vnd.jupyter.widget-state+json"
"""The media type of the states of widgets."""

_LEFT_OUT = {
    "_css",  # the page has its style sheet already
    "_model_module",
    "_model_module_version",
    "_view_count",
    "_view_module",
    "_view_module_version",
    "_view_name",
}
"""What our page does not ask a state for."""

Bundle = dict[str, Any]


class Together(BaseComm):
    """The way from a widget to the page; what changes while a message is handled is told as one.

    Before a page has opened the comm it asks with for all states, nobody listens, and nothing is
    sent.
    """

    _asked_by: ClassVar[BaseComm | None] = None
    _changed: ClassVar[dict[str, Bundle]] = {}

    @property
    def kernel(self) -> Kernel | None:  # type: ignore[override]
        """The kernel, once a page listens: a widget puts into words only what is heard."""
        return Kernel.instance() if self._asked_by is not None else None

    def publish_msg(
        self,
        msg_type: str,
        data: Bundle | None = None,
        metadata: Bundle | None = None,
        buffers: list[bytes] | None = None,
        **more: Any,
    ) -> None:
        """Send a message; a state of a widget waits for `tell`."""
        if self._asked_by is None:
            return
        data = data or {}
        if data.get("state") is not None and data.get("method") != "custom" and not buffers:
            # Echoes repeat what the page has said; no other page speaks to this kernel.
            if data.get("method") != "echo_update":
                self._keep(data["state"])
        else:
            self.tell()
            super().publish_msg(msg_type, data, metadata, buffers, **more)  # type: ignore[no-untyped-call]

    @classmethod
    def listen(cls) -> None:
        """Look whether a page has come: pages open one comm themselves."""
        if cls._asked_by is None:
            opened: Any = comm.get_comm_manager().comms
            cls._asked_by = next((each for each in opened.values() if not each.primary), None)

    def _keep(self, state: Bundle) -> None:
        if not self._changed:
            # Not all that changes is an answer to a message.
            asyncio.get_running_loop().call_soon(self.tell)
        self._changed.setdefault(self.comm_id, {"state": {}})["state"].update(state)

    @classmethod
    def tell(cls) -> None:
        """Send what has changed."""
        if not cls._changed or cls._asked_by is None:
            return
        states = dict(cls._changed)
        cls._changed.clear()
        data = {"method": "update_states", "states": states, "buffer_paths": []}
        BaseComm.publish_msg(cls._asked_by, "comm_msg", data)  # type: ignore[no-untyped-call]


class PageKernel(IPythonKernel):
    """A kernel whose answers are complete when it says that it is idle."""

    def post_handler_hook(self) -> None:
        """Called when a message was handled."""
        super().post_handler_hook()  # type: ignore[no-untyped-call]
        Together.listen()
        Together.tell()


def with_states(shown: Widget, **_: object) -> Bundle:
    """What is displayed of a widget: its view, and the states of all, as short as a page needs."""
    told = Widget.get_manager_state()
    for each in told["state"].values():
        each["state"] = {
            name: value
            for name, value in each["state"].items()
            if value is not None and name not in _LEFT_OUT
        }
    return {**shown._repr_mimebundle_(), STATES: told}

"""The process kernels are forked from: it has loaded all that a page needs, and does nothing else.

A kernel that starts as a copy of it shares with it, and with all the others, the memory of what was
loaded, and starts in a fraction of the time. It is started by `kernels.Zygote`, over whose socket
it is asked; it has one thread and ends when the socket does.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import comm
from ipykernel.kernelapp import IPKernelApp
from ipywidgets import Widget

from playbook.caselog import open_case_log
from playbook.errors import KnowledgeError
from playbook.loader import hold_knowledge, tell_faults
from playbook.server.comms import PageKernel, Together, with_states
from playbook.settings import Settings
from playbook.widgets.case.keeping import Keeper
from playbook.widgets.case.state import CaseState

LONGEST_REQUEST = 2**20
"""Bytes of a request; its environment is most of it."""


MODULES = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.idna",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "playbook.widgets.agent.dashboard",
    "playbook.widgets.desk.page",
    "playbook.widgets.report.page",
    "psutil",
    "resource",
    "tornado.platform.asyncio",
)
"""What a kernel imports until its page is there."""


class Request(NamedTuple):
    """What a kernel is started with."""

    kernel_id: str
    connection_file: str
    cwd: str
    env: dict[str, str]


def load() -> None:
    """Load what the pages need, and use each engine once, so that what it builds is there."""
    # No page is debugged, and of all that a kernel imports the debugger is the largest.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in MODULES:
        import_module(name)
    try:
        _practise()
    except KnowledgeError as error:
        tell_faults(error)


def _practise() -> None:
    """Work a case that nobody sees, kept in memory."""
    knowledge = hold_knowledge()
    log = open_case_log(Settings(demo=True))
    state = CaseState(knowledge, Keeper(knowledge.digest, lambda: log))
    state.case.diagnosis.next_steps()
    for symptom in knowledge.symptoms:
        state.answer("symptom", symptom.id)
        state.case.diagnosis.next_steps()
    state.read_text("550 5.1.1 User unknown")
    log.close()


def born(requests: socket.socket) -> Request | None:
    """The request, in the child that is to answer it; None in the parent, once nobody can ask.

    The parent answers every request with the new process: its id, and a descriptor that tells
    when it has ended.
    """
    while message := requests.recv(LONGEST_REQUEST):
        pid = os.fork()
        if not pid:
            return Request(**json.loads(message))
        # Both sides do it: the group is there for whoever comes first.
        os.setpgid(pid, pid)
        watch = os.pidfd_open(pid)
        socket.send_fds(requests, [str(pid).encode()], [watch])
        os.close(watch)
    return None


def become(request: Request) -> None:
    """Be the kernel until it ends."""
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(request.env)
    os.chdir(request.cwd)
    # The command line stays that of the parent; `ps` and `top` show this name.
    Path("/proc/self/comm").write_text(f"kernel {request.kernel_id[:8]}", encoding="ascii")
    gc.enable()
    comm.create_comm = Together

    app: Any = IPKernelApp.instance(kernel_class=PageKernel)
    app.initialize(
        [
            f"--IPKernelApp.connection_file={request.connection_file}",
            # It ends with the parent, which ends with the server.
            f"--IPKernelApp.parent_handle={os.getppid()}",
            # ipywidgets was imported before there was a kernel it could tell.
            "--IPKernelApp.extensions=ipywidgets",
            "--HistoryManager.enabled=False",
        ]
    )
    app.shell.display_formatter.mimebundle_formatter.for_type(Widget, with_states)
    app.start()


def main() -> None:
    """Serve the socket whose descriptor is the one argument."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    # Nothing is collected, so that no page of memory is written to for it; see `gc.freeze`.
    gc.disable()
    load()
    gc.collect()
    gc.freeze()
    if threading.active_count() > 1 or len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208
        sys.exit("a process with threads cannot be forked")
    # The kernel is told who has ended by the descriptors; nobody waits for them here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Jupyter interrupts a kernel before it ends it; one that has just begun need not say so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    request = born(requests)
    requests.close()
    if request:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        become(request)


if __name__ == "__main__":
    main()

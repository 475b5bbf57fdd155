"""How the kernels of the pages come to life: forked where that is possible, in turn everywhere."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

START_TIMEOUT = 60
"""Seconds a kernel may take to answer."""

CALM = 1.0
"""Seconds a page that has just been sent has the processors for itself."""

FORKED = "playbook-forked"
"""The name of `ForkedKernel` among Jupyter's ways to start kernels."""

CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
"""Elsewhere there are no descriptors of processes, and libraries do not survive a fork."""


_THRIFT = {
    # Libraries of numbers would start threads, one a core, and threads do not survive a fork.
    "OPENBLAS_NUM_THREADS": "1",
    # One heap for all threads, and what is free at its end goes back at once (glibc): 2 MB each.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
"""Environment of the zygote."""

_COMMAND = (sys.executable, "-m", "playbook.server.zygote")


class Forked:
    """A process somebody else has forked; in the words of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, watch: int) -> None:
        """`watch` is its descriptor, which is closed with this object."""
        self.pid = pid
        self._watch = watch
        weakref.finalize(self, os.close, watch)

    def poll(self) -> int | None:
        """None while it runs. How it ended only its parent could know."""
        return 0 if self._has_ended(0) else None

    def wait(self) -> int:
        """Return once it has ended."""
        self._has_ended(None)
        return 0

    def _has_ended(self, milliseconds: int | None) -> bool:
        poll = select.poll()
        poll.register(self._watch, select.POLLIN)
        return bool(poll.poll(milliseconds))

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._watch, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Zygote:
    """The process that has loaded everything, from this side; started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None
        self._is_barren = False

    def start(self) -> None:
        """Start it, if it does not run; it is ready some time later."""
        with self._lock:
            self._start()

    def fork(self, **request: Any) -> Forked:
        """A new kernel; see `zygote.Request`. Waits for the zygote to be ready.

        Raises:
            OSError: when there is no way to have one.
        """
        message = json.dumps(request).encode()
        with self._lock:
            if self._is_barren:
                raise OSError("kernels cannot be forked here")
            try:
                return _asked(self._start(), message)
            except OSError:
                self._end()
            # It was killed: the next one is as good.
            try:
                return _asked(self._start(), message)
            except OSError:
                self._is_barren = True
                self._end()
                raise

    def _start(self) -> socket.socket:
        if self._requests is None:
            self._requests = _started()
        return self._requests

    def _end(self) -> None:
        if self._requests is not None:
            self._requests.close()
        self._requests = None


def _started() -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    number = its.fileno()
    subprocess.Popen(  # ends by itself, with the socket
        [*_COMMAND, str(number)],
        stdin=subprocess.DEVNULL,
        pass_fds=[number],
        env={**os.environ, **_THRIFT},
        start_new_session=True,
    )
    its.close()
    return ours


def _asked(requests: socket.socket, message: bytes) -> Forked:
    requests.sendall(message)
    told, watches, _, _ = socket.recv_fds(requests, 32, 1)
    if not told:
        raise ConnectionError("the zygote has ended")
    return Forked(int(told), watches[0])


class ForkedKernel(LocalProvisioner):
    """Starts a kernel by forking; where that fails, as Jupyter does."""

    zygote: ClassVar[Zygote] = Zygote()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel; what the manager needs to connect to it."""
        manager: Any = self.parent
        folder = str(kwargs.get("cwd") or Path.cwd())
        try:
            process: Any = await asyncio.to_thread(
                self.zygote.fork,
                kernel_id=self.kernel_id,
                connection_file=manager.connection_file,
                cwd=folder,
                env=kwargs.get("env") or dict(os.environ),
            )
        except OSError as error:
            self.log.warning("a kernel could not be forked: %s", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process
        self.pid = self.pgid = process.pid
        self.cwd = folder
        return self.connection_info


# Not an entry point of the package: only this server forks, JupyterLab starts kernels as ever.
KernelProvisionerFactory.provisioners[FORKED] = EntryPoint(
    FORKED, f"{__name__}:{ForkedKernel.__name__}", KernelProvisionerFactory.GROUP_NAME
)


class PromptClient(AsyncKernelClient):
    """Asks a kernel and knows it ready as soon as it answers.

    Jupyter's own client listens for another 0.2 seconds to what nobody has said, and has a thread
    feel the pulse of the kernel, whose process tells better whether it lives.
    """

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = False,
        hb: bool = False,
        control: bool = False,
    ) -> None:
        """Connect to what is asked for, or told."""
        super().start_channels(shell, iopub, stdin, hb, control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  Jupyter's
        """Return once the kernel has answered and what it tells arrives.

        Raises:
            RuntimeError: when it does not within `timeout` seconds, or has died.
        """
        end = time.monotonic() + (START_TIMEOUT if timeout is None else timeout)
        while time.monotonic() < end and await self.is_alive():
            with suppress(TimeoutError, Empty):
                await self.kernel_info(reply=True, timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
        raise RuntimeError("the kernel has not answered")


class KernelsInTurn(AsyncMappingKernelManager):
    """Starts no more kernels at once than there are cores; the others wait for their turn.

    Kernels that all start together are all ready late: ten visitors at once waited the whole time
    of ten starts instead of a few.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)  # type: ignore[no-untyped-call]
        self._turns = asyncio.Semaphore(os.cpu_count() or 1)
        self._waiting = 0
        self._served_at = -CALM
        self._is_ending = False

    @contextmanager
    def visit(self) -> Iterator[None]:
        """While somebody waits for a page kernels start at once; when it is there, not so soon."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
            self._served_at = time.monotonic()

    @property
    def visited_at(self) -> float:
        """When somebody last had a page or waited for one (`time.monotonic`)."""
        is_visited = self._waiting or any(self._kernel_connections.values())
        return time.monotonic() if is_visited else self._served_at

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that was left; the time it waited for its visitor does not count."""
        kernel: Any = self.get_kernel(kernel_id)
        if not getattr(kernel, "is_taken", False):
            # Its page may not be connected yet.
            kernel.is_taken, kernel.last_activity = True, datetime.now(UTC)
            return
        idle = datetime.now(UTC) - kernel.last_activity
        # A page that is open keeps its kernel: Voilà cannot give it another one.
        is_visited = self._kernel_connections.get(kernel_id, 0)
        if not is_visited and idle > timedelta(seconds=self.cull_idle_timeout):
            # Asked to end, it may leave a traceback; and what it holds is in the case log.
            shutdown: Any = self.shutdown_kernel
            await shutdown(kernel_id, now=True)

    async def _calm(self) -> None:
        # Looked at now and then: who finds a kernel waiting is served before they need a new one.
        while not self._waiting and time.monotonic() < self._served_at + CALM:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def start_watching_activity(self, kernel_id: str) -> None:
        """Note when a kernel last said anything; what it says is for its page alone."""
        kernel: Any = self.get_kernel(kernel_id)
        kernel.reason, kernel.execution_state = "", "idle"
        kernel._activity_stream = kernel.connect_iopub()  # noqa: SLF001  # the base class ends it

        def heard(_message: object) -> None:
            self.last_kernel_activity = kernel.last_activity = datetime.now(UTC)

        heard(None)
        kernel._activity_stream.on_recv(heard)  # noqa: SLF001

    async def start_kernel(self, **how: Any) -> str:  # type: ignore[override]
        """The id of a new kernel, once it answers."""
        await self._calm()
        async with self._turns:
            if self._is_ending:
                raise RuntimeError("the server ends")
            kernel_id: str = await super().start_kernel(**how)
            self.add_restart_callback(kernel_id, lambda: self._died(kernel_id))
            client: Any = self.get_kernel(kernel_id).client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=START_TIMEOUT)
            finally:
                client.stop_channels()
            return kernel_id

    async def shutdown_all(self, *, now: bool = False) -> None:  # type: ignore[override]
        """End all kernels, those that are just starting too; no other starts."""
        self._is_ending = True
        await asyncio.gather(*self._pending_kernels.values(), return_exceptions=True)
        shutdown: Any = super().shutdown_kernel
        # One that has ended in the meantime is no fault; all others end with the server.
        await asyncio.gather(
            *(shutdown(each, now=now) for each in self.list_kernel_ids()), return_exceptions=True
        )

    def _died(self, kernel_id: str) -> None:
        # What restarts is an empty kernel no page can use, not even a page that comes later.
        shutdown: Any = self.shutdown_kernel
        self._ending = asyncio.ensure_future(shutdown(kernel_id, now=True))

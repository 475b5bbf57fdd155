"""Kernels are forked from one process that has loaded everything, and nothing is lost by it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from serving import Server, running_server, start_server
from wire import Wire

from playbook.server import kernels
from playbook.server.kernels import FORKED, ForkedKernel, Zygote

MOST_OF_ITS_OWN = 45
"""Megabytes of memory a kernel at work may not share with the others."""


@pytest.fixture(scope="module")
def server():
    with running_server() as running:
        yield running


def zygote(server: Server) -> psutil.Process:
    (only,) = psutil.Process(server.pid).children()
    return only


def test_a_kernel_is_forked_and_has_little_memory_of_its_own(server):
    visitors = [Wire(server.address) for _ in range(2)]
    for each in visitors:
        each.press(each.buttons("pb-symptoms")[1])
        each.press(each.buttons("pb-answers")[0])
        kernel = psutil.Process(server.kernel(each.kernel))
        assert kernel.parent() == zygote(server)
        assert os.getpgid(kernel.pid) == kernel.pid
        assert kernel.memory_full_info().uss < MOST_OF_ITS_OWN * 2**20
    assert not any("fork" in line for line in server.log)


def test_an_answer_reaches_the_page_in_one_message(server):
    class Counting(Wire):
        told = 0

        def _take(self, type_, content):
            self.told += type_ != "status"
            super()._take(type_, content)

    visitor = Counting(server.address)
    visitor.press(visitor.buttons("pb-symptoms")[1])
    before = visitor.told
    visitor.press(visitor.buttons("pb-answers")[0])
    assert len(visitor.facts) == 1
    assert visitor.told == before + 1


def test_all_who_come_in_the_same_second_get_a_page_that_answers(server):
    def come(_number: int) -> str:
        visitor = Wire(server.address)
        visitor.press(visitor.buttons("pb-symptoms")[1])
        case, answers = visitor.case, visitor.buttons("pb-answers")
        visitor.close()
        return case if answers else ""

    with ThreadPoolExecutor(8) as crowd:
        cases = list(crowd.map(come, range(8)))
    assert all(cases)
    assert len(set(cases)) == 8


def test_a_kernel_that_was_ended_leaves_no_process(server):
    visitor = Wire(server.address)
    kernel = psutil.Process(server.kernel(visitor.kernel))
    visitor.close()
    kernel.wait(10)


def test_after_the_zygote_was_killed_visitors_are_served_by_another(server):
    visitor = Wire(server.address)
    visitor.press(visitor.buttons("pb-symptoms")[1])
    killed = zygote(server)
    its_kernels = killed.children()
    killed.kill()
    _, alive = psutil.wait_procs(its_kernels, timeout=10)
    assert alive == []
    again = Wire(server.address, visitor.case)
    assert again.facts == visitor.facts
    assert zygote(server) != killed


def test_of_a_server_that_was_killed_nothing_stays():
    server = start_server(PLAYBOOK_DEMO="1")
    Wire(server.address)
    started = psutil.Process(server.pid).children(recursive=True)
    server.kill()
    _, alive = psutil.wait_procs(started, timeout=15)
    assert len(started) > 1
    assert alive == []


@pytest.fixture
def barren(monkeypatch):
    """A machine on which the process to fork from does not come up."""
    monkeypatch.setattr(ForkedKernel, "zygote", Zygote())
    monkeypatch.setattr(kernels, "_COMMAND", (sys.executable, "-c", "exit(1)"))
    factory = KernelProvisionerFactory.instance()
    monkeypatch.setattr(factory, "default_provisioner_name", FORKED)


def test_where_nothing_can_be_forked_kernels_start_as_elsewhere(barren):
    async def started_and_ended() -> tuple[bool, bool]:
        manager = AsyncKernelManager()
        await manager.start_kernel()
        alive = await manager.is_alive()
        await manager.shutdown_kernel(now=True)
        return alive, await manager.is_alive()

    assert asyncio.run(started_and_ended()) == (True, False)
    began = time.monotonic()
    with pytest.raises(OSError, match="cannot be forked"):
        ForkedKernel.zygote.fork()
    assert time.monotonic() - began < 0.1


def test_a_signal_to_a_process_that_has_ended_harms_nobody():
    pid = os.fork()
    if not pid:
        os._exit(3)
    process = kernels.Forked(pid, os.pidfd_open(pid))
    assert process.wait() == 0
    assert process.poll() == 0
    os.waitpid(pid, 0)
    process.send_signal(signal.SIGKILL)

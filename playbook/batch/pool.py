"""A pool of processes that outlives its workers.

Python's `ProcessPoolExecutor` breaks as a whole when one worker is killed. Then what was under way
is tried again, each task alone, so that one that kills its worker is known from the bystanders.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Thread

from playbook.batch.order import Done, Lost, Task
from playbook.batch.work import do

TRIES = 5
"""How often a task that was alone in its pool may take the worker with it."""


def in_processes(
    tasks: Iterable[Task], workers: int, *, work: Callable[[Task], Done] = do
) -> Generator[Done | Lost, None, None]:
    """The outcome of every task, in the order in which they end."""
    waiting = iter(tasks)
    more = True
    while more:
        with _pool(workers) as pool:
            crew = _Crew(pool, work, 2 * workers)
            more = crew.fill(waiting)
            while crew.under_way:
                yield from crew.ended()
                more = crew.fill(waiting)
        yield from _one_by_one(crew.suspects, work)


class _Crew:
    """The tasks of one pool, until it is done or broken."""

    def __init__(
        self, pool: ProcessPoolExecutor, work: Callable[[Task], Done], at_once: int
    ) -> None:
        self._pool, self._work, self._at_once = pool, work, at_once
        self.under_way: dict[Future[Done], Task] = {}
        self.suspects: list[Task] = []
        """What was under way when the pool broke."""

    def fill(self, waiting: Iterator[Task]) -> bool:
        """Give the pool work unless it is broken; False when there is no more to give."""
        while not self.suspects and len(self.under_way) < self._at_once:
            task = next(waiting, None)
            if task is None:
                return False
            try:
                self.under_way[self._pool.submit(self._work, task)] = task
            except BrokenProcessPool:
                self.suspects.append(task)
        return True

    def ended(self) -> Iterator[Done]:
        """Wait for the next tasks to end."""
        for future in wait(self.under_way, return_when=FIRST_COMPLETED).done:
            task = self.under_way.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:
                self.suspects.append(task)


def _one_by_one(tasks: Sequence[Task], work: Callable[[Task], Done]) -> Iterator[Done | Lost]:
    """The outcome of tasks one of which may kill its worker: each alone, so that it is known."""
    left = deque(tasks)
    tries = 0
    while left:
        with _pool(1) as pool:
            while left and tries < TRIES:
                try:
                    yield pool.submit(work, left[0]).result()
                except BrokenProcessPool:
                    tries += 1
                    break
                left.popleft()
                tries = 0
        if tries == TRIES:
            yield Lost(left.popleft().span)
            tries = 0


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool; who interrupts it does not wait for what is under way: the next run does it anew."""
    others = set(multiprocessing.active_children())
    # "spawn": a worker shares nothing with its parent, on every system alike.
    with ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    ) as pool:
        try:
            yield pool
        except (KeyboardInterrupt, GeneratorExit):
            for worker in set(multiprocessing.active_children()) - others:
                worker.kill()
            raise


def _begin() -> None:
    # Ctrl-C reaches every process of a terminal; the parent decides what becomes of the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A worker whose parent was killed would wait for work forever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)

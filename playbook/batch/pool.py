"""A pool of processes that outlives its workers.

Python's `ProcessPoolExecutor` breaks as a whole when one worker is killed. Then what was under way
is tried again, each task alone, so that one that kills its worker is known from the bystanders.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from threading import Thread

from playbook.batch.order import Done, Lost, Task
from playbook.batch.work import do

TRIES = 5
"""How often a task that was alone in its pool may take the worker with it."""


def in_processes(tasks: Iterable[Task], workers: int) -> Iterator[Done | Lost]:
    """The outcome of every task, in the order in which they end."""
    waiting = iter(tasks)
    more = True
    while more:
        suspects: list[Task] = []
        with _pool(workers) as pool:
            under_way: dict[Future[Done], Task] = {}
            more = _fill(pool, waiting, under_way, suspects, workers)
            while under_way:
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    task = under_way.pop(future)
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        suspects.append(task)
                if not suspects:
                    more = _fill(pool, waiting, under_way, suspects, workers)
        for task in suspects:
            yield _alone(task)
        more = more or bool(suspects)


def _fill(
    pool: ProcessPoolExecutor,
    waiting: Iterator[Task],
    under_way: dict[Future[Done], Task],
    suspects: list[Task],
    workers: int,
) -> bool:
    """Give the pool work, two tasks a worker; False when there is no more."""
    while len(under_way) < 2 * workers:
        task = next(waiting, None)
        if task is None:
            return False
        try:
            under_way[pool.submit(do, task)] = task
        except BrokenProcessPool:
            suspects.append(task)
            return True
    return True


def _alone(task: Task) -> Done | Lost:
    for _ in range(TRIES):
        with _pool(1) as pool:
            try:
                return pool.submit(do, task).result()
            except BrokenProcessPool:
                continue
    return Lost(task.span)


def _pool(workers: int) -> ProcessPoolExecutor:
    # "spawn": a worker shares nothing with its parent, on every system alike.
    return ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_the_parent
    )


def _end_with_the_parent() -> None:
    """A worker whose parent was killed would wait for work forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)

"""The same tasks on Dask distributed: on this machine or wherever its scheduler has workers."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

import dask
from distributed import Client, LocalCluster, as_completed
from distributed.scheduler import KilledWorker

from playbook.batch.order import Done, Lost, Task
from playbook.batch.work import do

_AHEAD = 4
"""Tasks a worker the scheduler knows at a time: it slows down when it holds a million."""


def on_cluster(
    tasks: Iterable[Task], address: str, workers: int
) -> Generator[Done | Lost, None, None]:
    """The outcome of every task, in the order in which they end.

    Args:
        tasks: what is to be done; the workers have to see the sources and the folder of the parts
            under the same paths.
        address: of the scheduler, as `tcp://192.0.2.1:8786`; `local` starts one for this batch.
        workers: processes of a local cluster.
    """
    with (
        dask.config.set(
            {
                "distributed.scheduler.allowed-failures": 10,
                # Asked a hundred times a second what it does, a worker reads slower.
                "distributed.worker.profile.enabled": False,
            }
        ),
        _client(address, workers) as client,
    ):
        waiting = iter(tasks)
        ahead = _AHEAD * max(len(client.scheduler_info()["workers"]), 1)
        spans = {}
        running = as_completed()
        for task in islice(waiting, ahead):
            future = client.submit(do, task, pure=False)
            spans[future.key] = task.span
            running.add(future)
        for future in running:
            try:
                yield future.result()
            except KilledWorker:
                yield Lost(spans[future.key])
            del spans[future.key]
            for task in islice(waiting, 1):
                another = client.submit(do, task, pure=False)
                spans[another.key] = task.span
                running.add(another)


@contextmanager
def _client(address: str, workers: int) -> Iterator[Client]:
    if address != "local":
        with Client(address) as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client

"""A batch in a process of its own, to be killed: SOURCE FOLDER SPAN WORKERS [CLUSTER]."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from playbook.batch import Order, keep_knowledge, run_batch
from playbook.batch.order import Done, Task
from playbook.mailboxes import plan

KEY = b"a key for tests only"


def order(folder: Path, **also) -> Order:
    return Order(folder=folder, knowledge=keep_knowledge(folder).digest, key=KEY, **also)


def dies_at_the_second_span(task: Task) -> Done:
    """The work of a worker that something in one span kills."""
    if task.span.start == task.span.size:
        os.kill(os.getpid(), signal.SIGKILL)
    return Done(task.span, "none", {}, was_there=False)


def main(source: str, folder: str, span: str, workers: str, cluster: str = "") -> None:
    run_batch(
        plan([Path(source)], span=int(span)),
        order(Path(folder)),
        workers=int(workers),
        cluster=cluster,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

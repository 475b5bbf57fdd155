"""The server's own purging: cases whose time is over go when it starts, and then every day."""

from __future__ import annotations

import asyncio
import logging

from playbook.caselog import open_case_log
from playbook.errors import PlaybookError
from playbook.loader import in_words, remark
from playbook.settings import settings

DAY = 86_400.0
"""Seconds."""


async def purge_daily(log: logging.Logger, every: float = DAY) -> None:
    """Purge now and every so many seconds, until cancelled; what failed is tried again."""
    while True:
        await asyncio.to_thread(purge, log)
        await asyncio.sleep(every)


def purge(log: logging.Logger) -> None:
    """Delete the cases that are older than the days set; a demo keeps none that could be."""
    try:
        given = settings()
        if given.demo:
            return
        cases = open_case_log(given)
        try:
            count = cases.purge(given.kept_days)
        finally:
            cases.close()
    except PlaybookError as error:
        log.error(remark("not_purged", says=in_words(error)))  # noqa: TRY400 - it says it all
        return
    log.info("%d cases purged", count)

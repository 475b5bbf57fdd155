"""The case log: every case as an append-only series of events, and the only place that knows SQL.

A case is the replay of its events. They hold ids, the words of the knowledge at that time and its
digest, so that old cases can be read when the knowledge has changed; everything passes `redact` on
its way in. What stands half typed on a page is not here but in the page's browser: it may name a
customer and has to come back letter by letter, so neither hiding nor keeping it would do.
"""

from playbook.caselog.errors import LogError, LogUnavailableError, NoSuchCaseError
from playbook.caselog.events import CHANGES, ENDS, KINDS, Entry, Event, Kind, Quote, digest_of
from playbook.caselog.log import CaseLine, CaseLog, new_case, open_case_log

__all__ = [
    "CHANGES",
    "ENDS",
    "KINDS",
    "CaseLine",
    "CaseLog",
    "Entry",
    "Event",
    "Kind",
    "LogError",
    "LogUnavailableError",
    "NoSuchCaseError",
    "Quote",
    "digest_of",
    "new_case",
    "open_case_log",
]

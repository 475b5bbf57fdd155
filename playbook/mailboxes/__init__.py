"""Many mails at once: sources of every kind, cut into spans that any worker reads by itself.

Opens files, knows no bounces. Every byte, member, line or row of a source is either yielded as an
`Item` or counted in the `Tally` under what it was.
"""

from playbook.mailboxes.plan import kind_of, plan
from playbook.mailboxes.read import fingerprint, read_span
from playbook.mailboxes.spans import SPAN_BYTES, Item, Kind, NoColumn, Span, Tally

__all__ = [
    "SPAN_BYTES",
    "Item",
    "Kind",
    "NoColumn",
    "Span",
    "Tally",
    "fingerprint",
    "kind_of",
    "plan",
    "read_span",
]

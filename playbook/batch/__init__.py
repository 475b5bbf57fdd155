"""A mailbox of millions through the reader: spans in, Parquet parts out, and a report on them.

Needs the extra "batch" (pyarrow, duckdb; distributed for a cluster). Knows no screens.
"""

from playbook.batch.kept import keep_knowledge
from playbook.batch.order import Order
from playbook.batch.report import Report, report_on
from playbook.batch.run import Batch, Progress, key_in, run_batch
from playbook.batch.standing import Standing, standing_in
from playbook.batch.work import OtherVersionError

__all__ = [
    "Batch",
    "Order",
    "OtherVersionError",
    "Progress",
    "Report",
    "Standing",
    "keep_knowledge",
    "key_in",
    "report_on",
    "run_batch",
    "standing_in",
]

"""A mailbox of millions through the reader: spans in, Parquet parts out, and a report on them.

Needs the extra "batch" (pyarrow, duckdb; distributed for a cluster). Knows no screens.
"""

from playbook.batch.order import Order
from playbook.batch.report import Report, report_on
from playbook.batch.run import Batch, Progress, run_batch

__all__ = ["Batch", "Order", "Progress", "Report", "report_on", "run_batch"]

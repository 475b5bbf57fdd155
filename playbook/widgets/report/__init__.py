"""The report of a batch."""

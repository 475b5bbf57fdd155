"""What the last batch says, and how far one is that runs just now, without a single widget."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from traitlets import Any, Bool, Float

from playbook.schema import Knowledge
from playbook.widgets.shared.speaking import Speaking


class ReportState(Speaking):
    """The report of the batch in a folder, and how far the batch is."""

    report = Any(None)
    """A `Report`, once there is one."""
    standing = Any(None)
    """A `Standing`, once a batch has begun."""
    now = Float(0.0)
    is_sample = Bool(False)
    """The batch reads an invented mailbox."""

    def __init__(self, knowledge: Knowledge, folder: Path | None) -> None:
        super().__init__(knowledge)
        self.folder = folder
        self.has_extra = _has_extra()
        self._made: float | None = None

    def read_a_sample(self) -> None:
        """Let a batch run over an invented mailbox, in a folder that goes with the kernel."""
        from playbook.batch.sample import run_sample

        self._sample = TemporaryDirectory(prefix="playbook-sample-")
        self.folder = Path(self._sample.name)
        self.is_sample = True
        # The batch has processes of its own, which the page watches as it would any other batch.
        Thread(target=run_sample, args=(self.folder, datetime.now(UTC)), daemon=True).start()

    def look(self) -> None:
        """Look again at what lies in the folder."""
        if self.folder is None or not self.has_extra:
            return
        from playbook.batch import Batch, report_on, standing_in
        from playbook.batch.run import LIST

        try:
            made = (self.folder / LIST).stat().st_mtime
        except OSError:
            made = None
        if made is not None and made != self._made:
            self.report = report_on(Batch.of(self.folder), self.knowledge)
            self._made = made
        self.standing = standing_in(self.folder)
        if self.standing is not None and not self.standing.ended:
            self.now = time.time()


def _has_extra() -> bool:
    try:
        import playbook.batch  # noqa: F401
    except ImportError:
        return False
    return True

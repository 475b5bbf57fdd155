"""What the bounce desk means: the bounce in hand, without a single widget."""

from __future__ import annotations

from traitlets import Instance, Unicode

from playbook.bounce.reading import Reading
from playbook.caselog import digest_of
from playbook.schema import Case
from playbook.widgets.shared.speaking import Speaking


class DeskState(Speaking):
    """The bounce in hand."""

    pasted = Unicode("")
    reading = Instance(Reading, allow_none=True)
    read_from = ""
    """A digest of the text that was read: where the box comes back with it, it is read again."""

    def paste(self, text: str) -> None:
        """Keep what stands in the box."""
        self.pasted = text

    def read(self) -> None:
        """Read what was pasted; nothing pasted leaves the screen as it is."""
        if self.pasted.strip():
            self.reading = self.read_text(self.pasted)
            self.read_from = digest_of(self.pasted, "")

    def take_bounce(self, example: Case) -> None:
        """Read the bounce of this customer."""
        if example.notice:
            self.paste(example.notice.text)
            self.read()

    def remember(self, pasted: str, read_from: str) -> None:
        """Put back what stood in the box; where it was read before, it is read again."""
        self.paste(pasted)
        if read_from == digest_of(pasted, ""):
            self.read()

    def clear(self) -> None:
        """Forget the bounce."""
        self.pasted = self.read_from = ""
        self.reading = None

    @property
    def letter(self) -> str:
        """A letter to the customer about what was read; empty while nothing is read."""
        return self.letter_on(self.reading)

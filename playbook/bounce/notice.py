"""A text laid out: who speaks where, the replies quoted, the machine part and the normal form."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from playbook.bounce import dsn, prose
from playbook.bounce.intake import Intake, Zone
from playbook.bounce.layout import Separators, without_returned
from playbook.bounce.normal import Normal, in_small_letters
from playbook.bounce.spoken import with_spoken
from playbook.bounce.words import Words

_BRIEF = 600
"""A paste up to this length is taken for a bounce even where nothing else says it is one."""

_LONGEST_SUBJECT = 400
"""Characters of a subject's line in which its words are told from those below."""

_OF_PAGES = ("500", "502", "503", "504")
"""Status codes of RFC 9110, 15, that are reply codes of RFC 5321 too."""

ALL = -1
"""Stands for the recipient where all are meant."""

Piece = tuple[int, int, Zone, int]
"""Start and end in `shown` where people or servers speak, who does, and of which recipient."""


class Notice:
    """What was pasted, ready to be searched for evidence."""

    def __init__(self, intake: Intake, separators: Separators, words: Words) -> None:
        self.headers = intake.headers
        self.report_type = intake.report_type
        self.shown = intake.shown
        self.small = in_small_letters(self.shown)
        self.text = prose.Prose(self.shown, self.small, words)
        self.stretches, self.has_returned = without_returned(
            self.text, intake.stretches, separators
        )
        self.report = self._read_report()
        self.block_starts = [block.start for block in self.report.blocks]
        self.pieces = self._spoken()
        self.is_brief = not self.headers and len(self.shown) <= _BRIEF
        """Whether a few words were pasted or typed, and no mail."""
        self.replies: list[prose.Reply] = []
        for start, end, zone, _ in self.pieces:
            if zone != "subject":
                self.replies += prose.replies(self.text, start, end)
        if self.is_brief:
            self.replies = with_spoken(self.text, self.replies)
        self.reply_starts = [reply.start for reply in self.replies]
        self.normal = Normal("\n\n".join([self.shown[start:end] for start, end, *_ in self.pieces]))
        lengths = [end - start + 2 for start, end, *_ in self.pieces]
        self._bases = list(accumulate(lengths, initial=0))
        self._named: dict[tuple[str, ...], bool] = {}

    def _read_report(self) -> dsn.Report:
        report = dsn.Report()
        for start, end, zone in self.stretches:
            if zone == "status" or (zone == "human" and dsn.has_fields(self.small, start, end)):
                dsn.read(self.shown, self.small, start, end, report)
        return report

    def read_receipt(self) -> dsn.Report:
        """The fields of a receipt, which name its recipient as RFC 3464 does (RFC 8098, 3.1)."""
        receipt = dsn.Report()
        if self.report_type == "disposition-notification":
            for start, end, zone in self.stretches:
                if zone == "headers":
                    dsn.read(self.shown, self.small, start, end, receipt)
        return receipt

    def _spoken(self) -> list[Piece]:
        """What people or servers say, without the fields around it."""
        pieces: list[Piece] = []
        for start, end, zone in self.stretches:
            if zone in ("human", "subject"):
                pieces.append((start, end, zone, ALL))
            elif zone == "status":
                for i, block in enumerate(self.report.blocks):
                    pieces += [
                        (*span, zone, i)
                        for span in block.diagnostic_spans
                        if start <= span[0] < end
                    ]
        return pieces

    def place(self, start: int, end: int) -> tuple[int, int, Piece]:
        """Where in `shown` stands what the normal form has at `start` to `end`, and its piece."""
        first, last = self.normal.span(start, end)
        i = bisect_right(self._bases, first) - 1
        piece = self.pieces[i]
        shift = piece[0] - self._bases[i]
        return first + shift, min(last + shift, piece[1]), piece

    def reply_at(self, at: int) -> prose.Reply | None:
        """The reply that is quoted at `at`."""
        i = bisect_right(self.reply_starts, at) - 1
        return self.replies[i] if i >= 0 and self.replies[i].end > at else None

    def is_in_field(self, at: int) -> bool:
        """Whether what stands at `at` follows the name of a field in its line."""
        line = self.small.rfind("\n", 0, at) + 1
        field = self.text.words.shown_field.match(self.small, line)
        return field is not None and field.start(3) <= at

    def is_in_subject(self, at: int) -> bool:
        """Whether what stands at `at` is in the line of a subject that was copied with a mail."""
        floor = max(at - _LONGEST_SUBJECT, 0)
        line = self.small.rfind("\n", floor, at) + 1 or floor
        return self.text.words.subject_line.match(self.small, line, at) is not None

    def block_at(self, at: int) -> int:
        """The recipient whose fields stand at `at`."""
        if not self.block_starts:
            return ALL
        i = bisect_right(self.block_starts, at) - 1
        return i if i >= 0 and at < self.report.blocks[i].end else ALL

    def names_any(self, hosts: tuple[str, ...]) -> bool:
        """Whether the text names one of the hosts."""
        known = self._named.get(hosts)
        if known is None:
            servers = [block.remote_mta.lower() for block in self.report.blocks if block.remote_mta]
            known = self._named[hosts] = any(
                host in text for text in (self.normal.text, *servers) for host in hosts
            )
        return known

    def names_mail(self) -> bool:
        """Whether the text names anything that mail systems speak of.

        Any text does where the knowledge does not say what that is.
        """
        words = self.text.words
        return not words.knows_mail or bool(words.of_mail.find(self.normal.text))

    def tells_of_failure(self) -> bool:
        """Whether a word of the text says that something failed."""
        return self.text.words.of_failure.search(self.normal.text) is not None

    def is_automatic(self) -> bool:
        """Whether a mail says of itself that a machine answered (RFC 3834 and older habits)."""
        headers = self.headers
        return (
            headers.get("auto-submitted", "").lower().startswith("auto-replied")
            or "x-autoreply" in headers
            or "x-autorespond" in headers
        )

    def is_from_daemon(self) -> bool:
        """Whether a mail system's own address sent it."""
        sender = self.headers.get("from", "").lower()
        return self.text.words.notice_sender.search(sender) is not None

    def has_null_sender(self) -> bool:
        """Whether a mail came from the null sender, as notices have to (RFC 5321, 4.5.5)."""
        return self.headers.get("return-path", "").strip() == "<>"

    def is_told_by_server(self, *, beside_others: bool = False) -> bool:
        """Whether a server's own words stand in the text, and not only a notice about them.

        Where things that are no mail are named beside, a number that web servers use too is none.
        """
        told = self.report.blocks or self.has_returned
        if beside_others:
            of_mail = [each for each in self.replies if each.status or each.code not in _OF_PAGES]
            return bool(of_mail or told)
        return bool(self.replies or told)

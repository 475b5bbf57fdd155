"""`Reader`: knowledge compiled once, then anything read in one pass over its text."""

from __future__ import annotations

import gc
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from playbook.bounce.copies import probable_copies
from playbook.bounce.dsn import GOOD_ACTIONS
from playbook.bounce.intake import Intake, take_in
from playbook.bounce.notice import ALL, Notice
from playbook.bounce.prose import Reply
from playbook.bounce.reading import Delivery, Evidence, Missing, Reading
from playbook.bounce.recipients import find_recipients
from playbook.bounce.rules import Rules
from playbook.bounce.signs import AUTO_REPLY, DELAYED, Signs
from playbook.bounce.verdict import CERTAIN, Sign, Trust, chances
from playbook.schema import Knowledge
from playbook.terms import UNDETERMINED, ReasonId

_SENTENCE = 6
"""So many words are a sentence, and fewer a reply."""

# Without blanks between words, five letters are taken for three words. Names count as one each.
_WIDE_LETTER = re.compile("[\u3001-\u9fff]")
_WORD = re.compile("(?<!\\S)\\S*?[^\\W\\d\u3001-\u9fff]\\S*")

_MOST_EVIDENCE = 40

_LEGEND = 4
"""So many reasons, or more codes than that, make a text a list of what they mean."""

_LEGEND_OF_NOBODY = 2
"""The same where a mail of people names no recipient and no code."""

_KIND_OF_REPORT = Trust.KIND_OF_REPORT
_LIKELY_NOTICE = Trust.LIKELY_NOTICE

# A named tuple's own constructor costs three times as much, and dozens are made of each mail.
_new = tuple.__new__


class Reader:
    """Reads bounces with one `Knowledge`."""

    def __init__(self, knowledge: Knowledge) -> None:
        # All that is made here stays: looking for garbage in it meanwhile is a third of the time.
        is_collecting = gc.isenabled()
        gc.disable()
        try:
            self.rules = Rules(knowledge)
        finally:
            if is_collecting:
                gc.enable()

    def read(self, pasted: str | bytes) -> Reading:
        """What `pasted` says: a raw mail or any pasted text. Never raises."""
        return self.judge(self.take_in(pasted))

    def take_in(self, pasted: str | bytes) -> Intake:
        """The first half of reading: one text, and who speaks where."""
        return take_in(pasted, self.rules.words)

    def judge(self, intake: Intake) -> Reading:
        """The second half: what the text says."""
        rules = self.rules
        notice = Notice(intake, rules.separators, rules.words)
        return _Judgement(notice, rules).reading()


@lru_cache(maxsize=1)
def reader_of(knowledge: Knowledge) -> Reader:
    """The reader that all share who read with this knowledge: it takes a while to make."""
    return Reader(knowledge)


def _told_apart(signs: Sequence[Sign]) -> set[ReasonId]:
    """The reasons told in places of their own; what several wordings read into one counts once."""
    reasons = {sign.points_to for sign in signs}
    if len(reasons) < _LEGEND:
        return reasons
    reasons.clear()
    end = -1
    for sign in sorted(signs, key=_by_end):
        if sign.start >= end:
            reasons.add(sign.points_to)
            end = sign.end
    return reasons


def _by_end(sign: Sign) -> tuple[int, int]:
    return sign.end, -sign.start


class _Judgement:
    """From the evidence of one notice to its reading."""

    def __init__(self, notice: Notice, rules: Rules) -> None:
        recipients = find_recipients(notice)
        signs = Signs(notice, recipients, rules)
        self.notice = notice
        self.recipients = recipients.names
        self.reasons = rules.knowledge.reason
        self.naming = rules.naming
        self.marks = signs.marks
        self.signs = self._without_copies(sorted(signs.found))
        self.letters = signs.letters
        self.circular_at = signs.circular_at
        is_of_other = notice.is_brief and signs.is_of_other
        is_marked = bool(signs.marks) and not is_of_other
        self.is_failure = is_marked or notice.is_told_by_server(beside_others=is_of_other)
        """Whether the text has the make-up of a notice of failure."""
        self.is_told = signs.is_told and not is_of_other
        """Whether somebody tells in a few words that one came."""

    def _is_legend(self, signs: Sequence[Sign]) -> bool:
        """Whether the text explains what may happen, and not what happened.

        No server gives one recipient so many reasons; pages of help list them all.
        """
        if self.notice.report.blocks or self.notice.has_returned or len(self.recipients) > 1:
            return False
        if self.notice.report_type or self.notice.is_from_daemon():
            return False
        replies = self.notice.replies
        if len(replies) == 1 and not self.notice.shown[: replies[0].start].strip():
            # One reply alone: its server names all that it can think of.
            return False
        reasons = _told_apart([sign for sign in signs if sign.trust <= Trust.CODE])
        codes = {reply.code for reply in replies if reply.code}
        if self.notice.headers and not self.recipients and not codes:
            # A mail of people that tells neither whom it did not reach nor what a server said.
            return len(reasons) >= _LEGEND_OF_NOBODY
        # A notice that names its recipient may tell one thing in many words.
        most = _LEGEND + 1 if self.marks and self.recipients else _LEGEND
        return len(reasons) >= most or len(codes) > _LEGEND

    def _is_bounce(self) -> bool:
        return bool(
            self.is_failure
            or self.notice.report_type
            or "x-failed-recipients" in self.notice.headers
            or self.notice.is_from_daemon()
            or self.notice.is_brief
            or self.notice.has_null_sender()
        )

    def _is_letter(self) -> bool:
        """Whether a mail tells of errors, and not whom a mail did not reach.

        People and machines quote errors to each other; a notice of failure names its recipient, or
        has a sentence that only such notices have.
        """
        notice = self.notice
        is_quoting = self.letters or not (self.marks or notice.has_null_sender())
        return bool(
            is_quoting
            and notice.headers
            and not self.recipients
            and not (notice.report_type or notice.report.blocks or notice.has_returned)
            and not notice.is_from_daemon()
        )

    def _is_circular(self) -> bool:
        """Whether a machine tells of many mails, a subscription or a quarantine.

        Members of a list quote errors to each other, and summaries count them. Below an error it is
        such a mail that came back.
        """
        notice, at = self.notice, self.circular_at
        if at is None or notice.report_type or notice.report.blocks or notice.has_returned:
            return False
        return not self.signs or at <= self.signs[0].start

    def _is_of_other_things(self) -> bool:
        """Whether whole sentences name nothing that mail systems speak of.

        Sofas are delayed too, and roads blocked; "Connection refused" alone is what a server says.
        """
        if self.is_failure or self.is_told:
            return False
        if self.recipients or self.notice.is_from_daemon():
            return False
        text = self.notice.normal.text
        words = len(_WORD.findall(text)) + len(_WIDE_LETTER.findall(text)) * 3 // 5
        if words < _SENTENCE:
            return False
        return not self.notice.names_mail()

    def reading(self) -> Reading:
        """The verdict with everything it rests on."""
        reasons, signs = self.reasons, self.signs
        is_other_mail = self._is_letter() or self._is_circular()
        if is_other_mail or not self._is_bounce() or self._is_of_other_things():
            signs = [sign for sign in signs if reasons[sign.points_to].nature == "none"]
        elif self.is_failure:
            # Who asks about an error uses its words too.
            is_asked = self.notice.is_brief and self.letters and not self.is_told
            signs = [
                sign
                for sign in signs
                if sign.points_to != AUTO_REPLY
                and not (is_asked and sign.trust == Trust.TOPIC_OF_NOTICE)
            ]
        elif self.letters and not self.is_told:
            signs = self._without_letters(signs)
        if self._is_legend(signs):
            signs = []
        chosen = self._chosen(signs)
        verdict = self._verdict(signs, chosen)
        reason = reasons[verdict.points_to if verdict else UNDETERMINED]
        confidence, alternatives = chances(verdict, signs) if verdict else (0.0, ())
        if verdict and signs[0] is not verdict:
            signs = [verdict, *(sign for sign in signs if sign is not verdict)]
        reply = self._leading_reply()
        return Reading(
            shown=self.notice.shown,
            reason=ReasonId(reason.id),
            nature=reason.nature,
            who_acts=reason.who_acts,
            deliveries=tuple(self._deliveries(chosen)),
            recipients=self.recipients,
            status=self._status(reply),
            reply_code=reply.code if reply else None,
            reporting_mta=self.notice.report.reporting_mta,
            evidence=self._evidence(signs),
            confidence=confidence,
            alternatives=alternatives,
            still_trying=DELAYED in [sign.points_to for sign in signs],
            missing=None if confidence >= CERTAIN else self._missing(),
        )

    def _missing(self) -> Missing:
        if self.notice.headers:
            return "other_source"
        return "whole_mail" if self.notice.replies else "reply"

    def _without_letters(self, signs: list[Sign]) -> list[Sign]:
        """Without what stands in a line written as people write to each other.

        Whoever pastes a customer's own words often pastes the sentence of the server below them.
        """
        if self.notice.headers or self.notice.report_type or len(self.notice.pieces) != 1:
            return signs
        lines = set()
        for start, end in self.letters:
            at = self.notice.place(start, end)[0]
            lines.add(self.notice.shown.rfind("\n", 0, at))
        return [
            sign
            for sign in signs
            if sign.points_to == AUTO_REPLY
            or self.notice.shown.rfind("\n", 0, sign.start) not in lines
        ]

    def _without_copies(self, signs: list[Sign]) -> list[Sign]:
        """Without what stands below the reason where the mail itself is probably copied."""
        if self.notice.report_type:
            return signs  # the returned message is a part of its own (RFC 6522)
        naming = self.naming
        told = sorted(
            [
                start
                for trust, _, start, _, reason, _, _ in signs
                if reason in naming and trust <= _LIKELY_NOTICE
            ]
        )
        if not told:
            return signs
        starts = sorted([sign.start for sign in signs])
        for start, end, zone in self.notice.stretches:
            i = bisect_left(told, start)
            if zone != "human" or i == len(told) or told[i] >= end:
                continue
            last = starts[bisect_left(starts, end) - 1]
            copies = probable_copies(self.notice.text, told[i], last + 1) if last > told[i] else ()
            if copies:
                copy = min(copies)
                out = (start, copy) if self._is_notice(copy, start, end) else (copy, end)
                signs = [sign for sign in signs if not out[0] <= sign.start < out[1]]
        return signs

    def _is_notice(self, copy: int, start: int, end: int) -> bool:
        """Whether what begins at `copy` is a notice that a person quotes below words of their own.

        Then a server's reply, or a sentence only bounces have, stands there and none above.
        """
        notice = self.notice
        if notice.headers:
            return False
        servers = [reply.start for reply in notice.replies if reply.code or reply.status]
        marks = [notice.place(*mark)[0] for mark in self.marks]
        return copy <= min([*servers, *marks], default=start) < end

    def _chosen(self, signs: Sequence[Sign]) -> list[Sign | None]:
        """The sign to believe of every recipient of the machine part."""
        count = len(self.notice.report.blocks) or len(self.recipients)
        if count < 2:
            return [self._best(signs)] * count
        shared = [sign for sign in signs if sign.delivery == ALL][:_MOST_EVIDENCE]
        own: list[list[Sign]] = [[] for _ in range(count)]
        for sign in signs:
            if sign.delivery != ALL:
                own[sign.delivery].append(sign)
        return [self._best(sorted(shared + mine)) for mine in own]

    def _verdict(self, signs: Sequence[Sign], chosen: Sequence[Sign | None]) -> Sign | None:
        blocks = self.notice.report.blocks
        for i, sign in enumerate(chosen):
            if sign and not (blocks and blocks[i].action in GOOD_ACTIONS):
                return sign
        return self._best(signs)

    def _best(self, signs: Sequence[Sign]) -> Sign | None:
        """The sign to believe of those given, best first.

        While the server is still trying, a cause that passes by itself needs nothing done: then the
        delay is what there is to tell.
        """
        if not signs or signs[0].trust == _KIND_OF_REPORT:
            return signs[0] if signs else None
        reason = self.reasons[signs[0].points_to]
        if reason.nature == "temporary" or reason.outcome:
            for sign in signs:
                if sign.points_to == DELAYED:
                    return sign
        return signs[0]

    def _leading_reply(self) -> Reply | None:
        leading = None
        for reply in self.notice.replies:
            if reply.is_remote and reply.code:
                return reply
            leading = leading or (reply if reply.is_remote else None)
        return leading

    def _status(self, reply: Reply | None) -> str | None:
        if reply and reply.status:
            return reply.status
        for block in self.notice.report.blocks:
            if block.status:
                return block.status
        return next((reply.status for reply in self.notice.replies if reply.status), None)

    def _deliveries(self, chosen: Sequence[Sign | None]) -> Iterator[Delivery]:
        if not self.notice.report.blocks:
            for recipient, sign in zip(self.recipients, chosen, strict=True):
                reason = sign.points_to if sign else UNDETERMINED
                yield Delivery(final_recipient=recipient, reason=reason)
        for block, sign in zip(self.notice.report.blocks, chosen, strict=False):
            i = bisect_left(self.notice.reply_starts, block.start)
            held = i < len(self.notice.replies) and self.notice.reply_starts[i] < block.end
            yield Delivery(
                final_recipient=block.final_recipient,
                original_recipient=block.original_recipient,
                action=block.action,
                status=block.status,
                reply_code=self.notice.replies[i].code if held else None,
                remote_mta=block.remote_mta,
                diagnostic_code=block.diagnostic,
                reason=sign.points_to if sign else UNDETERMINED,
            )

    def _evidence(self, signs: Sequence[Sign]) -> tuple[Evidence, ...]:
        shown = self.notice.shown
        return tuple(
            [
                _new(Evidence, (shown[start:end], start, end, rule, reason, trust))
                for trust, _, start, end, reason, rule, _ in signs[:_MOST_EVIDENCE]
            ]
        )

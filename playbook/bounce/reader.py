"""`Reader`: knowledge compiled once, then anything read in one pass over its text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playbook.bounce import dsn, prose, returned
from playbook.bounce.intake import Intake, Stretch, Zone, take_in
from playbook.bounce.normal import Normal, fold
from playbook.bounce.phrases import Phrase, Scanner, compiled, stands
from playbook.bounce.reading import Delivery, Evidence, Reading
from playbook.bounce.verdict import Sign, Trust, best, chances
from playbook.schema import Knowledge, Wording
from playbook.terms import UNDETERMINED, ReasonId

_AROUND = (80, 60)
"""How far before and after a phrase `unless` is looked for, in characters."""

_SENTENCE_ENDS = ("\n\n", ". ", ".\n", "。", "\n<", ">:", "\nSubject", "\nAction:", "\nStatus:")

_SHORT = 600
"""A paste up to this length is taken for a bounce even where nothing else says it is one."""

_MOST_EVIDENCE = 40

_WORDING_TRUST = {
    ("sure", True): Trust.REPLY,
    ("sure", False): Trust.NOTICE,
    ("likely", True): Trust.LIKELY_REPLY,
    ("likely", False): Trust.LIKELY_NOTICE,
    ("hint", True): Trust.HINT,
    ("hint", False): Trust.HINT,
}

# RFC 2142 and the names mail systems and list managers send their notices under.
_DAEMONS = (
    "mailer-daemon", "mailer daemon", "postmaster", "post_master", "mail delivery", "mdaemon",
    "mail system", "mail administrator", "system administrator", "mailadm", "-admin@", "-owner@",
    "-request@", "listserv", "majordomo", "mailman", "mail-daemon", "maildaemon", "<>",
)  # fmt: skip

_STATUS_FIELDS = ("final-recipient:", "original-recipient:", "diagnostic-code:")
_DELAYED = ReasonId("delivery_delayed")
_AUTO_REPLY = ReasonId("auto_reply")
_COMPLAINT = ReasonId("complaint_report")
_GOOD_ACTIONS = ("delivered", "relayed", "expanded")
# A phrase with a gap must not reach over a paragraph or into another field.
_CROSSES = re.compile(r"\n[ \t]*\n|\n[A-Z][A-Za-z-]{2,30}:")
_ADDRESS_BEFORE = re.compile(r"@[\w.-]+\.?[\"'>)\]}:;,]*\s*(?:\([^()\n]{0,80}\)\s*)?$")
_DOMAIN_BEFORE = re.compile(r"(?<![@\w.-])[\w-]+(?:\.[\w-]+)+\.?[\"'>)\]}:;,]*\s*$")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A wording, compiled. Wordings that share a sentence share the scan, not the rule."""

    name: str
    reason: ReasonId
    weight: str
    is_outcome: bool
    unless: tuple[str, ...]
    hosts: tuple[str, ...]
    codes: frozenset[str]
    after: str | None
    about: str | None


@dataclass(frozen=True, slots=True)
class _CodeRule:
    """What a code means to one mail system, or to all."""

    reason: ReasonId
    name: str
    hosts: tuple[str, ...]
    trust: Trust


_Hit = tuple[_Rule, int, int, int]
"""A rule, where in `shown` its phrase stands, and how many letters of it were found."""

_COPY = "copy"
_TRANSPORT_RULE = _Rule("RFC 5322", UNDETERMINED, "transport", False, (), (), frozenset(), None, None)
_STATUS_RULE = _Rule("RFC 3464", UNDETERMINED, "status", False, (), (), frozenset(), None, None)


class Reader:
    """Reads bounces with one `Knowledge`."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        rules = [_TRANSPORT_RULE] * len(returned.TRANSPORT_FIELDS)
        phrases = [compiled(field) for field in returned.TRANSPORT_FIELDS]
        rules += [_STATUS_RULE] * len(_STATUS_FIELDS)
        phrases += [compiled(field) for field in _STATUS_FIELDS]
        for mta, wordings in knowledge.wordings.items():
            for wording in wordings:
                rule = _rule(mta, wording, knowledge)
                rules += [rule] * len(wording.says)
                phrases += [compiled(says) for says in wording.says]
        self.rules: tuple[_Rule, ...] = tuple(rules)
        self.scanner = Scanner(_checked(phrases))
        self.codes = _codes(knowledge)

    def read(self, pasted: str | bytes) -> Reading:
        """What `pasted` says: a raw mail or any pasted text. Never raises."""
        return _Pass(self, take_in(pasted)).reading()


def _checked(phrases: list[Phrase]) -> tuple[Phrase, ...]:
    return tuple(phrases)


def _rule(mta: str, wording: Wording, knowledge: Knowledge) -> _Rule:
    return _Rule(
        name=f"{mta}:{wording.id}",
        reason=wording.reason,
        weight=wording.weight,
        is_outcome=knowledge.reason[wording.reason].outcome,
        unless=tuple(text for phrase in wording.unless for text in compiled(phrase).anchor),
        hosts=wording.hosts,
        codes=frozenset(wording.codes),
        after=wording.after,
        about=wording.about,
    )


def _codes(knowledge: Knowledge) -> dict[str, tuple[_CodeRule, ...]]:
    """Every code with what it means, mail systems' own uses first."""
    codes: dict[str, tuple[_CodeRule, ...]] = {}
    for entry in sorted(knowledge.status_codes, key=lambda entry: entry.mta is None):
        if entry.reason is None:
            continue
        if knowledge.reason[entry.reason].outcome:
            trust = Trust.OUTCOME
        elif entry.mta is not None:
            trust = Trust.SYSTEM_CODE
        elif "." in entry.code:
            trust = Trust.GENERAL_CODE if entry.general else Trust.CODE
        else:
            trust = Trust.GENERAL_REPLY_CODE if entry.general else Trust.REPLY_CODE
        rule = _CodeRule(entry.reason, f"status_codes:{entry.code}", entry.hosts, trust)
        classes = "45" if entry.code.startswith("X") else entry.code[0]
        for first in classes:
            code = first + entry.code[1:]
            codes[code] = (*codes.get(code, ()), rule)
    return codes


def _longest(hits: Sequence[_Hit]) -> Iterator[_Hit]:
    """The hits that do not stand inside a longer one: "timeout exceeded" in "retry timeout exceeded"
    says nothing of its own."""
    reach = -1
    outer = (0, 0)
    for hit in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
        _, start, end, letters = hit
        if end > reach:
            if letters == end - start:  # a phrase with a gap does not speak for what is in the gap
                reach, outer = end, (start, end)
        elif (start, end) != outer:
            continue
        yield hit


class _Pass:
    """One text on its way from intake to reading."""

    def __init__(self, reader: Reader, intake: Intake) -> None:
        self.reader = reader
        self.intake = intake
        self.shown = intake.shown
        self.normal = Normal(intake.shown)
        self.says_bounce = False
        hits = self._scan()
        self.stretches = self._without_returned(hits)
        self.starts = [stretch.start for stretch in self.stretches]
        has_fields = any(rule is _STATUS_RULE for rule, *_ in hits)
        self.report = self._read_report() if has_fields or intake.report_type else dsn.Report()
        self.replies = [
            reply
            for stretch in self.stretches
            if stretch.zone in (Zone.HUMAN, Zone.STATUS, Zone.SUBJECT)
            for reply in prose.replies(self.shown, stretch.start, stretch.end)
        ]
        self.reply_starts = [reply.start for reply in self.replies]
        self.is_refused = any(reply.code and reply.code[0] == "5" for reply in self.replies)
        self.signs = [*self._kind_signs(), *self._wording_signs(hits), *self._code_signs()]

    # --- layout -------------------------------------------------------------------------------

    def _scan(self) -> list[_Hit]:
        """What stands where: rules with spans in `shown`."""
        text, rules, span = self.normal.text, self.reader.rules, self.normal.span
        hits = []
        for number, start, end, letters in self.reader.scanner.find(text):
            rule = rules[number]
            if rule.hosts and not any(host in text for host in rule.hosts):
                continue
            first, last = span(start, end)
            if rule.unless and self._is_excepted(rule, first, last):
                continue
            hits.append((rule, first, last, letters))
        return hits

    def _is_excepted(self, rule: _Rule, start: int, end: int) -> bool:
        """Whether a word that forbids the rule stands in the same sentence."""
        before = self.shown[max(start - _AROUND[0], 0) : start]
        after = self.shown[end : end + _AROUND[1]]
        for mark in _SENTENCE_ENDS:
            before = before[before.rfind(mark) + 1 :]
            after = after.partition(mark)[0]
        around = fold(before + self.shown[start:end] + after)
        return any(stands(word, around) for word in rule.unless)

    def _without_returned(self, hits: Sequence[_Hit]) -> tuple[Stretch, ...]:
        """The stretches of the intake, the returned message cut out of the human parts."""
        marks = sorted(
            (start, rule.weight) for rule, start, _, _ in hits if rule.weight in (_COPY, "transport")
        )
        if not marks:
            return self.intake.stretches
        cut: list[Stretch] = []
        for stretch in self.intake.stretches:
            if stretch.zone is Zone.HUMAN:
                cut.extend(self._cut(stretch, [m for m in marks if stretch.start <= m[0] < stretch.end]))
            else:
                cut.append(stretch)
        return tuple(cut)

    def _cut(self, stretch: Stretch, marks: Sequence[tuple[int, str]]) -> Iterator[Stretch]:
        at, end = stretch.start, stretch.end
        for mark, weight in marks:
            if mark < at:
                continue
            if weight == _COPY:
                if self._stands_alone(mark, stretch):
                    self.says_bounce = True
                    yield from self._returned(at, mark, end)
                    return
                continue
            block = returned.block_at(self.shown, mark, at)
            if block is None:
                continue
            if block[0] > stretch.start and returned.is_message(self.shown, *block):
                yield from self._returned(at, block[0], end)
                return
            yield Stretch(at, block[0], Zone.HUMAN)
            yield Stretch(block[0], block[1], Zone.HEADERS)
            at = block[1]
        yield Stretch(at, end, Zone.HUMAN)

    def _stands_alone(self, mark: int, stretch: Stretch) -> bool:
        """Whether a separator begins its line, or is drawn with dashes inside a text without lines."""
        line = self.shown.rfind("\n", stretch.start, mark) + 1 or stretch.start
        before = self.shown[line:mark].strip(" \t>|*=#_-")
        return not before or self.shown[max(mark - 4, 0) : mark].count("-") >= 2

    def _returned(self, start: int, mark: int, end: int) -> Iterator[Stretch]:
        yield Stretch(start, mark, Zone.HUMAN)
        again = returned.resumes_at(self.shown, mark, end)
        yield Stretch(mark, again or end, Zone.RETURNED)
        if again:
            yield Stretch(again, end, Zone.STATUS)

    def _stretch(self, at: int) -> Stretch | None:
        i = bisect_right(self.starts, at) - 1
        return self.stretches[i] if i >= 0 else None

    def _reply(self, at: int) -> prose.Reply | None:
        i = bisect_right(self.reply_starts, at) - 1
        return self.replies[i] if i >= 0 and self.replies[i].end > at else None

    def _read_report(self) -> dsn.Report:
        report = dsn.Report()
        for stretch in self.stretches:
            if stretch.zone in (Zone.STATUS, Zone.HUMAN):
                found = dsn.read(self.shown, stretch.start, stretch.end)
                report.reporting_mta = report.reporting_mta or found.reporting_mta
                report.blocks.extend(found.blocks)
        return report

    def _block(self, at: int) -> int | None:
        """The recipient whose fields stand at `at`."""
        for i, block in enumerate(self.report.blocks):
            if block.start <= at < block.end:
                return i
        return None

    # --- evidence -----------------------------------------------------------------------------

    def _kind_signs(self) -> Iterator[Sign]:
        kind = self.intake.report_type
        if kind == "feedback-report":
            line = self._first_line()
            yield Sign(Trust.KIND_OF_REPORT, _COMPLAINT, *line, "RFC 5965")
        elif kind == "disposition-notification":
            # A mail refused while it was being filed is also told as "deleted" by a machine.
            deleted = "automatic-action" in self.shown and "; deleted" in self.shown
            trust = Trust.OUTCOME if deleted else Trust.KIND_OF_REPORT
            yield Sign(trust, ReasonId("success_notice"), *self._first_line(), "RFC 8098")
        actions = [block.action for block in self.report.blocks if block.action]
        if actions and all(action in _GOOD_ACTIONS for action in actions):
            span = self.report.blocks[0].action_span
            yield Sign(Trust.KIND_OF_REPORT, ReasonId("success_notice"), *span, "RFC 3464: Action")
        for i, block in enumerate(self.report.blocks):
            if block.action == "delayed":
                span = block.action_span
                yield Sign(Trust.OUTCOME, _DELAYED, *span, "RFC 3464: Action", i)
        headers = self.intake.headers
        automatic = headers.get("auto-submitted", "").lower().startswith("auto-replied")
        if "x-autoreply" in headers or "x-autorespond" in headers or automatic:
            if not self._from_daemon() and not self.report.blocks:
                yield Sign(Trust.OUTCOME, _AUTO_REPLY, *self._first_line(), "RFC 3834")

    def _first_line(self) -> tuple[int, int]:
        end = self.shown.find("\n")
        return 0, len(self.shown) if end < 0 else end

    def _wording_signs(self, hits: Sequence[_Hit]) -> Iterator[Sign]:
        for rule, start, end, letters in _longest(hits):
            stretch = self._stretch(start)
            if stretch is None or stretch.zone in (Zone.RETURNED, Zone.HEADERS):
                continue
            if rule.reason == UNDETERMINED and rule.weight != "sure":
                self.says_bounce = self.says_bounce or rule.weight in ("hint", "status")
                continue
            reply, held = self._reply(start), self._block(start)
            if self._fits(rule, start, reply, held) and not _CROSSES.search(self.shown, start, end):
                trust = self._trust(rule, start, reply, held)
                if stretch.zone is Zone.SUBJECT:
                    trust = max(trust, Trust.LIKELY_NOTICE)
                elif rule.reason == _COMPLAINT and rule.weight == "sure" and not self.replies:
                    trust = Trust.KIND_OF_REPORT
                yield Sign(trust, rule.reason, start, end, rule.name, held, letters)

    def _fits(
        self, rule: _Rule, start: int, reply: prose.Reply | None, held: int | None
    ) -> bool:
        """Whether the conditions of a wording are met where it stands."""
        if rule.codes:
            here = {reply.code, reply.status} if reply else set()
            if held is not None:
                here.add(self.report.blocks[held].status)
            if rule.codes.isdisjoint(here):
                return False
        if rule.after and (reply is None or reply.stage != rule.after):
            return False
        if rule.about:
            pattern = _ADDRESS_BEFORE if rule.about == "address" else _DOMAIN_BEFORE
            return pattern.search(self.shown[max(start - 160, 0) : start]) is not None
        return True

    def _trust(
        self, rule: _Rule, start: int, reply: prose.Reply | None, held: int | None
    ) -> Trust:
        if rule.is_outcome:
            return Trust.HINT if rule.weight == "hint" else Trust.OUTCOME
        if (rule.hosts or rule.after or rule.codes) and rule.weight == "sure":
            return Trust.SYSTEM_REPLY
        remote = (reply is not None and reply.is_remote) or (
            held is not None
            and any(a <= start < b for a, b in self.report.blocks[held].diagnostic_spans)
        )
        trust = _WORDING_TRUST[rule.weight, remote]
        if self.is_refused and reply is not None and reply.code and reply.code[0] == "4":
            # One of several servers was busy; another one refused for good.
            return max(trust, Trust.LIKELY_NOTICE)
        return trust

    def _code_signs(self) -> Iterator[Sign]:
        for reply in self.replies:
            held = self._block(reply.start)
            if reply.status:
                yield from self._code_sign(reply.status, reply.status_span, held)
            if reply.code:
                yield from self._code_sign(reply.code, reply.code_span, held)
        for i, block in enumerate(self.report.blocks):
            if block.status:
                yield from self._code_sign(block.status, block.status_span, i)

    def _code_sign(self, code: str, span: tuple[int, int], delivery: int | None) -> Iterator[Sign]:
        for rule in self.reader.codes.get(code, ()):
            if not rule.hosts or any(host in self.normal.text for host in rule.hosts):
                yield Sign(rule.trust, rule.reason, *span, rule.name, delivery)
                return

    # --- recipients ---------------------------------------------------------------------------

    def _recipients(self) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for block in self.report.blocks:
            for address in (block.final_recipient, block.original_recipient):
                if address and "@" in address:
                    found.setdefault(address.lower(), address)
        if not found and (failed := self.intake.headers.get("x-failed-recipients")):
            for address in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", failed):
                found.setdefault(address.lower(), address)
        if not found:
            own = self.intake.headers.get("to", "").lower()
            for stretch in self.stretches:
                if stretch.zone is Zone.HUMAN:
                    for address in prose.recipients(self.shown, stretch.start, stretch.end):
                        if address.lower() not in own:
                            found.setdefault(address.lower(), address)
        return tuple(found.values())

    # --- the reading --------------------------------------------------------------------------

    def _from_daemon(self) -> bool:
        sender = self.intake.headers.get("from", "").lower()
        return any(word in sender for word in _DAEMONS)

    def _is_bounce(self) -> bool:
        return bool(
            self.says_bounce
            or self.intake.report_type
            or self.report.blocks
            or self.replies
            or "x-failed-recipients" in self.intake.headers
            or self._from_daemon()
            or (not self.intake.headers and len(self.shown) <= _SHORT)
        )

    def reading(self) -> Reading:
        """The verdict with everything it rests on."""
        reasons = self.reader.knowledge.reason
        signs = sorted(self.signs, key=lambda sign: sign.order)
        if self.says_bounce or self.replies or self.report.blocks:
            signs = [sign for sign in signs if sign.points_to != _AUTO_REPLY or sign.trust == 1]
        if not self._is_bounce():
            signs = [sign for sign in signs if reasons[sign.points_to].nature == "none"]
        deliveries = tuple(self._deliveries(signs))
        verdict = self._verdict(signs, deliveries)
        reason = reasons[verdict.points_to if verdict else UNDETERMINED]
        confidence, alternatives = chances(verdict, signs) if verdict else (0.0, ())
        if verdict:
            signs.remove(verdict)
            signs.insert(0, verdict)
        reply = self._leading_reply()
        return Reading(
            shown=self.shown,
            reason=ReasonId(reason.id),
            nature=reason.nature,
            who_acts=reason.who_acts,
            deliveries=deliveries,
            recipients=self._recipients(),
            status=self._status(reply),
            reply_code=reply.code if reply else None,
            reporting_mta=self.report.reporting_mta,
            evidence=tuple(self._evidence(sign) for sign in signs[:_MOST_EVIDENCE]),
            confidence=confidence,
            alternatives=alternatives,
            still_trying=any(sign.points_to == _DELAYED for sign in signs),
            missing=None if confidence >= 0.8 else "whole_mail" if self.replies else "reply",
        )

    def _verdict(self, signs: Sequence[Sign], deliveries: Sequence[Delivery]) -> Sign | None:
        for i, delivery in enumerate(deliveries):
            if delivery.action not in _GOOD_ACTIONS:
                found = self._best(signs, i)
                if found:
                    return found
        return self._best(signs, None)

    def _best(self, signs: Sequence[Sign], delivery: int | None) -> Sign | None:
        """The sign to believe of one recipient. While the server is still trying, a cause that
        passes by itself needs nothing done: then the delay is what there is to tell."""
        own = [s for s in signs if delivery is None or s.delivery in (None, delivery)]
        found = best(own)
        if found is None or found.trust == Trust.KIND_OF_REPORT:
            return found
        reason = self.reader.knowledge.reason[found.points_to]
        if reason.nature == "temporary" or reason.outcome:
            return next((s for s in own if s.points_to == _DELAYED), found)
        return found

    def _leading_reply(self) -> prose.Reply | None:
        remote = [reply for reply in self.replies if reply.is_remote]
        return next((reply for reply in remote if reply.code), remote[0] if remote else None)

    def _status(self, reply: prose.Reply | None) -> str | None:
        if reply and reply.status:
            return reply.status
        for block in self.report.blocks:
            if block.status:
                return block.status
        return next((reply.status for reply in self.replies if reply.status), None)

    def _deliveries(self, signs: Sequence[Sign]) -> Iterator[Delivery]:
        for i, block in enumerate(self.report.blocks):
            sign = self._best(signs, i)
            code = next((r.code for r in self.replies if block.start <= r.start < block.end), None)
            yield Delivery(
                final_recipient=block.final_recipient,
                original_recipient=block.original_recipient,
                action=block.action,
                status=block.status,
                reply_code=code,
                remote_mta=block.remote_mta,
                diagnostic_code=block.diagnostic,
                reason=sign.points_to if sign else UNDETERMINED,
            )

    def _evidence(self, sign: Sign) -> Evidence:
        return Evidence(
            quote=self.shown[sign.start : sign.end],
            start=sign.start,
            end=sign.end,
            rule=sign.rule,
            points_to=sign.points_to,
            trust=int(sign.trust),
        )

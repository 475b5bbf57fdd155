"""`Reader`: knowledge compiled once, then anything read in one pass."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playbook.bounce import dsn, prose
from playbook.bounce.intake import Intake, Stretch, Zone, take_in
from playbook.bounce.normal import Normal, fold
from playbook.bounce.phrases import Phrase, Scanner, compiled
from playbook.bounce.reading import Delivery, Evidence, Reading
from playbook.bounce.verdict import Sign, Trust, best, chances
from playbook.schema import Knowledge, Wording
from playbook.terms import UNDETERMINED, ReasonId

_AROUND = (80, 60)
"""How far before and after a phrase `unless` is looked for, in characters."""

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


@dataclass(frozen=True, slots=True)
class _Rule:
    """A wording, compiled."""

    name: str
    reason: ReasonId
    weight: str
    unless: tuple[str, ...]
    hosts: tuple[str, ...]
    codes: frozenset[str]
    after: str | None


@dataclass(frozen=True, slots=True)
class _CodeRule:
    """What a code means to one mail system, or to all."""

    reason: ReasonId
    rule: str
    hosts: tuple[str, ...]
    general: bool


class Reader:
    """Reads bounces with one `Knowledge`."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        rules: list[_Rule] = []
        phrases: list[Phrase] = []
        for mta, wordings in knowledge.wordings.items():
            for wording in wordings:
                rule = _rule(mta, wording)
                for says in wording.says:
                    rules.append(rule)
                    phrases.append(compiled(says))
        self._rules = tuple(rules)
        self._scanner = Scanner(phrases)
        self._codes: dict[str, list[_CodeRule]] = {}
        for entry in knowledge.status_codes:
            if entry.reason is None:
                continue
            said = _CodeRule(entry.reason, f"status_codes:{entry.code}", entry.hosts, entry.general)
            for code in _classes(entry.code):
                self._codes.setdefault(code, []).append(said)
        for known in self._codes.values():
            known.sort(key=lambda rule: not rule.hosts)

    def read(self, pasted: str | bytes) -> Reading:
        """What `pasted` says: a raw mail or any pasted text. Never raises."""
        intake = take_in(pasted)
        return _Pass(self, intake).reading()


def _rule(mta: str, wording: Wording) -> _Rule:
    return _Rule(
        name=f"{mta}:{wording.id}",
        reason=wording.reason,
        weight=wording.weight,
        unless=tuple(text for phrase in wording.unless for text in compiled(phrase).anchor),
        hosts=wording.hosts,
        codes=frozenset(wording.codes),
        after=wording.after,
    )


def _classes(code: str) -> tuple[str, ...]:
    return ("4" + code[1:], "5" + code[1:]) if code.startswith("X") else (code,)


class _Pass:
    """One text on its way from intake to reading."""

    def __init__(self, reader: Reader, intake: Intake) -> None:
        self._reader = reader
        self._knowledge = reader._knowledge
        self._intake = intake
        self._shown = intake.shown
        self._normal = Normal(intake.shown)
        self._starts = [stretch.start for stretch in intake.stretches]
        self._report = self._read_report()
        self._replies: list[prose.Reply] = []
        for start, end in self._spans(Zone.HUMAN, Zone.STATUS):
            self._replies.extend(prose.replies(self._shown, start, end))
        self._reply_starts = [reply.start for reply in self._replies]
        self._recipients = self._find_recipients()
        self._is_report = False
        self._signs = list(self._find_signs())

    # --- layout -------------------------------------------------------------------------------

    def _spans(self, *zones: Zone) -> Iterator[tuple[int, int]]:
        for stretch in self._intake.stretches:
            if stretch.zone in zones:
                yield stretch.start, stretch.end

    def _stretch(self, at: int) -> Stretch | None:
        i = bisect_right(self._starts, at) - 1
        return self._intake.stretches[i] if i >= 0 else None

    def _reply(self, at: int) -> prose.Reply | None:
        i = bisect_right(self._reply_starts, at) - 1
        return self._replies[i] if i >= 0 and self._replies[i].end > at else None

    def _read_report(self) -> dsn.Report:
        report = dsn.Report()
        for start, end in self._spans(Zone.STATUS, Zone.HUMAN):
            found = dsn.read(self._shown, start, end)
            report.reporting_mta = report.reporting_mta or found.reporting_mta
            report.blocks.extend(found.blocks)
        return report

    def _block(self, at: int) -> tuple[int, dsn.Block] | None:
        for i, block in enumerate(self._report.blocks):
            if block.start <= at < block.end:
                return i, block
        return None

    # --- evidence -----------------------------------------------------------------------------

    def _find_signs(self) -> Iterator[Sign]:
        yield from self._kind_signs()
        yield from self._wording_signs()
        yield from self._code_signs()

    def _kind_signs(self) -> Iterator[Sign]:
        kinds = {
            "feedback-report": ("complaint_report", "RFC 5965"),
            "disposition-notification": ("success_notice", "RFC 8098"),
        }
        kind = kinds.get(self._intake.report_type)
        if kind:
            yield Sign(Trust.KIND_OF_REPORT, ReasonId(kind[0]), *self._whole_line(0), kind[1])
        actions = [block.action for block in self._report.blocks if block.action]
        good = ("delivered", "relayed", "expanded")
        if actions and all(action in good for action in actions):
            span = self._report.blocks[0].action_span
            yield Sign(Trust.KIND_OF_REPORT, ReasonId("success_notice"), *span, "RFC 3464: Action")
        for i, block in enumerate(self._report.blocks):
            if block.action == "delayed":
                yield Sign(
                    Trust.NOTICE, ReasonId("delivery_delayed"), *block.action_span,
                    "RFC 3464: Action", i,
                )  # fmt: skip
        auto = self._intake.headers.get("auto-submitted", "").lower()
        if "x-autoreply" in self._intake.headers or "x-autorespond" in self._intake.headers or (
            auto.startswith("auto-replied") and not self._from_daemon() and not self._report.blocks
        ):
            yield Sign(Trust.LIKELY_NOTICE, ReasonId("auto_reply"), *self._whole_line(0), "RFC 3834")

    def _whole_line(self, start: int) -> tuple[int, int]:
        end = self._shown.find("\n", start)
        return start, len(self._shown) if end < 0 else end

    def _wording_signs(self) -> Iterator[Sign]:
        text = self._normal.text
        for number, start, end in self._reader._scanner.find(text):
            rule = self._reader._rules[number]
            if rule.unless and self._is_excepted(rule, start, end):
                continue
            if rule.hosts and not any(host in text for host in rule.hosts):
                continue
            first, last = self._normal.span(start, end)
            sign = self._wording_sign(rule, first, last)
            if sign:
                yield sign

    def _is_excepted(self, rule: _Rule, start: int, end: int) -> bool:
        around = self._normal.text[max(start - _AROUND[0], 0) : end + _AROUND[1]]
        return any(word in around for word in rule.unless)

    def _wording_sign(self, rule: _Rule, start: int, end: int) -> Sign | None:
        stretch = self._stretch(start)
        if stretch is None or stretch.zone is Zone.RETURNED:
            return None
        if rule.reason == UNDETERMINED:
            self._is_report = True
            return None
        reply = self._reply(start)
        held = self._block(start)
        if rule.codes and not self._has_code(rule, reply, held):
            return None
        if rule.after and (reply is None or reply.stage != rule.after):
            return None
        remote = (reply is not None and reply.is_remote) or (
            held is not None and any(a <= start < b for a, b in held[1].diagnostic_spans)
        )
        trust = _WORDING_TRUST[rule.weight, remote]
        if (rule.hosts or rule.after) and rule.weight == "sure":
            trust = Trust.SYSTEM_REPLY
        if stretch.zone is Zone.HEADERS and trust < Trust.LIKELY_NOTICE:
            trust = Trust.LIKELY_NOTICE
        return Sign(trust, rule.reason, start, end, rule.name, self._delivery_at(start, held))

    def _has_code(
        self, rule: _Rule, reply: prose.Reply | None, held: tuple[int, dsn.Block] | None
    ) -> bool:
        here = {reply.code, reply.status} if reply else set()
        if held:
            here.add(held[1].status)
        return not rule.codes.isdisjoint(here)

    def _code_signs(self) -> Iterator[Sign]:
        for reply in self._replies:
            held = self._block(reply.start)
            delivery = self._delivery_at(reply.start, held)
            if reply.status:
                yield from self._code_sign(reply.status, reply.status_span, delivery, "")
            if reply.code:
                yield from self._code_sign(reply.code, reply.code_span, delivery, "")
        for i, block in enumerate(self._report.blocks):
            if block.status:
                yield from self._code_sign(block.status, block.status_span, i, "RFC 3464: Status ")

    def _code_sign(
        self, code: str, span: tuple[int, int], delivery: int | None, prefix: str
    ) -> Iterator[Sign]:
        for rule in self._reader._codes.get(code, ()):
            if rule.hosts and not any(host in self._normal.text for host in rule.hosts):
                continue
            if rule.hosts:
                trust = Trust.SYSTEM_CODE
            elif "." in code:
                trust = Trust.GENERAL_CODE if rule.general else Trust.CODE
            else:
                trust = Trust.GENERAL_REPLY_CODE if rule.general else Trust.REPLY_CODE
            yield Sign(trust, rule.reason, *span, rule.rule, delivery)
            return

    # --- recipients ---------------------------------------------------------------------------

    def _delivery_at(self, at: int, held: tuple[int, dsn.Block] | None) -> int | None:
        if held:
            return held[0]
        return None

    def _find_recipients(self) -> list[str]:
        found: dict[str, str] = {}
        for block in self._report.blocks:
            for address in (block.final_recipient, block.original_recipient):
                if address and "@" in address:
                    found.setdefault(address.lower(), address)
        if not found:
            for address in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", self._intake.headers.get("x-failed-recipients", "")):
                found.setdefault(address.lower(), address)
        if not found:
            own = self._intake.headers.get("to", "").lower()
            for address, _ in prose.addresses(self._shown, list(self._spans(Zone.HUMAN))):
                if prose.is_recipient(self._shown, address, _) and address.lower() not in own:
                    found.setdefault(address.lower(), address)
        return list(found.values())

    # --- the reading --------------------------------------------------------------------------

    def _from_daemon(self) -> bool:
        sender = self._intake.headers.get("from", "").lower()
        return any(word in sender for word in ("mailer-daemon", "postmaster", "mail delivery"))

    def _is_bounce(self) -> bool:
        return (
            self._is_report
            or self._intake.report_type != ""
            or bool(self._report.blocks)
            or bool(self._replies)
            or "x-failed-recipients" in self._intake.headers
            or self._from_daemon()
            or (not self._intake.headers and len(self._shown) <= _SHORT)
        )

    def reading(self) -> Reading:
        signs = sorted(self._signs, key=lambda sign: sign.order)
        if not self._is_bounce():
            reason = self._knowledge.reason
            signs = [sign for sign in signs if reason[sign.points_to].nature == "none"]
        deliveries = tuple(self._deliveries(signs))
        verdict = self._verdict(signs, deliveries)
        reason_id = verdict.points_to if verdict else UNDETERMINED
        reason_entry = self._knowledge.reason[reason_id]
        confidence, alternatives = chances(verdict, signs) if verdict else (0.0, ())
        if verdict:
            signs.remove(verdict)
            signs.insert(0, verdict)
        reply = self._leading_reply()
        return Reading(
            shown=self._shown,
            reason=reason_id,
            nature=reason_entry.nature,
            who_acts=reason_entry.who_acts,
            deliveries=deliveries,
            recipients=tuple(self._recipients),
            status=self._status(reply),
            reply_code=reply.code if reply else None,
            reporting_mta=self._report.reporting_mta,
            evidence=tuple(self._evidence(sign) for sign in signs[:_MOST_EVIDENCE]),
            confidence=confidence,
            alternatives=alternatives,
            missing=None if confidence >= 0.8 else "reply" if not self._replies else "whole_mail",
        )

    def _verdict(self, signs: Sequence[Sign], deliveries: Sequence[Delivery]) -> Sign | None:
        for i, delivery in enumerate(deliveries):
            if delivery.action in ("delivered", "relayed", "expanded"):
                continue
            found = best(sign for sign in signs if sign.delivery in (None, i))
            if found:
                return found
        return best(signs)

    def _leading_reply(self) -> prose.Reply | None:
        remote = [reply for reply in self._replies if reply.is_remote]
        return next((reply for reply in remote if reply.code), remote[0] if remote else None)

    def _status(self, reply: prose.Reply | None) -> str | None:
        if reply and reply.status:
            return reply.status
        for block in self._report.blocks:
            if block.status:
                return block.status
        return next((reply.status for reply in self._replies if reply.status), None)

    def _deliveries(self, signs: Sequence[Sign]) -> Iterator[Delivery]:
        for i, block in enumerate(self._report.blocks):
            sign = best(sign for sign in signs if sign.delivery in (None, i))
            code = next((r.code for r in self._replies if block.start <= r.start < block.end), None)
            yield Delivery(
                final_recipient=block.final_recipient,
                original_recipient=block.original_recipient,
                action=block.action,  # type: ignore[arg-type]
                status=block.status,
                reply_code=code,
                remote_mta=block.remote_mta,
                diagnostic_code=block.diagnostic,
                reason=sign.points_to if sign else UNDETERMINED,
            )

    def _evidence(self, sign: Sign) -> Evidence:
        return Evidence(
            quote=self._shown[sign.start : sign.end],
            start=sign.start,
            end=sign.end,
            rule=sign.rule,
            points_to=sign.points_to,
            trust=int(sign.trust),
        )


__all__ = ["Reader", "fold"]

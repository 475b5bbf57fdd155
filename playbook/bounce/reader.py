"""`Reader`: knowledge compiled once, then anything read in one pass over its text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from playbook.bounce import dsn, prose
from playbook.bounce.intake import Intake, Zone, take_in
from playbook.bounce.layout import without_returned
from playbook.bounce.normal import PARAGRAPH, Normal, in_small_letters
from playbook.bounce.phrases import stands
from playbook.bounce.reading import Delivery, Evidence, Reading
from playbook.bounce.rules import Rule, Rules
from playbook.bounce.verdict import Sign, Trust, chances
from playbook.schema import Knowledge
from playbook.terms import UNDETERMINED, ReasonId

_AROUND = (80, 60)
"""How far before and after a phrase `unless` is looked for, in characters."""

_SENTENCE_ENDS = (PARAGRAPH, ". ", "。", ">: ")

_SHORT = 600
"""A paste up to this length is taken for a bounce even where nothing else says it is one."""

_MOST_EVIDENCE = 40

_LEGEND = 4
"""So many reasons, or more codes than that, make a text a list of what they mean."""

# Looked up once: an enumeration's members cost ten times a global's.
_KIND_OF_REPORT = Trust.KIND_OF_REPORT
_OUTCOME = Trust.OUTCOME
_NOTICE = Trust.NOTICE
_LIKELY_NOTICE = Trust.LIKELY_NOTICE

# A named tuple's own constructor costs three times as much, and dozens are made of each mail.
_new = tuple.__new__

_DELAYED = ReasonId("delivery_delayed")
_AUTO_REPLY = ReasonId("auto_reply")
_COMPLAINT = ReasonId("complaint_report")
_PHISHING = ReasonId("phishing_bounce_suspected")
_SUCCESS = ReasonId("success_notice")
_GOOD_ACTIONS = ("delivered", "relayed", "expanded")
_NEXT_FIELD = re.compile(r"\n[A-Z][A-Za-z-]{2,30}:")
_ADDRESS_BEFORE = re.compile(r"@[\w.-]+\.?[\"'>)\]}:;,]*\s*(?:\([^()\n]{0,80}\)\s*)?$")
_DOMAIN_BEFORE = re.compile(r"(?<![@\w.-])[\w-]+(?:\.[\w-]+)+\.?[\"'>)\]}:;,]*\s*$")
_ADDRESS = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
_SENDER_DOMAIN = re.compile(r"@([\w-]+(?:\.[\w-]+)+)")

_ALL = -1


class Reader:
    """Reads bounces with one `Knowledge`."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._rules = Rules(knowledge)

    def read(self, pasted: str | bytes) -> Reading:
        """What `pasted` says: a raw mail or any pasted text. Never raises."""
        return _Pass(self._rules, take_in(pasted, self._rules.words)).reading()


_Piece = tuple[int, int, Zone, int]
"""Start and end in `shown` where people or servers speak, who does, and of which recipient."""


_Spot = tuple[int, int, Zone, int, int, prose.Reply | None]
"""Start and end in `shown`, who speaks there, the recipient in whose fields it stands, the one it
speaks of, and the reply it belongs to."""


class _Pass:
    """One text on its way from intake to reading."""

    def __init__(self, rules: Rules, intake: Intake) -> None:
        self.rules = rules
        self.intake = intake
        self.shown = intake.shown
        self.small = in_small_letters(self.shown)
        self.text = prose.Prose(self.shown, self.small, rules.words)
        self.stretches, self.has_returned = without_returned(
            self.shown, self.small, intake.stretches, rules.separators
        )
        self.report = self._read_report()
        self.block_starts = [block.start for block in self.report.blocks]
        self.pieces = self._spoken()
        self.recipients, self.mentions = self._find_recipients()
        self.replies: list[prose.Reply] = []
        for start, end, zone, _ in self.pieces:
            if zone != "subject":
                self.replies += prose.replies(self.text, start, end)
        self.reply_starts = [reply.start for reply in self.replies]
        self.is_refused = any(reply.code and reply.code[0] == "5" for reply in self.replies)
        self.normal = Normal("\n\n".join([self.shown[start:end] for start, end, *_ in self.pieces]))
        self.signs: list[Sign] = []
        self.is_marked = False
        self.letters: list[tuple[int, int]] = []
        self.known: dict[tuple[str, ...], bool] = {}
        self._add_kind_signs()
        self._add_wording_signs()
        self._add_code_signs()

    # --- layout -------------------------------------------------------------------------------

    def _read_report(self) -> dsn.Report:
        report = dsn.Report()
        for start, end, zone in self.stretches:
            if zone == "status" or (zone == "human" and dsn.has_fields(self.small, start, end)):
                dsn.read(self.shown, self.small, start, end, report)
        return report

    def _spoken(self) -> list[_Piece]:
        """What people or servers say, without the fields around it."""
        pieces: list[_Piece] = []
        for start, end, zone in self.stretches:
            if zone in ("human", "subject"):
                pieces.append((start, end, zone, _ALL))
            elif zone == "status":
                for i, block in enumerate(self.report.blocks):
                    pieces += [
                        (*span, zone, i)
                        for span in block.diagnostic_spans
                        if start <= span[0] < end
                    ]
        return pieces

    def _reply(self, at: int) -> prose.Reply | None:
        i = bisect_right(self.reply_starts, at) - 1
        return self.replies[i] if i >= 0 and self.replies[i].end > at else None

    def _block(self, at: int) -> int:
        """The recipient whose fields stand at `at`."""
        i = bisect_right(self.block_starts, at) - 1
        return i if i >= 0 and at < self.report.blocks[i].end else _ALL

    def _knows(self, hosts: tuple[str, ...]) -> bool:
        """Whether the text names one of the hosts."""
        known = self.known.get(hosts)
        if known is None:
            servers = [block.remote_mta.lower() for block in self.report.blocks if block.remote_mta]
            known = self.known[hosts] = any(
                host in text for text in (self.normal.text, *servers) for host in hosts
            )
        return known

    # --- evidence -----------------------------------------------------------------------------

    def _add_kind_signs(self) -> None:
        kind, add = self.intake.report_type, self._add_by_type
        if kind == "feedback-report":
            add(_KIND_OF_REPORT, _COMPLAINT, "RFC 5965")
        elif kind == "disposition-notification":
            # A mail refused while it was being filed is also told as "deleted" by a machine.
            deleted = "automatic-action" in self.shown and "; deleted" in self.shown
            add(_OUTCOME if deleted else _KIND_OF_REPORT, _SUCCESS, "RFC 8098")
        blocks = self.report.blocks
        actions = [block.action for block in blocks if block.action]
        if actions and all(action in _GOOD_ACTIONS for action in actions):
            add(_KIND_OF_REPORT, _SUCCESS, "RFC 3464: Action", blocks[0].action_span)
        for i, block in enumerate(blocks):
            if block.action == "delayed":
                add(_OUTCOME, _DELAYED, "RFC 3464: Action", block.action_span, i)
        if not blocks and self._is_automatic() and not self._from_daemon():
            add(_OUTCOME, _AUTO_REPLY, "RFC 3834")

    def _add_by_type(
        self,
        trust: Trust,
        reason: ReasonId,
        rule: str,
        span: tuple[int, int] | None = None,
        delivery: int = _ALL,
    ) -> None:
        if span is None:
            end = self.shown.find("\n")
            span = 0, len(self.shown) if end < 0 else end
        self.signs.append(_new(Sign, (trust, 0, *span, reason, rule, delivery)))

    def _is_automatic(self) -> bool:
        """Whether a mail says of itself that a machine answered (RFC 3834 and older habits)."""
        headers = self.intake.headers
        return (
            headers.get("auto-submitted", "").lower().startswith("auto-replied")
            or "x-autoreply" in headers
            or "x-autorespond" in headers
        )

    def _add_wording_signs(self) -> None:
        """What the wordings say that do not stand inside a longer one.

        "timeout exceeded" in "retry timeout exceeded" says nothing of its own. A phrase with a gap
        does not speak for what stands in the gap.
        """
        text, wordings, count = self.normal.text, self.rules.wordings, len(self.rules.wordings)
        hits = self.rules.scanner.find(text)
        bases = list(accumulate([end - start + 2 for start, end, *_ in self.pieces], initial=0))
        reach, outer = -1, (0, 0)
        hits.sort()
        for start, down, letters, numbers in hits:
            end = -down
            is_enclosed = end <= reach and (start, end) != outer
            spot: _Spot | None = None
            for number in numbers:
                if number >= count:
                    if number < self.rules.first_of_letters:
                        self.is_marked = True
                    else:
                        self.letters.append((start, end))
                    continue
                if is_enclosed:
                    continue
                rule = wordings[number]
                if rule.hosts and not self._knows(rule.hosts):
                    continue
                if rule.unless and _is_excepted(rule, text, start, end):
                    continue
                if end > reach and letters == end - start:
                    reach, outer = end, (start, end)
                if spot is None:
                    spot = self._spot(start, end, bases)
                self._add_wording_sign(rule, letters, spot)

    def _spot(self, start: int, end: int, bases: list[int]) -> _Spot:
        """Where in `shown` stands what was found in the normal form, and who says it of whom."""
        first, last = self.normal.span(start, end)
        i = bisect_right(bases, first) - 1
        begins, ends, zone, held = self.pieces[i]
        shift = begins - bases[i]
        first, last = first + shift, min(last + shift, ends)
        if held < 0 and self.report.blocks:
            held = self._block(first)
        owner = self._spoken_of(first) if held < 0 and self.mentions else held
        return first, last, zone, held, owner, self._reply(first)

    def _add_wording_sign(self, rule: Rule, letters: int, spot: _Spot) -> None:
        start, end, zone, held, owner, reply = spot
        if letters < end - start and _NEXT_FIELD.search(self.shown, start, end):
            return
        if rule.has_conditions and not self._fits(rule, start, reply, held):
            return
        if zone == "status" or (reply is not None and reply.is_remote):
            trust = rule.in_reply
            if self.is_refused and reply is not None and reply.code and reply.code[0] == "4":
                # One of several servers was busy; another one refused for good.
                trust = max(trust, _LIKELY_NOTICE)
        else:
            trust = rule.in_notice
        if zone == "subject":
            trust = max(trust, _LIKELY_NOTICE)
        elif rule.reason == _COMPLAINT and trust == _NOTICE and not self.replies:
            trust = _KIND_OF_REPORT
        elif rule.reason == _PHISHING:
            # A "failure" that no server tells of and that asks to log in is none; where a server
            # tells of it, the page it names may ask for anything.
            trust = max(trust, _LIKELY_NOTICE) if self._is_told_by_server() else Trust.REPLY
        sign = (trust, -letters, start, end, rule.reason, rule.name, owner)
        self.signs.append(_new(Sign, sign))

    def _fits(self, rule: Rule, start: int, reply: prose.Reply | None, held: int) -> bool:
        """Whether the conditions of a wording are met where it stands."""
        if rule.codes:
            here = {reply.code, reply.status} if reply else set()
            if held >= 0:
                here.add(self.report.blocks[held].status)
            if rule.codes.isdisjoint(here):
                return False
        if rule.after and (reply is None or reply.stage != rule.after):
            return False
        if rule.about:
            pattern = _ADDRESS_BEFORE if rule.about == "address" else _DOMAIN_BEFORE
            return pattern.search(self.shown[max(start - 160, 0) : start]) is not None
        return True

    def _add_code_signs(self) -> None:
        for reply in self.replies:
            held = self._block(reply.start)
            if held < 0 and self.mentions:
                held = self._spoken_of(reply.start)
            if reply.status:
                self._add_code_sign(reply.status, reply.status_span, held)
            if reply.code:
                self._add_code_sign(reply.code, reply.code_span, held)
        for i, block in enumerate(self.report.blocks):
            if block.status:
                self._add_code_sign(block.status, block.status_span, i)

    def _add_code_sign(self, code: str, span: tuple[int, int], delivery: int) -> None:
        for rule in self.rules.codes.get(code, ()):
            if not rule.hosts or self._knows(rule.hosts):
                sign = (rule.trust, 0, *span, rule.reason, rule.name, delivery)
                self.signs.append(_new(Sign, sign))
                return

    # --- recipients ---------------------------------------------------------------------------

    def _find_recipients(self) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
        """Whom the mail did not reach; and where the human part speaks of which of several."""
        blocks = self.report.blocks
        found: dict[str, int] = {}
        names: list[str] = []

        def add(address: str | None, owner: int) -> None:
            if address and "@" in address and address.lower() not in found:
                found[address.lower()] = owner
                names.append(address)

        for i, block in enumerate(blocks):
            add(block.final_recipient, i)
            add(block.original_recipient, i)
        # Without addresses the machine part does not say which of its recipients is named.
        are_told_apart = bool(found) or not blocks
        if not found:
            for address in _ADDRESS.findall(self.intake.headers.get("x-failed-recipients", "")):
                add(address, len(names))
        if found and len(blocks) < 2 and (blocks or len(found) < 2):
            return tuple(names), []
        mentions: list[tuple[int, int]] = []
        is_known = bool(found)
        for address, at in self._named():
            if not is_known:
                add(address, len(names))
            if address.lower() in found:
                mentions.append((at, found[address.lower()]))
        return tuple(names), mentions if len(found) > 1 and are_told_apart else []

    def _named(self) -> list[tuple[str, int]]:
        """The addresses the human part names, each with its place."""
        named: list[tuple[str, int]] = []
        for start, end, zone, _ in self.pieces:
            if zone == "human":
                named += prose.recipients(self.text, start, end)
        # The notice goes to the sender, who is named too; mail to oneself comes back as well.
        own = self._own_address().lower()
        others = [mention for mention in named if mention[0].lower() not in own]
        return others or self._named_without_domain() or named

    def _named_without_domain(self) -> list[tuple[str, int]]:
        domain = _SENDER_DOMAIN.search(self.intake.headers.get("from", ""))
        if domain is None or not self._from_daemon():
            return []
        return [
            (f"{name}@{domain[1].lower()}", at)
            for start, end, zone, _ in self.pieces
            if zone == "human"
            for name, at in prose.names_without_domain(self.text, start, end)
        ]

    def _own_address(self) -> str:
        """To whom the notice itself went: the sender of the mail that was not delivered."""
        if self.intake.headers:
            return self.intake.headers.get("to", "")
        sender, recipient = prose.shown_header(self.text)
        return recipient if self.text.words.notice_sender.search(sender.lower()) else ""

    def _spoken_of(self, at: int) -> int:
        """The recipient the human part speaks of at `at`: the one named last."""
        i = bisect_right(self.mentions, (at, len(self.mentions))) - 1
        return self.mentions[i][1] if i >= 0 else _ALL

    # --- the reading --------------------------------------------------------------------------

    def _from_daemon(self) -> bool:
        sender = self.intake.headers.get("from", "").lower()
        return self.rules.words.notice_sender.search(sender) is not None

    def _is_failure(self) -> bool:
        """Whether the text has the make-up of a notice of failure."""
        return bool(self.has_returned or self.replies or self.report.blocks or self.is_marked)

    def _is_told_by_server(self) -> bool:
        """Whether a server's own words stand in the text, and not only a notice about them."""
        return bool(self.replies or self.report.blocks or self.has_returned)

    def _is_legend(self, signs: Sequence[Sign]) -> bool:
        """Whether the text explains what may happen, and not what happened.

        No server gives one recipient so many reasons; pages of help list them all.
        """
        if self.report.blocks or self.has_returned or len(self.recipients) > 1:
            return False
        if self.intake.report_type or self._from_daemon():
            return False
        reasons = {sign.points_to for sign in signs if sign.trust <= Trust.CODE}
        codes = {reply.code for reply in self.replies if reply.code}
        return len(reasons) >= _LEGEND or len(codes) > _LEGEND

    def _is_bounce(self) -> bool:
        return bool(
            self._is_failure()
            or self.intake.report_type
            or "x-failed-recipients" in self.intake.headers
            or self._from_daemon()
            or (not self.intake.headers and len(self.shown) <= _SHORT)
        )

    def reading(self) -> Reading:
        """The verdict with everything it rests on."""
        reasons = self.rules.knowledge.reason
        signs = sorted(self.signs)
        if self._is_failure():
            signs = [sign for sign in signs if sign.points_to != _AUTO_REPLY]
        elif not self._is_bounce():
            signs = [sign for sign in signs if reasons[sign.points_to].nature == "none"]
        elif self.letters:
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
            shown=self.shown,
            reason=ReasonId(reason.id),
            nature=reason.nature,
            who_acts=reason.who_acts,
            deliveries=tuple(self._deliveries(chosen)),
            recipients=self.recipients,
            status=self._status(reply),
            reply_code=reply.code if reply else None,
            reporting_mta=self.report.reporting_mta,
            evidence=self._evidence(signs),
            confidence=confidence,
            alternatives=alternatives,
            still_trying=_DELAYED in [sign.points_to for sign in signs],
            missing=None if confidence >= 0.8 else "whole_mail" if self.replies else "reply",
        )

    def _without_letters(self, signs: list[Sign]) -> list[Sign]:
        """Without what stands in a line written as people write to each other.

        Whoever pastes a customer's own words often pastes the sentence of the server below them.
        """
        if self.intake.headers or self.intake.report_type or len(self.pieces) != 1:
            return signs
        lines = set()
        for start, end in self.letters:
            at = self.normal.span(start, end)[0] + self.pieces[0][0]
            lines.add(self.shown.rfind("\n", 0, at))
        return [s for s in signs if self.shown.rfind("\n", 0, s.start) not in lines]

    def _chosen(self, signs: Sequence[Sign]) -> list[Sign | None]:
        """The sign to believe of every recipient of the machine part."""
        count = len(self.report.blocks) or len(self.recipients)
        if count < 2:
            return [self._best(signs)] * count
        shared = [sign for sign in signs if sign.delivery == _ALL][:_MOST_EVIDENCE]
        own: list[list[Sign]] = [[] for _ in range(count)]
        for sign in signs:
            if sign.delivery != _ALL:
                own[sign.delivery].append(sign)
        return [self._best(sorted(shared + mine)) for mine in own]

    def _verdict(self, signs: Sequence[Sign], chosen: Sequence[Sign | None]) -> Sign | None:
        blocks = self.report.blocks
        for i, sign in enumerate(chosen):
            if sign and not (blocks and blocks[i].action in _GOOD_ACTIONS):
                return sign
        return self._best(signs)

    def _best(self, signs: Sequence[Sign]) -> Sign | None:
        """The sign to believe of those given, best first.

        While the server is still trying, a cause that passes by itself needs nothing done: then the
        delay is what there is to tell.
        """
        if not signs or signs[0].trust == _KIND_OF_REPORT:
            return signs[0] if signs else None
        reason = self.rules.knowledge.reason[signs[0].points_to]
        if reason.nature == "temporary" or reason.outcome:
            for sign in signs:
                if sign.points_to == _DELAYED:
                    return sign
        return signs[0]

    def _leading_reply(self) -> prose.Reply | None:
        leading = None
        for reply in self.replies:
            if reply.is_remote and reply.code:
                return reply
            leading = leading or (reply if reply.is_remote else None)
        return leading

    def _status(self, reply: prose.Reply | None) -> str | None:
        if reply and reply.status:
            return reply.status
        for block in self.report.blocks:
            if block.status:
                return block.status
        return next((reply.status for reply in self.replies if reply.status), None)

    def _deliveries(self, chosen: Sequence[Sign | None]) -> Iterator[Delivery]:
        if not self.report.blocks:
            for recipient, sign in zip(self.recipients, chosen, strict=True):
                reason = sign.points_to if sign else UNDETERMINED
                yield Delivery(final_recipient=recipient, reason=reason)
        for block, sign in zip(self.report.blocks, chosen, strict=False):
            i = bisect_left(self.reply_starts, block.start)
            held = i < len(self.replies) and self.reply_starts[i] < block.end
            yield Delivery(
                final_recipient=block.final_recipient,
                original_recipient=block.original_recipient,
                action=block.action,
                status=block.status,
                reply_code=self.replies[i].code if held else None,
                remote_mta=block.remote_mta,
                diagnostic_code=block.diagnostic,
                reason=sign.points_to if sign else UNDETERMINED,
            )

    def _evidence(self, signs: Sequence[Sign]) -> tuple[Evidence, ...]:
        shown = self.shown
        return tuple(
            [
                _new(Evidence, (shown[start:end], start, end, rule, reason, trust))
                for trust, _, start, end, reason, rule, _ in signs[:_MOST_EVIDENCE]
            ]
        )


def _is_excepted(rule: Rule, text: str, start: int, end: int) -> bool:
    """Whether a word that forbids the rule stands in the same sentence of `text`."""
    around = text[max(start - _AROUND[0], 0) : end + _AROUND[1]]
    for word in rule.unless:
        if word in around:
            break
    else:
        return False
    floor, ceiling = max(start - _AROUND[0], 0), end + _AROUND[1]
    for mark in _SENTENCE_ENDS:
        at = text.rfind(mark, floor, start)
        floor = at + 1 if at >= 0 else floor
        at = text.find(mark, end, ceiling)
        ceiling = at if at >= 0 else ceiling
    sentence = text[floor:ceiling]
    return any(stands(word, sentence) for word in rule.unless if word in sentence)

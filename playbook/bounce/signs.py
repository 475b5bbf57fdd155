"""Evidence: what the kind of a mail, its words and its codes speak for."""

from __future__ import annotations

import re

from playbook.bounce.dsn import GOOD_ACTIONS
from playbook.bounce.intake import Zone
from playbook.bounce.normal import PARAGRAPH
from playbook.bounce.notice import ALL, Notice
from playbook.bounce.phrases import Hit, stands
from playbook.bounce.prose import Reply, words_of
from playbook.bounce.recipients import Recipients
from playbook.bounce.rules import Rule, Rules
from playbook.bounce.verdict import Sign, Trust
from playbook.terms import ReasonId

_AROUND = (80, 60)
"""How far before and after a phrase `unless` is looked for, in characters."""

_SENTENCE_ENDS = (PARAGRAPH, ". ", "。", ">: ", " said: ")

# Looked up once: an enumeration's members cost ten times a global's.
_KIND_OF_REPORT = Trust.KIND_OF_REPORT
_OUTCOME = Trust.OUTCOME
_NOTICE = Trust.NOTICE
_LIKELY_NOTICE = Trust.LIKELY_NOTICE
_TOPIC = Trust.TOPIC
_LIKENESS = Trust.LIKENESS
_FOR_MANY_THINGS = (Trust.GENERAL_CODE, Trust.GENERAL_REPLY_CODE)
"""What is believed after a comparison with known sentences; a hint is a known sentence."""
_TOPIC_OF_NOTICE = Trust.TOPIC_OF_NOTICE

# A named tuple's own constructor costs three times as much, and dozens are made of each mail.
_new = tuple.__new__

DELAYED = ReasonId("delivery_delayed")
AUTO_REPLY = ReasonId("auto_reply")
_COMPLAINT = ReasonId("complaint_report")
_PHISHING = ReasonId("phishing_bounce_suspected")
_SUCCESS = ReasonId("success_notice")
_RECIPIENT_REFUSED = ReasonId("recipient_refused")
_REFUSED = re.compile(r"disposition:\s*automatic-action/[^\s;]{0,40}\s*;\s*deleted")
"""How a filter of the recipient's own tells that it refused a mail (RFC 5429, 2.2)."""
_OF_A_PAGE = frozenset("./=?")
_PAGE = re.compile(r"https?://[!-~]+")
_LOCAL_PART_ENDS = re.compile(r"[\w.+=-]{0,64}@", re.ASCII)
_DOMAIN_BEGUN = re.compile(r"@[\w.-]*$", re.ASCII)
_NEXT_FIELD = re.compile(r"\n[A-Z][A-Za-z-]{2,30}:")
_NAMED_BEFORE = {
    "address": re.compile(r"@[\w.-]+\.?[\"'>)\]}:;,]*\s*(?:\([^()\n]{0,80}\)\s*)?$"),
    # No name of the highest level is a number (RFC 3696, 2), so that 5.1.1 is no domain.
    "domain": re.compile(r"(?<![@\w.-])[\w-]+(?:\.[\w-]+)*\.[a-zA-Z][\w-]*\.?[\"'>)\]}:;,]*\s*$"),
    "ip": re.compile(
        r"(?<![\w.-])(?:\d+(?:\.\d+){3}|[\da-fA-F]*:[\da-fA-F:]*:[\da-fA-F]*)[\"'>)\]},]*\s*$"
    ),
}
"""What stands right before what is said about it."""

_Spot = tuple[int, int, Zone, int, int, Reply | None]
"""Start and end in `shown`, who speaks there, the recipient in whose fields it stands, the one it
speaks of, and the reply it belongs to."""


class Signs:
    """All that speaks for a reason in one notice."""

    def __init__(self, notice: Notice, recipients: Recipients, rules: Rules) -> None:
        self._notice = notice
        self._recipients = recipients
        self._rules = rules
        self._is_refused = any(reply.code and reply.code[0] == "5" for reply in notice.replies)
        self.found: list[Sign] = []
        self.marks: list[tuple[int, int]] = []
        """Where the normal form has sentences that only bounces have."""
        self.is_told = False
        """Whether somebody tells in a few words of an error that came."""
        self.circular_at: int | None = None
        """Where in `shown` the first sentence stands that machines write of other things than a
        delivery."""
        self.is_of_other = False
        """Whether a thing is named that is no mail."""
        self.letters: list[tuple[int, int]] = []
        """Where the normal form has words that people write to each other."""
        self._excepting: dict[str, tuple[str, ...]] = {}
        """By rule that stands more than once, the words of its `unless` that the text has."""
        self._met: set[str] = set()
        """The rules with an `unless` that stood in the text so far."""
        self._topics: list[Sign] = []
        """What the words outside of replies are about."""
        self._add_kind_signs()
        self._add_wording_signs()
        self._add_code_signs()
        if notice.replies and all(sign.trust in _FOR_MANY_THINGS for sign in self.found):
            self._add_likeness_signs()
        # Notices of failure say too that a machine sent them.
        is_told_why = any(sign.points_to != AUTO_REPLY for sign in self.found)
        if not is_told_why and (self.marks or self.is_told or self._is_bare_failure()):
            self.found += self._topics

    def _is_bare_failure(self) -> bool:
        """Whether a few words tell of a failure, and not as people write to each other."""
        notice = self._notice
        if not self._topics or not notice.is_brief or self.letters or self.is_of_other:
            return False
        return notice.names_mail() and notice.tells_of_failure()

    def _add_kind_signs(self) -> None:
        notice, add = self._notice, self._add_by_type
        if notice.report_type == "feedback-report":
            add(_KIND_OF_REPORT, _COMPLAINT, "RFC 5965")
        blocks = notice.report.blocks
        actions = [block.action for block in blocks if block.action]
        if actions and all(action in GOOD_ACTIONS for action in actions):
            add(_KIND_OF_REPORT, _SUCCESS, "RFC 3464: Action", blocks[0].action_span)
        for i, block in enumerate(blocks):
            if block.action == "delayed":
                add(_OUTCOME, DELAYED, "RFC 3464: Action", block.action_span, i)
        if not blocks and notice.report_type == "disposition-notification":
            self._add_receipt_sign()
        elif not blocks and notice.is_automatic() and not notice.is_from_daemon():
            add(_OUTCOME, AUTO_REPLY, "RFC 3834")

    def _add_receipt_sign(self) -> None:
        """What a receipt tells: that the mail was seen, or that it was refused on being filed."""
        refused = _REFUSED.search(self._notice.small)
        if refused:
            self._add_by_type(_OUTCOME, _RECIPIENT_REFUSED, "RFC 5429, 2.2", refused.span())
        else:
            self._add_by_type(_KIND_OF_REPORT, _SUCCESS, "RFC 8098")

    def _add_by_type(
        self,
        trust: Trust,
        reason: ReasonId,
        rule: str,
        span: tuple[int, int] | None = None,
        delivery: int = ALL,
    ) -> None:
        if span is None:
            end = self._notice.shown.find("\n")
            span = 0, len(self._notice.shown) if end < 0 else end
        self.found.append(_new(Sign, (trust, 0, *span, reason, rule, delivery)))

    def _add_wording_signs(self) -> None:
        """What the wordings say that do not stand inside a longer one.

        "timeout exceeded" in "retry timeout exceeded" says nothing of its own. A phrase with a gap
        does not speak for what stands in the gap, and one whose conditions are not met for nothing.
        """
        notice, rules = self._notice, self._rules
        text, wordings, count = notice.normal.text, rules.wordings, len(rules.wordings)
        hits = rules.scanner.find(text)
        reach, outer = -1, (0, 0)
        pages = [page.span() for page in _PAGE.finditer(text)] if "://" in text else []
        hits.sort(key=_longest_first)
        spot: _Spot | None = None
        spot_of = (-1, -1)
        for start, end, letters, numbers in hits:
            is_enclosed = end <= reach and (start, end) != outer
            for number in numbers:
                if number >= count:
                    self._note_kind(number, start, end)
                    continue
                if is_enclosed or (pages and _stands_in_link(text, start, end, pages)):
                    continue
                rule = wordings[number]
                if rule.hosts and not notice.names_any(rule.hosts):
                    continue
                if rule.unless and self._is_excepted(rule, text, start, end):
                    continue
                if spot is None or spot_of != (start, end):
                    spot, spot_of = self._spot(start, end), (start, end)
                is_said = self._add_wording_sign(rule, letters, spot)
                if is_said and end > reach and letters == end - start:
                    reach, outer = end, (start, end)

    def _is_excepted(self, rule: Rule, text: str, start: int, end: int) -> bool:
        """Whether a word that forbids the rule stands in the same sentence of `text`."""
        words = self._excepting.get(rule.name)
        if words is None:
            # What stands again may stand in every line: then the text is searched once for all.
            is_first = rule.name not in self._met
            self._met.add(rule.name)
            words = rule.unless
            if not is_first:
                words = self._excepting[rule.name] = tuple([w for w in words if w in text])
        around = text[start - _AROUND[0] if start > _AROUND[0] else 0 : end + _AROUND[1]]
        for word in words:
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
        return any(stands(word, sentence) for word in words if word in sentence)

    def _note_kind(self, number: int, start: int, end: int) -> None:
        """What a sentence shows that gives no reason: that it is a bounce, or that it is none."""
        if number < self._rules.first_of_told:
            self.marks.append((start, end))
        elif number < self._rules.first_of_letters:
            self.is_told = self._notice.is_brief
        elif number < self._rules.first_of_circulars:
            self.letters.append((start, end))
            self.is_of_other = self.is_of_other or number >= self._rules.first_of_others
        elif self.circular_at is None:
            at, _, zone, _, _, reply = self._spot(start, end)
            # A notice names the subject of what came back, and that may be a circular; what a
            # server replies is said of one mail.
            if zone != "subject" and reply is None and not self._notice.is_in_field(at):
                self.circular_at = at

    def _spot(self, start: int, end: int) -> _Spot:
        """Where in `shown` stands what was found in the normal form, and who says it of whom."""
        notice = self._notice
        first, last, (_, _, zone, held) = notice.place(start, end)
        if held < 0:
            held = notice.block_at(first)
        owner = held if held >= 0 else self._recipients.spoken_of(first)
        reply = notice.reply_at(first)
        if reply is None and zone == "human" and notice.is_in_subject(first):
            zone = "subject"
        return first, last, zone, held, owner, reply

    def _add_wording_sign(self, rule: Rule, letters: int, spot: _Spot) -> bool:
        """Whether the conditions of the wording are met, so that it says something here."""
        start, end, zone, held, owner, reply = spot
        if letters < end - start and _NEXT_FIELD.search(self._notice.shown, start, end):
            return False
        if rule.has_conditions and not self._fits(rule, start, reply, held):
            return False
        if rule.in_reply == _TOPIC and self._is_in_address(start, end):
            return False
        if zone == "status" or (reply is not None and reply.is_remote):
            trust = rule.in_reply
            if self._is_refused and reply is not None and reply.code and reply.code[0] == "4":
                # One of several servers was busy; another one refused for good.
                trust = max(trust, _LIKELY_NOTICE)
        else:
            trust = rule.in_notice
            if trust == _TOPIC_OF_NOTICE and zone == "subject":
                return False  # it tells what the returned mail was about
        if zone == "subject":
            trust = max(trust, _LIKELY_NOTICE)
        elif rule.reason == _COMPLAINT and trust == _NOTICE and not self._notice.replies:
            trust = _KIND_OF_REPORT
        elif rule.reason == _PHISHING:
            # A "failure" that no server tells of and that asks to log in is none; where a server
            # tells of it, the page it names may ask for anything.
            trust = max(trust, _LIKELY_NOTICE) if self._notice.is_told_by_server() else Trust.REPLY
        sign = (trust, -letters, start, end, rule.reason, rule.name, owner)
        signs = self._topics if trust == _TOPIC_OF_NOTICE else self.found
        signs.append(_new(Sign, sign))
        return True

    def _is_in_address(self, start: int, end: int) -> bool:
        """Whether a single word is part of somebody's address, as in bad.company@example.com."""
        shown = self._notice.shown
        return (
            _LOCAL_PART_ENDS.match(shown, end) is not None
            or _DOMAIN_BEGUN.search(shown[max(start - 80, 0) : start]) is not None
        )

    def _fits(self, rule: Rule, start: int, reply: Reply | None, held: int) -> bool:
        """Whether the conditions of a wording are met where it stands."""
        if rule.codes:
            here = {reply.code, reply.status} if reply else set()
            if held >= 0:
                here.add(self._notice.report.blocks[held].status)
            if rule.codes.isdisjoint(here):
                return False
        if rule.after and (reply is None or reply.stage != rule.after):
            return False
        if rule.about:
            before = self._notice.shown[max(start - 160, 0) : start]
            return _NAMED_BEFORE[rule.about].search(before) is not None
        return True

    def _add_code_signs(self) -> None:
        notice = self._notice
        for reply in notice.replies:
            held = self._owner(reply.start)
            if reply.status:
                self._add_code_sign(reply.status, reply.status_span, held, reply.stage)
            if reply.code:
                self._add_code_sign(reply.code, reply.code_span, held, reply.stage)
        for i, block in enumerate(notice.report.blocks):
            if block.status:
                self._add_code_sign(block.status, block.status_span, i)

    def _add_likeness_signs(self) -> None:
        """What replies are about of which nothing is known but codes used for many things."""
        notice = self._notice
        for reply in notice.replies:
            start, end = words_of(notice.text, reply)
            nearest = self._rules.likeness.nearest(notice.small[start:end])
            if nearest:
                sign = (_LIKENESS, 0, start, end, *nearest, self._owner(reply.start))
                self.found.append(_new(Sign, sign))

    def _owner(self, at: int) -> int:
        """The recipient of whom a server speaks at `at`."""
        held = self._notice.block_at(at)
        return held if held >= 0 else self._recipients.spoken_of(at)

    def _add_code_sign(
        self, code: str, span: tuple[int, int], delivery: int, stage: str | None = None
    ) -> None:
        for rule in self._rules.codes.get(code, ()):
            if rule.after and rule.after != stage:
                continue
            if not rule.hosts or self._notice.names_any(rule.hosts):
                sign = (rule.trust, 0, *span, rule.reason, rule.name, delivery)
                self.found.append(_new(Sign, sign))
                return


def _longest_first(hit: Hit) -> tuple[int, int]:
    return hit[0], -hit[1]


def _stands_in_link(text: str, start: int, end: int, pages: list[tuple[int, int]]) -> bool:
    """Whether a word is part of a link, which says nothing.

    A host's name or a parameter does.
    """
    if not _OF_A_PAGE.isdisjoint(text[start:end]):
        return False
    return any(first <= start and end <= last for first, last in pages)

"""An invented mailbox, to show a batch and its report before there is a real one. Seeded.

Its servers' words are the samples of the knowledge's own wordings; people and hosts carry names
reserved for examples (RFC 2606, RFC 6761).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from playbook.batch.kept import keep_knowledge
from playbook.batch.order import Order
from playbook.batch.run import Batch, key_in, run_batch
from playbook.mailboxes import plan
from playbook.schema import Knowledge, Wording
from playbook.terms import UNDETERMINED

DAYS = 84
"""The days the mails are spread over."""

_SPAN = 128 * 1024
"""Bytes of a span: small ones, so that its progress can be watched."""
_DOMAINS = ("example.com", "example.net", "example.org", "example.ne.jp", "mail.example.jp")

_MAIL = """\
From {sender} {day:%a %b %d %H:%M:%S %Y}
From: {sender}
To: news@example.jp
Date: {date}
Message-ID: <{number}.{seed}@mx.{domain}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain; charset=utf-8

<{recipient}>: {says}

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp

Final-Recipient: rfc822; {recipient}
Action: failed
Remote-MTA: dns; mx.{domain}
Diagnostic-Code: smtp; {says}

--part--

"""


def sample_mailbox(
    knowledge: Knowledge, until: datetime, *, count: int = 4_000, seed: int = 1
) -> Iterator[str]:
    """The mails of an mbox: `count` bounces of the `DAYS` before `until`, oldest first."""
    luck = random.Random(seed)  # noqa: S311
    wordings = _chosen(knowledge, luck)
    frequent = [1 / place for place in range(1, len(wordings) + 1)]
    shares = sorted(luck.random() for _ in range(count))
    for number, share in enumerate(shares):
        (wording,) = luck.choices(wordings, frequent)
        day = until - timedelta(days=DAYS * (1 - share))
        # A few people get most of it: whoever fails for good again and again is to be dropped.
        domain = luck.choice(_DOMAINS)
        recipient = f"person{int(luck.expovariate(0.01))}@{domain}"
        yield _MAIL.format(
            sender=f"mailer-daemon@mx.{domain}", day=day, date=format_datetime(day),
            number=number, seed=seed, domain=domain, recipient=recipient,
            says=" ".join(wording.sample.split()),
        )  # fmt: skip


def _chosen(knowledge: Knowledge, luck: random.Random) -> list[Wording]:
    """Wordings of some reasons: dead addresses before trouble at the other side, then our own."""
    by_reason: dict[str, list[Wording]] = {}
    for said in knowledge.wordings.values():
        for wording in said:
            told_alone = not (wording.hosts or wording.codes or wording.after)
            if told_alone and wording.weight == "sure" and wording.reason != UNDETERMINED:
                by_reason.setdefault(wording.reason, []).append(wording)
    told = [reason for reason in knowledge.reasons if reason.id in by_reason]
    dead = [reason.id for reason in told if reason.address_is_dead]
    theirs = [reason.id for reason in told if reason.who_acts[0].startswith("recipient")]
    ours = [reason.id for reason in told if reason.who_acts[0] == "our_isp"]
    chosen = (
        reason
        for reasons, most in ((dead, 2), (theirs, 4), (ours, 2))
        for reason in luck.sample(reasons, min(most, len(reasons)))
    )
    return [luck.choice(by_reason[reason]) for reason in chosen]


def run_sample(folder: Path, until: datetime, *, count: int = 4_000) -> Batch:
    """Read a sample mailbox into `folder`."""
    knowledge = keep_knowledge(folder)
    source = folder / "sample.mbox"
    source.write_text("".join(sample_mailbox(knowledge, until, count=count)), encoding="utf-8")
    order = Order(folder=folder, knowledge=knowledge.digest, key=key_in(folder / "recipients.key"))
    return run_batch(plan([source], span=_SPAN), order, workers=1)

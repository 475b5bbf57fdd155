"""What a read bounce looks like; the agent's page and the bounce desk share it."""

from __future__ import annotations

from markupsafe import Markup

from playbook.bounce.reading import Reading
from playbook.terms import ReasonId
from playbook.widgets.shared.parts import NOTHING, Content, bullets, join, marked, tag, unfolded
from playbook.widgets.shared.speaking import Speaking

FIRST = 5
"""Recipients shown; the others are folded away."""


def verdict(screen: Speaking, reading: Reading) -> Markup:
    """The reason, how sure it is, whether it is permanent, who has to act, and the codes."""
    say, words = screen.say, screen.words
    reason, doubt = screen.reason_of(reading), screen.doubt_of(reading)
    who = screen.listed([say("who_acts_" + each) for each in reading.who_acts])
    facts: list[tuple[str, Content]] = [
        (say("nature_label"), say("nature_" + reading.nature)),
        (say("who_acts_label"), who),
        (say("recipients_label"), _recipients(screen, reading)),
        (say("meant_label"), screen.listed(screen.misspelt(reading))),
        (say("codes_label"), screen.codes_of(reading)),
    ]
    pairs = (tag("dt", name) + tag("dd", value) for name, value in facts if value)
    return tag(
        "div",
        tag("p", say("reason_label"), class_="pb-by"),
        tag("h3", words(reason.title), class_=f"pb-reason pb-{reading.nature}"),
        tag("p", words(reason.explains)),
        tag("p", doubt, class_="pb-notice-care") if doubt else NOTHING,
        tag("dl", *pairs, class_="pb-facts-read"),
        _errors(screen, reading),
    )


def _recipients(screen: Speaking, reading: Reading) -> Content:
    """The first few; a mail to hundreds must not push what to do off the page.

    Where they were refused for different reasons, each with its own.
    """
    reasons = {each.final_recipient: each.reason for each in reading.deliveries}
    lines: list[Content] = list(reading.recipients)
    if len({reasons.get(each, reading.reason) for each in lines}) > 1:
        lines = [
            _refused(screen, each, reasons.get(each, reading.reason)) for each in reading.recipients
        ]
    if len(lines) < 2:
        return join(lines)
    first, rest = bullets(lines[:FIRST]), lines[FIRST:]
    if not rest:
        return first
    more = screen.say("recipients_rest", count=str(len(rest)))
    return first + unfolded(more, tag("div", bullets(rest), class_="pb-rest", tabindex="0"))


def _refused(screen: Speaking, recipient: str, reason: ReasonId) -> Markup:
    title = screen.words(screen.knowledge.reason[reason].title)
    return tag("span", recipient) + tag("small", title)


def _errors(screen: Speaking, reading: Reading) -> Markup:
    """What the codes and messages of the mail program mean, with the first thing to look at."""
    items = [
        tag(
            "div",
            tag("strong", each.quote),
            tag("p", screen.words(each.meaning)),
            tag("p", screen.words(each.first_check), class_="pb-by"),
        )
        for each in screen.explained(reading)
    ]
    if not items:
        return NOTHING
    return tag("p", screen.say("client_errors_label"), class_="pb-by") + bullets(items)


def advice(screen: Speaking, reading: Reading) -> Markup:
    """What to say to the customer, and what is to be done."""
    say, words = screen.say, screen.words
    reason = screen.reason_of(reading)
    return tag(
        "div",
        tag("p", say("tell_label"), class_="pb-by"),
        tag("p", words(reason.tell), class_="pb-aloud"),
        tag("p", say("next_label"), class_="pb-by"),
        tag("p", words(reason.next)),
    )


def evidence(screen: Speaking, reading: Reading) -> Markup:
    """The text as it was read, its evidence marked."""
    names = {
        each.points_to: screen.words(screen.knowledge.reason[each.points_to].title)
        for each in reading.evidence
    }
    head = tag("p", screen.say("evidence_label"), class_="pb-by")
    none = tag("p", screen.say("no_evidence"), class_="pb-empty")
    found = NOTHING if reading.evidence else none
    return head + found + marked(reading.shown, reading.evidence, names, reading.reason)


def alternatives(screen: Speaking, reading: Reading) -> Markup:
    """Other reasons the evidence speaks for; nothing where there are none."""
    items = [
        tag(
            "span",
            screen.words(screen.knowledge.reason[reason].title),
            tag("span", f"{chance:.0%}", class_="pb-share"),
        )
        for reason, chance in reading.alternatives
    ]
    if not items:
        return NOTHING
    return tag("p", screen.say("alternatives_label"), class_="pb-by") + bullets(items)

"""What a read bounce looks like; the agent's page and the bounce desk share it."""

from __future__ import annotations

from markupsafe import Markup

from playbook.bounce.reading import Reading
from playbook.widgets.parts import NOTHING, bullets, marked, tag
from playbook.widgets.speaking import Speaking


def verdict(screen: Speaking, reading: Reading) -> Markup:
    """The reason, whether it is permanent, who has to act, and the codes."""
    say, words = screen.say, screen.words
    reason = screen.reason_of(reading)
    who = screen.listed([say("who_acts_" + each) for each in reading.who_acts])
    facts = [
        (say("nature_label"), say("nature_" + reading.nature)),
        (say("who_acts_label"), who),
        (say("recipients_label"), screen.listed(reading.recipients)),
        (say("meant_label"), screen.listed(screen.misspelt(reading))),
        (say("codes_label"), screen.codes_of(reading)),
    ]
    pairs = (tag("dt", name) + tag("dd", value) for name, value in facts if value)
    return tag(
        "div",
        tag("p", say("reason_label"), class_="pb-by"),
        tag("h3", words(reason.title), class_=f"pb-reason pb-{reading.nature}"),
        tag("p", words(reason.explains)),
        tag("dl", *pairs, class_="pb-facts-read"),
        _errors(screen, reading),
    )


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
    return head + found + marked(reading.shown, reading.evidence, names)


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

"""What is to be said of an address: RFC 5321 and RFC 5322, old mobile addresses, slips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal

from playbook.address.folding import tidied
from playbook.address.slips import probable_domain
from playbook.language import Text
from playbook.schema import Knowledge

Weighs = Literal["fault", "caution", "repaired"]
Verdict = Literal["good", "repaired", "caution", "bad"]
"""Right as typed; right once tidied; legal but look again; no mail can be sent to it."""

_QUOTED = re.compile(r'"((?:[^"\\\r\n]|\\[\x20-\x7e])*)"@', re.ASCII)
_NOT_ATEXT = re.compile(r"[^A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.\s\u0080-\U0010ffff]")
_NOT_DOMAIN = re.compile(r"[^A-Za-z0-9.\-\s\u0080-\U0010ffff]")
_SEPARATOR = re.compile(r"[\s,;]+")
_DOT_FAULTS = ("consecutive_dots", "dot_before_at", "dot_first")

_SHOWN = 254
"""How much of an address is repeated in a sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be said of the address, and what to do then."""

    rule: str
    """The id of the entry in `addresses.yaml`."""
    weighs: Weighs
    says: Text
    todo: Text


@dataclass(frozen=True, slots=True)
class AddressReading:
    """What became of a typed address."""

    typed: str
    address: str
    """As it was understood: plain characters, nothing round it."""
    verdict: Verdict
    findings: tuple[Finding, ...]
    """Faults first, then cautions, then what was repaired."""
    correction: str | None
    """What was probably meant, where that is another address; always to be confirmed."""


def check_address(typed: str, knowledge: Knowledge) -> AddressReading:
    """Everything known to be wrong or doubtful about an address. Never raises.

    >>> from playbook import load_knowledge
    >>> check_address("taro@dokomo.ne.jp", load_knowledge()).correction
    'taro@docomo.ne.jp'
    """
    tidy = tidied(typed)
    address = tidy.address
    known = [*tidy.done, *_rules_broken(address)]
    correction = _correction(address, {rule for rule, _ in known}, knowledge)
    if correction and probable_domain(_bare(_domain_of(address)), knowledge):
        known.append(("domain_slip", ""))
    broken = {rule for rule, _ in known}
    provider = knowledge.mail_domain.get(_domain_of(correction or address).lower())
    if provider and provider.old_dots and broken.intersection(_DOT_FAULTS):
        known.append(("old_mobile", ""))
    values = {
        "address": Text.same(address[:_SHOWN]),
        "correction": Text.same(correction or ""),
        "quoted": Text.same(_quoted(correction or address)[:_SHOWN]),
        "provider": provider.provider if provider else Text.same(""),
    }
    findings = [_finding(rule, letters, values, knowledge) for rule, letters in known]
    findings.sort(key=lambda each: ("fault", "caution", "repaired").index(each.weighs))
    return AddressReading(typed, address, _verdict(findings), tuple(findings), correction)


def _finding(rule: str, letters: str, values: dict[str, Text], knowledge: Knowledge) -> Finding:
    entry = knowledge.address_rule[rule]
    values = {**values, "letters": Text.same(letters)}
    return Finding(rule, entry.weighs, entry.says.filled(values), entry.todo.filled(values))


def _verdict(findings: list[Finding]) -> Verdict:
    weights = {each.weighs for each in findings}
    if "fault" in weights:
        return "bad"
    if "caution" in weights:
        return "caution"
    return "repaired" if weights else "good"


def _split(address: str) -> tuple[str, str]:
    quoted = _QUOTED.match(address)
    if quoted:
        return address[: quoted.end() - 1], address[quoted.end() :]
    local, _, domain = address.partition("@")
    return local, domain


def _domain_of(address: str) -> str:
    return _split(address)[1]


def _quoted(address: str) -> str:
    local, domain = _split(address)
    return address if local.startswith('"') else f'"{local}"@{domain}'


def _rules_broken(address: str) -> tuple[tuple[str, str], ...]:
    """Ids of the rules that have something to say, with the letters they mean."""
    whole = _broken_as_a_whole(address)
    if whole:
        return ((whole, ""),)
    local, domain = _split(address)
    found = [*_local(local), *_domain(domain)]
    if len(address.encode("utf-8", "replace")) > 254:
        found.append(("too_long", ""))
    if not any(rule not in _LEGAL for rule, _ in found) and not _is_valid(local, domain):
        found.append(("not_by_the_rules", ""))
    return tuple(found)


_LEGAL = ("quoted_local", "address_literal", "local_not_ascii", "idn")


def _broken_as_a_whole(address: str) -> str | None:
    if not address:
        return "empty"
    local, domain = _split(address)
    if "@" not in address:
        return "no_at"
    if "@" in domain:
        parts = [part for part in _SEPARATOR.split(address) if part]
        several = len(parts) > 1 and sum("@" in part for part in parts) > 1
        return "several_addresses" if several else "two_ats"
    if not local.strip():
        return "no_local"
    return None if domain.strip() else "no_domain"


def _local(local: str) -> Iterator[tuple[str, str]]:
    if len(local.encode("utf-8", "replace")) > 64:
        yield "local_too_long", ""
    if len(local) > 1 and local[0] == local[-1] == '"':
        yield "quoted_local", ""
        return
    if re.search(r"\s", local):
        yield "blank_inside", ""
    if ".." in local:
        yield "consecutive_dots", ""
    if local.endswith("."):
        yield "dot_before_at", ""
    if local.startswith("."):
        yield "dot_first", ""
    wrong = _letters(_NOT_ATEXT, local)
    if wrong:
        yield "wrong_letters", wrong
    if not local.isascii():
        yield "local_not_ascii", _letters(re.compile(r"[^\x00-\x7f]"), local)


def _domain(domain: str) -> Iterator[tuple[str, str]]:
    if domain.startswith("[") and domain.endswith("]"):
        yield ("address_literal" if _is_literal(domain[1:-1]) else "literal_wrong"), ""
        return
    if re.search(r"\s", domain):
        yield "blank_inside", ""
    if domain.startswith(".") or ".." in domain:
        yield "domain_dots", ""
    labels = domain.split(".")
    if any(label[:1] == "-" or label[-1:] == "-" for label in labels):
        yield "domain_hyphen", ""
    wrong = _letters(_NOT_DOMAIN, domain)
    if wrong:
        yield "domain_letters", wrong
    if any(len(label) > 63 for label in labels):
        yield "label_too_long", ""
    if not domain.isascii():
        yield "idn", ""
    last = labels[-1].lower()
    if _is_ip(domain):
        yield "bare_ip", ""
    elif len(labels) == 1 or last in _special_names():
        yield "local_only", ""


def _letters(wrong: re.Pattern[str], text: str) -> str:
    letters = dict.fromkeys(wrong.findall(text))
    return " ".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in letters)[:60]


def _is_ip(text: str) -> bool:
    try:
        return isinstance(ip_address(text), IPv4Address | IPv6Address)
    except ValueError:
        return False


def _is_literal(inside: str) -> bool:
    tagged = inside[:5].lower() == "ipv6:"
    return _is_ip(inside[5:] if tagged else inside) and tagged == (":" in inside)


def _special_names() -> list[str]:
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    return SPECIAL_USE_DOMAIN_NAMES


def _is_valid(local: str, domain: str) -> bool:
    """What email-validator says; it does not take every quoted local part, so that is left out."""
    from email_validator import EmailNotValidError, validate_email

    sayable = "x" if local.startswith('"') else local
    try:
        validate_email(
            f"{sayable}@{domain}",
            check_deliverability=False,
            allow_domain_literal=True,
            strict=True,
        )
    except EmailNotValidError:
        return False
    return True


def _correction(address: str, broken: set[str], knowledge: Knowledge) -> str | None:
    """Another address that was probably meant: blanks out, the domain put right."""
    if "no_at" in broken:
        return _with_at(address, knowledge)
    if broken & {"empty", "several_addresses", "no_local", "no_domain", "address_literal"}:
        return None
    if "two_ats" in broken:
        address = re.sub(r"@+", "@", address)
    local, domain = _split(address)
    if "@" in domain:
        return None
    domain = _bare(domain)
    domain = probable_domain(domain, knowledge) or domain
    corrected = f"{local.strip()}@{domain}"
    left = {rule for rule, _ in _rules_broken(corrected)} - {*_DOT_FAULTS, *_LEGAL}
    unchanged = corrected == address and "two_ats" not in broken
    return None if left or unchanged else corrected


def _bare(domain: str) -> str:
    """`domain` without blanks, with commas and doubled dots as one dot."""
    return re.sub(r"[.,]+", ".", re.sub(r"\s+", "", domain)).strip(".")


def _with_at(address: str, knowledge: Knowledge) -> str | None:
    """taro.docomo.ne.jp, tarogmail.com: a common domain stands at the end, the @ was left out."""
    text = address.strip().lower()
    for known in knowledge.mail_domains:
        local = text.removesuffix(known.domain)
        if local != text and len(local.rstrip(".,・ ")) > 1:
            corrected = f"{address[: len(local)].rstrip('.,・ ')}@{known.domain}"
            return None if _rules_broken(corrected) else corrected
    return None

"""What domain was probably meant: slips of a finger, letters that sound alike, wrong endings.

A domain known to be good is never taken for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from playbook.schema import Knowledge, MailDomain

_LONGEST = 60
"""Longer domains are no slip for a common one."""

_ROWS = (("1234567890-", 0.0), ("qwertyuiop@", 0.5), ("asdfghjkl;:", 0.75), ("zxcvbnm,./", 1.25))
_PLACE = {
    key: (row, column + shift)
    for row, (keys, shift) in enumerate(_ROWS)
    for column, key in enumerate(keys)
}
_SOUND_ALIKE = frozenset(
    frozenset(pair) for pair in ("ck", "lr", "bv", "fh", "sz", "jg", "cs", "il", "1l", "0o", "ei")
)
_HALF, _WHOLE = 0.5, 1.0
_BY_LENGTH = ((8, 2.0), (5, 1.5), (4, 0.5), (0, 0.0))
"""How much the name of a domain may cost, by its letters."""


def probable_domain(domain: str, knowledge: Knowledge) -> str | None:
    """The common domain `domain` is probably a slip for; none where it may well be right."""
    typed = domain.lower().rstrip(".")
    if not typed.isascii() or len(typed) > _LONGEST or typed in knowledge.mail_domain:
        return None
    meant = _mistaken(knowledge).get(typed)
    if meant or _is_below_known(typed, knowledge):
        return meant
    return (
        _without_repeated_end(typed, knowledge)
        or _nearest(typed, knowledge)
        or _nearest_below(typed, knowledge)
        or _with_right_ending(typed, knowledge)
    )


def probable_addresses(addresses: Iterable[str], knowledge: Knowledge) -> Mapping[str, str]:
    """Of these addresses, those whose domain is probably a slip, with what was meant.

    Only the domain is looked at: what stands before the @ is the receiving system's own affair.
    """
    found = {}
    for address in addresses:
        local, at, domain = address.rpartition("@")
        meant = probable_domain(domain, knowledge) if local and at else None
        if meant:
            found[address] = f"{local}@{meant}"
    return found


@lru_cache(maxsize=4)
def _mistaken(knowledge: Knowledge) -> dict[str, str]:
    return {
        wrong: known.domain for known in knowledge.mail_domains for wrong in known.mistaken_for_it
    }


def _is_below_known(typed: str, knowledge: Knowledge) -> bool:
    labels = typed.split(".")
    return any(".".join(labels[i:]) in knowledge.mail_domain for i in range(1, len(labels)))


def _without_repeated_end(typed: str, knowledge: Knowledge) -> str | None:
    """docomo.ne.jp.ne.jp: a program completed what was already complete."""
    labels = typed.split(".")
    for i in range(2, len(labels)):
        known, rest = ".".join(labels[:i]), labels[i:]
        if known in knowledge.mail_domain and labels[i - len(rest) : i] == rest:
            return known
    return None


def _nearest(typed: str, knowledge: Knowledge) -> str | None:
    candidates = ((_cost(typed, known), known.domain) for known in knowledge.mail_domains)
    within = [(cost, domain) for cost, domain in candidates if cost is not None]
    return min(within, key=lambda found: found[0])[1] if within else None


def _nearest_below(typed: str, knowledge: Knowledge) -> str | None:
    """estate.ocn.ne.j: the slip is in the part all of a provider's users share."""
    label, dot, rest = typed.partition(".")
    if not dot:
        return None
    nearest = _nearest(rest, knowledge)
    if nearest is None or not knowledge.mail_domain[nearest].subdomains:
        return None
    return f"{label}.{nearest}"


def _with_right_ending(typed: str, knowledge: Knowledge) -> str | None:
    for ending in sorted(knowledge.endings, key=lambda each: -len(each.wrong)):
        if typed.endswith(ending.wrong):
            return typed[: -len(ending.wrong)] + ending.right
    return None


def _cost(typed: str, known: MailDomain) -> float | None:
    """How far `typed` is from a known domain; none where it is too far to be a slip."""
    if abs(len(typed) - len(known.domain)) > 2:
        return None
    most = _most(typed, known.domain)
    cost = distance(typed, known.domain) if most else 0.0
    return cost if 0.0 < cost <= most else None


def _most(typed: str, known: str) -> float:
    """The cost up to which `typed` is taken for `known`; 0 where it never is."""
    rest, _, end = typed.rpartition(".")
    known_rest, _, known_end = known.rpartition(".")
    if len(end) == 2 and end != known_end:
        # Two letters are a country's own domain (ISO 3166), and so perhaps meant: yahoo.co.kr.
        return 0.0 if rest != known_rest else _HALF if len(known_end) == 2 else _WHOLE
    name = known.partition(".")[0]
    if typed.startswith(name + "."):
        return _WHOLE
    # Many short names are one letter apart: ocn, odn; live, line.
    return next(most for letters, most in _BY_LENGTH if len(name) >= letters)


def distance(typed: str, meant: str) -> float:
    """How many slips lie between two words.

    Neighbours on the keyboard, letters that sound alike, swapped and doubled letters and dots count
    half.
    """
    before: list[float] = []
    row = [float(i) for i in range(len(meant) + 1)]
    for i, char in enumerate(typed):
        last, row = row, [row[0] + _WHOLE]
        for j, wanted in enumerate(meant):
            best = min(
                last[j] + _swap_cost(char, wanted),
                last[j + 1] + _extra_cost(typed, i),
                row[j] + _extra_cost(meant, j),
            )
            if i and j and char == meant[j - 1] and typed[i - 1] == wanted:
                best = min(best, before[j - 1] + _HALF)
            row.append(best)
        before = last
    return row[-1]


def _swap_cost(char: str, wanted: str) -> float:
    if char == wanted:
        return 0.0
    if frozenset((char, wanted)) in _SOUND_ALIKE or _are_neighbours(char, wanted):
        return _HALF
    return _WHOLE


def _extra_cost(word: str, i: int) -> float:
    """What a letter too many, or one left out, costs."""
    doubled = i > 0 and word[i] == word[i - 1]
    return _HALF if doubled or word[i] in ".-" else _WHOLE


def _are_neighbours(one: str, other: str) -> bool:
    here, there = _PLACE.get(one), _PLACE.get(other)
    if here is None or there is None:
        return False
    return abs(here[0] - there[0]) <= 1 and abs(here[1] - there[1]) <= 1

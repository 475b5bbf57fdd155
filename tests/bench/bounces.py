"""What reading bounces costs and how well it does: `make bench-bounces`.

Prints messages per CPU second beside flufl.bounce on the same mails in the same run; the cost of a
paste by its size and of the knowledge by its number of phrases; and on the reference labels how
often class and reason are right, BounceClassifier beside us, what wordings are worth (each mail
system's held out in turn, then all of them at once, then those that stand in each text), how many
texts are still read right when their words are exchanged for others, how true the stated confidence
is, and which reasons are taken for which.
"""

from __future__ import annotations

import argparse
import codecs
import dataclasses
import email
import json
import logging
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from types import MappingProxyType
from typing import Any

from flufl.bounce import all_failures

from playbook.bounce import Reader, Reading
from playbook.bounce.verdict import Trust
from playbook.loader import load_knowledge
from playbook.schema import Knowledge, Wording

# Where nothing is logged yet, it logs to a file in the folder it is started from.
logging.basicConfig()
from BounceClassifier import Bounce_classifier  # noqa: E402

ROUNDS = 7
NOT_A_BOUNCE = {"vacation", "feedback", "delivered", "notbounce"}


@dataclasses.dataclass(frozen=True)
class Item:
    """A labelled text of the corpus."""

    id: str
    form: str
    text: str | bytes
    gold: tuple[str, ...]


class Judge:
    """Compares readings with reference labels, by the playbook's taxonomy."""

    def __init__(self, taxonomy: Path) -> None:
        table = json.loads(taxonomy.read_text(encoding="utf-8"))
        self._labels: dict[str, list[str]] = table["reasons"]
        self._coarse = {fine: c for c, fines in table["coarse"].items() for fine in fines}

    def home(self, reason: str) -> str:
        labels = self._labels.get(reason)
        return str(self._coarse[labels[0]]) if labels else "outside"

    def coarse(self, item: Item, reason: str) -> bool:
        wanted = self.classes(item)
        if reason == "undetermined":
            return set(item.gold) <= NOT_A_BOUNCE or "unknown" in wanted
        return self.home(reason) in wanted

    def fine(self, item: Item, reason: str) -> bool:
        if reason == "undetermined":
            return self.coarse(item, reason)
        return bool({*self._labels.get(reason, ())} & {*item.gold})

    def classes(self, item: Item) -> set[str]:
        return {self._coarse[label] for label in item.gold}

    def wanted(self, item: Item) -> str:
        return str(self._coarse[item.gold[0]])


def corpus(folder: Path) -> Iterator[Item]:
    """Every labelled text in which a reader can see the reason."""
    for form, name in (("whole mails", "labels"), ("pasted", "pasted"), ("replies", "lines")):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            if row.get("visible", True) or form == "whole mails":
                text = (folder / row["file"]).read_bytes() if "file" in row else row["text"]
                yield Item(row["id"], form, text, tuple(row["gold"]))


def cpu_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The least CPU time of several rounds: what the work costs when nothing disturbs it."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def speed(reader: Reader, mails: list[bytes]) -> None:
    """Both read the same mails from memory, both warm; a mail is parsed anew each time."""
    logging.disable(logging.CRITICAL)

    def ours() -> None:
        for mail in mails:
            reader.read(mail)

    def theirs() -> None:
        for mail in mails:
            with suppress(Exception):  # one detector fails on a mail without From
                all_failures(email.message_from_bytes(mail))

    ours()
    theirs()
    # In turn, so that what else the machine does weighs on both; each round gives one ratio.
    rounds = [(cpu_seconds(ours, 1), cpu_seconds(theirs, 1)) for _ in range(ROUNDS)]
    count = len(mails)
    print(f"{count} raw mails, median of {ROUNDS} rounds in turn, messages per CPU second:")
    print(f"  playbook     {count / median(mine for mine, _ in rounds):8.0f}")
    print(
        f"  flufl.bounce {count / median(other for _, other in rounds):8.0f}"
        f"   ({median(other / mine for mine, other in rounds):.2f} times)"
    )


CLASSES = {
    "invalid": {"user_unknown"}, "invalid mx": {"host_unknown", "network_expired"},
    "blocked": {"policy"}, "fullbox": {"mailbox_full"}, "delayed": {"network_expired"},
    "autoreply": {"not_bounce"},
}  # fmt: skip
"""BounceClassifier's answers, in the classes of the reference labels."""


def scores(items: list[Item], readings: list[Reading], judge: Judge) -> None:
    """How often the class and the very reason are right; silence is right where none is known."""
    table: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for item, reading in zip(items, readings, strict=True):
        others = "" if item.form == "replies" else ", set-of-emails"
        name = item.form + (others if item.id.startswith("set/") else others and ", others")
        right = judge.coarse(item, reading.reason), judge.fine(item, reading.reason)
        table[name].append((*right, _peer_is_right(item, judge)))
    print("right in %:                class  reason  | BounceClassifier: class")
    for name, rows in table.items():
        shares = [100 * sum(each) / len(rows) for each in zip(*rows, strict=True)]
        print(f"  {name:22} n={len(rows):3} {shares[0]:6.1f} {shares[1]:6.1f}  | {shares[2]:6.1f}")


def _peer_is_right(item: Item, judge: Judge) -> bool:
    raw = isinstance(item.text, bytes)
    text = item.text.decode("utf-8", "replace") if raw else item.text
    said = "unclassified"
    with suppress(Exception):  # some mails are more than it takes
        peer = Bounce_classifier(text)
        said = peer.diagonostic_code()[1]
        if said not in CLASSES:
            said = peer.no_diagonostic_code()[0]
    if said not in CLASSES:
        return judge.coarse(item, "undetermined")
    return bool(CLASSES[said] & judge.classes(item))


PASTE = """This is the mail system at host mail.example.jp.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<hanako@example.com>: host mx.example.com[192.0.2.25] said: 550 5.1.1
    <hanako@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command)

"""
JAPANESE = (
    "宛先のメールボックスが容量いっぱいのため、配信できませんでした。\n受信者にご確認ください。\n"
)


def sizes(reader: Reader) -> None:
    print("one paste, CPU milliseconds by its size:")
    for name, unit in (("English", PASTE), ("Japanese", JAPANESE), ("digits", "550 5.1.1 4.2.2 ")):
        cells = []
        for size in (3_000, 30_000, 300_000, 3_000_000, 10_000_000):
            text = (unit * (size // len(unit) + 1))[:size]
            taken = cpu_seconds(lambda text=text: reader.read(text), 3)  # type: ignore[misc]
            cells.append(f"{size:>10,}: {taken * 1000:8.2f}")
        print(f"  {name:9}", "  ".join(cells))


def growth(knowledge: Knowledge, mails: list[bytes]) -> None:
    """What more phrases cost: those that find more, and as many that match nothing."""
    print("microseconds a mail by the number of phrases (with strangers added up to all of them):")
    phrases = [
        (mta, wording, says)
        for mta, wordings in knowledge.wordings.items()
        for wording in wordings
        for says in wording.says
    ]
    for share in (0.1, 0.25, 0.5, 1.0):
        kept = phrases[: int(len(phrases) * share)]
        strangers = [(m, w, codecs.encode(says, "rot13")) for m, w, says in phrases[len(kept) :]]
        costs = []
        for chosen in (kept, kept + strangers):
            wordings: dict[str, list[Any]] = defaultdict(list)
            for mta, wording, says in chosen:
                wordings[mta].append(wording.model_copy(update={"says": (says,)}))
            part = dataclasses.replace(
                knowledge, wordings=MappingProxyType({m: tuple(w) for m, w in wordings.items()})
            )
            reader = Reader(part)
            taken = cpu_seconds(lambda r=reader: [r.read(mail) for mail in mails], 3)  # type: ignore[misc]
            costs.append(taken / len(mails) * 1e6)
        print(f"  {len(kept):6,} phrases: {costs[0]:7.1f}  ({costs[1]:.1f})")


SYSTEMS = {
    "lhost-docomo": "docomo", "nttdocomo": "docomo", "ezweb": "au", "kddi": "au",
    "biglobe": "biglobe", "mfilter": "mfilter", "google": "gmail", "gmail": "gmail",
    "exchange": "microsoft", "office365": "microsoft", "outlook": "microsoft",
    "microsoft": "microsoft", "yahoo": "yahoo", "aol": "yahoo", "qmail": "qmail",
    "postfix": "postfix", "sendmail": "sendmail", "exim": "exim", "mimecast": "mimecast",
    "apple": "apple", "icloud": "apple", "tencent": "qq", "cox": "cox", "domino": "domino",
    "notes": "domino", "trendmicro": "trendmicro",
}  # fmt: skip


def held_out(knowledge: Knowledge, items: list[Item], judge: Judge) -> None:
    """Each mail system's bounces read without that system's own wordings and codes."""
    print("held out one mail system at a time (coarse right, with its own wordings -> without):")
    whole = Reader(knowledge)
    lost = total = 0
    for system in sorted(set(SYSTEMS.values())):
        names = [name for name, file in SYSTEMS.items() if file == system]
        own = [item for item in items if any(name in item.id for name in names)]
        if not own:
            continue
        left = {mta: said for mta, said in knowledge.wordings.items() if mta != system}
        codes = tuple(c for c in knowledge.status_codes if (c.mta or "").lower() != system)
        part = dataclasses.replace(knowledge, wordings=MappingProxyType(left), status_codes=codes)
        without = Reader(part)
        before = sum(judge.coarse(item, whole.read(item.text).reason) for item in own)
        after = sum(judge.coarse(item, without.read(item.text).reason) for item in own)
        lost, total = lost + before - after, total + len(own)
        print(f"  {system:12} n={len(own):4}  {before / len(own):6.1%} -> {after / len(own):6.1%}")
    print(f"  together     n={total:4}  drop {lost / total:.1%}")


NOWHERE = ("\0",)
"""The host of a wording that is never believed."""
SENTENCES = {
    Trust.SYSTEM_REPLY, Trust.REPLY, Trust.NOTICE, Trust.LIKELY_REPLY, Trust.LIKELY_NOTICE,
    Trust.HINT,
}  # fmt: skip


def unknown_sentences(knowledge: Knowledge, items: list[Item], judge: Judge) -> None:
    """All read as if no sentence of them were known: what codes and single words still tell."""
    print("every sentence held out (coarse right in %):")

    def names_a_reason(wording: Wording) -> bool:
        is_named = wording.reason != "undetermined" and wording.weight not in ("copy", "letter")
        return is_named and knowledge.reason[wording.reason].nature != "none"

    for name, kept in (("codes alone", ()), ("codes and topics", ("topic",))):
        wordings = {
            mta: tuple(w for w in said if w.weight in kept or not names_a_reason(w))
            for mta, said in knowledge.wordings.items()
        }
        without = Reader(dataclasses.replace(knowledge, wordings=MappingProxyType(wordings)))
        right: dict[str, list[bool]] = defaultdict(list)
        for item in items:
            right[item.form].append(judge.coarse(item, without.read(item.text).reason))
        shares = (f"{form} {sum(rows) / len(rows):.1%}" for form, rows in right.items())
        print(f"  {name:17}", ", ".join(shares))


def own_sentences(knowledge: Knowledge, items: list[Item], judge: Judge) -> None:
    """Each text read as if none of the sentences in it were known, but all others."""
    print("the sentences of each text held out (class right in %, reason right in %):")
    reader = Reader(knowledge)
    known = reader.rules.wordings
    right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for item in items:
        found: set[str] = set()
        while True:
            reader.rules.wordings = tuple(
                dataclasses.replace(rule, hosts=NOWHERE) if rule.name in found else rule
                for rule in known
            )
            reader.rules.__dict__.pop("likeness", None)
            reading = reader.read(item.text)
            more = {
                each.rule
                for each in reading.evidence
                if each.trust in SENTENCES and each.points_to in reader.rules.naming
            }
            if not more:
                break
            found |= more
        right[item.form].append(
            (judge.coarse(item, reading.reason), judge.fine(item, reading.reason))
        )
    for form, rows in right.items():
        shares = [100 * sum(each) / len(rows) for each in zip(*rows, strict=True)]
        print(f"  {form:12} n={len(rows):3} {shares[0]:6.1f} {shares[1]:6.1f}")


def said_otherwise(reader: Reader, items: list[Item], judge: Judge) -> None:
    """Pasted texts and replies with some of their words exchanged for others that say the same.

    Once with their codes, once with those that say nothing.
    """
    print("words exchanged for others (class right in %, | BounceClassifier):")
    exchange = _exchange(Path(__file__).with_name("other_words.txt"))
    for share, codes in product((0.2, 0.6), (True, False)):
        right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
        for item, seed in product(items, range(2)):
            if isinstance(item.text, str):
                text = exchange(item.text, share, Random(f"{seed} {item.id}"))
                other = dataclasses.replace(item, text=text if codes else _without_codes(text))
                if other.text != item.text:
                    ours = judge.coarse(other, reader.read(other.text).reason)
                    right[item.form].append((ours, _peer_is_right(other, judge)))
        shares = [
            f"{form} {100 * sum(ours for ours, _ in rows) / len(rows):.1f}"
            f" | {100 * sum(peer for _, peer in rows) / len(rows):.1f}"
            for form, rows in right.items()
        ]
        print(f"  {share:.0%} of them, {'with' if codes else 'without'} codes:", ", ".join(shares))


def _exchange(words: Path) -> Callable[[str, float, Random], str]:
    others: dict[str, list[str]] = defaultdict(list)
    for line in words.read_text(encoding="utf-8").splitlines():
        group = line.split(" | ")
        for word in group:
            others[word] += [other for other in group if other != word]
    longest_first = sorted(others, key=len, reverse=True)
    pattern = re.compile(
        rf"(?<![\w@.-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w@-])", re.IGNORECASE
    )

    def exchange(text: str, share: float, random: Random) -> str:
        def other(found: re.Match[str]) -> str:
            if random.random() > share:
                return found[0]
            word = random.choice(others[found[0].lower()])
            return word.capitalize() if found[0][0].isupper() else word

        return pattern.sub(other, text)

    return exchange


def _without_codes(text: str) -> str:
    text = re.sub(r"\b([245])\.\d\.\d{1,3}\b", r"\1.0.0", text)
    return re.sub(r"\b([45])\d\d\b(?=[ -])", lambda m: "550" if m[1] == "5" else "451", text)


def calibration(items: list[Item], readings: list[Reading], judge: Judge) -> None:
    print("stated confidence and how often it was right (coarse):")
    buckets: dict[float, list[bool]] = defaultdict(list)
    stated: dict[float, list[float]] = defaultdict(list)
    for item, reading in zip(items, readings, strict=True):
        if reading.reason != "undetermined":
            bucket = min(int(reading.confidence * 10) / 10, 0.9)
            buckets[bucket].append(judge.coarse(item, reading.reason))
            stated[bucket].append(reading.confidence)
    for bucket in sorted(buckets):
        right, said = buckets[bucket], stated[bucket]
        print(
            f"  {bucket:.1f}-{bucket + 0.1:.1f}  n={len(right):5}  said {sum(said) / len(said):.3f}"
            f"  right {sum(right) / len(right):.3f}"
        )


def confusion(items: list[Item], readings: list[Reading], judge: Judge) -> None:
    print("confusion, reference (first label) -> read:")
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for item, reading in zip(items, readings, strict=True):
        right = judge.coarse(item, reading.reason)
        table[judge.wanted(item)]["right" if right else judge.home(reading.reason)] += 1
    for wanted, row in sorted(table.items()):
        rest = ", ".join(f"{name} {n}" for name, n in row.most_common() if name != "right")
        print(f"  {wanted:16} {row['right']:4}/{row.total():<4} {rest}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--taxonomy", type=Path, default=Path("../shared/tools/taxonomy.json"))
    options = parser.parse_args()
    knowledge = load_knowledge()
    reader = Reader(knowledge)
    sizes(reader)
    if not options.corpus.is_dir():
        print(f"no corpus in {options.corpus}: the other figures need labelled mails")
        return
    items = list(corpus(options.corpus))
    mails = [item.text for item in items if isinstance(item.text, bytes)]
    speed(reader, mails)
    growth(knowledge, mails)
    judge = Judge(options.taxonomy)
    readings = [reader.read(item.text) for item in items]
    scores(items, readings, judge)
    held_out(knowledge, items, judge)
    unknown_sentences(knowledge, items, judge)
    own_sentences(knowledge, items, judge)
    said_otherwise(reader, items, judge)
    calibration(items, readings, judge)
    confusion(items, readings, judge)


if __name__ == "__main__":
    main()

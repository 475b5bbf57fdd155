"""Real bounces through the case log: nothing personal may stand in its bytes.

    python tests/privacy_over_corpus.py FOLDER

FOLDER holds lines of JSON with a field `text` (`*.jsonl`) and whole mails (`raw/`). Every text is
read, its evidence and its words are stored as a page would store them, and the bytes of the
database and of a log are searched, in any case of letters, for every address, host and IP address
of the text as it came and as it was decoded.
"""

from __future__ import annotations

import io
import ipaddress
import json
import logging
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playbook.bounce import Reader
from playbook.caselog import Event, Quote, new_case, open_case_log
from playbook.loader import load_knowledge
from playbook.redact import Redacting
from playbook.settings import Settings

TOLD = {
    "address": re.compile(r"[\w.+=#%-]+@[\w-]+(?:\.[\w-]+)+"),
    "IPv4": re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"),
    "IPv6": re.compile(r"(?<![\w:.])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]+(?![\w:])", re.IGNORECASE),
    "host": re.compile(r"(?<![\w.-])(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![\w-])"),
}


@dataclass(frozen=True)
class Kept:
    """What was told, and what was kept of it."""

    texts: int
    told: frozenset[tuple[str, str]]
    """Kind and wording of what must not be kept."""
    stored: bytes
    logged: bytes

    @property
    def left(self) -> list[tuple[str, str]]:
        """What stands in the bytes all the same."""
        stored, logged = self.stored.lower(), self.logged.lower()
        return sorted(
            each for each in self.told if each[1].encode() in stored or each[1].encode() in logged
        )


def keep(texts: Iterable[str], reader: Reader) -> Kept:
    """Read texts as the pages do, and keep all that could be kept of them."""
    written, told, count = io.StringIO(), set(), 0
    handler = logging.StreamHandler(written)
    handler.addFilter(Redacting())
    with tempfile.TemporaryDirectory() as place:
        log = open_case_log(Settings(database=f"sqlite:///{place}/cases.sqlite3"))
        for text in texts:
            count += 1
            case, reading = new_case(), reader.read(text)
            quotes = tuple(
                Quote(each.quote, each.rule, each.points_to) for each in reading.evidence
            )
            event = Event("bounce_read", outcome=reading.reason, quotes=quotes)
            log.append(case, Event("started"), knowledge="k")
            log.append(case, event, knowledge="k")
            for says in (text, reading.shown):
                log.append(case, Event("noted", says=says), knowledge="k")
                handler.handle(logging.makeLogRecord({"msg": says}))
                told.update(secrets(says))
        log.close()
        stored = b"".join(file.read_bytes() for file in Path(place).iterdir())
    return Kept(count, frozenset(told), stored, written.getvalue().encode())


def secrets(text: str) -> Iterator[tuple[str, str]]:
    """Kind and wording of what must not be kept of a text."""
    for kind, pattern in TOLD.items():
        for found in pattern.findall(text):
            # A time of day has colons too, and `::` stands by chance in any bytes.
            if kind != "IPv6" or (len(found) > 5 and is_ip(found)):
                yield kind, found.lower()


def is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def texts(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if text := json.loads(line).get("text"):
                yield text
    for file in sorted(folder.glob("raw/*")):
        yield file.read_bytes().decode("utf-8", "replace")


def main(folder: Path) -> int:
    kept = keep(texts(folder), Reader(load_knowledge()))
    kinds = Counter(kind for kind, _ in kept.told)
    print(f"{kept.texts} texts, {len(kept.stored)} bytes stored, {len(kept.logged)} bytes logged")
    print("told: " + ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())))
    print(f"left: {len(kept.left)}")
    for kind, found in kept.left[:20]:
        print(f"  {kind}: {found}")
    return 1 if kept.left else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""Reads many generated and mutated bounces: no exception, none over a second, spans always true.

What is remembered of a notice is told as it was read.

    tests/fuzz/fuzz_bounces.py --inputs 100000 [--seed 1]

Every input is made from the invented mails of `tests/bounces` and the samples of the knowledge,
cut, joined, doubled, re-encoded and damaged. `make fuzz` runs it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from playbook.bounce import Reader, Reading, RecurringReader
from playbook.loader import load_knowledge

CHARSETS = ("utf-8", "iso-2022-jp", "euc_jp", "cp932", "utf-7", "utf-16", "latin-1", "hz")
GLUE = (
    b"",
    b"\n",
    b"\r\n",
    b"\r",
    b"\n\n",
    b" ",
    b"\0",
    b"\x1b$B",
    b"--",
    b"=\n",
    b"> ",
    b"<p>",
    b"=?",
)


def seeds() -> list[bytes]:
    folder = Path(__file__).parent.parent / "bounces"
    mails = [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]
    knowledge = load_knowledge()
    samples = [w.sample.encode() for said in knowledge.wordings.values() for w in said]
    return mails * 5 + samples


def mutated(rng: random.Random, pool: list[bytes]) -> bytes:
    """One input: a seed with up to six accidents."""
    raw = rng.choice(pool)
    for _ in range(rng.randint(0, 6)):
        raw = rng.choice(ACCIDENTS)(rng, raw, pool)[:60_000]
    return raw


def _cut(rng: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    a, b = sorted((rng.randint(0, len(raw)), rng.randint(0, len(raw))))
    return raw[:a] + raw[b:]


def _join(rng: random.Random, raw: bytes, pool: list[bytes]) -> bytes:
    return raw + rng.choice(GLUE) + rng.choice(pool)


def _noise(rng: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    at = rng.randint(0, len(raw))
    return raw[:at] + rng.randbytes(rng.randint(1, 40)) + raw[at:]


def _repeat(rng: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    a, b = sorted((rng.randint(0, len(raw)), rng.randint(0, len(raw))))
    return raw[:a] + raw[a:b][:200] * rng.randint(2, 300) + raw[b:]


def _glue(rng: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    at = rng.randint(0, len(raw))
    return raw[:at] + rng.choice(GLUE) * rng.randint(1, 50) + raw[at:]


def _recode(rng: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    text = raw.decode(rng.choice(CHARSETS), "replace")
    return text.encode(rng.choice(CHARSETS), "replace")


def _quote(rng: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    return b"\n".join(rng.choice((b"> ", b">", b"| ", b"")) + line for line in raw.split(b"\n"))


ACCIDENTS = (_cut, _join, _noise, _repeat, _glue, _recode, _quote)


def fault(reading: Reading) -> str | None:
    for evidence in reading.evidence:
        if reading.shown[evidence.start : evidence.end] != evidence.quote:
            return f"span of {evidence.rule} is not true"
    if not 0 <= reading.confidence <= 1:
        return "confidence is not a probability"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    reader, pool = Reader(load_knowledge()), seeds()
    remembering = RecurringReader(reader)
    slowest, faults = 0.0, 0
    for number in range(options.inputs):
        raw = mutated(rng, pool)
        given = raw if number % 2 else raw.decode("utf-8", "surrogateescape")
        start = time.process_time()
        try:
            reading = reader.read(given)
            taken = time.process_time() - start
            wrong = fault(reading)
            if number % 3 == 0 and {reading} != {remembering.read(given) for _ in range(3)}:
                wrong = "told otherwise when it comes again"
        except Exception as error:  # noqa: BLE001  the very thing looked for
            taken = time.process_time() - start
            wrong = f"{type(error).__name__}: {error}"
        slowest = max(slowest, taken)
        if wrong or taken > 1:
            faults += 1
            print(f"input {number}: {wrong or 'over a second'} {given[:200]!r}")
    print(f"{options.inputs:,} inputs, {faults} faults, slowest {slowest * 1000:.0f} ms")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

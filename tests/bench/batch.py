"""`make bench-batch`: what a batch costs, and that nothing is lost when processes are killed.

Prints figures, one line each. It asserts what must be true on any machine (rows and counts equal)
and no times: those depend on who else is at work. Rates are given by processor seconds too.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb
import psutil
import pyarrow.compute  # noqa: F401 - else the first stage that needs it would pay for it
from pyarrow import parquet

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

import batch_driver  # noqa: E402
import mail_sources  # noqa: E402

from playbook.batch import Batch, run_batch  # noqa: E402
from playbook.batch.kept import kept_knowledge  # noqa: E402
from playbook.batch.rows import Rows  # noqa: E402
from playbook.bounce import Reader, RecurringReader  # noqa: E402
from playbook.mailboxes import SPAN_BYTES, Tally, fingerprint, plan, read_span  # noqa: E402

DRIVER = Path(batch_driver.__file__)
CORPUS = TESTS.parent.parent / "shared" / "corpus"


def mails_of(corpus: Path) -> tuple[bytes, ...]:
    """The development corpus where it is at hand, and the invented mails."""
    real = tuple(path.read_bytes() for path in sorted((corpus / "raw").glob("*.eml")))
    print(f"mails: {len(real)} of the corpus, 200 invented")
    mails = (*real, *mail_sources.invented(200))
    sizes = sorted(map(len, mails))
    print(
        f"sizes: mean {sum(sizes) / len(sizes):,.0f} bytes, median {sizes[len(sizes) // 2]:,}, "
        f"longest {sizes[-1]:,}; a mail drawn twice differs in addresses, message ids and time"
    )
    return mails


def drawn(mails: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` mails, each one of `mails` with addresses and message ids of its own."""
    draw = random.Random(seed)
    return (mail_sources.told_apart(draw.choice(mails), number) for number in range(count))


# --- measuring ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    batch: Batch
    wall: float
    cpu: float
    peak: int
    """Bytes of memory of all processes together, at the worst moment; shared pages count once a
    process."""
    path: float
    """Processor seconds of the driver and of its busiest worker: what the run would take on a
    machine that does nothing else."""


def run(source: Path, folder: Path, workers: int, cluster: str = "", span: int = SPAN_BYTES) -> Run:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    driver = start(source, folder, workers, cluster, span)
    seen = Seen()
    watcher = threading.Thread(target=watch, args=(driver, seen))
    watcher.start()
    code = driver.wait()
    wall = time.perf_counter() - begun
    watcher.join()
    assert code == 0, f"the batch ended with {code}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(Batch.of(folder), wall, cpu, seen.peak, seen.driver + max(seen.workers.values()))


def start(source: Path, folder: Path, workers: int, cluster: str, span: int) -> subprocess.Popen:
    words = [sys.executable, DRIVER, source, folder, span, workers, *([cluster] if cluster else ())]
    return subprocess.Popen(list(map(str, words)), stderr=subprocess.DEVNULL)


@dataclass
class Seen:
    peak: int = 0
    driver: float = 0.0
    workers: dict[int, float] = field(default_factory=dict)


def watch(driver: subprocess.Popen, seen: Seen) -> None:
    root = psutil.Process(driver.pid)
    while driver.poll() is None:
        total = 0
        for process in (root, *children(root)):
            try:
                total += process.memory_info().rss
                times = process.cpu_times()
            except psutil.Error:
                continue
            if process.pid == root.pid:
                seen.driver = times.user + times.system
            else:
                seen.workers[process.pid] = times.user + times.system
        seen.peak = max(seen.peak, total)
        time.sleep(0.1)


def children(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.Error:
        return []


def checksum(batch: Batch) -> tuple:
    with duckdb.connect() as db:
        rows = db.read_parquet(batch.paths)
        return rows.query(
            "rows", "select count(*), bit_xor(hash(rows)), sum(hash(rows)::hugeint) from rows"
        ).fetchall()[0]


def told(title: str, mails: int, run: Run) -> None:
    print(
        f"{title:<28} {mails / run.wall:8,.0f} mails/s   {mails / run.cpu:8,.0f} a core second   "
        f"peak {run.peak / 2**20:5,.0f} MiB   wall {run.wall:6.1f} s   cpu {run.cpu:6.1f} s"
    )


# --- what must be shown -------------------------------------------------------------------------


def rates(mails: Sequence[bytes], count: int, more: int, folder: Path) -> None:
    """1. End to end, one and two processes, Dask, and memory as the source grows."""
    source = mail_sources.write_mbox(folder / "many.mbox", drawn(mails, count, seed=8))
    size = source.stat().st_size
    print(f"\n{count:,} mails, {size / 2**20:,.0f} MiB, {size / count:,.0f} bytes each")
    stages(source, folder)
    one = run(source, folder / "one", 1)
    told("one process", count, one)
    two = run(source, folder / "two", 2)
    told("two processes", count, two)
    dask = run(source, folder / "dask", 2, "local")
    told("Dask, two workers", count, dask)
    assert checksum(one.batch) == checksum(two.batch) == checksum(dask.batch)
    again = run(source, folder / "two", 2)
    told("again, nothing to do", count, again)
    print(
        f"two against one: {one.wall / two.wall:.2f} times as fast by the clock, "
        f"{one.path / two.path:.2f} by processor seconds of the driver and its busiest worker"
    )
    print(f"Dask against the pool: wall {dask.wall / two.wall:.2f}, cpu {dask.cpu / two.cpu:.2f}")
    parts = sum(Path(path).stat().st_size for path in two.batch.paths)
    print(f"parts: {len(two.batch.parts)}, {parts / two.batch.total['rows']:.1f} bytes a row")
    source.unlink()
    if more:
        big = mail_sources.write_mbox(folder / "more.mbox", drawn(mails, more, seed=9))
        large = run(big, folder / "more", 2)
        told(f"two processes, {more:,}", more, large)
        print(f"peak memory against {count:,}: {large.peak / two.peak:.2f}")
        big.unlink()


def stages(source: Path, folder: Path) -> None:
    """What each stage of a worker costs in three spans, in this process.

    Beside it what a reader costs that remembers no notice; both say the same of every mail.
    """
    order = batch_driver.order(folder / "stages")
    knowledge = kept_knowledge(order.folder, order.knowledge)
    forgetful = Reader(knowledge)
    reader = RecurringReader(forgetful)
    gc.set_threshold(20_000)
    gc.freeze()
    took: Counter[str] = Counter()
    done, anew = 0, 0.0

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        begun = time.process_time()
        yield
        took[stage] += time.process_time() - begun

    for span in islice(plan([source]), 3):
        with timed("fingerprint"):
            fingerprint(span)
        mails = read_span(span, Tally())
        rows = Rows(order, knowledge, span)
        while True:
            # Few at a time, as a worker meets them: what was just cut is still near the processor.
            with timed("cutting the mbox"):
                items = list(islice(mails, 100))
            if not items:
                break
            with timed("the reader"):
                readings = [reader.read(item.raw) for item in items]
            begun = time.process_time()
            assert readings == [forgetful.read(item.raw) for item in items]
            anew += time.process_time() - begun
            with timed("rows"):
                for item, reading in zip(items, readings, strict=True):
                    rows.add(item, reading)
            done += len(items)
        with timed("Parquet"):
            parquet.write_table(rows.taken(), folder / "stages.parquet")
    took["together"] = took.total()
    print(f"a worker's stages, {done:,} mails:")
    for stage, seconds in took.items():
        print(f"  {stage:<26} {seconds / done * 1e6:8.1f} µs a mail")
    print(f"  (every mail read anew      {anew / done * 1e6:8.1f} µs a mail)")


def kills(mails: Sequence[bytes], count: int, times: int, folder: Path) -> None:
    """2. A worker, all workers or the driver killed at random moments."""
    source = mail_sources.write_mbox(folder / "killed.mbox", drawn(mails, count, seed=10))
    span = max(source.stat().st_size // 60, 1)
    calm = run(source, folder / "calm", 2, span=span)
    expected = checksum(calm.batch)
    draw = random.Random(11)
    print(f"\n{times} kills, {count:,} mails in {len(calm.batch.parts)} parts")
    tally: dict[str, int] = {}
    for number in range(times):
        victims = draw.choice(("a worker", "all workers", "the driver"))
        out = folder / f"killed-{number}"
        driver = start(source, out, 2, draw.choice(("", "", "local")), span)
        done = wait_for_parts(out, draw.randrange(len(calm.batch.parts) * 4 // 5), driver)
        time.sleep(draw.uniform(0, 0.1))
        kill(driver, victims, draw)
        driver.wait()
        batch = run(source, out, 2, span=span).batch
        assert checksum(batch) == expected, (number, victims)
        assert batch.total == calm.batch.total, (number, victims)
        tally[victims] = tally.get(victims, 0) + 1
        print(f"  {number + 1:>2}. {victims:<12} after {done:>2} parts: all rows there, none twice")
        shutil.rmtree(out)
    print("killed:", ", ".join(f"{victims} {n} times" for victims, n in sorted(tally.items())))


def wait_for_parts(folder: Path, wanted: int, driver: subprocess.Popen) -> int:
    while True:
        done = len(list(folder.glob("parts/*/[!.]*.parquet")))
        if done >= wanted or driver.poll() is not None:
            return done
        time.sleep(0.01)


def kill(driver: subprocess.Popen, victims: str, draw: random.Random) -> None:
    root = psutil.Process(driver.pid)
    if driver.poll() is not None:
        return
    if victims == "the driver":
        driver.kill()
        return
    workers = children(root)
    for worker in workers if victims == "all workers" else workers[-1:]:
        try:
            worker.kill()
        except psutil.NoSuchProcess:
            continue


def counts(mails: Sequence[bytes], folder: Path) -> None:
    """3. Counts in and out for every kind of source, whole and damaged."""
    some = tuple(drawn(mails, 800, seed=12))
    place = folder / "kinds"
    place.mkdir()
    sources = {
        "mbox": mail_sources.write_mbox(place / "a.mbox", some),
        "mbox, CRLF": mail_sources.write_mbox(place / "crlf.mbox", some, crlf=True),
        "Maildir": mail_sources.write_maildir(place / "maildir", some),
        "folder": mail_sources.write_folder(place / "folder", some),
        "tar": mail_sources.write_tar(place / "a.tar", some),
        "tar.gz": mail_sources.write_tar(place / "a.tgz", some, "w:gz"),
        "zip": mail_sources.write_zip(place / "a.zip", some),
        "Parquet": mail_sources.write_parquet(place / "a.parquet", some),
    }
    for name, text in mail_sources.LOGS.items():
        sources[f"log, {name}"] = place / name
        sources[f"log, {name}"].write_text(text * 100, encoding="ascii")
    for name in ("a.tar", "a.zip", "a.mbox", "a.parquet", "a.tgz", "postfix"):
        broken = place / f"broken-{name}"
        raw = bytearray((place / name).read_bytes())
        middle = len(raw) // 2
        raw[middle : middle + 999] = random.Random(13).randbytes(999)
        broken.write_bytes(raw)
        sources[f"damaged {name}"] = broken
    batch = run_batch(
        plan(sources.values(), span=200_000), batch_driver.order(place / "out"), workers=2
    )
    with duckdb.connect() as db:
        found = db.read_parquet(batch.paths).query(
            "rows", "select source, count(*) filter (delivery = 0) from rows group by source"
        )
        rows = dict(found.fetchall())
    print("\nsource                        in   passed over   read   of them unreadable   in rows")
    for name, path in sources.items():
        said = batch.sources[str(path)]
        passed = sum(said.get(key, 0) for key in ("delivered", "other_lines", "blank_lines"))
        print(
            f"{name:<24} {said['in']:>8,} {passed:>13,} {said['mails']:>6,} "
            f"{said.get('unreadable', 0):>20,} {rows[str(path)]:>9,}"
        )
        assert said["in"] - passed == said["mails"] == rows[str(path)], name


def same_as_one_by_one(corpus: Path, folder: Path) -> None:
    """5. A batch says of every mail what `Reader.read` says of it."""
    paths = sorted((corpus / "raw").glob("*.eml"))
    if not paths:
        print(f"\n{corpus} is not here: readings not compared on it")
        return
    mails = [path.read_bytes() for path in paths]
    order = batch_driver.order(folder / "same")
    reader = Reader(kept_knowledge(order.folder, order.knowledge))
    sources = {
        "mbox": mail_sources.write_mbox(folder / "same.mbox", mails),
        "Parquet": mail_sources.write_parquet(folder / "same.parquet", mails),
        "tar": mail_sources.write_tar(folder / "same.tar", mails),
    }
    readings = [reader.read(mail) for mail in mails]
    expected = [said for reading in readings for said in facts(reading)]
    for name, source in sources.items():
        batch = run_batch(plan([source], span=200_000), order, workers=2)
        with duckdb.connect() as db:
            rows = db.read_parquet(batch.paths).query(
                "rows",
                "select reason, status, reply_code, action, rules from rows "
                "order by start, try_cast(regexp_extract(member, '\\d+') as int), delivery",
            )
            got = rows.fetchall()
        assert got == expected, name
        print(f"{name}: {len(got)} rows of {len(mails)} mails say what the reader says one by one")


def facts(reading) -> Iterator[tuple]:
    """What a row repeats of a reading."""

    def rules(reason: str) -> list[str]:
        return list(dict.fromkeys(e.rule for e in reading.evidence if e.points_to == reason))

    for delivery in reading.deliveries:
        yield (delivery.reason, delivery.status, delivery.reply_code, delivery.action,
               rules(delivery.reason))  # fmt: skip
    if not reading.deliveries:
        for _ in reading.recipients or (None,):
            yield (reading.reason, reading.status, reading.reply_code, None, rules(reading.reason))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=200_000)
    parser.add_argument("--more-mails", type=int, default=1_000_000)
    parser.add_argument("--kill-mails", type=int, default=8_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    asked = parser.parse_args()
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"{os.cpu_count()} processors, load {load} before the first run")
    mails = mails_of(asked.corpus)
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as name:
        folder = Path(name)
        same_as_one_by_one(asked.corpus, folder)
        counts(mails, folder)
        if asked.kills:
            kills(mails, asked.kill_mails, asked.kills, folder)
        if asked.mails:
            rates(mails, asked.mails, asked.more_mails, folder)


if __name__ == "__main__":
    main()

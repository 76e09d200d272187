"""What keeping a page's history costs: bytes against raw, and the reading of any capture.

Usage: bench/archive.py [CAPTURES…]   (.jsonl.zst as `backtest` reads them)
By default all of the recorded pages beside the checkout.
"""

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.compact import Compactor
from clausewatch.core.model import Digest
from clausewatch.fetch.recorded import recordings
from clausewatch.ports import Fetched

RECORDED = Path(__file__).parents[2] / "shared/corpus/dating/captures"
LONG = 100
"""Captures of a history that counts as long."""
SMALLER = 50
READ_MS = 5.0


@dataclass
class History:
    """One page's captures, and what they take."""

    raw: int = 0
    digests: list[Digest] = field(default_factory=list)
    full: int = 0
    kept: int = 0
    reads_ms: list[float] = field(default_factory=list)


def main(sources: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        blobs, histories = Blobs(home), defaultdict(History)
        number, filed = 0, []
        for item in chain.from_iterable(map(recordings, sources)):
            answer = item.fetched()
            if not isinstance(answer, Fetched):
                continue
            one, number = histories[item.watch], number + 1
            one.raw += len(answer.body)
            one.digests.append(blobs.keep(answer.body))
            filed.append((number, item.watch, one.digests[-1]))
        for one in histories.values():
            one.full = sum(map(blobs.stored_bytes, set(one.digests)))
        began = time.process_time()
        Compactor(home, blobs).run(filed)
        spent_s = time.process_time() - began
        for one in histories.values():
            one.kept = sum(map(blobs.stored_bytes, set(one.digests)))
            one.reads_ms = [_read_ms(blobs, digest) for digest in one.digests]
        report(list(histories.values()), spent_s)


def _read_ms(blobs: Blobs, digest: Digest) -> float:
    """Return the CPU time of one reading, the files being in memory; best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        blobs.read(digest)
        best = min(best, (time.process_time() - began) * 1e3)
    return best


def report(histories: list[History], spent_s: float) -> None:
    captures = sum(len(one.digests) for one in histories)
    long = [one for one in histories if len(one.digests) >= LONG]
    print("| histories | captures | raw MB | zstd | compacted | median | least |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, some in ("all", histories), (f"of {LONG} and more", long):
        if some:
            print(f"| {name}: {len(some)} | {_row(some)} |")
    reads = sorted(chain.from_iterable(one.reads_ms for one in histories))
    print(
        f"\nreading one capture: {statistics.median(reads):.2f} ms in the median, "
        f"99 of 100 below {reads[len(reads) * 99 // 100]:.2f}, worst {reads[-1]:.2f}; "
        f"compacting one: {spent_s / captures * 1e3:.1f} ms"
    )
    ratio = _ratio(long or histories)
    if ratio < SMALLER or reads[-1] > READ_MS:
        sys.exit(f"expected {SMALLER} times smaller and {READ_MS} ms at most")


def _row(some: list[History]) -> str:
    raw, full = sum(one.raw for one in some), sum(one.full for one in some)
    ratios = [one.raw / one.kept for one in some]
    count = sum(len(one.digests) for one in some)
    return (
        f"{count} | {raw / 1e6:.0f} | {raw / full:.1f} × | {_ratio(some):.1f} × | "
        f"{statistics.median(ratios):.1f} × | {min(ratios):.1f} ×"
    )


def _ratio(some: list[History]) -> float:
    return sum(one.raw for one in some) / sum(one.kept for one in some)


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]]
    main(named or sorted(RECORDED.glob("*.jsonl.zst")))

"""What the evidence log costs: `python bench/evidence.py` prints a table.

The attempts are made up, with headers as large and as random as those of real sites:
a long Content-Security-Policy with a nonce, ids of requests and of a cache, cookies,
dates. Fifty pages are asked in turn. Syncing is left to the disk: what a disk takes
to sync is no CPU of ours.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.segments import LINES, Segments
from clausewatch.core import merkle
from clausewatch.core.attempt import Attempt, Came
from clausewatch.core.digest import sha256
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import capture_of, watch_of

PAGES = 50
ROUNDS = 64
LEAVES = 1_000_000


def headers(page: int, at: str, chance: random.Random) -> tuple[tuple[str, str], ...]:
    hosts = " ".join(f"https://cdn{n}.service-{page}.example" for n in range(12))
    nonce = f"{chance.getrandbits(128):032x}"
    return (
        ("date", at),
        ("content-type", "text/html; charset=utf-8"),
        ("server", "cloudfront"),
        ("cache-control", "private, no-cache, no-store, must-revalidate"),
        ("etag", f'W/"{chance.getrandbits(160):040x}"'),
        ("set-cookie", f"sid={chance.getrandbits(128):032x}; Path=/; Secure; HttpOnly"),
        ("set-cookie", f"ab={chance.getrandbits(64):016x}; Path=/; Max-Age=31536000"),
        (
            "content-security-policy",
            f"script-src 'nonce-{nonce}' {hosts}; object-src 'none'",
        ),
        ("strict-transport-security", "max-age=63072000; includeSubDomains; preload"),
        ("x-request-id", f"{chance.getrandbits(128):032x}"),
        ("x-amz-cf-id", f"{chance.getrandbits(320):080x}"),
        ("via", f"1.1 {chance.getrandbits(64):016x}.cloudfront.net (CloudFront)"),
        ("vary", "Accept-Encoding, Cookie, User-Agent"),
    )


def attempts() -> Iterator[Attempt]:
    chance = random.Random(1)
    for turn in range(ROUNDS):
        for page in range(PAGES):
            at = SEEN + timedelta(hours=6 * turn, seconds=page, microseconds=turn)
            capture = capture_of(f"{page} {turn // 8}".encode(), f"page-{page}", at)
            exchange = replace(
                capture.exchange,
                request_headers=(
                    ("host", f"service-{page}.example"),
                    ("user-agent", "clausewatch/0.1.0 (+https://example.org/bot)"),
                    ("accept", "text/html,application/xhtml+xml,application/pdf;q=0.9"),
                    ("accept-encoding", "gzip, deflate"),
                ),
                response_headers=headers(page, at.isoformat(), chance),
                peer=f"192.0.2.{page}:443",
                certificate=sha256(f"certificate {page}".encode()),
                wire=sha256(f"{page} {turn}".encode()),
                wire_bytes=40_000 + turn,
            )
            yield Attempt(
                watch=watch_of(f"page-{page}"),
                at=at,
                came=Came.PAGE,
                capture=capture,
                exchange=exchange,
            )


def row(name: str, got: float, unit: str, floor: float) -> bool:
    good = got <= floor
    print(
        f"| {name} | {got:.3g} {unit} | ≤ {floor:g} {unit} | {'' if good else 'MISSED'} |"
    )
    return good


def main() -> None:
    made = list(attempts())
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        notary = Notary(home)
        begun = time.process_time()
        for number, one in enumerate(made):
            notary.record(one)
            if number % PAGES == 0:
                notary.checkpoint(one.at)
        spent_ms = (time.process_time() - begun) * 1000 / len(made)
        plain = sum(map(len, Segments(home).lines())) / notary.log.size
        full = notary.log.size // LINES * LINES
        kept = sum(f.stat().st_size for f in (home / "log").glob("*.zst")) / full
        notes = (home / "log" / "checkpoints").stat().st_size / len(made)
        begun = time.process_time()
        Notary(home).close()
        start_ms = (time.process_time() - begun) * 1000
    print("| the evidence log | measured | wanted | |")
    print("|---|---|---|---|")
    print(
        f"<!-- a line is {plain:.0f} bytes plain; {notes:.0f} bytes of notes a check -->"
    )
    good = row("size a check, sealed", kept + notes, "bytes", 1024)
    good &= row("CPU a check, with a checkpoint every 50", spent_ms, "ms", 1.5)
    good &= row("CPU to open it again", start_ms, "ms", 100)
    begun = time.process_time()
    merkle.root(merkle.leaf(b"%d" % n) for n in range(LEAVES))
    good &= row("CPU of a million leaves", time.process_time() - begun, "s", 10)
    sys.exit(not good)


if __name__ == "__main__":
    main()

"""What the site costs: `python bench/web.py` prints a table.

A home of 2,000 watches and 50,000 events is filled through the store's own settling
(some minutes; `--home DIR` keeps it for the next time), then each page is asked for
in this process. CPU is user and system time of the answer, the median of five, after
one that is not counted; nothing is kept between two visits but the templates.
"""

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import crowd
import httpx

from clausewatch.cli.hosting import site_of
from clausewatch.service.clock import SystemClock
from clausewatch.store import open_store
from clausewatch.web.access import Access
from clausewatch.web.app import create

TIMES = 5
PAGE_MS = 100
OVERVIEW_KB = 150
LONG_MS = 1_000
"""For a policy of 500 KB in which 2,000 clauses changed."""
SERVICE = "/services/Service%20042"
WATCH = "service-042-privacy-policy"
WATCHES = f"/watches/{WATCH}"
API = "/api/v1"
PAGES = (
    "/",
    "/?service=Service%20042",
    "/changes",
    "/changes?weight=all",
    "/changes?topic=ai-training&direction=less",
    "/changes?weight=all&until=2025-12-31",
    "/services",
    "/services?page=9",
    SERVICE,
    f"{SERVICE}/promises",
    f"{SERVICE}/report",
    f"{SERVICE}/feed.atom",
    WATCHES,
    f"{WATCHES}/text",
    f"{WATCHES}/compare?a={{first}}&b={{last}}",
    "/changes/{event}",
    "/changes/{event}?view=side",
    "/search?q=minorra",
    "/search?q=personal+data",
    "/search?q=%22sell+your+data%22",
    "/feed.atom",
    "/topics/arbitration/feed.atom",
    "/healthz",
    "/metrics",
    f"{API}/services",
    f"{API}/watches",
    f"{API}{WATCHES}/versions",
    f"{API}{WATCHES}/compare",
    f"{API}/events?limit=200",
    f"{API}/events/{{event}}",
    f"{API}/search?q=minorra",
    f"{API}/openapi.json",
)
LONG = (
    "/changes/{long}",
    "/changes/{long}?page=7",
    "/changes/{long}?view=side",
    f"{API}/events/{{long}}",
    f"/watches/{crowd.LONG}/text",
    f"/watches/{crowd.LONG}/compare?a={{old}}&b={{new}}",
)


async def measured(visitor: httpx.AsyncClient, path: str) -> tuple[float, int]:
    """Return milliseconds of CPU and bytes of an answer."""
    spent = []
    for _ in range(TIMES + 1):
        start = time.process_time()
        answer = await visitor.get(path)
        spent.append((time.process_time() - start) * 1000)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return statistics.median(spent[1:]), len(answer.content)


def names(home: Path) -> dict[str, object]:
    """Return what stands for the parts of the addresses."""
    store = open_store(home)  # brings an older home up to date
    try:
        few, long = (store.versions(watch) for watch in (WATCH, crowd.LONG))
        told = [event.id for _, event in store.events(watch=WATCH)]
        rewritten = [event.id for _, event in store.events(watch=crowd.LONG)]
        return {
            "event": told[-1],
            "long": rewritten[-1],
            "first": few[0].number,
            "last": few[-1].number,
            "old": long[-2].number,
            "new": long[-1].number,
        }
    finally:
        store.close()


async def table(home: Path) -> bool:
    """Print what each page costs; return whether all keep to their limits."""
    known = names(home)
    app = create(site_of(home, SystemClock(), Access()))
    good = True
    print("| page | CPU ms | KB | wanted | |\n|---|---:|---:|---|---|")
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as visitor,
    ):
        for paths, limit in ((PAGES, PAGE_MS), (LONG, LONG_MS)):
            for path in paths:
                ms, size = await measured(visitor, path.format(**known))
                wanted = f"< {limit} ms"
                kept = ms < limit
                if path == "/":
                    wanted += f", < {OVERVIEW_KB} KB"
                    kept &= size < OVERVIEW_KB * 1024
                good &= kept
                named = re.sub(r"\{(\w+)\}", r"\1", path)
                verdict = "" if kept else "MISSED"
                print(
                    f"| `{named}` | {ms:.0f} | {size / 1024:.0f} | {wanted} | {verdict} |",
                    flush=True,
                )
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="keep the filled home here")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.home or Path(scratch)
        if not (home / "clausewatch.db").exists():
            start = time.process_time()
            events = crowd.fill(home, datetime.now(UTC))
            spent = time.process_time() - start
            print(f"<!-- {events} events in {spent:.0f} s of CPU -->", flush=True)
        sys.exit(not asyncio.run(table(home)))


if __name__ == "__main__":
    main()

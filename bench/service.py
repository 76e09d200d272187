"""What watching costs: `python bench/service.py` prints a table.

Each row is measured in a fresh process, against a server in another one, on the
loopback interface. CPU is user and system time of the daemon's process, divided by
the looks that it settled; it holds everything: the scheduler, claiming, HTTP, reading,
the transaction with its fsync, and the log line.
"""

import argparse
import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clausewatch.cli.compose import Plant, plant
from clausewatch.cli.home import place
from clausewatch.config.watchlist import load
from clausewatch.ports import Settlement
from clausewatch.service import logs
from clausewatch.service.metrics import NoMetrics
from clausewatch.service.pace import Pace
from clausewatch.store import open_store
from clausewatch.testing.clock import CompressedClock

PAGES = 200
PAGE_BYTES = 134 * 1024
WATCHES = 10_000
WATCHLIST_LINES = """\
      - url: https://service-{n}.example/privacy
        id: page-{n}
        kind: privacy-policy
"""
FACTOR = 3600.0
"""How compressed the clock is: a round of hourly looks every second."""
ROUNDS = 5


# --- the pages ----------------------------------------------------------------------


def page(number: int, noise: str) -> bytes:
    """Return a policy of 134 KB: a third is text, a third style, the rest markup.

    `noise` is what no reader sees.
    """
    clause = (
        '<div class="sc-{k} legal-row" data-component="policy-clause" data-index="{n}">'
        '<p id="clause-{n}" class="text-body leading-7">Clause {n} of page '
        "{p}: we collect, use and share the data that you give us as described in "
        'section {n}, <a href="/legal/{n}">unless you object</a>.</p></div>\n'
    )
    style = "".join(f".sc-{n}{{margin:{n % 7}px;color:#{n:06x}}}" for n in range(900))
    head = (
        f"<html lang=en><head><title>Privacy {number}</title>"
        f"<style>{style}</style><script>{noise}</script>"
    )
    body = ["</head><body><main><h1>Privacy Policy</h1>"]
    size = len(head) + len(body[0])
    for n in range(10_000):
        row = clause.format(n=n, p=number, k=(n * 7919) % 97)
        size += len(row)
        if size > PAGE_BYTES:
            break
        body.append(row)
    return (head + "".join(body) + "</main></body></html>").encode()


def serve(mode: str) -> None:
    """Serve pages until killed; print the port first."""
    pages = [page(n, "") for n in range(PAGES)]
    count = 0

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        nonlocal count
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode()
            if not path.startswith("/page/"):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            number = int(path.removeprefix("/page/"))
            count += 1
            fields = b"Content-Type: text/html; charset=utf-8\r\n"
            if mode == "304":
                fields += b'ETag: "one"\r\n'
                if b"if-none-match" in head.lower():
                    writer.write(b"HTTP/1.1 304 Not Modified\r\n" + fields + b"\r\n")
                    continue
            body = page(number, f"t={count}") if mode == "noise" else pages[number]
            length = f"Content-Length: {len(body)}\r\n\r\n".encode()
            writer.write(b"HTTP/1.1 200 OK\r\n" + fields + length + body)

    async def patient(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(patient, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(run())


# --- a daemon that looks at them ----------------------------------------------------


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Rounds(NoMetrics):
    """Counts looks, notes the CPU after each round, and says when it is enough."""

    def __init__(self) -> None:
        self.stages: Counter[str] = Counter()
        self.cpu_s: list[float] = []
        self.stop = lambda: None
        self.begun = asyncio.Event()
        """Set once the first round is over."""

    def checked(self, settlement: Settlement) -> None:
        """Count one look."""
        self.stages[settlement.detail or settlement.outcome] += 1
        if self.stages.total() % PAGES == 0:
            self.cpu_s.append(cpu_s())
            self.begun.set()
        if len(self.cpu_s) > ROUNDS:
            self.stop()


def look(port: int, home: Path) -> None:
    """Watch the pages for some rounds; print what a look cost, as JSON."""
    watchlist = home / "watchlist.yaml"
    rows = "".join(
        f"      - {{url: 'http://127.0.0.1:{port}/page/{n}', id: page-{n}, kind: other}}\n"
        for n in range(PAGES)
    )
    watchlist.write_text(
        f'network:\n  allow: ["127.0.0.1"]\ndefaults:\n  every: 1h\n'
        f"services:\n  - name: Bench\n    watches:\n{rows}"
    )
    rounds = Rounds()

    async def sign(made: Plant) -> None:
        """Sign after the first round, as within the hour: what that takes stays."""
        await rounds.begun.wait()
        await made.thread.run(made.notary.checkpoint, made.clock.now())

    async def run() -> None:
        clock = CompressedClock(datetime.now(UTC), FACTOR)
        listed = load(watchlist)
        pace = Pace(lease=timedelta(days=1), overdue_after=timedelta(days=9))
        async with plant(listed, place(home), clock) as made:
            daemon = made.daemon(listed, pace=pace, metrics=rounds)
            rounds.stop = daemon.stop
            async with asyncio.TaskGroup() as group:
                group.create_task(sign(made))
                group.create_task(daemon.run())

    with (home / "journal").open("w") as log:
        logs.configure(stream=log)
        asyncio.run(run())
    first, *_, last = rounds.cpu_s
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "ms": (last - first) * 1000 / PAGES / (len(rounds.cpu_s) - 1),
                "peak_mb": peak_kb / 1024,
                "stages": rounds.stages,
            }
        )
    )


def measured_looks(mode: str) -> dict[str, object]:
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", mode], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [sys.executable, __file__, "--look", port, "--home", home],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
        return json.loads(done.stdout)
    finally:
        server.kill()
        server.wait()


# --- a daemon with very many watches --------------------------------------------------


def process_cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def process_mb(pid: int, what: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(one.split()[1]) / 1024 for one in lines if one.startswith(what))


def measured_start(idle_s: float) -> dict[str, float]:
    """Return what starting and idling costs, with the program as systemd runs it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        home = Path(folder)
        watchlist = home / "watchlist.yaml"
        rows = "".join(WATCHLIST_LINES.format(n=n) for n in range(WATCHES))
        watchlist.write_text(f"services:\n  - name: Bench\n    watches:\n{rows}")
        # Known already and due later, so that what is measured is not fetching.
        later = datetime.now(UTC) + timedelta(hours=3)
        listed = load(watchlist).watches
        store = open_store(home)
        store.enrol(listed, {watch.id: later for watch in listed})
        store.close()
        manager.bind(str(home / "notify"))
        manager.settimeout(120)
        with (home / "journal").open("w") as log:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "clausewatch", "run", str(watchlist)],
                env={
                    **os.environ,
                    "CLAUSEWATCH_HOME": folder,
                    "NOTIFY_SOCKET": str(home / "notify"),
                },
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        try:
            assert manager.recv(4096).startswith(b"READY=1")
            started = process_cpu_s(daemon.pid)
            time.sleep(3)
            before = process_cpu_s(daemon.pid)
            time.sleep(idle_s)
            idle = (process_cpu_s(daemon.pid) - before) / idle_s
            return {
                "start_s": started,
                "idle_percent": idle * 100,
                "peak_mb": process_mb(daemon.pid, "VmHWM"),
                "rss_mb": process_mb(daemon.pid, "VmRSS"),
            }
        finally:
            daemon.terminate()
            daemon.wait()


# --- the table ------------------------------------------------------------------------


def row(name: str, got: float, unit: str, floor: float) -> bool:
    good = got <= floor
    print(
        f"| {name} | {got:.2f} {unit} | ≤ {floor:g} {unit} | {'' if good else 'MISSED'} |"
    )
    return good


def table(idle_s: float) -> bool:
    print(f"| {PAGES} pages of {PAGE_BYTES // 1024} KB | measured | wanted | |")
    print("|---|---|---|---|")
    good = True
    for mode, name, wanted in (
        ("304", "CPU a look, answered 304", 3.0),
        ("same", "CPU a look, same bytes", 3.0),
        ("noise", "CPU a look, other bytes, same text", 8.0),
    ):
        found = measured_looks(mode)
        print(f"<!-- {mode}: {found['stages']} -->")
        good &= row(name, float(str(found["ms"])), "ms", wanted)
        good &= row("… peak memory", float(str(found["peak_mb"])), "MB", 120)
    found_start = measured_start(idle_s)
    good &= row(f"{WATCHES:,} watches: CPU to start", found_start["start_s"], "s", 2)
    good &= row("… CPU when idle", found_start["idle_percent"], "%", 0.5)
    good &= row("… memory when idle", found_start["rss_mb"], "MB", 150)
    good &= row("… peak memory", found_start["peak_mb"], "MB", 150)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", metavar="MODE", help=argparse.SUPPRESS)
    parser.add_argument("--look", metavar="PORT", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--idle", type=float, default=20, help="seconds to watch it idle"
    )
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
    elif asked.look:
        look(asked.look, asked.home)
    else:
        sys.exit(not table(asked.idle))


if __name__ == "__main__":
    main()

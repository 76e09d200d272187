"""The daemon itself on real pages: `python bench/live.py` plays and prints a report.

    live.py [--shared DIR] [--watches N] [--steps N] [--every 4s] [--keep DIR]

Ten captures of the recorded history of each page are served step by step, each service
by a server of its own, with faults in between. `clausewatch run` watches them over
HTTP, is killed once, started again, and told to stop in the end. Ends with 1 if a
fault was told as a change, a step was not seen, or the daemon had a bug.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from live_report import report
from live_story import Fault, Part, Played, parts

from clausewatch.core.model import WatchId
from clausewatch.ports import Standing, State
from clausewatch.store import open_store

SHARED = Path(__file__).resolve().parents[2] / "shared"
POLL_S = 0.5
STEP_S = 110.0
"""The longest that a step may take; most take three looks."""
FAULTS: dict[int, tuple[tuple[str, int], ...]] = {
    1: (("429", 1), ("503", 1)),
    2: (("captcha", 1), ("captcha", 4), ("redirect", 1)),
    3: (("timeout", 3), ("reset", 3), ("503", 3), ("redirect", 3)),
    4: (("truncate", 3), ("slow", 1), ("empty", 1)),
    5: (("500", 1), ("captcha", 1)),
    6: (("429", 2), ("403", 1)),
    7: (("captcha", 2), ("truncate", 3)),
    8: (("404", 1), ("503", 1)),
}
"""By step: what goes wrong, for how many requests, each on another page."""


class Mailbox:
    """Keeps what is sent to it."""

    def __init__(self, messages: list[EmailMessage]) -> None:
        self._messages = messages

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        """Take a message."""
        self._messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 kept"


class Host:
    """A page server of one service."""

    def __init__(self, server: Path, tree: Path) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [
                sys.executable,
                server,
                tree,
                "--port",
                str(self.port),
                "--etag",
                "--gzip",
            ],
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def ask(self, what: str, **fields: object) -> dict[str, object]:
        """Return what an admin call answers."""
        query = urllib.parse.urlencode(fields)
        url = f"http://127.0.0.1:{self.port}/__admin/{what}?{query}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)

    def close(self) -> None:
        """Stop serving."""
        self._process.kill()
        self._process.wait()


class Daemon:
    """`clausewatch run` as a child; killed and started again as a test likes."""

    def __init__(self, watchlist: Path, played: Played) -> None:
        self._watchlist, self._played = watchlist, played
        self.start()

    def start(self) -> None:
        """Start the daemon; its output goes on in the same files."""
        home = self._played.home
        with (home / "stdout").open("ab") as out, (home / "journal").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "clausewatch", "run", self._watchlist],
                env={**os.environ, "CLAUSEWATCH_HOME": str(home)},
                stdout=out,
                stderr=log,
            )

    def end(self, number: signal.Signals) -> None:
        """Send the signal, and return once the daemon has ended."""
        pid = self._process.pid
        if self._process.poll() is None:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks = sum(map(int, fields[11:15]))  # its own, and its children's
            self._played.cpu_s += ticks / os.sysconf("SC_CLK_TCK")
            status = Path(f"/proc/{pid}/status").read_text().splitlines()
            peak = next(int(x.split()[1]) for x in status if x.startswith("VmHWM"))
            self._played.peak_mb = max(self._played.peak_mb, peak / 1024)
        self._process.send_signal(number)
        began = time.monotonic()
        self._played.codes.append(self._process.wait(60))
        self._played.stop_s = time.monotonic() - began


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def lay_out(chosen: Sequence[Part], root: Path) -> None:
    """Write the trees that the page servers serve."""
    for part in chosen:
        for step, body in enumerate(part.bodies):
            file = root / part.host / f"step{step}" / part.path.strip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)


def watchlist(chosen: Sequence[Part], hosts: dict[str, Host], mail: int, asked) -> str:
    """Return what an operator would have written."""
    by_service = defaultdict(list)
    for part in chosen:
        url = f"http://127.0.0.1:{hosts[part.host].port}{part.path}"
        kind = "imprint" if "imprint" in part.watch else None
        by_service[part.service].append(
            {"id": part.watch, "url": url} | ({"kind": kind} if kind else {})
        )
    counsel = {
        "type": "email",
        "host": "127.0.0.1",
        "port": mail,
        "security": "none",
        "from": "clausewatch@example.org",
        "to": ["counsel@example.org"],
    }
    said = {
        "defaults": {"every": asked.every},
        "network": {"allow": ["127.0.0.1"], "gap": asked.gap},
        "sinks": {
            "log": {"type": "file", "threshold": "all"},
            "out": {"type": "stdout"},
            "counsel": counsel,
        },
        "services": [{"name": n, "watches": w} for n, w in by_service.items()],
    }
    return json.dumps(said, indent=1)  # which is YAML as well


def is_seen(part: Part, step: int, since: datetime, one: Standing) -> bool:
    """Say whether the daemon has made up its mind about what a page shows now."""
    wanted, held = part.digests[step], one.history.held
    if one.last_look is None or one.last_look < since:
        return False
    if one.state is State.SUSPECT and held is not None:
        return held.told and held.content.capture == wanted
    return one.state is State.FINE and one.history.last_body == wanted


def waited(played: Played, step: int, within_s: float) -> bool:
    """Return once all pages were seen as they are at this step; False if some never."""
    since, until = played.started[step], time.monotonic() + within_s
    missing: list[Part] = played.parts
    while missing and time.monotonic() < until:
        time.sleep(POLL_S)
        store = open_store(played.home, read_only=True)
        with contextlib.closing(store):
            found = {one.watch: one for one in store.standings()}
        now = datetime.now(UTC)
        missing = [
            part
            for part in played.parts
            if not is_seen(part, step, since, found[WatchId(part.watch)])
        ]
        waiting = {part.watch for part in missing}
        for fault in played.faults:
            if fault.until is None and fault.part.watch not in waiting:
                fault.until = now
    played.unseen += [f"step {step}: {part.watch}" for part in missing]
    return not missing


def break_some(played: Played, hosts: dict[str, Host], step: int) -> None:
    """Let the step's faults come to pages that change now, one a service."""
    changes = [p for p in played.parts if p.bodies[step] != p.bodies[step - 1]]
    used = {fault.part.watch for fault in played.faults}
    services: set[str] = set()
    for mode, times in FAULTS.get(step, ()):
        free = [p for p in changes if p.watch not in used and p.host not in services]
        again = [p for p in changes if p.host not in services]
        part = (free or again)[0]
        used.add(part.watch)
        services.add(part.host)
        hosts[part.host].ask("fault", path=part.path, mode=mode, n=times)
        played.faults.append(Fault(part, mode, times, step, datetime.now(UTC)))


def play(played: Played, hosts: dict[str, Host], daemon: Daemon, steps: int) -> None:
    for step in range(steps):
        if step:
            break_some(played, hosts, step)
        played.started.append(datetime.now(UTC))
        for host in hosts.values():
            host.ask("step", n=step)
        began = time.monotonic()
        if step == steps // 2:
            time.sleep(2)  # in the middle of its looks
            daemon.end(signal.SIGKILL)
            daemon.start()
        waited(played, step, STEP_S)
        played.took_s.append(time.monotonic() - began)
        print(f"step {step}: {played.took_s[-1]:.0f} s", file=sys.stderr)


@contextlib.contextmanager
def serving(
    chosen: Sequence[Part], root: Path, server: Path
) -> Iterator[dict[str, Host]]:
    lay_out(chosen, root)
    with contextlib.ExitStack() as stack:
        hosts = {}
        for name in sorted({part.host for part in chosen}):
            hosts[name] = Host(server, root / name)
            stack.callback(hosts[name].close)
        yield hosts


def run(asked: argparse.Namespace, folder: Path) -> Played:
    corpus = asked.shared / "corpus" / "dating"
    chosen = parts(corpus, watches=asked.watches, steps=asked.steps)
    played = Played(folder / "home", chosen)
    played.home.mkdir(parents=True)
    server = asked.shared / "bench" / "pageserver.py"
    mailbox = Controller(Mailbox(played.mails), hostname="127.0.0.1", port=free_port())
    mailbox.start()
    try:
        with serving(chosen, folder / "site", server) as hosts:
            file = folder / "watchlist.yaml"
            file.write_text(watchlist(chosen, hosts, mailbox.port, asked))
            began = time.monotonic()
            daemon = Daemon(file, played)
            try:
                ready(played.home)
                play(played, hosts, daemon, asked.steps)
                time.sleep(2)  # what was told last is on its way
            finally:
                daemon.end(signal.SIGTERM)
            played.wall_s = time.monotonic() - began
    finally:
        mailbox.stop()
    return played


def ready(home: Path) -> None:
    """Return once the daemon has started."""
    until = time.monotonic() + 20
    while b"daemon.started" not in (home / "journal").read_bytes():
        if time.monotonic() > until:
            sys.exit(f"live: the daemon did not start:\n{(home / 'log').read_text()}")
        time.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, metavar="DIR")
    parser.add_argument("--watches", type=int, default=44)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--every", default="4s")
    parser.add_argument("--gap", default="1s")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep all of it here")
    asked = parser.parse_args()
    if not (asked.shared / "corpus" / "dating").is_dir():
        print(f"live: no recorded pages in {asked.shared}; nothing was played")
        return 0
    with contextlib.ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        played = run(asked, folder)
        if asked.keep:
            for number, mail in enumerate(played.mails):
                (folder / f"mail-{number:03}.eml").write_bytes(mail.as_bytes())
        return report(played)


if __name__ == "__main__":
    sys.exit(main())

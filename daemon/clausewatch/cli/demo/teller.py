"""What the demo shows in a terminal: the story, what was told of it, and the mail."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.status import Status
from rich.text import Text

from clausewatch.cli.demo.stage import Audience, Scene, StageClock
from clausewatch.cli.paint import kind_of, print_event
from clausewatch.core.event import Event, EventType, passes
from clausewatch.core.model import Threshold
from clausewatch.ports import Look, Store
from clausewatch.render.wording import plain
from clausewatch.service.thread import StoreThread

DWELL_S: Final = 0.01
READ_S: Final = 1.5
"""How long a reader gets for each thing that is told."""
MAIL_LINES: Final = 24
OPENING: Final = """\
A network called Halvorne, which does not exist, is about to do what a class action
once alleged of a real one (seeds/case/README.md). The real daemon watches its four
pages over HTTP, from 1 August to 2 October 2025; only the clock is in a hurry.
"""
CLOSING: Final = """\
{told} looks found something to tell, {quiet} woke nobody, and every capture is kept.

What to do next
  {we} watchlist add -c my.yaml https://www.example.com/privacy
                                   watch a page of your own
  {we} check -c my.yaml            look once
  {we} run -c my.yaml              keep watching
  {we} backtest recorded.warc.gz   see what it would have told
  docs/service.md tells how to run it as a service.
"""


class Teller(Audience):
    """Tells people, at a pace that they can follow."""

    def __init__(
        self, console: Console, clock: StageClock, store: Store, thread: StoreThread
    ) -> None:
        self._console = console
        self._clock = clock
        self._store = store
        self._thread = thread
        self._last = 0
        self._since: datetime | None = None
        self._loud = 0
        self._loud_since = False
        self._quiet: list[Event] = []
        self._status = Status("", console=console)

    def open(self) -> None:
        """Say what is about to happen."""
        self._console.print(OPENING)
        self._status.start()

    async def announce(self, scene: Scene) -> None:
        """Tell what the site does, after what came of what it did before."""
        await self._quiet_since()
        self._since, self._loud_since = self._clock.now(), False
        self._quiet.clear()
        line = Text.assemble(
            (f"{scene.on:%d %b}  ", "bold"), ("the site: ", "dim"), scene.what
        )
        self._console.print(line)
        await asyncio.sleep(READ_S / 2)

    async def idle(self) -> None:
        """Show the day, and the events that have been told since."""
        self._status.update(f"{self._clock.now():%d %B %Y}, all quiet")
        told = await self._thread.run(
            lambda: list(self._store.events(after=self._last))
        )
        for number, event in told:
            self._last = number
            if _is_loud(event):
                # A story is told with the change that completed it: one look.
                self._loud += event.type is EventType.CHANGED
                self._loud_since = True
                await self._show(event)
            else:
                self._quiet.append(event)
        await asyncio.sleep(DWELL_S)

    async def close(
        self, mails: list[EmailMessage], proved: list[str], kept: Path | None
    ) -> None:
        """Show the mail, what was proved, and what to do next."""
        await self._quiet_since()
        self._status.stop()
        for mail in mails:
            self._console.print(_letter(mail))
            await asyncio.sleep(READ_S)
        self._console.print("Can it be proved?", style="bold")
        for line in proved:
            self._console.print(f"  {line}")
        self._console.print()
        looks = await self._thread.run(lambda: sum(1 for _ in self._looks()))
        quiet = looks - self._loud
        closing = CLOSING.format(told=self._loud, quiet=quiet, we=called())
        self._console.print(closing)
        if kept:
            self._console.print(
                f"Kept: {called()} events --all --home {kept / 'state'}\n"
                f"      bash {kept / 'export' / 'verify.sh'}",
                style="bold",
            )

    async def _show(self, event: Event) -> None:
        self._console.print()
        self._console.print(
            Padding(Text("clausewatch tells:", "bold green"), (0, 0, 0, 8))
        )
        print_event(self._console, event, most=12)
        self._console.print()
        await asyncio.sleep(READ_S)

    async def _quiet_since(self) -> None:
        """Say what the looks since the last scene came to, if nobody was woken."""
        if self._since is None or self._loud_since:
            return
        since = self._since
        looks = await self._thread.run(
            lambda: [look for look in self._looks() if look.looked_at >= since]
        )
        doubts = [plain(look.detail) for look in looks if look.outcome == "suspect"]
        why = [f"{kind_of(event)}: {plain(event.reason)}" for event in self._quiet]
        why += [f"held, not believed: {doubt}" for doubt in doubts]
        told = "; ".join((f"{len(looks)} looks", *why))
        self._console.print(f"        nobody was woken ({told})", style="dim")

    def _looks(self) -> Iterator[Look]:
        for standing in self._store.standings():
            yield from self._store.looks(standing.watch)


def called() -> str:
    """Return how we were called: after `make demo` nothing of ours is on the PATH."""
    return "clausewatch" if shutil.which("clausewatch") else sys.argv[0]


def _is_loud(event: Event) -> bool:
    loud = event.type in {EventType.CHANGED, EventType.PATTERN}
    return loud and passes(event, Threshold.SUBSTANTIVE)


def _letter(mail: EmailMessage) -> Panel:
    body = mail.get_body(("plain",))
    lines = str(body.get_content() if body else "").splitlines()
    head = [f"{name}: {plain(mail[name])}" for name in ("From", "To", "Subject")]
    text = Text("\n".join((*head, "", *lines[:MAIL_LINES])))
    if len(lines) > MAIL_LINES:
        text.append(
            f"\n… {len(lines) - MAIL_LINES} more lines, and all of it in HTML", "dim"
        )
    return Panel(text, title="a mail has arrived", border_style="green")

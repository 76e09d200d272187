"""`demo`: the real daemon watches a little site through the two months of the case."""

import asyncio
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from clausewatch.cli.compose import plant
from clausewatch.cli.console import err, out
from clausewatch.cli.demo.look import look
from clausewatch.cli.demo.mailbox import Mailbox
from clausewatch.cli.demo.proof import authority, prove
from clausewatch.cli.demo.site import Site
from clausewatch.cli.demo.stage import Audience, Director, StageClock
from clausewatch.cli.demo.teller import Teller, called
from clausewatch.cli.home import place
from clausewatch.config.watchlist import Watchlist, load
from clausewatch.errors import ConfigError
from clausewatch.service import logs
from clausewatch.service.loop import Daemon
from clausewatch.service.pace import Pace
from clausewatch.store.database import FILE

MAILS: Final = "mails"
PACE: Final = Pace(
    tick=timedelta(milliseconds=10),
    outbox=timedelta(milliseconds=20),
    lease=timedelta(days=365),  # the stage's clock jumps
    overdue_after=timedelta(days=365),
)
WATCHLIST: Final = """\
# The watchlist of the demo: one service, four pages, and one mailbox.
defaults:
  every: 12h
network:
  allow: [127.0.0.1]  # the demo's site is on this machine
  gap: 1s
sinks:
  log: {{type: {log}}}
  counsel:
    type: email
    host: 127.0.0.1
    port: {port}
    security: none
    from: clausewatch@halvorne.example
    to: [counsel@example.org]
{evidence}services:
  - name: Halvorne
    watches:
      - {{id: halvorne-settings, kind: settings, sinks: [log], url: "{site}/settings/data-privacy"}}
      - {{id: halvorne-privacy, kind: privacy-policy, url: "{site}/legal/privacy-policy"}}
      - {{id: halvorne-faq, kind: faq, sinks: [log], url: "{site}/help/data-and-ai"}}
      - {{id: halvorne-terms, kind: terms-of-service, sinks: [log], url: "{site}/legal/user-agreement"}}
"""

CASES: Final = (
    Path(__file__).parent / "case",  # installed
    Path(__file__).parents[4] / "seeds" / "case",  # in a checkout
)


def demo(
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep what it made here, to look around in."),
    ] = None,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve",
            help="Show the story in a browser afterwards, until Ctrl-C; "
            "a story that was kept is shown at once.",
        ),
    ] = False,
) -> None:
    """Show the whole thing on a local site: real daemon, real mail, no network.

    When stdout is not a terminal, the events are printed as JSON lines.
    """
    played = keep is not None and (keep / "state" / FILE).exists()
    if played and not serve:
        raise ConfigError(
            f"{keep}: a story is kept here already; --serve shows it, or name another"
        )
    with ExitStack() as stack:
        home = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not played:
            _show(home, keep)
        if serve:
            look(home / "state")
        elif keep:
            we = called()
            if not played:
                err().print(f"The mails: {keep / MAILS}")
            err().print(f"See it in a browser: {we} demo --keep {keep} --serve")


def _show(home: Path, keep: Path | None) -> None:
    """Play the story, in a home of its own."""
    console = out()
    # The daemon's log would tear the picture; what goes wrong ends the demo anyway.
    logs.configure(level="critical" if console.is_terminal else "warning")
    with ExitStack() as stack:
        site = stack.enter_context(Site(_case()))
        evidence = stack.enter_context(authority(home))
        shown = console if console.is_terminal else None
        asyncio.run(_play(home, site, evidence, shown, keep))


def _case() -> Path:
    found = next((folder for folder in CASES if folder.is_dir()), None)
    if found is None:
        raise ConfigError("the demo's pages are not installed; run it from a checkout")
    return found


async def _play(
    home: Path, site: Site, evidence: str, console: Console | None, keep: Path | None
) -> None:
    clock, state = StageClock(), home / "state"
    log = "file" if console else "stdout"
    async with Mailbox() as mailbox:
        watchlist = _watchlist(home, site, mailbox, log=log, evidence=evidence)
        async with plant(watchlist, place(state), clock) as made:
            teller = (
                Teller(console, clock, made.store, made.thread) if console else None
            )
            director = Director(
                clock=clock,
                site=site,
                store=made.store,
                thread=made.thread,
                audience=teller or Audience(),
            )
            if teller:
                teller.open()
            await _until_over(made.daemon(watchlist, pace=PACE), director)
            proved = await prove(made, watchlist, home / "export")
            if keep:
                mailbox.write(keep / MAILS)
            if teller:
                await teller.close(mailbox.messages, proved, keep)


async def _until_over(daemon: Daemon, director: Director) -> None:
    """Run the daemon for as long as the story lasts."""
    running = asyncio.create_task(daemon.run())
    playing = asyncio.create_task(director.play())
    try:
        await asyncio.wait({running, playing}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            running.result()
            raise KeyboardInterrupt  # the daemon has taken Ctrl-C, and has stopped
        playing.result()
    finally:
        playing.cancel()
        if not running.done():
            daemon.stop()
        await running


def _watchlist(
    home: Path, site: Site, mailbox: Mailbox, *, log: str, evidence: str
) -> Watchlist:
    """Write the watchlist where a reader can find it, and return what it says."""
    file = home / "watchlist.yaml"
    home.mkdir(parents=True, exist_ok=True)
    text = WATCHLIST.format(
        log=log, port=mailbox.port, site=site.url, evidence=evidence
    )
    file.write_text(text, encoding="utf-8")
    return load(file)

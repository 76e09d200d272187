"""What was told: `events`, `show` and `explain`."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from rich.text import Text

from clausewatch.cli.console import err, out, print_line
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption, JsonOption, kept_by, moment
from clausewatch.cli.paint import print_event
from clausewatch.core.cloudevent import to_line
from clausewatch.core.event import Event, passes
from clausewatch.core.model import Threshold, WatchId
from clausewatch.errors import ConfigError
from clausewatch.library import Received
from clausewatch.ports import Store
from clausewatch.render.proof import Proof, proofs
from clausewatch.render.times import exact
from clausewatch.render.wording import plain

FOLLOW_S: Final = 0.5
"""How often `events -f` looks for more."""

EventArgument = Annotated[
    str, typer.Argument(metavar="EVENT", help="An event's id, or the start of it.")
]


def events(
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on, as events are told.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="From this date or time on, or 36h, 7d ago."),
    ] = None,
    watch: Annotated[
        str | None, typer.Option(metavar="WATCH", help="Of this watch only.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what woke nobody, and why.")
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show what was told, oldest first; with -f, go on as more is told."""
    least = Threshold.ALL if everything else Threshold.SUBSTANTIVE
    since_time = moment(since, datetime.now(UTC)) if since else None
    with reading(home) as store:
        only = kept_by(store, watch) if watch else None
        tell = _tell_json if as_json else _tell_people
        last = _tell_after(store, 0, least, tell, since=since_time, watch=only)
        if not (last or follow):
            err().print("no events yet")
        pause = threading.Event()
        while follow and not pause.wait(FOLLOW_S):
            last = _tell_after(store, last, least, tell, since=since_time, watch=only)


def _tell_after(
    store: Store,
    last: int,
    least: Threshold,
    tell: Callable[[Event], None],
    *,
    since: datetime | None,
    watch: WatchId | None,
) -> int:
    """Return the number of the last event told so far."""
    for number, event in store.events(since=since, watch=watch, after=last):
        last = number
        if passes(event, least):
            tell(event)
    return last


def _tell_json(event: Event) -> None:
    print_line(to_line(event).rstrip("\n"))


def _tell_people(event: Event) -> None:
    console = out()
    print_event(console, event)
    console.print()


def show(
    event: EventArgument, as_json: JsonOption = False, home: HomeOption = None
) -> None:
    """Show one event with all its changes and where the evidence lies."""
    with reading(home) as store:
        found = event_of(store, event)
        came = store.received(found)
    if as_json:
        _tell_json(found)
        return
    console = out()
    print_event(console, found, most=len(found.changes))
    for label, value in _particulars(found, came):
        console.print(Text.assemble((f"  {label:<14}", "dim"), plain(value)))


def _particulars(event: Event, came: Received) -> list[tuple[str, str]]:
    dates, kept = event.stated_date, list(proofs(event, came.capture, came.previous))
    return [
        ("watch", event.watch),
        ("page", event.url),
        ("seen", exact(event.observed_at)),
        ("last without", exact(event.previous_at) if event.previous_at else "–"),
        ("stated date", f"{dates.before or '–'} → {dates.after or '–'}"),
        ("confidence", event.confidence),
        *(line for proof in reversed(kept) for line in _proof(proof)),
    ]


def _proof(proof: Proof) -> list[tuple[str, str]]:
    """Return a body's digest, and below it when these bytes came."""
    label = "compared to" if proof.what == "before" else "capture"
    return [(label, proof.digest), *(("", line) for line in proof.told)]


def event_of(store: Store, asked: str) -> Event:
    """Return the event that is meant.

    Raises:
        ConfigError: there is none, or several ids begin so.
    """
    found = store.event(asked)
    if found is None:
        raise ConfigError(
            f"{asked}: no event has this id, or several begin with it; "
            "`clausewatch events --all` lists them"
        )
    return found

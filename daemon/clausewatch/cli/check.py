"""`check`: look at each page once, tell what changed, and end."""

import asyncio
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from clausewatch.cli.compose import Plant, plant
from clausewatch.cli.console import err, out, print_line, progress
from clausewatch.cli.exits import Code
from clausewatch.cli.home import place
from clausewatch.cli.options import (
    WATCHLIST,
    HomeOption,
    JsonOption,
    WatchlistOption,
    named,
)
from clausewatch.cli.paint import print_event
from clausewatch.config.watchlist import Watchlist, load
from clausewatch.core.cloudevent import to_line
from clausewatch.core.event import Event, EventType, passes
from clausewatch.core.model import Watch
from clausewatch.emit.stdout import StdoutSink
from clausewatch.ports import Sink
from clausewatch.render.wording import count, plain, reason_in_words
from clausewatch.service import logs
from clausewatch.service.check import LONGEST_LOOK_S
from clausewatch.service.clock import SystemClock
from clausewatch.service.due import first_looks
from clausewatch.service.outbox import Outbox

LEASE: Final = timedelta(seconds=LONGEST_LOOK_S + 300)
TROUBLE: Final = frozenset({"inaccessible", "suspect", "leased"})
"""Outcomes after which we cannot say whether the policy changed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look came to."""

    watch: Watch
    outcome: str
    detail: str = ""
    events: tuple[Event, ...] = ()


def check(
    context: typer.Context,
    watches: Annotated[
        list[str] | None,
        typer.Argument(metavar="WATCH", help="Only these; without any, all."),
    ] = None,
    *,
    watchlist: WatchlistOption = WATCHLIST,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Look at each page once, tell what changed, and end.

    A change is told without a second look, for which a program that ends cannot wait.
    Exits 1 if something changed, and 3 if some page could not be had.
    """
    # What goes wrong is told below; lines of a log would tear the progress bar.
    logs.configure(level="info" if context.obj else "critical")
    listed = load(watchlist)
    by_id = {watch.id: watch for watch in listed.watches}
    chosen = [by_id[named(name, by_id)] for name in watches or ()]

    def tell(seen: Sequence[Seen]) -> None:
        for event in _loud(seen):
            _tell(event, as_json=as_json)

    seen = asyncio.run(_check(listed, chosen or listed.watches, home, tell))
    _sum_up(seen)
    raise typer.Exit(_code(seen, _loud(seen)))


def _loud(seen: Sequence[Seen]) -> list[Event]:
    return [e for one in seen for e in one.events if passes(e, one.watch.threshold)]


def _tell(event: Event, *, as_json: bool) -> None:
    if as_json:
        print_line(to_line(event).rstrip("\n"))
        return
    console = out()
    print_event(console, event)
    console.print()


def _sum_up(seen: Sequence[Seen]) -> None:
    console = err()
    for one in seen:
        if one.outcome in TROUBLE:
            console.print(f"{one.watch.id}: {one.outcome}: {_why(one)}")
    counts = Counter(one.outcome for one in seen).most_common()
    told = ", ".join(f"{number} {outcome}" for outcome, number in counts)
    console.print(f"{count(len(seen), 'page')}: {told}")


def _why(one: Seen) -> str:
    """Return why a page could not be had, and what would help where we know it."""
    why = reason_in_words(one.detail)
    if one.detail.partition(", ")[0] != "address":
        return why
    host = plain(urlsplit(one.watch.url).hostname or "")
    address = host if _is_address(host) else "its address"
    return f"{why}; `network: {{allow: [{address}]}}` in the watchlist permits it"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _code(seen: Sequence[Seen], events: Sequence[Event]) -> Code:
    if any(one.outcome in TROUBLE for one in seen):
        return Code.INACCESSIBLE
    changed = any(event.type is EventType.CHANGED for event in events)
    return Code.CHANGED if changed else Code.FINE


async def _check(
    listed: Watchlist,
    chosen: Sequence[Watch],
    home: Path | None,
    tell: Callable[[Sequence[Seen]], None],
) -> Sequence[Seen]:
    clock = SystemClock()
    async with plant(listed, place(home), clock, confirm=False) as made:
        sinks = [_unheard(sink) for sink in made.plan(listed).sinks]
        made.checker.sinks = {sink.name: sink for sink in sinks}
        await made.thread.run(_enrol, made, listed.watches)
        seen = await _look_at_all(made, chosen, listed.network.concurrency)
        # Before the sinks are served: one of them may take its time.
        tell(seen)
        await made.thread.run(made.notary.checkpoint, clock.now())
        outbox = Outbox(made.store, sinks, clock, run=made.thread.run)
        await outbox.drain()
        await outbox.close()
    return seen


def _unheard(sink: Sink) -> Sink:
    """Return a sink to stdout that says nothing, for we speak there; others as is."""
    return StdoutSink(sink.name, io.BytesIO()) if type(sink) is StdoutSink else sink


def _enrol(made: Plant, watches: Sequence[Watch]) -> None:
    due = first_looks(watches, made.store.enrolled(), at=made.clock.now())
    made.store.enrol(watches, due)


async def _look_at_all(
    made: Plant, chosen: Sequence[Watch], concurrency: int
) -> Sequence[Seen]:
    turns = iter(chosen)
    seen: list[Seen] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with progress(*columns) as bar:
        task = bar.add_task("looking", total=len(chosen))

        async def work(turns: Iterator[Watch]) -> None:
            for watch in turns:
                seen.append(await _look_at(made, watch))
                bar.advance(task)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(concurrency, len(chosen))):
                group.create_task(work(turns))
    order = {watch.id: place for place, watch in enumerate(chosen)}
    return sorted(seen, key=lambda one: order[one.watch.id])


async def _look_at(made: Plant, watch: Watch) -> Seen:
    now = made.clock.now()
    claim = await made.thread.run(
        made.store.claim_one, watch.id, now, lease_until=now + LEASE
    )
    if claim is None:
        return Seen(watch, "leased", "a look that was cut short holds it for a while")
    taken = await made.checker.look(watch, claim)
    settled = taken.settlement
    return Seen(watch, settled.outcome, settled.detail, settled.events)

"""What a service promised, and when it stopped: `promises`."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from clausewatch.cli.compose import rules
from clausewatch.cli.console import err, out, print_json
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption, JsonOption, kept_by
from clausewatch.core.digest import jsonable
from clausewatch.core.model import WatchId
from clausewatch.core.promise import Promise
from clausewatch.render.wording import plain
from clausewatch.service.pledges import retraced
from clausewatch.store.sql import SqlStore

ServiceArgument = Annotated[
    str, typer.Argument(metavar="SERVICE", help="A service's name, or a watch's.")
]


def promises(
    service: ServiceArgument,
    *,
    gone: Annotated[
        bool, typer.Option("--gone", help="Only those that no longer stand.")
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="First make the ledger anew from all that is kept."
        ),
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show what a service's documents promise and promised, with the day each went."""
    with reading(home, write=rebuild) as store:
        watches = _watches(store, service)
        if rebuild:
            _rebuild(store, watches)
        found = [
            promise
            for watch in watches
            for promise in store.promises_of(watch)
            if not (gone and promise.stands)
        ]
    if as_json:
        print_json(jsonable(promise) for promise in found)
        return
    if not found:
        err().print(f"no promises of {service}; --rebuild reads the past again")
    console = out()
    for watch, theirs in groupby(found, lambda promise: promise.watch):
        console.print(Text(watch, "bold"))
        for line in _lines(list(theirs)):
            console.print(Padding(line, (0, 0, 0, 2)))


def _watches(store: SqlStore, asked: str) -> list[WatchId]:
    """Return the watches of a service, or the one of that name.

    Raises:
        ConfigError: nothing is kept under this name.
    """
    said = asked.casefold()
    papers = store.papers()
    theirs = [paper.watch for paper in papers if paper.service.casefold() == said]
    return theirs or [kept_by(store, asked)]


def _rebuild(store: SqlStore, watches: Sequence[WatchId]) -> None:
    """Read all that is kept of these watches again, and put down what it promised."""
    phrases = rules()().phrases
    for watch in watches:
        store.pledge(watch, retraced(store, watch, phrases))


def _lines(ledger: Sequence[Promise]) -> Iterator[Text]:
    """Yield what stands, in the order of the text's own age, then what is gone."""
    for promise in sorted(ledger, key=lambda one: (not one.stands, one.first)):
        style = "" if promise.stands else "red strike"
        yield Text.assemble(
            (f"{promise.kind:<9} ", "dim"),
            (plain(promise.text), style),
            (f"  {_when(promise)}", "dim"),
        )
        for wording in promise.wordings:
            until = f"  until {wording.until:%Y-%m-%d}"
            yield Text.assemble("          was: ", plain(wording.text), (until, "dim"))


def _when(promise: Promise) -> str:
    """Return when a promise was first seen, weakened, and gone."""
    told = [f"since {promise.first:%Y-%m-%d}"]
    if promise.weakened:
        told.append(f"weakened {promise.weakened:%Y-%m-%d}")
    if promise.gone:
        told.append(f"gone {promise.gone:%Y-%m-%d}")
    return ", ".join(told)

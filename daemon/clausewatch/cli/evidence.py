"""`evidence export`: what others need to check a change without us."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from clausewatch.cli.console import err
from clausewatch.cli.home import place, reading
from clausewatch.cli.options import HomeOption, moment
from clausewatch.core.event import Event
from clausewatch.errors import ConfigError
from clausewatch.render.wording import count
from clausewatch.store.sql import SqlStore

app = typer.Typer(no_args_is_help=True, help="Hand over what proves a change.")


@app.callback()
def root() -> None:
    """Hand over what proves a change."""


@app.command()
def export(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="[EVENT] DIR",
            help="An event's id or the start of it, and an empty folder or a new one.",
        ),
    ],
    *,
    service: Annotated[
        str | None, typer.Option(help="All changes of this service instead.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Only from then on: a date, a time, or 7d ago.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Write the evidence of a change into a folder that checks itself: `verify.sh`."""
    # Imported here: whoever only watches needs none of it.
    from clausewatch.archive.export import Exporter  # noqa: PLC0415

    *named, folder = what
    with reading(home) as store:
        events = _asked(store, named, service, since)
        files = Exporter(place(home).home, store).export(events, Path(folder))
    err().print(
        f"{count(len(events), 'event')}, {count(files, 'file')}; "
        f"anybody can check them with: bash {Path(folder) / 'verify.sh'}"
    )


def _asked(
    store: SqlStore, named: list[str], service: str | None, since: str | None
) -> list[Event]:
    if service is None:
        if len(named) != 1 or since is not None:
            raise ConfigError(
                "expected EVENT DIR, or --service SERVICE [--since …] DIR"
            )
        event = store.event(named[0])
        if event is None:
            raise ConfigError(f"{named[0]}: no event, or several, of this id")
        return [event]
    if named:
        raise ConfigError("expected either an event or --service, not both")
    begin = moment(since, datetime.now(UTC)) if since else None
    watches = {paper.watch for paper in store.papers(service=service)}
    # By watch: a service may have been called otherwise when it was told of.
    found = [
        event
        for _, event in store.events(since=begin)
        if (event.watch in watches if watches else event.service == service)
    ]
    if not found:
        raise ConfigError(f"{service}: no events of this service, or none since then")
    return found

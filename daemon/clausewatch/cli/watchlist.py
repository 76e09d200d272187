"""`clausewatch watchlist`: check, list and extend the file that says what is watched."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import PydanticCustomError
from rich.table import Table

from clausewatch.cli.console import err, out, print_json, print_line
from clausewatch.cli.options import WATCHLIST, FileArgument, JsonOption, WatchlistOption
from clausewatch.config import declarations, edit, fields
from clausewatch.config.schema import json_schema
from clausewatch.config.watchlist import load
from clausewatch.core.digest import Json
from clausewatch.core.model import Every, Kind, Schedule, Watch
from clausewatch.errors import ConfigError
from clausewatch.render.wording import count

app = typer.Typer(
    name="watchlist",
    help="Check, list and extend the file that says what is watched.",
    no_args_is_help=True,
)
imports = typer.Typer(help="Take over what others watch.", no_args_is_help=True)
app.add_typer(imports, name="import")


@app.command()
def validate(
    file: FileArgument = None, *, watchlist: WatchlistOption = WATCHLIST
) -> None:
    """Say whether the file is right; if not, name every problem and exit 2."""
    path = file or watchlist
    listed = load(path)
    services = len({watch.service for watch in listed.watches})
    print_line(
        f"{path}: fine; {count(len(listed.watches), 'watch', 'es')} of"
        f" {count(services, 'service')}, {count(len(listed.sinks), 'sink')}"
    )


@app.command("list")
def list_(
    *, watchlist: WatchlistOption = WATCHLIST, as_json: JsonOption = False
) -> None:
    """Show what is watched, with all defaults filled in."""
    watches = load(watchlist).watches
    if as_json:
        print_json(map(_row, watches))
        return
    table = Table("watch", "kind", "when", box=None, pad_edge=False)
    table.add_column("address", overflow="fold")
    for watch in watches:
        table.add_row(watch.id, watch.kind.value, _when(watch.schedule), watch.url)
    out().print(table)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="The address of the page.")],
    *,
    service: Annotated[
        str | None, typer.Option(help="Whose page it is.  [default: by the address]")
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="What it is.  [default: by the address]")
    ] = None,
    every: Annotated[
        str | None, typer.Option(help="How long between looks, such as 12h.")
    ] = None,
    watchlist: WatchlistOption = WATCHLIST,
) -> None:
    """Add a page to the file; comments and order of the rest stay as they are."""
    try:
        page, interval = fields.url(url), fields.duration(every) if every else None
    except PydanticCustomError as error:
        raise ConfigError(str(error)) from error
    watch = edit.add(watchlist, page, service=service, kind=kind, every=interval)
    print_line(f"{watchlist}: added {watch.id} ({watch.service}, {watch.name})")


@imports.command()
def ota(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A repository of declarations."),
    ],
    *,
    into: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Add to this watchlist, or begin it."),
    ] = None,
    selectors: Annotated[
        bool, typer.Option("--selectors", help="Keep its CSS selectors, too.")
    ] = False,
) -> None:
    """Turn declarations of Open Terms Archive into a watchlist.

    Without --into it is printed. What cannot be carried over is said on stderr.
    """
    listed = edit.listed(into).watches if into else ()
    found = declarations.declared(folder, selectors=selectors, listed=listed)
    for line in found.left:
        err().print(line)
    if not found.services and not found.already:
        raise ConfigError(f"{folder}: declares no page that could be watched")
    if into is None:
        print_line(edit.begun(found.services).rstrip())
        return
    added = edit.extend(into, found.services) if found.services else ()
    print_line(
        f"{into}: added {count(len(added), 'watch', 'es')} of"
        f" {count(len(found.services), 'service')};"
        f" {count(found.already, 'page')} already there"
    )


@app.command()
def schema() -> None:
    """Print the JSON Schema of the file, for editors."""
    print_line(json_schema().rstrip())


def _row(watch: Watch) -> Json:
    return {
        "id": watch.id,
        "service": watch.service,
        "url": watch.url,
        "kind": watch.kind.value,
        "title": watch.name,
        "when": _when(watch.schedule),
        "vantage": watch.vantage,
        "sinks": list(watch.sinks),
        "threshold": watch.threshold.value,
    }


def _when(schedule: Schedule) -> str:
    if isinstance(schedule, Every):
        return f"every {fields.spelled(schedule.interval)}"
    return schedule.expression

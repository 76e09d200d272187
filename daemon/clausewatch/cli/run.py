"""`run`: the daemon, in the foreground or under systemd."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import structlog
import typer

from clausewatch.cli.compose import plant
from clausewatch.cli.home import place
from clausewatch.cli.options import (
    WATCHLIST,
    FileArgument,
    HomeOption,
    WatchlistOption,
)
from clausewatch.config.watchlist import Watchlist, load
from clausewatch.ports import Clock
from clausewatch.service import logs
from clausewatch.service.clock import SystemClock
from clausewatch.service.metrics import PrometheusMetrics

log = structlog.get_logger()


def run(
    file: FileArgument = None,
    *,
    watchlist: WatchlistOption = WATCHLIST,
    metrics: Annotated[
        str | None,
        typer.Option(metavar="[HOST:]PORT", help="Serve figures for Prometheus here."),
    ] = None,
    serve: Annotated[
        str | None,
        typer.Option(
            metavar="[HOST:]PORT", help="Serve the site here; see `clausewatch serve`."
        ),
    ] = None,
    log_level: Annotated[
        str, typer.Option(metavar="LEVEL", help="debug, info, warning or error.")
    ] = "info",
    home: HomeOption = None,
) -> None:
    """Keep watching, until stopped; SIGHUP reads the watchlist again."""
    logs.configure(level=level(log_level))
    counts = PrometheusMetrics() if metrics else None
    if counts and metrics:
        counts.serve(metrics)
    listed = file or watchlist
    asyncio.run(_run(load(listed), listed, home, counts, serve))


def level(name: str) -> str:
    """Return the name of a log level.

    Raises:
        typer.BadParameter: there is none of this name.
    """
    if name not in {"debug", "info", "warning", "error"}:
        raise typer.BadParameter(f"expected debug, info, warning or error, not {name}")
    return name


async def _run(
    watchlist: Watchlist,
    file: Path,
    home: Path | None,
    counts: PrometheusMetrics | None,
    site: str | None,
) -> None:
    clock = SystemClock()
    async with (
        plant(watchlist, place(home), clock) as made,
        _serving(site, made.where.home, clock, watchlist.site),
    ):
        await made.daemon(watchlist, file=file, metrics=counts).run()


@asynccontextmanager
async def _serving(
    where: str | None, home: Path, clock: Clock, address: str
) -> AsyncIterator[None]:
    """Serve the site beside the daemon, in the same process, if asked to."""
    if where is None:
        yield
        return
    from clausewatch.cli import hosting  # noqa: PLC0415 - most daemons serve nothing

    host, port = hosting.parted(where, option="--serve")
    access = hosting.access_for(host, option="--serve", address=address)
    site = hosting.site_of(home, clock, access)
    listening = hosting.listen(host, port)
    async with hosting.serving(site, listening):
        log.info("site.served", url=hosting.address(listening))
        yield

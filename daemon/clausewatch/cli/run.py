"""`run`: the daemon, in the foreground or under systemd."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from clausewatch.cli.compose import place, plant
from clausewatch.cli.options import (
    WATCHLIST,
    FileArgument,
    HomeOption,
    WatchlistOption,
)
from clausewatch.config.watchlist import Watchlist, load
from clausewatch.service import logs
from clausewatch.service.clock import SystemClock
from clausewatch.service.metrics import PrometheusMetrics


def run(
    file: FileArgument = None,
    *,
    watchlist: WatchlistOption = WATCHLIST,
    metrics: Annotated[
        str | None,
        typer.Option(metavar="[HOST:]PORT", help="Serve figures for Prometheus here."),
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
    asyncio.run(_run(load(listed), listed, home, counts))


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
) -> None:
    async with plant(watchlist, place(home), SystemClock()) as made:
        await made.daemon(watchlist, file=file, metrics=counts).run()

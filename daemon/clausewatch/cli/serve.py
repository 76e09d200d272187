"""`serve`: the read-only site, beside a daemon or without one."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated, Final

import typer

from clausewatch.cli.console import err
from clausewatch.cli.home import place, reading
from clausewatch.cli.options import HomeOption
from clausewatch.service import logs
from clausewatch.service.clock import SystemClock

PORT: Final = 8780


def serve(
    *,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", min=0, max=65_535, help="0 for any.")
    ] = PORT,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Show it only to who has the token in this file; "
            "needed where others can reach it.",
        ),
    ] = None,
    address: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Where others reach it, such as https://watch.example.org.",
        ),
    ] = "",
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name it is asked for by; repeatable."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Serve pages of what was seen and told, read-only; beside a daemon or alone."""
    logs.configure(level="warning")
    with reading(home):
        pass  # a home that is not there, or not ours, is told before anything listens
    asyncio.run(_serve(host, port, token_file, name or [], address, home))


async def _serve(
    host: str,
    port: int,
    token_file: Path | None,
    names: list[str],
    address: str,
    home: Path | None,
) -> None:
    from clausewatch.cli import hosting  # noqa: PLC0415 - it takes a while

    access = hosting.access_for(
        host,
        token_file=token_file,
        names=names,
        address=hosting.public(address) if address else "",
    )
    listening = hosting.listen(host, port)
    site = hosting.site_of(place(home).home, SystemClock(), access)
    stop = asyncio.Event()
    # As systemd and containers stop us; Ctrl-C interrupts, as it does anywhere.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with hosting.serving(site, listening):
        err().print(f"{hosting.address(listening)}  (Ctrl-C stops it)")
        await stop.wait()

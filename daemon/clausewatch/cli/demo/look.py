"""The site with the demo's story in it, on the day on which the story ends."""

import asyncio
from pathlib import Path

from clausewatch.cli.console import err
from clausewatch.cli.demo.stage import END, StageClock
from clausewatch.errors import ConfigError


def look(state: Path) -> None:
    """Serve the site of a story that was played, until interrupted."""
    asyncio.run(_look(state))


async def _look(state: Path) -> None:
    from clausewatch.cli import hosting  # noqa: PLC0415 - it takes a while
    from clausewatch.cli.serve import PORT  # noqa: PLC0415
    from clausewatch.web.access import Access  # noqa: PLC0415

    try:
        listening = hosting.listen(hosting.LOOPBACK, PORT)
    except ConfigError:  # somebody serves there already
        listening = hosting.listen(hosting.LOOPBACK, 0)
    site = hosting.site_of(state, StageClock(END), Access())
    async with hosting.serving(site, listening):
        place = hosting.address(listening)
        err().print(f"{place}  shows the story in a browser (Ctrl-C ends it)")
        await asyncio.Event().wait()

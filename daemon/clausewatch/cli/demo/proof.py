"""The end of the demo: what was kept is verified, and handed to a stranger who checks it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from clausewatch.archive.export import Exporter
from clausewatch.archive.verify import verify
from clausewatch.cli.compose import Plant
from clausewatch.config.watchlist import Watchlist
from clausewatch.core.event import EventType, passes
from clausewatch.core.model import Threshold
from clausewatch.errors import StoreError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.render.wording import count
from clausewatch.testing.authority import Authority

TOOLS: Final = ("bash", "sha256sum", "xxd", "base64", "openssl")
"""What checking an export takes; there may be machines without one of them."""
_STAMPS: Final = """\
evidence:
  timestamps:
    demo: {{url: "{url}", roots: "{roots}"}}  # a little authority on this machine
"""


@contextmanager
def authority(home: Path) -> Iterator[str]:
    """Enter an authority for timestamps; what is entered goes into the watchlist."""
    if shutil.which("openssl") is None:
        yield ""
        return
    with Authority((home / "authority").absolute()) as made:
        yield _STAMPS.format(url=made.url, roots=made.roots)


async def prove(made: Plant, watchlist: Watchlist, folder: Path) -> list[str]:
    """Return what verification and a stranger said; the export is in the folder.

    Raises:
        StoreError: something that was kept is not what it was.
    """
    await made.thread.run(made.notary.checkpoint, made.clock.now())
    for name, (_, turn) in made.chores(watchlist).items():
        if name == "timestamps":
            await turn()
    told = [await made.thread.run(_verified, made)]
    await made.thread.run(_export, made, folder)
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return [
            *told,
            f"an export of the change; not checked, for want of {missing[0]}",
        ]
    return [*told, _checked(folder)]


def _verified(made: Plant) -> str:
    report, _ = verify(made.where.home, store=made.store, decode=PageDecoder().decode)
    if not report.is_sound:
        raise StoreError("\n".join(map(str, report.findings)), retry=False)
    return (
        f"verify: {count(report.lines, 'line')} of the log, "
        f"{count(report.checkpoints, 'signed checkpoint')}, "
        f"{count(report.timestamps, 'timestamp')}, {count(report.blobs, 'capture')}: "
        "all is what it was"
    )


def _export(made: Plant, folder: Path) -> None:
    loud = (EventType.CHANGED, EventType.PATTERN)
    events = [e for _, e in made.store.events() if e.type in loud]
    told = [event for event in events if passes(event, Threshold.SUBSTANTIVE)]
    Exporter(made.where.home, made.store).export(told[-1:], folder)


def _checked(folder: Path) -> str:
    """Return what the export's own script says where there is nothing of ours."""
    command = ["env", "-i", "PATH=/usr/bin:/bin", "bash", f"{folder}/verify.sh"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if ended.returncode:
        raise StoreError(f"{folder}: {ended.stderr.strip()}", retry=False)
    verdict, _, _ = ended.stdout.splitlines()[-1].partition(".")
    return f"bash verify.sh, on an export of the story: {verdict}"

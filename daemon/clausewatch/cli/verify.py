"""`verify`, `prune`: whether all that is kept is what it was, and what may go."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from clausewatch.archive import prune as pruning
from clausewatch.archive.anchors import FILE, Anchors, Verified, keep, last
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.findings import Report
from clausewatch.archive.keys import Keyring, SigningKey
from clausewatch.archive.lock import instance_lock
from clausewatch.archive.segments import Segments
from clausewatch.archive.verify import verify as verifying
from clausewatch.cli.anchors import AgainstOption, KeyOption, anchors
from clausewatch.cli.compose import make_notary
from clausewatch.cli.console import err, out, print_json, progress
from clausewatch.cli.exits import Code
from clausewatch.cli.home import place, reading
from clausewatch.cli.options import HomeOption, JsonOption, moment
from clausewatch.config.settings import Settings
from clausewatch.errors import ConfigError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.render.wording import count, plain
from clausewatch.service.clock import SystemClock

_COLUMNS: Final = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())


def verify(
    *,
    full: Annotated[
        bool,
        typer.Option("--full", help="All of it, not only what came since last time."),
    ] = False,
    key: KeyOption = None,
    against: AgainstOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Hold all that is kept against the log, and the log against what was signed.

    Changes nothing; a daemon may be running. Exits 6 if anything is not what it was,
    and names each such thing with its place and since when. Whoever has the log's key
    can make all of it anew: only --key and --against would show that.
    """
    where, given = place(home), anchors(key, against)
    secrets = _secrets(where)
    before = Verified()
    if not full:
        known = last(where.home, [one.public for one in secrets])
        if known is None:
            err().print(f"note: {where.home / FILE} is not ours: all is read again")
        before = known or before
    report, verified = _verified(home, where.home, before, given)
    if report.is_sound and secrets:
        # A home that we may only read is verified from the start each time.
        with suppress(OSError):
            keep(where.home, verified, secrets[0])
    for one in report.findings:
        if as_json:
            print_json([{"place": one.place, "what": one.what, "since": one.since}])
        else:
            out().print(plain(str(one)), style="red", soft_wrap=True)
    _sum_up(report, before, given)
    raise typer.Exit(Code.FINE if report.is_sound else Code.UNSOUND)


def _secrets(where: Settings) -> list[SigningKey]:
    """Return the log's secrets that can be read; what is wrong with one is found."""
    try:
        return [one.key() for one in Keyring(where.home, where.credentials).kept()]
    except ConfigError:
        return []


def _verified(
    home: Path | None, folder: Path, before: Verified, given: Anchors
) -> tuple[Report, Verified]:
    with reading(home) as store, progress(*_COLUMNS) as bar:
        task = bar.add_task("log", total=None)
        return verifying(
            folder,
            store=store,
            anchors=given,
            before=before,
            decode=PageDecoder().decode,
            progress=lambda what, done, total: bar.update(
                task, description=what, completed=done, total=total
            ),
        )


def _sum_up(report: Report, before: Verified, given: Anchors) -> None:
    console = err()
    for notice in report.notices:
        console.print(f"note: {plain(notice)}")
    if before.size:
        console.print(
            f"captures and looks of the first {count(before.size, 'line')} were in order "
            "last time; --full reads them again"
        )
    if not given:
        console.print(
            "note: held against nothing from elsewhere (--key, --against): whoever has "
            "the log's key could have made all of it anew"
        )
    elif report.is_sound:
        keys = f"is signed under {count(len(given.keys), 'key')}"
        notes = f"continues {count(len(given.notes), 'checkpoint')}"
        held = [keys] * bool(given.keys) + [notes] * bool(given.notes)
        console.print(f"the log {' and '.join(held)} from elsewhere")
    told = (
        count(report.lines, "line"),
        count(report.looks, "look"),
        count(report.events, "event"),
        count(report.checkpoints, "checkpoint"),
        count(report.timestamps, "timestamp"),
        count(report.blobs, "capture"),
        *([count(report.readings, "reading")] if report.readings else []),
    )
    wrong = len(report.findings)
    verdict = f"{wrong} wrong" if wrong else "all is what it was"
    console.print(f"{', '.join(told)} checked: {verdict}")


def prune(
    *,
    before: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="Captures last seen before: a date, or 104w ago."
        ),
    ],
    why: Annotated[
        str, typer.Option(metavar="TEXT", help="What the log says of the reason.")
    ] = "retention",
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove them; else only count.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Remove old captures for good; the log keeps all its lines, and says what went.

    What a page is still compared with stays, and so does what an event names. Without
    this command everything is kept for ever.
    """
    where, now = place(home), datetime.now(UTC)
    with instance_lock(where.home, now=now), reading(home) as store:
        blobs = Blobs(where.home)
        old = pruning.prunable(
            Segments(where.home),
            blobs,
            before=moment(before, now, option="--before"),
            kept=store.remembered(),
        )
        size = sum(map(blobs.stored_bytes, old)) / 1e6
        told = f"{count(len(old), 'capture')} of {size:,.1f} MB"
        if not yes:
            err().print(f"{told} may go; --yes removes them for good")
            return
        notary = make_notary(where, SystemClock())
        with progress(*_COLUMNS) as bar:
            task = bar.add_task("removing", total=len(old))
            steps = pruning.prune(
                notary, blobs, old, why=why, now=lambda: datetime.now(UTC)
            )
            for done in steps:
                bar.update(task, completed=done)
        notary.close()
    err().print(f"{told} removed; the log says which, and why")

"""`backup`: a copy of everything, from which a home can be restored."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from clausewatch.archive.backup import backup as copy
from clausewatch.cli.console import err, progress
from clausewatch.cli.home import place, reading
from clausewatch.cli.options import HomeOption
from clausewatch.errors import ConfigError
from clausewatch.store.database import FILE


def backup(
    to: Annotated[Path, typer.Argument(metavar="DIR", help="Where to copy it.")],
    *,
    home: HomeOption = None,
) -> None:
    """Copy everything that is kept to a folder; a daemon may go on meanwhile.

    The folder is a home: verify it with --home DIR, and restore by copying it back.
    Into the same folder again, only what is new is copied.
    """
    folder = place(home).home
    if to.resolve() == folder.resolve():
        raise ConfigError(f"{to}: expected another folder than the home")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with reading(home) as store, progress(*columns) as bar:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        task = bar.add_task("store", total=None)
        # First the store: what it speaks of is in the log and the blobs by then. It
        # gets its name last: what is cut short is no home, or still the one before.
        copied = to / f"{FILE}.copied"
        store.copy_to(copied)
        copy(
            folder,
            to,
            progress=lambda what, done, total: bar.update(
                task, description=what, completed=done, total=total
            ),
        )
        for rest in ("-wal", "-shm"):
            to.joinpath(f"{FILE}{rest}").unlink(missing_ok=True)
        copied.rename(to / FILE)
        os.sync()
    err().print(
        f"all of {folder} is in {to}; `clausewatch verify --home {to}` checks it"
    )

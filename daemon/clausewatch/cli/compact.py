"""`compact`: make what is kept smaller, without losing a byte of it."""

from datetime import UTC, datetime
from typing import Final

from rich.progress import TextColumn, TimeElapsedColumn

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.compact import Compactor
from clausewatch.archive.lock import instance_lock
from clausewatch.cli.console import err, progress
from clausewatch.cli.home import place, reading
from clausewatch.cli.options import HomeOption
from clausewatch.core.compacted import Compacted
from clausewatch.render.wording import count

AT_ONCE: Final = 50


def compact(home: HomeOption = None) -> None:
    """Keep captures that are alike as what differs; a running daemon does so by itself.

    Every capture can be read as before, also with the plain `zstd` tool.
    """
    folder = place(home).home
    with reading(home) as store, instance_lock(folder, now=datetime.now(UTC)):
        compactor = Compactor(folder, Blobs(folder))
        done = Compacted()
        columns = TextColumn("{task.description}"), TimeElapsedColumn()
        with progress(*columns) as bar:
            task = bar.add_task("compacting", total=None)
            while filed := store.filed(after=compactor.upto, limit=AT_ONCE):
                done += compactor.run(filed)
                bar.update(task, description=f"{done.captures} captures")
        compactor.save()
    err().print(
        f"{count(done.captures, 'capture')}, {done.patched} of them made smaller: "
        f"{_size(done.before_bytes)} to {_size(done.after_bytes)}"
    )


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB"

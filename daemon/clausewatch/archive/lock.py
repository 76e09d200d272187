"""One daemon for one home: two would check every page twice and mail it twice."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from clausewatch.core.digest import rfc3339
from clausewatch.errors import StoreError


@contextmanager
def instance_lock(home: Path, *, now: datetime) -> Iterator[None]:
    """Hold the home, made if need be, for this process alone; readers need no lock.

    The kernel lets go of it when the process ends, however it ends, so a lock is
    never left behind. The file is: removing it would let two hold two files of one
    name.

    Raises:
        StoreError: another process holds it, or the home cannot be written to.
    """
    path = home / "lock"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"cannot open the home: {error.filename}: {error.strerror}; {_OTHER}"
        raise StoreError(message, retry=False) from error
    try:
        _take(file, home)
        # A crash between these leaves a lock without a name in it; only the message
        # of a second instance is the poorer.
        os.ftruncate(file, 0)
        os.pwrite(file, f"pid {os.getpid()} since {rfc3339(now)}\n".encode(), 0)
        yield
    finally:
        os.close(file)


_OTHER = "name another with CLAUSEWATCH_HOME"


def _take(file: int, home: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = (
            os.pread(file, 100, 0).decode(errors="replace").strip() or "pid unknown"
        )
        message = f"clausewatch already runs on {home} ({holder}); stop it, or {_OTHER}"
        raise StoreError(message, retry=False) from error

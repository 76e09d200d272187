"""Disks that fail, and processes that die, at a durable step of choice.

A step is named `before write`, `amid write`, `after write`, and so on for `sync`,
`rename` and `commit`. Real parameters take these: `Blobs(home, disk=FaultyDisk(strike))`
and `open_store(home, commit=faulty_commit(strike))`.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from clausewatch.archive.disk import Disk
from clausewatch.store.database import Commit, Transaction

Strike: TypeAlias = Callable[[str], None]
"""Called with the name of each step as it is reached; raises, dies, or returns."""

DISK_STEPS: Final = (
    "before write",
    "amid write",
    "after write",
    "before sync",
    "after sync",
    "before rename",
    "after rename",
)
COMMIT_STEPS: Final = ("before commit", "after commit")


@dataclass
class Fail:
    """Raises an `OSError` each time the step is reached, until `step` is emptied."""

    step: str
    errno: int

    def __call__(self, step: str) -> None:
        """Raise, if this is the step."""
        if step == self.step:
            raise OSError(self.errno, os.strerror(self.errno))


@dataclass
class Die:
    """Kills this process, as by SIGKILL, when the step is reached for the nth time."""

    step: str
    nth: int = 1
    _times: int = field(default=0, init=False)

    def __call__(self, step: str) -> None:
        """Die, if this is the step and its time has come."""
        self._times += step == self.step
        if self._times == self.nth and step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


class FaultyDisk(Disk):
    """A disk that tells a strike of each step before and after it takes it."""

    def __init__(self, strike: Strike) -> None:
        self._strike = strike

    def write(self, file: int, body: bytes) -> None:
        """Write in two halves, so that a strike can leave the first alone."""
        self._strike("before write")
        middle = len(body) // 2
        super().write(file, body[:middle])
        self._strike("amid write")
        super().write(file, body[middle:])
        self._strike("after write")

    def sync(self, file: int) -> None:
        """Sync between two strikes."""
        self._strike("before sync")
        super().sync(file)
        self._strike("after sync")

    def rename(self, old: Path, new: Path) -> None:
        """Rename between two strikes."""
        self._strike("before rename")
        super().rename(old, new)
        self._strike("after rename")

    def read(self, path: Path) -> bytes:
        """Read after a strike."""
        self._strike("before read")
        return super().read(path)


def faulty_commit(strike: Strike) -> Commit:
    """Return a commit between two strikes."""

    def commit(transaction: Transaction) -> None:
        strike("before commit")
        transaction.commit()
        strike("after commit")

    return commit

"""Compaction beside the looks: a few captures at a time, in the store's thread."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from clausewatch.core.compacted import Compacted
from clausewatch.core.model import Digest, WatchId
from clausewatch.ports import Store
from clausewatch.service.thread import StoreThread

MOST: Final = 2_000
"""Captures a turn; an hourly turn keeps up with 10,000 watches at four looks a day."""
AT_ONCE: Final = 4
"""Looks wait for no more than this many, some 60 ms."""

log = structlog.get_logger()


class Compactor(Protocol):
    """Makes the blobs of captures smaller; belongs to the store's thread."""

    upto: int
    """The number of the last capture that was looked at."""

    def run(self, filed: Sequence[tuple[int, WatchId, Digest]]) -> Compacted:
        """Compact the captures that come next, in the order they were filed.

        Raises:
            StoreError: the disk refused.
        """
        ...

    def save(self) -> None:
        """Remember how far it came; forgetting it costs time, and nothing else."""
        ...


class Compaction:
    """The daemon's turn at compaction; what it does not come to, the next one does.

    Args:
        compactor: Makes one for each turn: what it knows of 10,000 watches takes
            10 MB, which nobody needs between two turns.
    """

    def __init__(
        self,
        store: Store,
        compactor: Callable[[], Compactor],
        thread: StoreThread,
        *,
        most: int = MOST,
    ) -> None:
        self._store = store
        self._make = compactor
        self._thread = thread
        self._most = most

    async def turn(self) -> None:
        """Compact what was captured since the last turn, up to a bound.

        Raises:
            StoreError: the disk refused.
        """
        done, compactor = Compacted(), await self._thread.run(self._make)
        while done.captures < self._most:
            step = await self._thread.run(self._step, compactor)
            if not step.captures:
                break
            done += step
        if done.captures:
            await self._thread.run(compactor.save)
            log.info(
                "compaction.done",
                captures=done.captures,
                patched=done.patched,
                before_bytes=done.before_bytes,
                after_bytes=done.after_bytes,
            )

    def _step(self, compactor: Compactor) -> Compacted:
        return compactor.run(self._store.filed(after=compactor.upto, limit=AT_ONCE))

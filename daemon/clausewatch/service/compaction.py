"""Compaction beside the looks: a few captures at a time, in the store's thread."""

from typing import Final

import structlog

from clausewatch.ports import Compacted, Compactor, Store
from clausewatch.service.thread import StoreThread

MOST: Final = 2_000
"""Captures a turn; an hourly turn keeps up with 10,000 watches at four looks a day."""
AT_ONCE: Final = 4
"""Looks wait for no more than this many, some 60 ms."""

log = structlog.get_logger()


class Compaction:
    """The daemon's turn at compaction; what it does not come to, the next one does."""

    def __init__(self, store: Store, compactor: Compactor, thread: StoreThread) -> None:
        self._store = store
        self._compactor = compactor
        self._thread = thread

    async def turn(self) -> None:
        """Compact what was captured since the last turn, up to a bound.

        Raises:
            StoreError: the disk refused.
        """
        done = Compacted()
        while done.captures < MOST:
            step = await self._thread.run(self._step)
            if not step.captures:
                break
            done += step
        if done.captures:
            await self._thread.run(self._compactor.save)
            log.info(
                "compaction.done",
                captures=done.captures,
                patched=done.patched,
                before_bytes=done.before_bytes,
                after_bytes=done.after_bytes,
            )

    def _step(self) -> Compacted:
        filed = self._store.filed(after=self._compactor.upto, limit=AT_ONCE)
        return self._compactor.run(filed)

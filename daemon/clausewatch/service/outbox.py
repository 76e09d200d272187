"""The outbox: what was settled is handed over, at least once, under one id.

One task a sink, so that a sink that is down holds up nobody else.
"""

import asyncio
import random
from collections.abc import Callable, Sequence

from clausewatch.errors import StoreError
from clausewatch.ports import Clock, Sink, Store
from clausewatch.service.carrier import Carrier, Run


class Outbox:
    """Carries deliveries to the sinks.

    Args:
        store: Only ever called through `run`.
        sinks: Closed when `carry` ends; deliveries to others wait in the store.
        chance: A number from 0 to 1 for the jitter.
    """

    def __init__(
        self,
        store: Store,
        sinks: Sequence[Sink],
        clock: Clock,
        *,
        run: Run,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._carriers = [Carrier(s, store, clock, run, chance) for s in sinks]
        self._stop = asyncio.Event()

    def notify(self) -> None:
        """Say that there may be something to deliver; to be called in the loop."""
        for carrier in self._carriers:
            carrier.wake.set()

    def stop(self) -> None:
        """Let `carry` finish what is in flight and return."""
        self._stop.set()

    async def carry(self, *, grace_s: float = 20.0) -> None:
        """Deliver what is due, whenever it is due, until stopped.

        Args:
            grace_s: How long a delivery in flight may take once stopped. What is
                cut off then stays pending, and is sent again by the next run.

        A sink that hangs holds up no other, so a daemon runs this as one task and
        calls `notify` when it has told an event; `drain` is for a single check.

        Raises:
            StoreError: waiting for the store would not help.
        """
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(c.serve()) for c in self._carriers]
                await self._stop.wait()
                for carrier in self._carriers:
                    carrier.stop()
                if tasks:
                    _, late = await asyncio.wait(tasks, timeout=grace_s)
                    for task in late:
                        task.cancel()
        except ExceptionGroup as group_error:
            if found := group_error.subgroup(StoreError):
                raise found.exceptions[0] from group_error
            raise
        finally:
            await self.close()

    async def drain(self) -> None:
        """Deliver what is due now, and return; what is refused stays pending.

        Raises:
            StoreError: the store cannot be read or written.
        """
        for found in await asyncio.gather(
            *(carrier.deliver_due() for carrier in self._carriers),
            return_exceptions=True,
        ):
            if isinstance(found, BaseException):
                raise found

    async def close(self) -> None:
        """Close all sinks; one that fails in it does not keep the others open."""
        for carrier in self._carriers:
            await carrier.close()

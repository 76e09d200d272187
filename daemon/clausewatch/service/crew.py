"""The crew: claims what is due, and looks at it, several hosts at once.

A host is asked one page at a time, so its other pages wait in a line behind the worker
who is at it, and not in the hands of the others: a host that is slow, or hangs, holds
up nobody else.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Final, Protocol
from urllib.parse import urlsplit

import structlog

from clausewatch.core.model import Watch, WatchId
from clausewatch.errors import ClaimLostError, StoreError
from clausewatch.ports import Claim, Clock, Sink, Store
from clausewatch.service.check import Taken
from clausewatch.service.pace import Pace
from clausewatch.service.pause import Pause
from clausewatch.service.thread import StoreThread

MOST_IN_LINE: Final = 64
"""Claims that wait behind busy hosts; with more of them nothing else is claimed."""

log = structlog.get_logger()


class Looker(Protocol):
    """Looks at one watch, once, and settles it."""

    sinks: Mapping[str, Sink]
    """Who can be told; set by the daemon, at each reload anew."""

    async def look(self, watch: Watch, claim: Claim) -> Taken:
        """Return what it came to; see `Checker.look`."""
        ...


class Crew:
    """Workers before a short queue of claims, each with the line of one host.

    Args:
        store: Only ever called in `thread`.
        hungry: Called when the queue, or a line after it, has run empty.
        settled: Called after each look that was settled.
    """

    def __init__(
        self,
        *,
        looker: Looker,
        store: Store,
        thread: StoreThread,
        clock: Clock,
        pace: Pace,
        pause: Pause,
        hungry: Callable[[], None],
        settled: Callable[[Taken], None],
    ) -> None:
        self.watches: Mapping[WatchId, Watch] = {}
        self.in_flight = 0
        self.undone: list[Claim] = []
        """Claims that nobody came to, or that were cut off; to be released."""
        self._looker = looker
        self._store = store
        self._thread = thread
        self._clock = clock
        self._pace = pace
        self._pause = pause
        self._hungry = hungry
        self._settled = settled
        # As long as the crew is large: a claim waits no longer than one look, and
        # one query serves as many looks.
        self._queue: asyncio.Queue[Claim | None] = asyncio.Queue(pace.concurrency)
        self._lines: dict[str, dict[WatchId, Claim]] = {}
        """Of the hosts that a worker is at; a watch claimed anew keeps its place."""
        self._dismissed = asyncio.Event()

    async def claim(self) -> None:
        """Claim what is due, as far as there is room for it.

        Raises:
            StoreError: the store refused.
        """
        waiting = sum(map(len, self._lines.values()))
        room = min(self._queue.maxsize, MOST_IN_LINE - waiting) - self._queue.qsize()
        if self._dismissed.is_set() or room <= 0 or not self._pause.is_over:
            return
        now = self._clock.now()
        claims = await self._thread.run(
            self._store.claim,
            now,
            limit=1 if self._pause.is_on_trial else room,
            lease_until=now + self._pace.lease,
        )
        for claim in claims:
            if self._dismissed.is_set():
                self.undone.append(claim)
            else:
                self._queue.put_nowait(claim)

    def dismiss(self) -> None:
        """Have each worker end what it is at, and go; what is queued is left undone."""
        self._dismissed.set()
        while not self._queue.empty():
            if claim := self._queue.get_nowait():
                self.undone.append(claim)
        for _ in range(self._pace.concurrency):
            self._queue.put_nowait(None)

    async def work(self) -> None:
        """Look at one watch after the other, until dismissed."""
        while (claim := await self._queue.get()) is not None:
            if self._queue.empty():
                self._hungry()
            name = claim.standing.watch
            watch = self.watches.get(name)
            if watch is None:
                continue  # Taken off the list since; its lease runs out.
            host = urlsplit(watch.url).netloc
            if host in self._lines:
                self._lines[host][name] = claim
                continue
            self._lines[host] = {name: claim}
            try:
                await self._serve(self._lines[host])
            finally:
                self.undone.extend(self._lines.pop(host).values())

    async def _serve(self, line: dict[WatchId, Claim]) -> None:
        """Look at the pages of one host, until there are none left or dismissed."""
        while line and not self._dismissed.is_set():
            claim = line.pop(next(iter(line)))
            if not line and self._queue.empty():
                self._hungry()
            self.in_flight += 1
            try:
                await self._look(claim)
            except asyncio.CancelledError:
                self.undone.append(claim)
                raise
            finally:
                self.in_flight -= 1

    async def _look(self, claim: Claim) -> None:
        watch = self.watches.get(claim.standing.watch)
        if watch is None:
            return  # Taken off the list since; its lease runs out.
        try:
            taken = await self._looker.look(watch, claim)
        except ClaimLostError as error:
            log.warning("claim.lost", watch=watch.id, error=str(error))
        except StoreError as error:
            self._pause.begin(error)
            # If that is refused as well, the lease runs out and the look is repeated.
            with contextlib.suppress(StoreError):
                await self._thread.run(self._store.release, claim)
        else:
            self._pause.end()
            self._settled(taken)

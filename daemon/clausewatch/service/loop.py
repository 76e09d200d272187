"""The daemon: claims what is due, has it looked at, and stops in good order.

::

    bells ─tick─▶ fill ─▶ queue ─▶ workers ─▶ Checker.look ─▶ settle
      │                              │
      ├─outbox─▶ carry  ◀────────────┘ an event was told
      └─report─▶ what is overdue, and how it goes
"""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import structlog

from clausewatch.core.model import Watch, WatchId
from clausewatch.errors import ClaimLostError, ConfigError, StoreError
from clausewatch.ports import Claim, Clock, Store
from clausewatch.service.bells import Bells, Turn
from clausewatch.service.check import LONGEST_LOOK_S, Taken
from clausewatch.service.due import regular
from clausewatch.service.metrics import Metrics, NoMetrics
from clausewatch.service.pause import Pause
from clausewatch.service.systemd import Notifier
from clausewatch.service.thread import StoreThread

log = structlog.get_logger()

_NAMED: Final = 10
"""How many overdue watches a log line names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the bells ring, in real time, and how much is taken on at once.

    `lease` and `overdue_after` are times of the daemon's clock: whoever compresses
    the clock stretches them.
    """

    tick: timedelta = timedelta(seconds=1)
    outbox: timedelta = timedelta(seconds=5)
    report: timedelta = timedelta(minutes=1)
    concurrency: int = 8
    lease: timedelta = timedelta(seconds=LONGEST_LOOK_S + 300)
    overdue_after: timedelta = timedelta(minutes=30)
    stop_within: timedelta = timedelta(seconds=25)


class Looker(Protocol):
    """Looks at one watch, once, and settles it."""

    async def look(self, watch: Watch, claim: Claim) -> Taken:
        """Return what it came to; see `Checker.look`."""
        ...


class Daemon:
    """Watches until it is told to stop.

    Args:
        carry: Delivers what is due in the outbox now.
        reload: Reads the watchlist again; raises ConfigError if it is wrong.
    """

    def __init__(
        self,
        watches: Sequence[Watch],
        *,
        checker: Looker,
        store: Store,
        thread: StoreThread,
        clock: Clock,
        carry: Callable[[], Awaitable[None]],
        reload: Callable[[], Sequence[Watch]] | None = None,
        pace: Pace = Pace(),
        notifier: Notifier | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._watches: Mapping[WatchId, Watch] = {w.id: w for w in watches}
        self._checker = checker
        self._store = store
        self._thread = thread
        self._clock = clock
        self._carry = carry
        self._read_again = reload
        self._pace = pace
        self._notifier = notifier or Notifier()
        self._metrics: Metrics = metrics or NoMetrics()
        self._queue: asyncio.Queue[Claim | None] = asyncio.Queue(pace.concurrency)
        self._tasks: list[asyncio.Task[None]] = []
        self._undone: list[Claim] = []
        self._in_flight = 0
        self._stopping = asyncio.Event()
        self._pause = Pause()
        self._overdue: tuple[WatchId, ...] = ()
        self._turns: Mapping[str, tuple[timedelta | None, Turn]] = {
            "tick": (pace.tick, self._tick),
            "outbox": (pace.outbox, self._deliver),
            "report": (pace.report, self._report),
            "reload": (None, self._reload),
        }
        self._bells = Bells({name: every for name, (every, _) in self._turns.items()})

    async def run(self) -> None:
        """Return once told to stop, when all in flight is finished or given back.

        Raises:
            StoreError: waiting for the store would not help; the daemon has stopped.
        """
        await self._enrol()
        try:
            async with asyncio.TaskGroup() as group:
                with self._signals():
                    await self._watch(group)
        except* StoreError as refusals:
            raise _first(refusals) from None
        finally:
            self._bells.stop()

    def stop(self) -> None:
        """Finish what is in flight, and end; told twice, end at once."""
        if self._stopping.is_set():
            for task in self._tasks:
                task.cancel()
        self._stopping.set()

    def reload(self) -> None:
        """Read the watchlist again; the old one stays if the new one is wrong."""
        self._bells.ring("reload")

    async def _watch(self, group: asyncio.TaskGroup) -> None:
        self._tasks = [
            *(group.create_task(self._work()) for _ in range(self._pace.concurrency)),
            *(group.create_task(self._answer(name)) for name in self._turns),
        ]
        self._bells.start()
        self._notifier.ready(self._status())
        log.info("daemon.started", watches=len(self._watches))
        await self._stopping.wait()
        await self._finish()

    async def _finish(self) -> None:
        self._notifier.stopping()
        log.info("daemon.stopping", in_flight=self._in_flight)
        while not self._queue.empty():
            self._give_back(self._queue.get_nowait())
        for _ in range(self._pace.concurrency):
            self._queue.put_nowait(None)
        self._bells.stop()
        within = self._pace.stop_within.total_seconds()
        _, late = await asyncio.wait(self._tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.wait(self._tasks)
        for claim in self._undone:
            await self._thread.run(self._store.release, claim)
        log.info("daemon.stopped", released=len(self._undone))

    def _give_back(self, claim: Claim | None) -> None:
        if claim is not None:
            self._undone.append(claim)

    async def _answer(self, name: str) -> None:
        """Do a bell's work each time it has rung."""
        _, turn = self._turns[name]
        while True:
            await self._bells.heard(name)
            if self._stopping.is_set():
                return
            try:
                await turn()
            except StoreError as error:
                await self._refused(error)

    async def _work(self) -> None:
        while (claim := await self._queue.get()) is not None:
            if self._queue.empty():
                self._bells.ring("tick")
            self._in_flight += 1
            try:
                await self._check(claim)
            except asyncio.CancelledError:
                self._give_back(claim)
                raise
            finally:
                self._in_flight -= 1

    async def _check(self, claim: Claim) -> None:
        watch = self._watches.get(claim.standing.watch)
        if watch is None:
            return  # Taken off the list since; its lease runs out.
        try:
            taken = await self._checker.look(watch, claim)
        except ClaimLostError as error:
            log.warning("claim.lost", watch=watch.id, error=str(error))
        except StoreError as error:
            await self._refused(error, claim)
        else:
            if self._pause.end():
                log.info("store.recovered")
            self._metrics.checked(taken.settlement)
            if taken.settlement.deliveries:
                self._bells.ring("outbox")

    async def _refused(self, error: StoreError, claim: Claim | None = None) -> None:
        """Wait for the disk: claim nothing for a while, then try a single watch."""
        if not error.retry:
            raise error
        pause = self._pause.extend(self._clock.now())
        self._metrics.store_failed()
        log.error("store.failed", error=str(error), pause_s=pause.total_seconds())
        self._notifier.status(f"waiting for the store: {error}")
        if claim is not None:
            # If that is refused as well, the lease runs out and the look is repeated.
            with contextlib.suppress(StoreError):
                await self._thread.run(self._store.release, claim)

    async def _tick(self) -> None:
        """Claim what is due, as far as there is room, and feed the watchdog.

        The watchdog hears of it only here: after the scheduler has rung, the event
        loop has turned and the store's thread has answered.
        """
        room = self._queue.maxsize - self._queue.qsize()
        now = self._clock.now()
        if room > 0 and self._pause.is_over(now):
            claims = await self._thread.run(
                self._store.claim,
                now,
                limit=1 if self._pause.is_on_trial else room,
                lease_until=now + self._pace.lease,
            )
            for claim in claims:
                if self._stopping.is_set():
                    self._give_back(claim)
                else:
                    self._queue.put_nowait(claim)
        self._notifier.progress()

    async def _deliver(self) -> None:
        if self._pause.is_over(self._clock.now()):
            await self._carry()

    async def _report(self) -> None:
        now = self._clock.now()
        late_since = now - self._pace.overdue_after
        overdue = await self._thread.run(self._store.overdue, late_since)
        next_due = await self._thread.run(self._store.next_due)
        late = max(now - next_due, timedelta()) if next_due else timedelta()
        if overdue and overdue != self._overdue:
            log.warning(
                "watch.overdue",
                count=len(overdue),
                longest_s=round(late.total_seconds()),
                watches=overdue[:_NAMED],
            )
        self._overdue = overdue
        self._metrics.stood(
            watches=len(self._watches),
            in_flight=self._in_flight,
            late_s=late.total_seconds(),
        )
        if not self._pause.is_on_trial:
            self._notifier.status(self._status())

    def _status(self) -> str:
        late = f", {len(self._overdue)} overdue" if self._overdue else ""
        return f"{len(self._watches)} watches, {self._in_flight} in flight{late}"

    async def _enrol(self) -> None:
        await self._thread.run(self._enrol_now, tuple(self._watches.values()))

    def _enrol_now(self, watches: Sequence[Watch]) -> None:
        """Make a new watch due at once, a known one as its schedule wants it now."""
        now = self._clock.now()
        known = self._store.enrolled()
        due = {
            w.id: regular(w.schedule, at=now, chance=0) if w.id in known else now
            for w in watches
        }
        self._store.enrol(watches, due)

    async def _reload(self) -> None:
        if self._read_again is None:
            return
        self._notifier.reloading()
        try:
            watches = await asyncio.to_thread(self._read_again)
        except ConfigError as error:
            # The problems are the message; where in our code they were found is not.
            log.error(  # noqa: TRY400
                "watchlist.refused", error=str(error), kept=len(self._watches)
            )
        else:
            self._watches = {w.id: w for w in watches}
            await self._enrol()
            log.info("watchlist.reloaded", watches=len(watches))
            self._bells.ring("tick")
        finally:
            self._notifier.ready(self._status())

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        handlers = {signal.SIGTERM: self.stop, signal.SIGINT: self.stop}
        if self._read_again is not None:
            handlers[signal.SIGHUP] = self.reload
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in handlers:
                loop.remove_signal_handler(number)


def _first(several: BaseExceptionGroup[StoreError]) -> StoreError:
    first = several.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first

"""The daemon: a few bells, a crew, an outbox, and a stop in good order.

::

    bells ─tick─▶ Crew.claim ─▶ queue ─▶ Crew.work ─▶ Checker.look ─▶ settle
      │                                    │
      ├─outbox─▶ Outbox.carry ◀────────────┘ an event was told
      ├─report─▶ what is overdue, and how it goes
      ├─ chores ▶ what keeps the evidence in order
      └─reload─▶ the watchlist again
"""

import asyncio
import contextlib
import random
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

import structlog

from clausewatch.core.model import WatchId
from clausewatch.errors import ConfigError, StoreError
from clausewatch.ports import Clock, Store
from clausewatch.service.bells import Bells, Turn
from clausewatch.service.check import Taken
from clausewatch.service.crew import Crew, Looker
from clausewatch.service.due import first_looks
from clausewatch.service.metrics import Metrics, NoMetrics
from clausewatch.service.outbox import Outbox
from clausewatch.service.pace import Pace, Plan
from clausewatch.service.pause import Pause
from clausewatch.service.systemd import Notifier
from clausewatch.service.thread import StoreThread

__all__ = ["Daemon", "Pace", "Plan"]

log = structlog.get_logger()

_NAMED: Final = 10
"""How many overdue watches a log line names."""
_Tasks: TypeAlias = Sequence[asyncio.Task[None]]


class Daemon:
    """Watches until it is told to stop.

    Args:
        store: Only ever called in `thread`.
        reload: Reads the watchlist again; raises ConfigError if it is wrong.
        chores: What else is to be done, by name, and how often, in real time.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        checker: Looker,
        store: Store,
        thread: StoreThread,
        clock: Clock,
        reload: Callable[[], Plan] | None = None,
        pace: Pace | None = None,
        notifier: Notifier | None = None,
        metrics: Metrics | None = None,
        chores: Mapping[str, tuple[timedelta, Turn]] | None = None,
    ) -> None:
        self._checker = checker
        self._store = store
        self._thread = thread
        self._clock = clock
        self._read_again = reload
        self._pace = pace = pace or Pace()
        self._notifier = notifier or Notifier()
        self._metrics: Metrics = metrics or NoMetrics()
        self._pause = Pause(clock, self._metrics)
        self._turns: Mapping[str, tuple[timedelta | None, Turn]] = {
            "tick": (pace.tick, self._tick),
            "outbox": (pace.outbox, self._notify),
            "report": (pace.report, self._report),
            "reload": (None, self._reload),
            **(chores or {}),
        }
        self._bells = Bells({name: every for name, (every, _) in self._turns.items()})
        self._crew = Crew(
            looker=checker,
            store=store,
            thread=thread,
            clock=clock,
            pace=pace,
            pause=self._pause,
            hungry=lambda: self._bells.ring("tick"),
            settled=self._settled,
        )
        self._overdue: tuple[WatchId, ...] = ()
        self._stopping = asyncio.Event()
        self._tasks: _Tasks = ()
        self._adopt(plan)

    async def run(self) -> None:
        """Return once told to stop, when all in flight is finished or given back.

        Raises:
            StoreError: waiting for the store would not help; the daemon has stopped.
        """
        await self._thread.run(self._enrol)
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
        workers = [
            group.create_task(self._crew.work()) for _ in range(self._pace.concurrency)
        ]
        others = [group.create_task(self._answer(name)) for name in self._turns]
        others.append(group.create_task(self._carry()))
        self._tasks = [*workers, *others]
        self._bells.start()
        self._notifier.ready(self._status())
        log.info("daemon.started", watches=len(self._crew.watches))
        await self._stopping.wait()
        await self._finish(workers, others)

    async def _finish(self, workers: _Tasks, others: _Tasks) -> None:
        """Let the looks end, then the deliveries that came of them."""
        self._notifier.stopping()
        log.info("daemon.stopping", in_flight=self._crew.in_flight)
        self._bells.stop()
        self._crew.dismiss()
        loop = asyncio.get_running_loop()
        until = loop.time() + self._pace.stop_within.total_seconds()
        await _end(workers, until - loop.time())
        self._outbox.stop()
        await _end(others, until - loop.time())
        for claim in self._crew.undone:
            await self._thread.run(self._store.release, claim)
        log.info("daemon.stopped", released=len(self._crew.undone))

    async def _answer(self, bell: str) -> None:
        """Do a bell's work each time it has rung."""
        _, turn = self._turns[bell]
        while True:
            await self._bells.heard(bell)
            if self._stopping.is_set():
                return
            try:
                await turn()
            except StoreError as error:
                self._pause.begin(error)

    async def _tick(self) -> None:
        """Claim what is due, and feed the watchdog.

        It is fed only here: the scheduler has rung, the event loop has turned, and
        the store's thread has answered or is being waited for with a reason.
        """
        try:
            await self._crew.claim()
        finally:
            self._notifier.progress()

    def _settled(self, taken: Taken) -> None:
        self._metrics.checked(taken.settlement)
        if taken.settlement.deliveries:
            self._outbox.notify()

    async def _carry(self) -> None:
        """Carry until stopped; a reload stops one outbox and puts another there."""
        while not self._stopping.is_set():
            await self._outbox.carry()

    async def _notify(self) -> None:
        """Have the outbox look: another process may have revived what was dead."""
        self._outbox.notify()

    async def _report(self) -> None:
        now = self._clock.now()
        overdue, next_due = await self._thread.run(
            lambda: (
                self._store.overdue(now - self._pace.overdue_after),
                self._store.next_due(),
            )
        )
        late_s = max((now - next_due).total_seconds(), 0) if next_due else 0.0
        if overdue and overdue != self._overdue:
            log.warning(
                "watch.overdue",
                count=len(overdue),
                longest_s=round(late_s),
                watches=overdue[:_NAMED],
            )
        self._overdue = overdue
        self._metrics.stood(
            watches=len(self._crew.watches),
            in_flight=self._crew.in_flight,
            late_s=late_s,
        )
        self._notifier.status(self._status())

    def _status(self) -> str:
        waits = "waiting for the store; " if self._pause.is_on_trial else ""
        late = f", {len(self._overdue)} overdue" if self._overdue else ""
        flying = self._crew.in_flight
        return f"{waits}{len(self._crew.watches)} watches, {flying} in flight{late}"

    def _adopt(self, plan: Plan) -> None:
        self._crew.watches = {watch.id: watch for watch in plan.watches}
        self._checker.sinks = {sink.name: sink for sink in plan.sinks}
        self._outbox = Outbox(
            self._store,
            plan.sinks,
            self._clock,
            run=self._thread.run,
            chance=random.random,
        )

    def _enrol(self) -> None:
        now, watches = self._clock.now(), tuple(self._crew.watches.values())
        due = first_looks(watches, self._store.enrolled(), at=now)
        self._store.enrol(watches, due)

    async def _reload(self) -> None:
        if self._read_again is None:
            return
        self._notifier.reloading()
        try:
            plan = await asyncio.to_thread(self._read_again)
        except ConfigError as error:
            # The problems are the message; where in our code they were found is not.
            kept = len(self._crew.watches)
            log.error("watchlist.refused", error=str(error), kept=kept)  # noqa: TRY400
        else:
            before = self._outbox
            self._adopt(plan)
            before.stop()
            await self._thread.run(self._enrol)
            log.info("watchlist.reloaded", watches=len(plan.watches))
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


async def _end(tasks: _Tasks, within_s: float) -> None:
    """Return when all have ended; those that are late are cancelled."""
    _, late = await asyncio.wait(tasks, timeout=max(within_s, 0))
    for task in late:
        task.cancel()
    await asyncio.wait(tasks)


def _first(several: BaseExceptionGroup[StoreError]) -> StoreError:
    first = several.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first

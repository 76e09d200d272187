"""APScheduler rings; tasks of ours do the work.

A job of the scheduler only sets an event. So every task that does something stands
in the daemon's one TaskGroup, where a failure is seen, and a turn that takes longer
than its interval is followed by one turn, not by several at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Turn = Callable[[], Awaitable[None]]


class Bells:
    """Named bells that ring at intervals, if they have one, and when somebody rings."""

    def __init__(self, intervals: Mapping[str, timedelta | None]) -> None:
        self._intervals = {name: i for name, i in intervals.items() if i}
        self._rung = {name: asyncio.Event() for name in intervals}
        # The default misfire_grace_time of one second skips late runs without a
        # word; a machine that slept or was busy must make up for them, once.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={
                "misfire_grace_time": None,
                "coalesce": True,
                "max_instances": 1,
            },
        )
        for name, interval in self._intervals.items():
            trigger = IntervalTrigger(seconds=interval.total_seconds(), timezone=UTC)
            self._scheduler.add_job(self._ring, trigger, args=(name,), id=name)

    async def _ring(self, name: str) -> None:
        self.ring(name)

    def ring(self, name: str) -> None:
        """Let the bell's next turn begin as soon as the current one is over."""
        self._rung[name].set()

    def start(self) -> None:
        """Ring now, and then at the intervals."""
        for name in self._intervals:
            self.ring(name)
        self._scheduler.start()

    def stop(self) -> None:
        """Ring every bell a last time."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for name in self._rung:
            self.ring(name)

    async def heard(self, name: str) -> None:
        """Return once the bell has rung since the last time."""
        rung = self._rung[name]
        await rung.wait()
        rung.clear()

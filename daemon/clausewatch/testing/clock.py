"""A clock that stands still until somebody moves it, and one that hurries."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

START = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
"""When a fake clock starts, unless told otherwise."""


class FakeClock:
    """Time moves when a test advances it, or when somebody sleeps; nobody waits."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self.slept: list[float] = []
        """Every sleep that was asked for, in seconds."""

    def now(self) -> datetime:
        """Return where the clock stands."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Return the new present, `by` later."""
        self._now += by
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return at once; the clock stands that much later."""
        self.slept.append(seconds)
        self.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)


class CompressedClock:
    """Months in a minute: starts at a given time and runs `factor` times as fast.

    It follows the machine's monotonic time, so that it never runs backwards.
    """

    def __init__(self, start: datetime, factor: float) -> None:
        self._start = start
        self._factor = factor
        self._origin = time.monotonic()

    def now(self) -> datetime:
        """Return the present of this clock, aware, in UTC."""
        passed = (time.monotonic() - self._origin) * self._factor
        return self._start + timedelta(seconds=passed)

    async def sleep(self, seconds: float) -> None:
        """Return once that much of this clock's time has passed."""
        await asyncio.sleep(seconds / self._factor)

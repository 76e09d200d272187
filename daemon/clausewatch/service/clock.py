"""Where the daemon's time comes from."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)


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

"""What to do when the store refuses: wait for its disk, or stop."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from clausewatch.errors import StoreError
from clausewatch.ports import Clock
from clausewatch.service.metrics import Metrics

FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(minutes=5)

log = structlog.get_logger()


class Pause:
    """Nothing is claimed while it lasts; it doubles until something is settled.

    After it comes a trial: one watch at a time, so that a disk that is still full
    does not make us fetch pages that we cannot keep.
    """

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self.length = timedelta()
        """How long the present one lasts, or the last one did."""
        self._clock = clock
        self._metrics = metrics
        self._until: datetime | None = None

    @property
    def is_on_trial(self) -> bool:
        """Say whether nothing has been settled since the store refused."""
        return self._until is not None

    @property
    def is_over(self) -> bool:
        """Say whether we may try."""
        return self._until is None or self._clock.now() >= self._until

    def begin(self, error: StoreError) -> None:
        """Wait for the disk.

        Refusals that come while we wait already, from looks that were in flight, do
        not make it longer.

        Raises:
            StoreError: the same, where waiting would not help.
        """
        if not error.retry:
            raise error
        if self.is_over:
            self.length = min(max(self.length * 2, FIRST), LONGEST)
            self._until = self._clock.now() + self.length
        self._metrics.store_failed()
        log.error("store.failed", error=str(error), pause_s=self.length.total_seconds())

    def end(self) -> None:
        """Go on as before: something was settled."""
        if self.is_on_trial:
            log.info("store.recovered")
        self.length, self._until = timedelta(), None

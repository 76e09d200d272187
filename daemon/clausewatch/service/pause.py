"""How long to wait for a store that refused."""

from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(minutes=5)


class Pause:
    """Nothing is claimed while it lasts; it doubles until something is settled.

    After it comes a trial: one watch at a time, so that a disk that is still full
    does not make us fetch pages that we cannot keep.
    """

    def __init__(self) -> None:
        self._length = timedelta()
        self._until: datetime | None = None

    @property
    def is_on_trial(self) -> bool:
        """Say whether nothing has been settled since the store refused."""
        return self._until is not None

    def is_over(self, now: datetime) -> bool:
        """Say whether we may try."""
        return self._until is None or now >= self._until

    def extend(self, now: datetime) -> timedelta:
        """Return how long it lasts after another refusal.

        Refusals that come while it lasts already, from looks that were in flight,
        do not make it longer.
        """
        if self.is_over(now):
            self._length = min(max(self._length * 2, FIRST), LONGEST)
            self._until = now + self._length
        return self._length

    def end(self) -> bool:
        """Say whether it was on, and end it."""
        was_on = self.is_on_trial
        self._length, self._until = timedelta(), None
        return was_on

"""Who is told: sinks, and what they are lent to reach the other side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from clausewatch.core.event import Event


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered to a POST."""

    status: int
    retry_after_s: float | None = None
    body: bytes = b""
    """What it said, as far as `REPLY_BYTES`; longer ones are cut there."""


REPLY_BYTES: Final = 64 * 1024
"""Enough for a timestamp with its whole chain of certificates."""


class Poster(Protocol):
    """Posts to endpoints that the operator named; guarded as fetching is."""

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        within_s: float | None = None,
    ) -> Reply:
        """Return the answer, whatever its status; within a time of the poster's own.

        Raises:
            DeliveryError: there was none.
        """
        ...


class Sink(Protocol):
    """Hands events over to somebody. Made anew for each run; `name` is the watchlist's."""

    name: str
    batches: bool
    """Whether it wants all that is due at once (a digest) or one event at a time."""

    def first_at(self, told_at: datetime) -> datetime:
        """Return when an event told at that time may first be sent."""
        ...

    async def deliver(self, events: Sequence[Event]) -> None:
        """Return once the other side has taken all of them.

        Raises:
            DeliveryError: it did not; the same events will come again.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...


class Exporter(Protocol):
    """Packs the evidence of an event so that others can check it without us."""

    def export_zip(self, event_id: str) -> bytes:
        """Return the export as a ZIP file, made anew; one folder named after the event.

        Raises:
            StoreError: some of the evidence cannot be read.
            ConfigError: there is no such event, or it has no evidence to show.
        """
        ...

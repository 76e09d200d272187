"""When the bytes of a proof came, apart from when their text was seen.

A page may send other bytes each time though its text stays: the body that is kept as
proof of a change may have come after the look that first showed the change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from clausewatch.core.event import Event, EventType
from clausewatch.core.model import Digest
from clausewatch.render.times import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One body that an event names."""

    what: str
    """Such as `after`, and `before`."""
    digest: Digest
    received: datetime | None
    """When these very bytes came; None where that is not on record."""
    text_seen: str
    """When the same text was seen besides; empty if it was just then."""

    @property
    def told(self) -> tuple[str, ...]:
        """Return in words when these bytes came, and when their text was seen."""
        came = f"received {exact(self.received)}" if self.received else ""
        return tuple(filter(None, (came, self.text_seen)))

    @property
    def came(self) -> str:
        """Return the same in one line."""
        return "; ".join(self.told)


def proofs(
    event: Event, capture: datetime | None, previous: datetime | None
) -> Iterator[Proof]:
    """Yield what an event was compared with, if anything, and what shows it.

    Args:
        capture: When the body came that shows it.
        previous: When the body came that it was compared with.
    """
    proof = event.evidence
    if proof.previous:
        yield Proof(
            what="before",
            digest=proof.previous,
            received=previous,
            text_seen=_last_seen(event, previous),
        )
    if proof.capture:
        yield Proof(
            what="after" if proof.previous else "seen",
            digest=proof.capture,
            received=capture,
            text_seen=_seen(event, capture),
        )


def _last_seen(event: Event, received: datetime | None) -> str:
    last = event.previous_at
    # The times of a pattern are those of several documents.
    if last is None or received == last or event.pattern:
        return ""
    return f"the same text was last seen {exact(last)}"


def _seen(event: Event, received: datetime | None) -> str:
    at = event.observed_at
    if received == at or event.pattern:
        return ""
    is_first = event.type in {EventType.CHANGED, EventType.FIRST_SEEN}
    when = "first seen" if is_first else "seen"
    return f"the same text was {when} {exact(at)}"

"""What a look leaves for the evidence log, and what events carry of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from clausewatch.core.attempt import Attempt, Came
from clausewatch.core.event import Event, passes
from clausewatch.core.model import Threshold, Watch
from clausewatch.errors import CaptureError
from clausewatch.ports import ExchangeError, Fetched, NotModified
from clausewatch.service.settled import Answer


class Notary(Protocol):
    """Keeps the evidence log, and signs what it says so far; one thread at a time."""

    @property
    def newest(self) -> str | None:
        """The newest signed checkpoint."""
        ...

    def record(self, attempt: Attempt) -> None:
        """Return once the line of an attempt is durable; twice are two lines.

        Raises:
            StoreError: the disk refused; the log is as it was.
        """
        ...

    def tell(self, events: Sequence[Event], at: datetime) -> None:
        """Return once the line that names these events is durable.

        Raises:
            StoreError: the disk refused; the log is as it was.
        """
        ...

    def checkpoint(self, at: datetime) -> str | None:
        """Return the newest checkpoint, signed now if there are lines it lacks.

        Raises:
            StoreError: the disk refused.
        """
        ...


def attempt_of(
    watch: Watch, answer: Answer, at: datetime, *, recorded: bool
) -> Attempt:
    """Return the facts of an attempt, whatever came of it."""
    attempt = Attempt(watch=watch, at=at, came=Came.NOTHING, recorded=recorded)
    match answer:
        case Fetched(capture=capture):
            exchange = capture.exchange
            return replace(attempt, came=Came.PAGE, capture=capture, exchange=exchange)
        case NotModified(exchange=exchange):
            return replace(attempt, came=Came.NOT_MODIFIED, exchange=exchange)
        case CaptureError():
            known = answer.exchange if isinstance(answer, ExchangeError) else None
            return replace(
                attempt, reason=answer.reason, detail=str(answer), exchange=known
            )


def witnessed(
    events: Sequence[Event], notary: Notary, at: datetime
) -> tuple[Event, ...]:
    """Return the events with the newest checkpoint, so that who gets one is a witness.

    One that wakes people by default is signed for: its checkpoint covers the line of
    the very look that shows it, and that of its own hash. Others carry the newest that
    there is.
    """
    notary.tell(events, at)
    wakes = any(passes(event, Threshold.SUBSTANTIVE) for event in events)
    note = notary.checkpoint(at) if wakes else notary.newest
    if note is None:
        return tuple(events)
    return tuple(
        replace(event, evidence=replace(event.evidence, checkpoint=note))
        for event in events
    )

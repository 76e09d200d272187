"""Deliveries: written with their event, crossed off when a sink has taken them.

A crash after a sink took an event and before `delivered` leaves it pending: it is sent
again, under the same id.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Row, func, select, update

from clausewatch.ports import Delivery, DeliveryState
from clausewatch.store.database import Database
from clausewatch.store.schema import deliveries, events

_d: Final = deliveries.c

_WITH_EVENT: Final = select(deliveries, events.c.body).join(
    events, events.c.id == _d.event
)


class Outbox:
    """The part of the store that knows what is on its way."""

    _database: Database

    def pending(self, now: datetime, *, sink: str, limit: int) -> tuple[Delivery, ...]:
        """Return deliveries of a sink that may be sent now, oldest first."""
        ready = _WITH_EVENT.where(
            _d.state == DeliveryState.PENDING, _d.sink == sink, _d.next_at <= now
        )
        with self._database.reading(f"deliveries to {sink}") as rows:
            found = rows.execute(ready.order_by(_d.id).limit(limit))
            return tuple(map(_delivery, found))

    def next_delivery(self, sinks: Sequence[str]) -> datetime | None:
        """Return when the next pending delivery to any of these sinks may be sent."""
        waiting = select(func.min(_d.next_at)).where(
            _d.state == DeliveryState.PENDING, _d.sink.in_(sinks)
        )
        with self._database.reading("deliveries") as rows:
            found: datetime | None = rows.scalar(waiting)
            return found

    def delivered(self, delivery: Delivery, at: datetime) -> None:
        """Write down that the sink took it."""
        self._write(delivery, state=DeliveryState.DONE, delivered_at=at)

    def refused(
        self, delivery: Delivery, *, error: str, retry_at: datetime | None
    ) -> None:
        """Write down that it did not; dead if there is no time to retry at."""
        self._write(
            delivery,
            state=DeliveryState.DEAD if retry_at is None else DeliveryState.PENDING,
            next_at=delivery.next_at if retry_at is None else retry_at,
            last_error=error,
        )

    def deliveries(self, state: DeliveryState | None = None) -> tuple[Delivery, ...]:
        """Return deliveries, newest first."""
        wanted = _WITH_EVENT if state is None else _WITH_EVENT.where(_d.state == state)
        with self._database.reading("deliveries") as rows:
            return tuple(map(_delivery, rows.execute(wanted.order_by(_d.id.desc()))))

    def revive(self, ids: Sequence[int], at: datetime) -> int:
        """Make dead deliveries pending again, with all their attempts before them."""
        dead = update(deliveries).where(_d.id.in_(ids), _d.state == DeliveryState.DEAD)
        again = dead.values(state=DeliveryState.PENDING, attempts=0, next_at=at)
        with self._database.writing("deliveries") as rows:
            return rows.execute(again).rowcount

    def _write(self, delivery: Delivery, **values: object) -> None:
        this = update(deliveries).where(_d.id == delivery.id)
        with self._database.writing(f"delivery {delivery.id}") as rows:
            rows.execute(this.values(attempts=_d.attempts + 1, **values))


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(
        id=row.id,
        event=row.body,
        sink=row.sink,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        created_at=row.created_at,
        last_error=row.last_error,
    )

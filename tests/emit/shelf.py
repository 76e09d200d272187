"""The part of a store that the outbox calls, in memory."""

from dataclasses import replace

from clausewatch.ports import Delivery, DeliveryState
from clausewatch.testing.clock import START
from clausewatch.testing.examples import example


class Shelf:
    """Holds deliveries by id; refuses writes while `full` is set to an error."""

    def __init__(self) -> None:
        self.rows: dict[int, Delivery] = {}
        self.delivered_at = {}
        self.full = None

    def put(self, event_id, sink, *, at=START, created_at=START):
        row = Delivery(
            id=len(self.rows) + 1,
            event=example(id=event_id),
            sink=sink.name,
            state=DeliveryState.PENDING,
            attempts=0,
            next_at=at,
            created_at=created_at,
        )
        self.rows[row.id] = row

    def states(self):
        return [row.state for row in self.rows.values()]

    def pending(self, now, *, sink, limit):
        waiting = [row for row in self._waiting([sink]) if row.next_at <= now]
        return tuple(waiting[:limit])

    def next_delivery(self, sinks):
        return min((row.next_at for row in self._waiting(sinks)), default=None)

    def delivered(self, delivery, at):
        self._write(delivery, state=DeliveryState.DONE)
        self.delivered_at[delivery.id] = at

    def refused(self, delivery, *, error, retry_at):
        state = DeliveryState.PENDING if retry_at else DeliveryState.DEAD
        next_at = retry_at or delivery.next_at
        self._write(delivery, state=state, next_at=next_at, last_error=error)

    def _waiting(self, sinks):
        pending = DeliveryState.PENDING
        rows = self.rows.values()
        return [row for row in rows if row.sink in sinks and row.state is pending]

    def _write(self, delivery, **values):
        if self.full:
            raise self.full
        row = self.rows[delivery.id]
        self.rows[delivery.id] = replace(row, attempts=row.attempts + 1, **values)

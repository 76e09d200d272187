"""What models made of events: beside them, and never part of them."""

from typing import Final, cast

from sqlalchemy import Column, ForeignKey, Table, Text, delete, insert, select

from clausewatch.core.opinion import Opinion
from clausewatch.store.columns import Told
from clausewatch.store.database import Database
from clausewatch.store.schema import events, metadata

opinions: Final = Table(
    "opinions",
    metadata,
    Column("event", ForeignKey(events.c.id), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("body", Told(Opinion), nullable=False),
)


class Opining:
    """The part of the store that keeps second opinions."""

    _database: Database

    def opine(self, opinion: Opinion) -> None:
        """Keep an opinion; the newest of each model on an event stands.

        A crash before this asks the model once more.
        """
        row = {"event": opinion.event, "model": opinion.model}
        with self._database.writing(f"opinion on {opinion.event}") as rows:
            rows.execute(delete(opinions).filter_by(**row))
            rows.execute(insert(opinions).values(**row, body=opinion))

    def opinions(self, event_id: str) -> tuple[Opinion, ...]:
        """Return what models made of an event, by the model's name."""
        theirs = (
            select(opinions.c.body)
            .where(opinions.c.event == event_id)
            .order_by(opinions.c.model)
        )
        with self._database.reading(f"opinions on {event_id}") as rows:
            return tuple(cast("Opinion", body) for body in rows.scalars(theirs))

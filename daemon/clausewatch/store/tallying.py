"""Counting what is kept, for figures."""

from typing import Final

from sqlalchemy import func, select

from clausewatch.library import Tallies
from clausewatch.ports import DeliveryState
from clausewatch.store.catalogue import briefs
from clausewatch.store.cataloguing import WEIGHTS
from clausewatch.store.database import Database
from clausewatch.store.schema import deliveries, watches

_w: Final = watches.c
_STATES: Final = select(_w.state, func.count()).where(_w.enrolled).group_by(_w.state)
_TIMES: Final = select(func.max(_w.last_look), func.min(_w.due)).where(_w.enrolled)
_TOLD: Final = select(briefs.c.weight, func.count()).group_by(briefs.c.weight)
_WAITING: Final = (
    select(deliveries.c.sink, deliveries.c.state, func.count())
    .where(deliveries.c.state.in_([DeliveryState.PENDING, DeliveryState.DEAD]))
    .group_by(deliveries.c.sink, deliveries.c.state)
)


class Tallying:
    """The part of the store that counts."""

    _database: Database

    def tallies(self) -> Tallies:
        """Return how many there are of what, all at the same moment."""
        with self._database.reading("figures") as rows:
            last_look, next_due = rows.execute(_TIMES).one()
            return Tallies(
                watches={str(state): n for state, n in rows.execute(_STATES)},
                events={WEIGHTS[w].value: n for w, n in rows.execute(_TOLD)},
                deliveries={
                    (sink, state): n for sink, state, n in rows.execute(_WAITING)
                },
                last_look=last_look,
                next_due=next_due,
            )

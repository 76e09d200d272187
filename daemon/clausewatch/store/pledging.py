"""The ledger of promises: one row each, written by the look that found them."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Select,
    Table,
    Text,
    delete,
    insert,
    select,
)

from clausewatch.core.model import WatchId
from clausewatch.core.promise import Promise
from clausewatch.store.columns import Told
from clausewatch.store.database import Database
from clausewatch.store.schema import metadata, watches

promises: Final = Table(
    "promises",
    metadata,
    Column("watch", ForeignKey(watches.c.id), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body", Told(Promise), nullable=False),
)


class Pledging:
    """The part of the store that keeps promises."""

    _database: Database

    def promises(self, service: str) -> tuple[Promise, ...]:
        """Return the promises of all watches of a service; see the port."""
        theirs = (
            select(promises.c.body).join(watches).where(watches.c.service == service)
        )
        return self._listed(theirs, service)

    def promises_of(self, watch: WatchId) -> tuple[Promise, ...]:
        """Return the promises of one watch; see the port."""
        return self._listed(
            select(promises.c.body).where(promises.c.watch == watch), watch
        )

    def pledge(self, watch: WatchId, ledger: Sequence[Promise]) -> None:
        """Put a ledger that was made anew in the place of the one that is kept.

        A crash before the commit leaves the old one.
        """
        with self._database.writing(f"promises of {watch}") as rows:
            rows.execute(delete(promises).where(promises.c.watch == watch))
            if ledger:
                rows.execute(insert(promises), list(map(_row, ledger)))

    def _listed(self, query: Select[tuple[object]], whose: str) -> tuple[Promise, ...]:
        with self._database.reading(f"promises of {whose}") as rows:
            found = (cast("Promise", body) for body in rows.scalars(query))
            return tuple(sorted(found, key=lambda p: (p.watch, p.first, p.key)))


def pledged(rows: Connection, changed: Sequence[Promise]) -> None:
    """Write the promises that a look found new, reworded, dropped or made again."""
    for promise in changed:
        of = (promises.c.watch == promise.watch, promises.c.key == promise.key)
        rows.execute(delete(promises).where(*of))
    if changed:
        rows.execute(insert(promises), list(map(_row, changed)))


def _row(promise: Promise) -> dict[str, object]:
    return {"watch": promise.watch, "key": promise.key, "body": promise}

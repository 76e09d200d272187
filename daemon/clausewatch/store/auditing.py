"""All looks in the order in which they were settled, for whoever checks the archive."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from clausewatch.core.history import History
from clausewatch.core.model import Digest, WatchId
from clausewatch.ports import Look
from clausewatch.store.database import Database
from clausewatch.store.schema import contents, events, looks, watches

_l: Final = looks.c
_PAGE: Final = 1000
"""Looks read at once; between two pages, others may write."""


class Auditing:
    """The part of the store that is held against the evidence log."""

    _database: Database

    def looks_after(self, after: int = 0) -> Iterator[tuple[int, Look]]:
        """Return number and look, oldest first; none that are settled after the call."""
        with self._database.reading("looks") as rows:
            last: int = rows.scalar(select(func.max(_l.id))) or 0
        return self._looks_between(after, last)

    def copy_to(self, path: Path) -> None:
        """Write a copy of the store as it is now; one that is there is written over.

        Raises:
            StoreError: the disk refused.
        """
        new = path.with_name(f"{path.name}.new")
        with self._database.reading("backup") as rows:
            source = rows.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)  # noqa: S101 - of this store
            with closing(sqlite3.connect(new)) as copy:
                source.backup(copy)
        new.rename(path)

    def remembered(self) -> frozenset[Digest]:
        """Return the bodies that watches still compare with, and those of events."""
        found: set[Digest | None] = set()
        with self._database.reading("watches") as rows:
            for content in rows.scalars(select(contents.c.body)):
                found.add(content.capture)
            for spine in rows.scalars(select(watches.c.history)):
                found |= _bodies(spine.history)
            for event in rows.scalars(select(events.c.body)):
                found |= {event.evidence.capture, event.evidence.previous}
        return frozenset(body for body in found if body)

    def _looks_between(self, after: int, last: int) -> Iterator[tuple[int, Look]]:
        while after < last:
            page = (
                select(looks)
                .where(_l.id > after, _l.id <= last)
                .order_by(_l.id)
                .limit(_PAGE)
            )
            with self._database.reading("looks") as rows:
                found = rows.execute(page).all()
            if not found:
                return
            after = found[-1].id
            for row in found:
                yield (
                    row.id,
                    Look(
                        watch=WatchId(row.watch),
                        looked_at=row.looked_at,
                        outcome=row.outcome,
                        detail=row.detail,
                        capture=row.capture and Digest(row.capture),
                        document=row.document and Digest(row.document),
                    ),
                )


def _bodies(history: History) -> set[Digest | None]:
    held, returned = history.held, history.returned
    known = (history.head, held and held.content, returned and returned.left)
    return {history.last_body, *(content.capture for content in known if content)}

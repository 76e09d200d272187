"""What the store holds, row by row and as it lies, for whoever checks the archive."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import zstandard
from sqlalchemy import (
    Column,
    LargeBinary,
    Row,
    Select,
    Text,
    func,
    select,
    type_coerce,
)

from clausewatch.core.digest import Json, rfc3339
from clausewatch.core.history import History
from clausewatch.core.model import Capture, Digest, WatchId
from clausewatch.ports import Look
from clausewatch.store.database import Database
from clausewatch.store.schema import (
    captures,
    contents,
    documents,
    events,
    looks,
    watches,
)

_l: Final = looks.c
_PAGE: Final = 1000
"""Rows read at once; between two pages, others may write."""
BESIDE: Final = tuple("id type watch service observed_at verdict materiality".split())
"""What stands beside an event's JSON, for whoever asks for some events only."""


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

    def told(self) -> Iterator[tuple[dict[str, Json], str]]:
        """Return id and JSON of each event as it lies there, and what stands beside it.

        None that are told after the call; nor are captures that are filed after it.
        """
        return self._told_upto(self._newest(events.c.seq))

    def captured(self) -> Iterator[Capture]:
        """Return all captures, in the order they were filed."""
        return self._captured_upto(self._newest(captures.c.id))

    def readings(self) -> Iterator[tuple[Digest, bytes]]:
        """Yield the readings as they lie there, unpacked; empty where that fails."""
        packed = type_coerce(documents.c.body, LargeBinary)
        place = documents.c.digest
        for row in self._rows(select(place.label("place"), packed.label("packed")), ""):
            try:
                text = zstandard.ZstdDecompressor().decompress(row.packed)
            except zstandard.ZstdError:
                text = b""
            yield Digest(row.place), text

    def read_from(self) -> Iterator[tuple[Digest, Capture]]:
        """Yield readings with the captures that they were made of, each pair once.

        Without those that were made anew of older captures, as the rules changed.
        """
        wanted = (
            select(captures, looks.c.document, looks.c.id.label("place"))
            .join(looks, captures.c.body == looks.c.capture)
            .where(captures.c.watch == looks.c.watch)
            .where(captures.c.captured_at <= looks.c.looked_at)
            .where(looks.c.document.is_not(None), looks.c.outcome != "rebased")
        )
        seen: set[tuple[str, str]] = set()
        for row in self._rows(wanted, 0):
            if (row.document, row.body) not in seen:
                seen.add((row.document, row.body))
                yield Digest(row.document), _capture(row)

    def _newest(self, place: Column[int]) -> int:
        with self._database.reading("an audit") as rows:
            return rows.scalar(select(func.max(place))) or 0

    def _told_upto(self, last: int) -> Iterator[tuple[dict[str, Json], str]]:
        beside = [events.c[name] for name in BESIDE]
        text = type_coerce(events.c.body, Text)
        wanted = select(events.c.seq.label("place"), text.label("text"), *beside)
        for row in self._rows(wanted.where(events.c.seq <= last), 0):
            said: dict[str, Json] = {name: getattr(row, name) for name in BESIDE}
            yield said | {"observed_at": rfc3339(row.observed_at)}, row.text

    def _captured_upto(self, last: int) -> Iterator[Capture]:
        wanted = select(captures, captures.c.id.label("place"))
        for row in self._rows(wanted.where(captures.c.id <= last), 0):
            yield _capture(row)

    def _rows(self, wanted: Select[Any], after: int | str) -> Iterator[Row[Any]]:
        """Yield rows in the order of their `place`, which no two share."""
        place = wanted.selected_columns["place"]
        page = wanted.order_by(place).limit(_PAGE)
        while True:
            with self._database.reading("an audit") as rows:
                found = rows.execute(page.where(place > after)).all()
            yield from found
            if len(found) < _PAGE:
                return
            after = found[-1].place

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


def _capture(row: Row[Any]) -> Capture:
    return Capture(
        watch=WatchId(row.watch),
        captured_at=row.captured_at,
        content_type=row.content_type,
        body=Digest(row.body),
        body_bytes=row.body_bytes,
        exchange=row.exchange,
    )


def _bodies(history: History) -> set[Digest | None]:
    held, returned = history.held, history.returned
    known = (history.head, held and held.content, returned and returned.left)
    return {history.last_body, *(content.capture for content in known if content)}

"""What was seen and told: readings, captures, looks and events."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Select, bindparam, func, select

from clausewatch.core.event import Event, EventType
from clausewatch.core.model import Capture, Digest, Document, WatchId
from clausewatch.errors import StoreError
from clausewatch.library import Received
from clausewatch.ports import Look
from clausewatch.store.browsing import watches_of
from clausewatch.store.catalogue import briefs
from clausewatch.store.database import Database
from clausewatch.store.schema import captures, documents, events, looks

PAGE: Final = 200
"""Events read at once: few transactions, and none that lasts while one is shown."""

_DOCUMENT: Final = select(documents.c.body).where(
    documents.c.digest == bindparam("digest")
)
_CAPTURE: Final = (
    select(captures)
    .where(captures.c.body == bindparam("body"))
    .order_by(captures.c.id)
    .limit(1)
)
_c: Final = captures.c
_OF_BODY: Final = (
    _c.body == bindparam("body"),
    _c.watch == bindparam("of"),
)
_NEXT_CAME: Final = select(func.min(_c.captured_at)).where(
    *_OF_BODY, _c.captured_at >= bindparam("at")
)
_LAST_CAME: Final = select(func.max(_c.captured_at)).where(
    *_OF_BODY, _c.captured_at <= bindparam("at")
)


class Telling:
    """The part of the store that answers what was."""

    _database: Database

    def document(self, digest: Digest) -> Document:
        """Return a reading; raises StoreError if it is absent or damaged."""
        with self._database.reading(f"document {digest}") as rows:
            found = rows.scalar(_DOCUMENT, {"digest": digest})
        if found is None:
            message = f"document {digest} is absent from {self._database.name}"
            raise StoreError(message, retry=False)
        return cast("Document", found)

    def capture(self, body: Digest) -> Capture | None:
        """Return the first capture that had this body."""
        with self._database.reading(f"capture {body}") as rows:
            row = rows.execute(_CAPTURE, {"body": body}).one_or_none()
        if row is None:
            return None
        return Capture(
            watch=WatchId(row.watch),
            captured_at=row.captured_at,
            content_type=row.content_type,
            body=Digest(row.body),
            body_bytes=row.body_bytes,
            exchange=row.exchange,
        )

    def received(self, event: Event) -> Received:
        """Return when the bodies came that an event names."""
        proof, until = event.evidence, event.previous_at or event.observed_at
        last = (_LAST_CAME, _NEXT_CAME)
        return Received(
            self.came(event.watch, proof.capture, event.observed_at),
            self._came(event.watch, proof.previous, until, last)
            if proof.previous
            else None,
        )

    def begun(self) -> datetime | None:
        """Return when the first look of all was; None while there was none."""
        with self._database.reading("looks") as rows:
            return rows.scalar(select(looks.c.looked_at).order_by(looks.c.id).limit(1))

    def came(self, watch: WatchId, body: Digest, since: datetime) -> datetime | None:
        """Return when a body came first since then, or else last before."""
        return self._came(watch, body, since, (_NEXT_CAME, _LAST_CAME))

    def _came(
        self, watch: WatchId, body: Digest, at: datetime, ways: Sequence[Select[Any]]
    ) -> datetime | None:
        asked = {"of": watch, "body": body, "at": at}
        with self._database.reading(f"captures of {watch}") as rows:
            return next(filter(None, (rows.scalar(way, asked) for way in ways)), None)

    def filed(
        self, *, after: int = 0, limit: int
    ) -> tuple[tuple[int, WatchId, Digest], ...]:
        """Return number, watch and body of captures, in the order they were filed."""
        columns = captures.c.id, captures.c.watch, captures.c.body
        later = select(*columns).where(captures.c.id > after)
        with self._database.reading("captures") as rows:
            found = rows.execute(later.order_by(captures.c.id).limit(limit)).all()
        return tuple((row.id, WatchId(row.watch), Digest(row.body)) for row in found)

    def looks(self, watch: WatchId, *, limit: int | None = None) -> tuple[Look, ...]:
        """Return the looks at a watch, newest first."""
        theirs = select(looks).where(looks.c.watch == watch)
        newest = theirs.order_by(looks.c.id.desc()).limit(limit)
        with self._database.reading(watch) as rows:
            return tuple(
                Look(
                    watch=WatchId(row.watch),
                    looked_at=row.looked_at,
                    outcome=row.outcome,
                    detail=row.detail,
                    capture=row.capture,
                    document=row.document,
                )
                for row in rows.execute(newest)
            )

    def event(self, event_id: str) -> Event | None:
        """Return an event by its id, or by a prefix that only one event has."""
        exact = select(events.c.body).where(events.c.id == event_id)
        # Not LIKE, which knows wildcards, and on SQLite no case.
        alike = select(events.c.body).where(
            func.substr(events.c.id, 1, len(event_id)) == event_id
        )
        with self._database.reading(f"event {event_id}") as rows:
            found = rows.scalar(exact)
            if found is None:
                begin = rows.scalars(alike.limit(2)).all()
                found = begin[0] if len(begin) == 1 else None
        return cast("Event | None", found)

    def events(
        self,
        *,
        since: datetime | None = None,
        watch: WatchId | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[tuple[int, Event]]:
        """Yield sequence number and event, in the order they were told.

        `since` is compared with when an event was observed. Reads on as it is asked,
        so what is told meanwhile comes too.
        """
        wanted = select(events.c.seq, events.c.body).order_by(events.c.seq)
        if since is not None:
            wanted = wanted.where(events.c.observed_at >= since)
        if watch is not None:
            wanted = wanted.where(events.c.watch == watch)
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            with self._database.reading("events") as rows:
                page = rows.execute(
                    wanted.where(events.c.seq > after).limit(size)
                ).all()
            yield from ((row.seq, row.body) for row in page)
            if len(page) < size:
                return
            after = page[-1].seq
            left = left and left - size

    def told_of(
        self, service: str, types: Sequence[EventType], *, since: datetime | None = None
    ) -> tuple[Event, ...]:
        """Return a service's events of these types, as told, the newest `PAGE`.

        Found by the briefs, which have an index for it; of all that a service was
        ever told, only what is asked for is read.
        """
        wanted = (
            select(events.c.body)
            .join(briefs, briefs.c.seq == events.c.seq)
            .where(briefs.c.type.in_(types))
            .order_by(briefs.c.observed_at.desc(), events.c.seq.desc())
            .limit(PAGE)
        )
        if since is not None:
            wanted = wanted.where(briefs.c.observed_at >= since)
        with self._database.reading(f"events of {service}") as rows:
            theirs = briefs.c.watch.in_(watches_of(rows, service))
            return tuple(reversed(rows.scalars(wanted.where(theirs)).all()))

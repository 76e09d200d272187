"""Filling the catalogue: with each look that tells something, or all of it anew."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from clausewatch.core.blame import Stay, turned
from clausewatch.core.event import Event, EventType, weighs
from clausewatch.core.history import Content, History
from clausewatch.core.model import Clause, Digest, Document, Threshold, WatchId
from clausewatch.core.summary import changed_words
from clausewatch.core.variants import body, hash64
from clausewatch.ports import Settlement
from clausewatch.store.catalogue import briefs, clauses, marks, versions
from clausewatch.store.database import Database
from clausewatch.store.schema import (
    LABELS,
    InsertNew,
    documents,
    events,
    looks,
    watches,
)

WEIGHTS: Final = tuple(Threshold)
"""A threshold's place in this order is an event's weight in `briefs`."""
PATH: Final = "\x1f"
"""Between the headings of a path."""

_BRIEF: Final = InsertNew(briefs)
_MARK: Final = InsertNew(marks)
_VERSION: Final = insert(versions)
_DOCUMENT: Final = select(documents.c.body).where(
    documents.c.digest == bindparam("digest")
)
_KNOWN: Final = select(
    clauses.c.key, clauses.c.first_at, clauses.c.since, clauses.c.until
).where(clauses.c.watch == bindparam("of"))
_SUPERSEDE: Final = (
    update(briefs)
    .where(
        briefs.c.seq
        == select(events.c.seq)
        .where(events.c.id == bindparam("grown"))
        .scalar_subquery()
    )
    .values(weight=WEIGHTS.index(Threshold.ALL))
)
"""A pattern that grew is told again as a whole; lists show it once."""
_NEW: Final = insert(clauses)
_TURN: Final = (
    update(clauses)
    .where(clauses.c.watch == bindparam("of"), clauses.c.key == bindparam("clause"))
    .values(since=bindparam("stood"), until=bindparam("gone"))
)
_REBASE: Final = (
    update(versions)
    .where(versions.c.watch == bindparam("of"), versions.c.capture == bindparam("body"))
    .values(document=bindparam("reading"))
)
_OUTCOMES: Final = {
    EventType.FIRST_SEEN: "first-seen",
    EventType.CHANGED: "changed",
    EventType.RETURNED: "returned",
    EventType.REBASED: "rebased",
}


class Cataloguing:
    """The part of the store that can fill the catalogue anew."""

    _database: Database

    def catalogue(self) -> int:
        """Fill all of it from events and readings; return how many events there are.

        One transaction: a crash leaves the catalogue as it was.
        """
        with self._database.writing("catalogue") as rows:
            return fill(rows)


def fill(rows: Connection) -> int:
    """Empty the catalogue and fill it again; the caller commits."""
    for table in (marks, briefs, versions, clauses):
        rows.execute(delete(table))
    _index(rows, "rebuild")
    told = 0
    for seq, event in _events(rows):
        _brief(rows, seq, event)
        told += 1
    for watch in rows.scalars(select(watches.c.id).order_by(watches.c.id)).all():
        _retrace(rows, WatchId(watch))
        _label(rows, WatchId(watch))
    return told


def _label(rows: Connection, watch: WatchId) -> None:
    """Name a watch as its last event does, where the watchlist has not yet."""
    last = (
        select(briefs.c.body)
        .where(briefs.c.watch == watch)
        .order_by(briefs.c.seq.desc())
        .limit(1)
    )
    event = rows.scalar(last)
    if event is not None:
        unnamed = update(watches).where(watches.c.id == watch, watches.c.service == "")
        named = {name: getattr(event, name) for name in LABELS}
        rows.execute(unnamed.values(**named))


def catalogued(rows: Connection, settlement: Settlement) -> None:
    """Write what a look adds; most looks add nothing."""
    for event in settlement.events:
        seq = rows.scalar(select(events.c.seq).where(events.c.id == event.id))
        _brief(rows, seq or 0, event)
    before = settlement.claim.standing.history
    after = settlement.standing.history
    if after.head is None or (before.head and _same(before.head, after.head)):
        return
    given = dict(settlement.documents).get(after.head.document)
    document = given or rows.scalar(_DOCUMENT, {"digest": after.head.document})
    if document is None:
        return
    watch = settlement.standing.watch
    if before.recipe != after.recipe and before.head:
        _rebase(rows, watch, after)
    at = _since(settlement)
    _turn_to(rows, watch, after.head, settlement.outcome, document, at)


def _same(before: Content, after: Content) -> bool:
    return before.document == after.document


def _since(settlement: Settlement) -> datetime:
    """Return when the new content was first seen: what was held was seen earlier."""
    observed = [e.observed_at for e in settlement.events if e.type in _OUTCOMES]
    return max(observed, default=settlement.looked_at)


def _brief(rows: Connection, seq: int, event: Event) -> None:
    deciding = [c for c in event.changes if c.verdict is event.verdict]
    rows.execute(
        _BRIEF,
        {
            "seq": seq,
            "watch": event.watch,
            "service": event.service,
            "observed_at": event.observed_at,
            "type": event.type,
            "weight": WEIGHTS.index(weighs(event)),
            "materiality": event.materiality,
            "direction": event.direction,
            "clauses": len(event.changes),
            "words": sum(map(changed_words, deciding)),
            "body": replace(event, changes=()),
        },
    )
    if event.pattern and event.pattern.follows:
        rows.execute(_SUPERSEDE, {"grown": event.pattern.follows})
    named = {("topic", name) for name in event.topics}
    named |= {("signal", signal.name) for signal in event.signals}
    if named:
        rows.execute(_MARK, [{"kind": k, "name": n, "seq": seq} for k, n in named])


def _turn_to(
    rows: Connection,
    watch: WatchId,
    head: Content,
    outcome: str,
    document: Document,
    at: datetime,
) -> None:
    """Write a version, and since when its clauses stand."""
    version = {"document": head.document, "capture": head.capture, "outcome": outcome}
    rows.execute(_VERSION, {"watch": watch, "seen_at": at, **version})
    _follow(rows, watch, document, at)


def _follow(rows: Connection, watch: WatchId, document: Document, at: datetime) -> None:
    shown = {_signed(hash64(clause.words)): clause for clause in body(document)}
    known = {
        row.key: Stay(first_at=row.first_at, since=row.since, until=row.until)
        for row in rows.execute(_KNOWN, {"of": watch})
    }
    stays = turned(known, shown, at)
    if fresh := [_row(watch, k, shown[k], stays[k]) for k in stays if k not in known]:
        last = rows.scalar(select(clauses.c.id).order_by(clauses.c.id.desc()).limit(1))
        rows.execute(_NEW, fresh)
        _index(rows, after=last or 0)
    if old := [(k, stay) for k, stay in stays.items() if k in known]:
        rows.execute(
            _TURN,
            [
                {"of": watch, "clause": key, "stood": stay.since, "gone": stay.until}
                for key, stay in old
            ],
        )


def _row(watch: WatchId, key: int, clause: Clause, stay: Stay) -> dict[str, object]:
    return {
        "watch": watch,
        "key": key,
        "path": PATH.join(clause.path),
        "text": clause.text,
        "first_at": stay.first_at,
        "since": stay.since,
        "until": stay.until,
    }


def _signed(key: int) -> int:
    """Return a 64-bit hash as databases count."""
    return key - (1 << 64) if key >> 63 else key


def unsigned(key: int) -> int:
    """Return the hash that was written as a signed number."""
    return key + (1 << 64) if key < 0 else key


def _index(rows: Connection, command: str = "", *, after: int = 0) -> None:
    """Bring the full-text index up to date; other databases search without one."""
    if rows.dialect.name != "sqlite":
        return
    if command:
        rows.execute(
            text("INSERT INTO clauses_words(clauses_words) VALUES(:command)"),
            {"command": command},
        )
        return
    rows.execute(
        text(
            "INSERT INTO clauses_words(rowid, text)"
            " SELECT id, text FROM clauses WHERE id > :after"
        ),
        {"after": after},
    )


def _rebase(rows: Connection, watch: WatchId, history: History) -> None:
    """Let earlier versions name their new readings, so that they can be compared."""
    again = {content.capture: content.document for content in history.contents}
    rows.execute(
        _REBASE, [{"of": watch, "body": c, "reading": d} for c, d in again.items()]
    )


def _events(rows: Connection) -> Iterator[tuple[int, Event]]:
    after = 0
    page = select(events.c.seq, events.c.body).order_by(events.c.seq).limit(200)
    while found := rows.execute(page.where(events.c.seq > after)).all():
        yield from ((row.seq, row.body) for row in found)
        after = found[-1].seq


def _retrace(rows: Connection, watch: WatchId) -> None:
    """Write the versions of a watch again, as its events tell them."""
    readings = _readings(rows, watch)
    shown = Digest("")
    for event in _turns(rows, watch):
        digest = readings.get(event.evidence.capture)
        document = digest and rows.scalar(_DOCUMENT, {"digest": digest})
        if not digest or not document or digest == shown:
            continue
        shown = digest
        version = {"document": digest, "capture": event.evidence.capture}
        rows.execute(
            _VERSION,
            {
                "watch": watch,
                "seen_at": event.observed_at,
                "outcome": _OUTCOMES[event.type],
                **version,
            },
        )
        _follow(rows, watch, document, event.observed_at)


def _readings(rows: Connection, watch: WatchId) -> dict[Digest, Digest]:
    """Return the newest reading of each capture, as far as it is written down."""
    seen = select(looks.c.capture, looks.c.document).where(
        looks.c.watch == watch, looks.c.document.is_not(None)
    )
    found = {
        row.capture: row.document for row in rows.execute(seen.order_by(looks.c.id))
    }
    spine = rows.scalar(select(watches.c.history).where(watches.c.id == watch))
    if spine is not None and spine.history.head:
        head = spine.history.head
        found[head.capture] = head.document
    return found


def _turns(rows: Connection, watch: WatchId) -> Iterable[Event]:
    theirs = select(briefs.c.body).where(
        briefs.c.watch == watch, briefs.c.type.in_([t.value for t in _OUTCOMES])
    )
    return rows.scalars(theirs.order_by(briefs.c.observed_at, briefs.c.seq)).all()

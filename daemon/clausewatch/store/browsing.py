"""Reading the catalogue: lists for pages and feeds, none of which revives a change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    literal,
    select,
    tuple_,
)

from clausewatch.core.blame import Stay
from clausewatch.core.event import Event
from clausewatch.core.model import Digest, Kind, Threshold, WatchId
from clausewatch.library import Bar, Brief, Paper, Place, Version, Wanted
from clausewatch.ports import State
from clausewatch.store.catalogue import briefs, clauses, marks, versions
from clausewatch.store.cataloguing import WEIGHTS, unsigned
from clausewatch.store.database import Database
from clausewatch.store.schema import watches

_b: Final = briefs.c
_w: Final = watches.c
_SUBSTANTIVE: Final = WEIGHTS.index(Threshold.SUBSTANTIVE)
_CHANGED: Final = "org.clausewatch.policy.changed"
_NEWEST: Final = (_b.observed_at.desc(), _b.seq.desc())


class Browsing:
    """The part of the store that answers people who look around."""

    _database: Database

    def briefs(
        self, wanted: Wanted, *, before: Place | None = None, limit: int
    ) -> tuple[Brief, ...]:
        """Return events, the newest observation first."""
        chosen = select(briefs)
        if before is not None:
            # In a tuple, a value does not take its type from what it is held against.
            at = literal(before.observed_at, _b.observed_at.type)
            place = tuple_(at, literal(before.seq))
            chosen = chosen.where(tuple_(_b.observed_at, _b.seq) < place)
        with self._database.reading("events") as rows:
            chosen = chosen.where(*_conditions(rows, wanted))
            found = rows.execute(chosen.order_by(*_NEWEST).limit(limit))
            return tuple(map(_brief, found))

    def counted(self, wanted: Wanted) -> int:
        """Return how many events there are of those asked for."""
        chosen = select(func.count()).select_from(briefs)
        with self._database.reading("events") as rows:
            return int(rows.scalar(chosen.where(*_conditions(rows, wanted))) or 0)

    def beside(self, event: Event) -> tuple[Brief | None, Brief | None]:
        """Return the changes of the same watch before and after this event."""
        theirs = select(briefs).where(
            _b.watch == event.watch,
            _b.type == _CHANGED,
            _b.weight >= _SUBSTANTIVE,
        )
        earlier = theirs.where(_b.observed_at < event.observed_at).order_by(*_NEWEST)
        later = theirs.where(_b.observed_at > event.observed_at)
        later = later.order_by(_b.observed_at, _b.seq)
        with self._database.reading(event.watch) as rows:
            first = map(_brief, rows.execute(earlier.limit(1)))
            last = map(_brief, rows.execute(later.limit(1)))
            return next(first, None), next(last, None)

    def papers(
        self, *, service: str = "", watches: Sequence[WatchId] = ()
    ) -> tuple[Paper, ...]:
        """Return all documents, or those of a service, or those named; by name."""
        chosen = _PAPERS
        if service:
            chosen = chosen.where(_w.service == service)
        if watches:
            chosen = chosen.where(_w.id.in_(watches))
        with self._database.reading("watches") as rows:
            found = rows.execute(chosen.order_by(_w.service, _w.document, _w.id))
            return tuple(map(_paper, found))

    def bars(self, watches: Sequence[WatchId], since: datetime) -> tuple[Bar, ...]:
        """Return what changed in each month, for strips of history."""
        chosen = select(_b.watch, _b.observed_at, _b.materiality).where(
            _b.watch.in_(watches),
            _b.weight >= _SUBSTANTIVE,
            _b.type == _CHANGED,
            _b.observed_at >= since,
        )
        with self._database.reading("events") as rows:
            found: dict[tuple[str, str], list[int]] = defaultdict(list)
            for row in rows.execute(chosen):
                found[row.watch, f"{row.observed_at:%Y-%m}"].append(row.materiality)
        return tuple(
            Bar(WatchId(watch), month, max(weights), len(weights))
            for (watch, month), weights in found.items()
        )

    def named(self) -> Mapping[str, tuple[str, ...]]:
        """Return the topics and signals that any event has."""
        found: dict[str, list[str]] = {"topics": [], "signals": []}
        place = ("", "")
        with self._database.reading("events") as rows:
            # From one name to the next along the key: there are few names and many
            # marks, which DISTINCT would all walk through.
            while row := rows.execute(
                _NEXT_NAME, dict(zip("kn", place, strict=True))
            ).first():
                place = (row.kind, row.name)
                found[f"{row.kind}s"].append(row.name)
        return {kind: tuple(names) for kind, names in found.items()}

    def renamed(self, service: str) -> str:
        """Return what a service is called now that had this name; empty if none had."""
        newest = (
            select(_w.service)
            .join_from(briefs, watches, _w.id == _b.watch)
            .where(_b.service == service, _w.service != service)
            .order_by(*_NEWEST)
            .limit(1)
        )
        with self._database.reading(service) as rows:
            return rows.scalar(newest) or ""

    def services(self) -> tuple[str, ...]:
        """Return the names of all services that have a document, by name."""
        with self._database.reading("watches") as rows:
            names = rows.scalars(select(_w.service).where(_w.service != "").distinct())
            return tuple(sorted(names, key=str.casefold))

    def versions(self, watch: WatchId) -> tuple[Version, ...]:
        """Return what a document showed, oldest first."""
        theirs = select(versions).where(versions.c.watch == watch)
        with self._database.reading(watch) as rows:
            found = rows.execute(theirs.order_by(versions.c.seen_at, versions.c.id))
            return tuple(_version(n, row) for n, row in enumerate(found, 1))

    def stays(self, watch: WatchId) -> Mapping[int, Stay]:
        """Return for how long each clause of any version stood, by `blame.keys`."""
        c = clauses.c
        theirs = select(c.key, c.first_at, c.since, c.until).where(c.watch == watch)
        with self._database.reading(watch) as rows:
            return {
                unsigned(row.key): Stay(
                    first_at=row.first_at, since=row.since, until=row.until
                )
                for row in rows.execute(theirs)
            }


def watches_of(rows: Connection, service: str) -> list[str]:
    """Return the watches of a service, or those that were told under its name.

    A watch keeps its id when its service is renamed; what was told keeps the old name.
    """
    known = rows.scalars(select(_w.id).where(_w.service == service)).all()
    told = select(_b.watch).where(_b.service == service).distinct()
    return list(known or rows.scalars(told))


def _conditions(rows: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.least is not Threshold.ALL:
        found.append(_b.weight >= WEIGHTS.index(wanted.least))
    if wanted.service:
        found.append(_b.watch.in_(watches_of(rows, wanted.service)))
    if wanted.watch:
        found.append(_b.watch == wanted.watch)
    if wanted.direction is not None:
        found.append(_b.direction == wanted.direction)
    if wanted.since is not None:
        found.append(_b.observed_at >= wanted.since)
    if wanted.until is not None:
        found.append(_b.observed_at < wanted.until)
    for kind, name in (("topic", wanted.topic), ("signal", wanted.signal)):
        if name:
            found.append(_b.seq.in_(_marked(kind, name)))
    return found


def _marked(kind: str, name: str) -> Select[tuple[int]]:
    return select(marks.c.seq).where(marks.c.kind == kind, marks.c.name == name)


_NEXT_NAME: Final = (
    select(marks.c.kind, marks.c.name)
    .where(tuple_(marks.c.kind, marks.c.name) > tuple_(bindparam("k"), bindparam("n")))
    .order_by(marks.c.kind, marks.c.name)
    .limit(1)
)
_CHANGED_AT: Final = (
    select(_b.watch.label("watch"), func.max(_b.observed_at).label("changed_at"))
    .where(_b.weight >= _SUBSTANTIVE, _b.type == _CHANGED)
    .group_by(_b.watch)
    .subquery()
)
_PAPERS: Final[Select[Any]] = select(
    _w.id,
    _w.service,
    _w.document,
    _w.kind,
    _w.url,
    _w.vantage,
    _w.enrolled,
    _w.state,
    _w.remark,
    _w.due,
    _w.last_look,
    _w.last_good,
    _CHANGED_AT.c.changed_at,
).join_from(watches, _CHANGED_AT, _w.id == _CHANGED_AT.c.watch, isouter=True)


def _paper(row: Row[Any]) -> Paper:
    return Paper(
        watch=WatchId(row.id),
        # A home of an earlier version has no labels until the daemon starts on it.
        service=row.service or row.id,
        document=row.document or row.id,
        kind=Kind(row.kind) if row.kind else Kind.OTHER,
        url=row.url,
        vantage=row.vantage,
        listed=row.enrolled,
        state=State(row.state),
        remark=row.remark,
        due=row.due,
        last_look=row.last_look,
        last_good=row.last_good,
        changed_at=row.changed_at,
    )


def _brief(row: Row[Any]) -> Brief:
    event = cast("Event", row.body)
    return Brief(seq=row.seq, event=event, clauses=row.clauses, words=row.words)


def _version(number: int, row: Row[Any]) -> Version:
    return Version(
        number=number,
        watch=WatchId(row.watch),
        seen_at=row.seen_at,
        document=Digest(row.document),
        capture=Digest(row.capture),
        outcome=row.outcome,
    )

"""Watches: which are due, who has them, and what is kept of each."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    bindparam,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from clausewatch.core.history import Content
from clausewatch.core.model import Watch, WatchId
from clausewatch.ports import Claim, Standing, State, Validators
from clausewatch.store.database import Database
from clausewatch.store.schema import LABELS, contents, watches
from clausewatch.store.spine import Spine, joined

SIBLINGS: Final = 6
"""Other pages of a host that are asked what they show."""

LATELY: Final = timedelta(days=7)
"""What goes from all pages of a site does not go from all at the same minute."""

_w: Final = watches.c
# As text: reviving some hundred contents to look at one time in each is slow.
_CONTENTS: Final = select(
    contents.c.watch, contents.c.key, type_coerce(contents.c.body, Text)
)
_SKETCH: Final = select(contents.c.sketch).where(
    contents.c.watch == bindparam("other"), contents.c.key == bindparam("named")
)

# On PostgreSQL, another machine's claim takes other rows instead of waiting for ours.
_CLAIMABLE: Final = (
    select(watches)
    .where(or_(_w.lease_until.is_(None), _w.lease_until <= bindparam("now")))
    .with_for_update(skip_locked=True)
)
_DUE: Final = (
    _CLAIMABLE.where(_w.enrolled, _w.due <= bindparam("now"))
    .order_by(_w.due, _w.id)
    .limit(bindparam("most"))
)
_FREE: Final = _CLAIMABLE.where(_w.id == bindparam("watch"))
_INSERT: Final = insert(watches)
_CLAIM: Final = (
    update(watches)
    .where(_w.id == bindparam("watch"))
    .values(token=_w.token + 1, lease_until=bindparam("until"))
)
_RELEASE: Final = (
    update(watches)
    .where(_w.id == bindparam("watch"), _w.token == bindparam("claimed"))
    .values(lease_until=None)
)
_RELEASE_ALL: Final = (
    update(watches).where(_w.lease_until.is_not(None)).values(lease_until=None)
)
_ENROL: Final = (
    update(watches)
    .where(_w.id == bindparam("watch"))
    .values(enrolled=bindparam("listed"), due=bindparam("next"))
)
_LABEL: Final = (
    update(watches)
    .where(_w.id == bindparam("watch"))
    .values({name: bindparam(f"new_{name}") for name in LABELS})
)


class Watching:
    """The part of the store that knows the watches."""

    _database: Database

    def enrol(self, watches: Sequence[Watch], due: Mapping[WatchId, datetime]) -> None:
        """Make rows for watches that have none; see the port."""
        listed = {watch.id: watch for watch in watches}
        # One transaction: a crash leaves the list as it was before the reload.
        with self._database.writing("watchlist") as rows:
            known = {
                row.id: row
                for row in rows.execute(
                    select(_w.id, _w.due, _w.enrolled, *(_w[n] for n in LABELS))
                )
            }
            changed = [
                {"watch": row.id, "listed": row.id in listed, "next": first}
                for row in known.values()
                for first in [min(row.due, due.get(row.id, row.due))]
                if (row.id in listed, first) != (row.enrolled, row.due)
            ]
            if changed:
                rows.execute(_ENROL, changed)
            if fresh := listed.keys() - known.keys():
                rows.execute(_INSERT, [_row(listed[w], due[w]) for w in fresh])
            if renamed := [
                {"watch": watch.id} | {f"new_{n}": text for n, text in now.items()}
                for watch in watches
                if (row := known.get(watch.id)) and (now := _labels(watch))
                if now != {name: row._mapping[name] for name in LABELS}  # noqa: SLF001
            ]:
                rows.execute(_LABEL, renamed)

    def enrolled(self) -> frozenset[WatchId]:
        """Return the ids of all watches that have a row and are listed."""
        with self._database.reading("watches") as rows:
            return frozenset(rows.scalars(select(_w.id).where(_w.enrolled)))

    def claim(
        self, now: datetime, *, limit: int, lease_until: datetime
    ) -> tuple[Claim, ...]:
        """Return watches that are due and not claimed, longest overdue first."""
        with self._database.writing("watches") as rows:
            found = rows.execute(_DUE, {"now": now, "most": limit}).all()
            return _claimed(rows, found, lease_until)

    def claim_one(
        self, watch: WatchId, now: datetime, *, lease_until: datetime
    ) -> Claim | None:
        """Return the watch due or not; None while another holds it."""
        with self._database.writing(watch) as rows:
            found = rows.execute(_FREE, {"watch": watch, "now": now}).all()
            return next(iter(_claimed(rows, found, lease_until)), None)

    def release(self, claim: Claim) -> None:
        """Give a claim back unused; a claim that was lost stays the other's."""
        watch = claim.standing.watch
        with self._database.writing(watch) as rows:
            rows.execute(_RELEASE, {"watch": watch, "claimed": claim.token})

    def release_all(self) -> None:
        """Give back all claims; see the port."""
        with self._database.writing("watches") as rows:
            rows.execute(_RELEASE_ALL)

    def standing(self, watch: WatchId) -> Standing | None:
        """Return what is kept of a watch."""
        with self._database.reading(watch) as rows:
            row = rows.execute(select(watches).where(_w.id == watch)).one_or_none()
            return None if row is None else next(_standings(rows, [row]))

    def standings(self) -> tuple[Standing, ...]:
        """Return what is kept of all enrolled watches, without their contents."""
        listed: Select[tuple[object, ...]] = select(watches).where(_w.enrolled)
        with self._database.reading("watches") as rows:
            return tuple(_standing(row) for row in rows.execute(listed.order_by(_w.id)))

    def siblings(self, watch: Watch, at: datetime) -> tuple[tuple[int, ...], ...]:
        """Return the hashes of what other pages of its host showed lately; see the port."""
        site = "://" + urlsplit(watch.url).netloc + "/"
        others = (
            select(_w.id)
            .where(_w.id != watch.id, _w.url.contains(site, autoescape=True))
            .order_by(_w.id)
            .limit(SIBLINGS)
        )
        with self._database.reading(watch.id) as rows:
            theirs = _CONTENTS.where(contents.c.watch.in_(rows.scalars(others).all()))
            shown: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
            for other, key, body in rows.execute(theirs):
                since = datetime.fromisoformat(json.loads(body)["first_seen"])
                shown[other].append((since, key))
            return tuple(
                tuple(
                    hashed
                    for key in _lately(seen, at)
                    for hashed in rows.scalars(
                        _SKETCH, {"other": other, "named": key}
                    ).one()
                )
                for other, seen in shown.items()
            )

    def overdue(self, before: datetime) -> tuple[WatchId, ...]:
        """Return the listed watches that were due before then, longest first."""
        late = select(_w.id).where(_w.enrolled, _w.due < before)
        with self._database.reading("watches") as rows:
            return tuple(map(WatchId, rows.scalars(late.order_by(_w.due, _w.id))))

    def next_due(self) -> datetime | None:
        """Return when the next watch may be claimed."""
        # Two walks along an index: watches that are free, and those that are held.
        free = (
            select(_w.due)
            .where(_w.enrolled, _w.lease_until.is_(None))
            .order_by(_w.due)
            .limit(1)
        )
        held = select(_w.due, _w.lease_until).where(
            _w.enrolled, _w.lease_until.is_not(None)
        )
        with self._database.reading("watches") as rows:
            times = [*rows.scalars(free), *map(max, rows.execute(held))]
        return min(times, default=None)


def _lately(seen: list[tuple[datetime, int]], at: datetime) -> Iterator[int]:
    """Yield the keys of contents that a page showed at that time, or shortly before."""
    for since, key in sorted(seen, reverse=True):
        if since <= at:
            yield key
            if since < at - LATELY:
                return


def _labels(watch: Watch) -> dict[str, str]:
    return {
        "service": watch.service,
        "document": watch.name,
        "kind": watch.kind.value,
        "url": watch.url,
        "vantage": watch.vantage,
    }


def _row(watch: Watch, due: datetime) -> dict[str, object]:
    return {
        **_labels(watch),
        "id": watch.id,
        "enrolled": True,
        "due": due,
        "token": 0,
        "state": State.NEW,
        "failures": 0,
        "remark": "",
        "etag": "",
        "last_modified": "",
        "validated_url": "",
        "history": Spine(),
    }


def _claimed(
    rows: Connection, found: Sequence[Row[tuple[object, ...]]], until: datetime
) -> tuple[Claim, ...]:
    if not found:
        return ()
    # A crash after this leaves a lease that runs out; the watch stays due.
    rows.execute(_CLAIM, [{"watch": row.id, "until": until} for row in found])
    return tuple(
        Claim(standing, row.token + 1)
        for row, standing in zip(found, _standings(rows, found), strict=True)
    )


def _standings(
    rows: Connection, found: Sequence[Row[tuple[object, ...]]]
) -> Iterator[Standing]:
    kept: dict[str, dict[int, Content]] = defaultdict(dict)
    theirs = select(contents).where(contents.c.watch.in_([row.id for row in found]))
    for row in rows.execute(theirs):
        kept[row.watch][row.key] = replace(row.body, sketch=row.sketch)
    for row in found:
        standing = _standing(row)
        yield replace(standing, history=joined(row.history, kept[row.id]))


def _standing(row: Row[tuple[object, ...]]) -> Standing:
    return Standing(
        watch=WatchId(row.id),
        history=row.history.history,
        state=State(row.state),
        due=row.due,
        last_look=row.last_look,
        last_good=row.last_good,
        failures=row.failures,
        remark=row.remark,
        validators=Validators(row.etag, row.last_modified, row.validated_url),
        full_due=row.full_due,
    )

"""How closely documents were looked at, as their looks tell it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from clausewatch.core.event import EventType
from clausewatch.core.model import Threshold, WatchId
from clausewatch.library import Coverage, Gap
from clausewatch.store.catalogue import briefs
from clausewatch.store.cataloguing import WEIGHTS
from clausewatch.store.columns import microseconds, moment
from clausewatch.store.database import Database
from clausewatch.store.schema import looks

FAILED: Final = frozenset({"inaccessible", "suspect"})
"""Outcomes of looks that did not see the document."""
TURNED: Final = frozenset({"changed", "returned"})
"""Outcomes of looks that found another text."""
LONGER: Final = 4
"""Times the usual wait between two looks, beyond which there is a gap."""
LEAST_GAP_US: Final = 24 * 3600 * 1_000_000

# Times as the integers that they are: a watch of two years has thousands of looks.
_AT: Final = type_coerce(looks.c.looked_at, BigInteger)

Seen = list[tuple[int, bool]]
"""When a look was, and whether it saw the document."""


class Covering:
    """The part of the store that answers how closely something was watched."""

    _database: Database

    def coverage(
        self,
        watches: Sequence[WatchId],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Mapping[WatchId, Coverage]:
        """Return how closely each of these was looked at; all of them are in it."""
        wanted = select(looks.c.watch, _AT, looks.c.outcome).where(
            looks.c.watch.in_(watches)
        )
        if since is not None:
            wanted = wanted.where(looks.c.looked_at >= since)
        if until is not None:
            wanted = wanted.where(looks.c.looked_at < until)
        found: dict[str, Seen] = defaultdict(list)
        turned: Counter[str] = Counter()
        with self._database.reading("looks") as rows:
            for watch, at, outcome in rows.execute(wanted.order_by(looks.c.id)):
                found[watch].append((at, outcome not in FAILED))
                turned[watch] += outcome in TURNED
            changes = _changes(rows, watches, since, until)
        end = None if until is None else microseconds(until)
        return {
            watch: replace(
                covered(watch, found[watch], end),
                changes=changes.get(watch, 0),
                differences=turned[watch],
            )
            for watch in watches
        }


def _changes(
    rows: Connection,
    watches: Sequence[WatchId],
    since: datetime | None,
    until: datetime | None,
) -> dict[str, int]:
    """Return how often each of these changed in substance."""
    b = briefs.c
    wanted = select(b.watch, func.count()).where(
        b.watch.in_(watches),
        b.type == EventType.CHANGED,
        b.weight >= WEIGHTS.index(Threshold.SUBSTANTIVE),
    )
    if since is not None:
        wanted = wanted.where(b.observed_at >= since)
    if until is not None:
        wanted = wanted.where(b.observed_at < until)
    found = rows.execute(wanted.group_by(b.watch))
    return {row.watch: row[1] for row in found}


def covered(watch: WatchId, seen: Seen, end: int | None = None) -> Coverage:
    """Return what the looks at a watch come to; `end` is when its time was over."""
    good = [at for at, saw in seen if saw]
    return Coverage(
        watch=watch,
        looks=len(seen),
        failed=len(seen) - len(good),
        first=moment(good[0]) if good else None,
        last=moment(good[-1]) if good else None,
        gaps=tuple(_gaps(seen, good, end)) if good else (),
    )


def _gaps(seen: Seen, good: Sequence[int], end: int | None) -> Iterator[Gap]:
    waits = sorted(later - earlier for earlier, later in pairwise(good))
    usual = waits[len(waits) // 2] if waits else 0
    long = max(LEAST_GAP_US, LONGER * usual)
    last, failed = good[0], 0
    for at, saw in seen:
        if at < last:
            continue  # before it was first seen
        if not saw:
            failed += 1
            continue
        if failed or at - last > long:
            yield Gap(moment(last), moment(at), failed)
        last, failed = at, 0
    if failed or (end is not None and end - last > long):
        yield Gap(moment(last), None, failed)

"""Documents on one axis of time, a row each: when they were seen, and when they changed.

Weight is told by shape and by the number beside it, never by colour alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clausewatch.core.event import Event
from clausewatch.core.model import WatchId
from clausewatch.render.wording import plain
from clausewatch.web.watched import Watched

WIDTH: Final = 720
NARROW: Final = 350
"""For a phone: fewer ticks, and letters as large as elsewhere."""
ROW: Final = 58
QUIET_ROW: Final = 38
"""Of a document without a change, which has no numbers below its line."""
LEFT: Final = 16
BELOW: Final = 19
FURTHER: Final = 32
A_TICK: Final = 80
"""Between two ticks at least, so that one can be read beside the other."""
CLOSE: Final = 18
"""Marks nearer to one another would have one number upon another."""
SHORT: Final = timedelta(days=100)
"""Below it, months are too coarse."""
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between two ticks, the first that gives few enough."""

Times = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Mark:
    """One change: where it stands, its number, and how much it weighs."""

    x: float
    label: str
    label_y: int
    materiality: int


@dataclass(frozen=True, slots=True)
class Row:
    """One document: when it was seen, and its changes, in order."""

    name: str
    y: int
    marks: tuple[Mark, ...]
    note: str
    """What came of watching it, where no mark says it."""
    seen: tuple[tuple[float, float], ...]
    """From where to where; what lies between was not seen."""


@dataclass(frozen=True, slots=True)
class Axis:
    """All of the drawing but its ink."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int
    width: int


def axis(
    marked: Sequence[tuple[Event, str]],
    documents: Sequence[Watched] = (),
    *,
    width: int = WIDTH,
) -> Axis | None:
    """Return where each event stands, with its label; None if nothing was seen."""
    in_time = sorted(marked, key=lambda one: one[0].observed_at)
    seen = {one.watch: list(one.stretches()) for one in documents}
    found = {one.watch: one.found for one in documents}
    times = [at for stretches in seen.values() for pair in stretches for at in pair]
    times += [event.observed_at for event, _ in in_time]
    if not times:
        return None
    first, last = min(times), max(times)
    margin = max((last - first) / 40, timedelta(days=1))
    start, length = first - margin, last - first + 2 * margin

    def x(at: datetime) -> float:
        return round(LEFT + (at - start) / length * (width - 2 * LEFT), 1)

    rows, y = [], 20
    for watch, name in _names(in_time, documents).items():
        here = [one for one in in_time if one[0].watch == watch]
        stretches = tuple((x(a), x(b)) for a, b in seen.get(watch, ()))
        note = "" if here else found.get(watch, "")
        rows.append(Row(name, y, _marks(here, x), note, stretches))
        y += ROW if here else QUIET_ROW
    days = length < SHORT
    ticks = tuple(
        (x(at), _label(at, days=days))
        for at in _ticks(start, start + length, width // A_TICK)
    )
    return Axis(tuple(rows), ticks, y + 24, width)


def _names(
    in_time: Sequence[tuple[Event, str]], documents: Sequence[Watched]
) -> dict[WatchId, str]:
    """Return the rows in order: what changed first, then what did not change.

    A row is a watch, under its present name: renaming a document splits no row.
    """
    told = {event.watch: plain(event.document) for event, _ in in_time}
    known = {one.watch: one.name for one in documents}
    return {watch: known.get(watch, told.get(watch, "")) for watch in {**told, **known}}


def _marks(
    here: Sequence[tuple[Event, str]], x: Callable[[datetime], float]
) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for event, label in here:
        at = x(event.observed_at)
        # Numbers of changes close to one another stand on two lines in turn.
        close = bool(marks) and at - marks[-1].x < CLOSE and marks[-1].label_y == BELOW
        marks.append(Mark(at, label, FURTHER if close else BELOW, event.materiality))
    return tuple(marks)


def _ticks(start: datetime, end: datetime, most: int) -> list[datetime]:
    """Return the first days of months, or single days, few enough to be read."""
    if end - start < SHORT:
        return _days(start, end, most)
    months = range(start.year * 12 + start.month, end.year * 12 + end.month)
    step = next((s for s in _MONTHS if len(months) / s <= most), _MONTHS[-1])
    return [
        datetime(month // 12, month % 12 + 1, 1, tzinfo=start.tzinfo)
        for month in months
        if month % step == 0
    ]


def _days(start: datetime, end: datetime, most: int) -> list[datetime]:
    days = (end - start).days
    step = timedelta(days=max(1, -(-days // most)))
    first = start.replace(hour=0, minute=0, second=0, microsecond=0) + step
    return [first + n * step for n in range((end - first) // step + 1)]


def _label(at: datetime, *, days: bool) -> str:
    return f"{at.day} {at:%b}" if days else f"{at:%b %Y}"

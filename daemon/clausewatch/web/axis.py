"""Changes on one axis of time, a row for each document, as an inline SVG.

Weight is told by shape and by the number beside it, never by colour alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clausewatch.core.event import Event
from clausewatch.render.wording import plain

WIDTH: Final = 720
ROW: Final = 58
LEFT: Final = 16
BELOW: Final = 19
FURTHER: Final = 32
MOST_TICKS: Final = 9
CLOSE: Final = 18
"""Marks nearer to one another would have one number upon another."""
SHORT: Final = timedelta(days=100)
"""Below it, months are too coarse."""
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between two ticks, the first that gives few enough."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One change: where it stands, its number, and how much it weighs."""

    x: float
    label: str
    label_y: int
    materiality: int


@dataclass(frozen=True, slots=True)
class Row:
    """One document and its changes, in order."""

    name: str
    y: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """All of the drawing but its ink."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int
    width: int = WIDTH


def axis(marked: Sequence[tuple[Event, str]]) -> Axis | None:
    """Return where each event stands, with its label; None if there are none."""
    if not marked:
        return None
    in_time = sorted(marked, key=lambda one: one[0].observed_at)
    first, last = in_time[0][0].observed_at, in_time[-1][0].observed_at
    margin = max((last - first) / 20, timedelta(days=2))
    start, length = first - margin, last - first + 2 * margin

    def x(at: datetime) -> float:
        return round(LEFT + (at - start) / length * (WIDTH - 2 * LEFT), 1)

    names = dict.fromkeys(plain(event.document) for event, _ in in_time)
    rows = []
    for n, document in enumerate(names):
        here = [one for one in in_time if plain(one[0].document) == document]
        rows.append(Row(document, 20 + n * ROW, _marks(here, x)))
    days = length < SHORT
    ticks = tuple(
        (x(at), _label(at, days=days)) for at in _ticks(start, start + length)
    )
    return Axis(tuple(rows), ticks, 20 + len(rows) * ROW + 24)


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


def _ticks(start: datetime, end: datetime) -> list[datetime]:
    """Return the first days of months, or single days, few enough to be read."""
    if end - start < SHORT:
        return _days(start, end)
    months = range(start.year * 12 + start.month, end.year * 12 + end.month)
    step = next((s for s in _MONTHS if len(months) / s <= MOST_TICKS), _MONTHS[-1])
    return [
        datetime(month // 12, month % 12 + 1, 1, tzinfo=start.tzinfo)
        for month in months
        if month % step == 0
    ]


def _days(start: datetime, end: datetime) -> list[datetime]:
    days = (end - start).days
    step = timedelta(days=max(1, -(-days // MOST_TICKS)))
    first = start.replace(hour=0, minute=0, second=0, microsecond=0) + step
    return [first + n * step for n in range((end - first) // step + 1)]


def _label(at: datetime, *, days: bool) -> str:
    return f"{at.day} {at:%b}" if days else f"{at:%b %Y}"

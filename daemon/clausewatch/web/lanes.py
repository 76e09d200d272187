"""How much of a document changed when, and in which topics: an SVG in lanes of time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Final

from clausewatch.library import Brief
from clausewatch.render.wording import spoken

WIDTH: Final = 900
LEFT: Final = 150
RIGHT: Final = 14
NARROW: Final = 350
"""For a phone: letters as large as elsewhere, and less room between them."""
NARROW_LEFT: Final = 132
TALL: Final = 64
"""Of the lane that shows how much changed."""
ROW: Final = 20
MOST_TOPICS: Final = 10
A_TICK: Final = 100
"""Between two ticks about, so that one can be read beside the other."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One change: where it stands, how high, and where it leads."""

    x: float
    height: float
    materiality: int
    event: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One topic, and when it was part of a change."""

    name: str
    y: int
    dots: tuple[tuple[float, int], ...]
    """Where, and how much the change weighs."""


@dataclass(frozen=True, slots=True)
class Plot:
    """All of the drawing but its ink."""

    bars: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int
    left: int
    width: int
    ground: int = TALL + 8


def plot(
    briefs: Sequence[Brief], start: datetime, end: datetime, *, width: int = WIDTH
) -> Plot | None:
    """Return the drawing of these changes; None if there are none."""
    if not briefs:
        return None
    start = min(start, *(brief.event.observed_at for brief in briefs))
    span = max(end - start, timedelta(days=1))
    left = LEFT if width == WIDTH else NARROW_LEFT

    def x(at: datetime) -> float:
        return round(left + (at - start) / span * (width - left - RIGHT), 1)

    ticks = (width - left) // A_TICK
    most = max(brief.words for brief in briefs) or 1
    topics = Counter(topic for brief in briefs for topic in brief.event.topics)
    lanes = tuple(
        Lane(
            spoken(topic),
            TALL + 26 + n * ROW,
            tuple(
                (x(b.event.observed_at), b.event.materiality)
                for b in briefs
                if topic in b.event.topics
            ),
        )
        for n, (topic, _) in enumerate(topics.most_common(MOST_TOPICS))
    )
    return Plot(
        tuple(_bar(brief, x(brief.event.observed_at), most) for brief in briefs),
        lanes,
        tuple((x(at), f"{at.day} {at:%b %Y}") for at in _ticks(start, span, ticks)),
        TALL + 26 + len(lanes) * ROW + 22,
        left,
        width,
    )


def _bar(brief: Brief, x: float, most: int) -> Bar:
    event = brief.event
    # The root: one rewritten policy must not make all other changes invisible.
    height = round(max(4.0, sqrt(brief.words / most) * TALL), 1)
    title = f"{event.observed_at:%Y-%m-%d}: {brief.words} words"
    return Bar(x, height, event.materiality, event.id, title)


def _ticks(start: datetime, span: timedelta, most: int) -> list[datetime]:
    return [start + span * n / most for n in range(most)]

"""A strip of months for each document: how much changed when, small enough for a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clausewatch.library import Bar

MONTHS: Final = 18
STEP: Final = 8
HEIGHT: Final = 18
_TALL: Final = (6, 8, 12, 16)
"""How high a month stands, by the weight of its heaviest change."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Paths of an SVG, one for each weight that occurs, and the same in words."""

    paths: tuple[tuple[int, str], ...]
    label: str
    width: int = MONTHS * STEP
    height: int = HEIGHT


def months(now: datetime) -> tuple[str, ...]:
    """Return the months that a strip shows, the present one last."""
    last = now.year * 12 + now.month - 1
    return tuple(
        f"{number // 12:04d}-{number % 12 + 1:02d}"
        for number in range(last - MONTHS + 1, last + 1)
    )


def first_of(months: Sequence[str], now: datetime) -> datetime:
    """Return when the first month of a strip began."""
    year, month = map(int, months[0].split("-"))
    return now.replace(
        year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0
    )


def strip(bars: Sequence[Bar], months: Sequence[str]) -> Strip:
    """Return the strip of one document."""
    at = {month: number for number, month in enumerate(months)}
    drawn: dict[int, list[str]] = {}
    shown = [bar for bar in bars if bar.month in at]
    for bar in sorted(shown, key=lambda bar: bar.month):
        x, tall = at[bar.month] * STEP + 1, _TALL[bar.weight]
        drawn.setdefault(bar.weight, []).append(f"M{x} {HEIGHT - 1}v-{tall}h6v{tall}z")
    changes = sum(bar.count for bar in shown)
    return Strip(
        tuple((weight, "".join(parts)) for weight, parts in sorted(drawn.items())),
        f"{changes or 'no'} {'change' if changes == 1 else 'changes'} of substance "
        f"in {MONTHS} months",
    )

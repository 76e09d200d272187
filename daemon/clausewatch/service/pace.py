"""What the daemon is to do, and how fast."""

from dataclasses import dataclass
from datetime import timedelta

from clausewatch.core.model import Watch
from clausewatch.ports import Sink
from clausewatch.service.check import LONGEST_LOOK_S


@dataclass(frozen=True, slots=True)
class Plan:
    """What the watchlist asks for: what is watched, and who is told."""

    watches: tuple[Watch, ...]
    sinks: tuple[Sink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the bells ring, in real time, and how much is taken on at once.

    `lease` and `overdue_after` are times of the daemon's clock: whoever compresses
    the clock stretches them.
    """

    tick: timedelta = timedelta(seconds=1)
    outbox: timedelta = timedelta(seconds=5)
    report: timedelta = timedelta(minutes=1)
    concurrency: int = 8
    lease: timedelta = timedelta(seconds=LONGEST_LOOK_S + 300)
    overdue_after: timedelta = timedelta(minutes=30)
    stop_within: timedelta = timedelta(seconds=25)

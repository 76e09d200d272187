"""When a watch is looked at next; a pure rule, so that tests choose time and chance.

Steady schedules are our own sum; crontab expressions are APScheduler's. It numbers
the days of the week from Monday, unlike crontab: the watchlist takes only names.
"""

from collections.abc import Container, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from apscheduler.triggers.cron import CronTrigger

from clausewatch.core.model import Cron, Every, Schedule, Watch, WatchId
from clausewatch.core.outcome import Assessment, Awaiting, Inaccessible, Suspect

CONFIRM_AFTER: Final = timedelta(minutes=2)
CONFIRM_SPREAD: Final = timedelta(minutes=3)
"""A change is looked at again after 2 to 5 minutes: long enough for an edge cache to
settle or an editor to finish, short enough to be told the same hour."""
DOUBT_AFTER: Final = timedelta(minutes=15)
"""First second look at what is not believed to be the document; doubles from there."""
LONGEST_BACKOFF: Final = timedelta(days=1)
LONGEST_RETRY_AFTER: Final = timedelta(days=7)
"""A publisher may ask us to stay away, but not for so long that the watch is dead."""
_MOST_DOUBLINGS: Final = 16


def next_delay(every: timedelta, failures: int, *, jitter: float) -> timedelta:
    """Return how long to wait before the next check of a watch.

    The wait doubles with each failure in a row, up to one day, and never falls
    below `every`: a publisher in trouble is not helped by more requests.

    Args:
        every: The wait when all is well.
        failures: Failed checks in a row; 0 after a success.
        jitter: Share of the wait to add, 0 to 1. Passed in, so tests choose it.

    Raises:
        ValueError: `failures` is negative.

    Source:
        A publisher's `Retry-After` (RFC 9110 §10.2.3) is applied by the caller.
    """
    if failures < 0:
        message = f"failures: expected 0 or more, got {failures}"
        raise ValueError(message)
    doubled = every * (1 << min(failures, _MOST_DOUBLINGS))
    return max(min(doubled, LONGEST_BACKOFF), every) * (1 + jitter)


def regular(
    schedule: Schedule, *, at: datetime, chance: float, failures: int = 0
) -> datetime:
    """Return when the schedule alone wants the next look; `chance` is 0 to 1.

    Crontab times are the operator's word: neither chance nor failures move them.
    """
    match schedule:
        case Every(interval, jitter):
            return at + next_delay(interval, failures, jitter=jitter * chance)
        case Cron(expression):
            return _next_cron(expression, at)


def first_looks(
    watches: Iterable[Watch], known: Container[WatchId], *, at: datetime
) -> dict[WatchId, datetime]:
    """Return when listed watches are due: a new one at once, others on schedule."""
    return {
        watch.id: regular(watch.schedule, at=at, chance=0) if watch.id in known else at
        for watch in watches
    }


def next_look(
    schedule: Schedule,
    found: Assessment,
    *,
    at: datetime,
    chance: float,
    retry_after: timedelta | None = None,
) -> datetime:
    """Return when to look again after a look at `at` that came to `found`.

    What awaits confirmation or is in doubt is looked at sooner, but never later than
    the schedule wants. `Retry-After` is the only thing that can make it later still.
    """
    soonest = regular(schedule, at=at, chance=chance)
    held = found.history.held
    match found.outcome:
        case Awaiting():
            due = min(soonest, at + CONFIRM_AFTER + CONFIRM_SPREAD * chance)
        case Suspect():
            looks = held.looks if held else 1
            due = min(soonest, at + _doubling(looks - 1))
        case Inaccessible() if held and not held.told:
            # Something still waits to be believed: a page that then fails must not
            # push its second look beyond the next regular one.
            due = min(soonest, at + _doubling(found.history.failures - 1))
        case Inaccessible():
            failures = found.history.failures
            due = regular(schedule, at=at, chance=chance, failures=failures)
        case _:
            due = soonest
    return max(due, at + min(retry_after or timedelta(), LONGEST_RETRY_AFTER))


def _doubling(times: int) -> timedelta:
    return DOUBT_AFTER * (1 << max(0, min(times, _MOST_DOUBLINGS)))


def _next_cron(expression: str, at: datetime) -> datetime:
    # One second on, or a look at the very second would be followed by itself.
    after = (at + timedelta(seconds=1)).astimezone(UTC)
    when = _trigger(expression).get_next_fire_time(None, after)
    if not isinstance(when, datetime):
        message = f"cron: expected a time that comes, got {expression!r}"
        raise ValueError(message)  # noqa: TRY004
    return when


@lru_cache(maxsize=1024)
def _trigger(expression: str) -> CronTrigger:
    return CronTrigger.from_crontab(expression, timezone=UTC)

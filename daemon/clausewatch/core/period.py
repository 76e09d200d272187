"""A time as people write it, and what they mean by a day that something ends on."""

from datetime import UTC, date, datetime, timedelta
from typing import Final


def time_of(text: str, *, ends: bool = False) -> datetime:
    """Return the time that `2026-09-18` or `2026-09-18T10:00Z` means.

    A time without a zone is in UTC. Who asks until a day means with that day, so that
    ends where the next one begins; a time is itself.

    Raises:
        ValueError: it is neither.
    """
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return min(at, _LAST_DAY) + _DAY if ends and _is_day(text) else at
    # A zone may lead beyond the first or the last day that there is.
    except (ValueError, OverflowError) as error:
        raise ValueError(f"expected a day or a time, got {text!r}") from error


def last_day(until: datetime) -> date | None:
    """Return the last day before a time that is the end of one; None in the middle."""
    return None if until.timetz() != _MIDNIGHT else (until - _DAY).date()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_DAY: Final = timedelta(days=1)
_LAST_DAY: Final = datetime(9999, 12, 30, tzinfo=UTC)
_MIDNIGHT: Final = datetime(2000, 1, 1, tzinfo=UTC).timetz()

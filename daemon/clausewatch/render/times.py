"""Days and times as people read them, the same wherever they stand."""

from datetime import date, datetime


def day(at: date) -> str:
    """Return a day so that nobody mistakes day and month: 18 Sep 2025."""
    return f"{at.day} {at:%b %Y}"


def moment(at: datetime) -> str:
    """Return a time to the minute, with its zone."""
    return f"{day(at)}, {at:%H:%M} UTC"


def exact(at: datetime) -> str:
    """Return a time to the second, to be cited."""
    return f"{day(at)}, {at:%H:%M:%S} UTC"


def between(first: datetime, last: datetime) -> str:
    """Return the time between two looks, shorter where it is within a day."""
    if first.date() == last.date():
        return f"{day(last)}, between {first:%H:%M} and {last:%H:%M} UTC"
    return f"between {moment(first)} and {moment(last)}"

"""What a list is asked to show, read from an address and written back into one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from starlette.exceptions import HTTPException

from clausewatch.core.event import Direction
from clausewatch.core.model import Threshold
from clausewatch.core.period import time_of
from clausewatch.core.topicbook import TOPICS
from clausewatch.library import Brief, Place, Wanted
from clausewatch.web.site import Visit

NAMES: Final = (
    "weight",
    "service",
    "watch",
    "topic",
    "signal",
    "direction",
    "since",
    "until",
)
_NOTHING: Final[Mapping[str, str]] = {}
_Kind = TypeVar("_Kind", bound=StrEnum)
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LONGEST: Final = 18
"""Digits of such a time; a number of as many fits wherever it is held against one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a list."""

    wanted: Wanted
    given: Mapping[str, str]
    """The same as in the address, without what is empty."""


def asked(visit: Visit, of: Mapping[str, str] = _NOTHING) -> Asked:
    """Return what an address asks for; without a weight, what is of substance.

    Args:
        of: What the path itself asks for, whatever stands behind it.

    Raises:
        HTTPException: 400, a value is none of those that there are.
    """
    given = {name: text for name in NAMES if (text := visit.query(name))} | {**of}
    direction = given.get("direction")
    since, until = _day(given, "since"), _day(given, "until", ends=True)
    if since and until and since >= until:
        message = f"since: expected a time before until, got {given['since']!r}"
        raise HTTPException(400, f"{message} and {given['until']!r}")
    if topic := given.get("topic", ""):
        _known(visit, topic)
    return Asked(
        Wanted(
            least=_one_of(Threshold, "weight", given.get("weight", "substantive")),
            service=given.get("service", ""),
            watch=given.get("watch", ""),
            topic=topic,
            signal=given.get("signal", ""),
            direction=_one_of(Direction, "direction", direction) if direction else None,
            since=since,
            until=until,
        ),
        given,
    )


def place(visit: Visit) -> Place | None:
    """Return where the page before this one ended."""
    text = visit.query("before")
    if not text:
        return None
    at, dot, seq = text.partition(".")
    if not (dot and at.isascii() and seq.isascii() and at.isdigit() and seq.isdigit()):
        raise HTTPException(400, f"before: expected a place in a list, got {text!r}")
    if len(at) > _LONGEST or len(seq) > _LONGEST or int(at) > _LAST:
        raise HTTPException(400, "before: lies beyond all that can be")
    return Place(_EPOCH + int(at) * _MICROSECOND, int(seq))


def placed(brief: Brief) -> str:
    """Return the place of a brief, for an address."""
    return f"{(brief.event.observed_at - _EPOCH) // _MICROSECOND}.{brief.seq}"


def _known(visit: Visit, topic: str) -> None:
    """Refuse a topic that no rule tells, nor any event has."""
    # What is cheap to know first: rules of an operator's own may name others.
    if topic in TOPICS or topic in visit.library.named()["topics"]:
        return
    known = sorted({*TOPICS, *visit.site.rulebook().topics.listeners})
    if topic not in known:
        message = f"topic: expected one of {', '.join(known)}, got {topic!r}"
        raise HTTPException(400, message)


def _one_of(kind: type[_Kind], name: str, text: str) -> _Kind:
    try:
        return kind(text)
    except ValueError as error:
        known = ", ".join(member.value for member in kind)
        message = f"{name}: expected one of {known}, got {text!r}"
        raise HTTPException(400, message) from error


def _day(given: Mapping[str, str], name: str, *, ends: bool = False) -> datetime | None:
    text = given.get(name)
    if not text:
        return None
    try:
        return time_of(text, ends=ends)
    except ValueError as error:
        message = f"{name}: expected a day such as 2025-09-18, got {text!r}"
        raise HTTPException(400, message) from error

"""What a report is on, and the promises that were lost in that time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clausewatch.core.model import WatchId
from clausewatch.core.promise import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What the report is on, and when it was made."""

    service: str
    since: datetime | None
    until: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A promise that went, or that was weakened, within the time of the report."""

    before: str
    now: str
    """How it reads now; empty if it is gone."""
    document: str
    since: datetime
    at: datetime
    number: int | None
    """The change that did it, where the report has it."""


def lost(
    span: Span,
    promises: Sequence[Promise],
    documents: Mapping[WatchId, str],
    numbers: Mapping[tuple[WatchId, datetime], int],
) -> list[Lost]:
    """Return the promises that went or weakened in this time, in that order of time.

    `numbers` are those of the changes, by watch and observation.
    """
    found = []
    for promise in promises:
        at = promise.gone or promise.weakened
        if at is None or at > span.until or (span.since and at < span.since):
            continue
        was = [w.text for w in promise.wordings if w.until == at]
        found.append(
            Lost(
                before=promise.text if promise.gone or not was else was[-1],
                now="" if promise.gone else promise.text,
                document=documents.get(promise.watch, promise.watch),
                since=promise.first,
                at=at,
                number=numbers.get((promise.watch, at)),
            )
        )
    return sorted(found, key=lambda lost: lost.at)

"""What the API answers: frozen values, whose types are its schema."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from clausewatch.core.digest import Json
from clausewatch.core.event import Direction, Signal, StatedDates, Verdict, weighs
from clausewatch.core.model import Document, Kind, Threshold, WatchId
from clausewatch.core.promise import Promise
from clausewatch.library import Brief, Paper, Stood, Version
from clausewatch.render.wording import plain

CloudEvent = NewType("CloudEvent", dict[str, Json])
"""An event just as it is told to sinks."""

CloudChange = NewType("CloudChange", dict[str, Json])
"""One changed clause, just as in an event."""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service and how many of its documents are kept."""

    service: str
    documents: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Services:
    """All services, by name."""

    services: tuple[ServiceRow, ...]


@dataclass(frozen=True, slots=True)
class Watches:
    """Documents and how they stand, by service and name."""

    watches: tuple[Paper, ...]
    overdue: tuple[WatchId, ...]
    """Those that should have been looked at by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event without its changes; its own address has them."""

    id: str
    type: str
    watch: WatchId
    service: str
    document: str
    kind: Kind
    url: str
    vantage: str
    observed_at: datetime
    previous_at: datetime | None
    weight: Threshold
    verdict: Verdict | None
    materiality: int
    confidence: str
    topics: tuple[str, ...]
    direction: Direction
    signals: tuple[Signal, ...]
    stated_date: StatedDates
    summary: str
    clauses: int
    words: int


@dataclass(frozen=True, slots=True)
class Events:
    """A page of events, the newest first; `next` is the cursor of the page after it."""

    total: int
    events: tuple[EventRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Versions:
    """What a document showed, oldest first."""

    paper: Paper
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One version of a document, as it was read."""

    version: Version
    document: Document


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two versions; `is_judged` is false where it is too much."""

    before: Version
    after: Version
    is_judged: bool
    changes: tuple[CloudChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A clause that has the words, and for how long it stood; `until` is when it went."""

    watch: WatchId
    service: str
    document: str
    path: tuple[str, ...]
    text: str
    first_at: datetime
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of clauses that have the words, the best first."""

    clauses: tuple[Hit, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Marks:
    """The names that events go by, to filter them with."""

    topics: tuple[str, ...]
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promises:
    """What a service's documents promise or promised, document by document."""

    promises: tuple[Promise, ...]


def event_row(brief: Brief) -> EventRow:
    """Return an event as a list has it."""
    event = brief.event
    return EventRow(
        id=event.id,
        type=event.type.value,
        watch=event.watch,
        service=event.service,
        document=event.document,
        kind=event.kind,
        url=event.url,
        vantage=event.vantage,
        observed_at=event.observed_at,
        previous_at=event.previous_at,
        weight=weighs(event),
        verdict=event.verdict,
        materiality=event.materiality,
        confidence=event.confidence,
        topics=event.topics,
        direction=event.direction,
        signals=event.signals,
        stated_date=event.stated_date,
        summary=event.summary,
        clauses=brief.clauses,
        words=brief.words,
    )


def hit(found: Stood) -> Hit:
    """Return a clause that was found, without the marks around the words."""
    return Hit(
        watch=found.watch,
        service=found.service,
        document=found.document,
        path=found.path,
        text=plain(found.text.translate(_UNMARKED)),
        first_at=found.stay.first_at,
        since=found.stay.since,
        until=found.stay.until,
    )


_UNMARKED: Final = {2: None, 3: None}

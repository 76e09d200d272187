"""What pages, feeds and reports ask of what is kept: values, and one protocol.

Lists are made of briefs, which are read from columns; an event with all its changes is
revived only where one event is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clausewatch.core.blame import Stay
from clausewatch.core.event import Direction, Event
from clausewatch.core.model import Capture, Digest, Document, Kind, Threshold, WatchId
from clausewatch.core.opinion import Opinion
from clausewatch.core.promise import Promise
from clausewatch.ports import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """An event as a list shows it."""

    seq: int
    event: Event
    """Without its changes."""
    clauses: int
    """How many clauses changed."""
    words: int
    """How many words came or went in what decided its verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events are asked for; what is empty or None asks for nothing."""

    least: Threshold = Threshold.ALL
    service: str = ""
    """Of its watches, whatever it was called when they were told."""
    watch: str = ""
    topic: str = ""
    signal: str = ""
    direction: Direction | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ends: the observation and number of its last event."""

    observed_at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A watched document as the overview shows it."""

    watch: WatchId
    service: str
    document: str
    kind: Kind
    url: str
    vantage: str
    listed: bool
    state: State
    remark: str
    due: datetime
    last_look: datetime | None
    last_good: datetime | None
    changed_at: datetime | None
    """When the last change of substance was observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One content that a document showed, from then until the next."""

    number: int
    """Among those of its watch, from 1 in order of time."""
    watch: WatchId
    seen_at: datetime
    document: Digest
    capture: Digest
    outcome: str
    """What brought it: `first-seen`, `changed`, `returned` or `rebased`."""


@dataclass(frozen=True, slots=True)
class Received:
    """When the very bodies came that an event names; None where none is on record.

    An event's own times are those of the text, which a page may show with other bytes
    each time that it is asked for.
    """

    capture: datetime | None = None
    previous: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """One clause of a document, found by its words, and for how long it stood there."""

    watch: WatchId
    service: str
    document: str
    key: int
    """By `blame.keys`."""
    path: tuple[str, ...]
    text: str
    """With the words that were searched between \\x02 and \\x03."""
    stay: Stay


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a document was not seen, between two looks that saw it."""

    since: datetime
    """The last look that saw it."""
    until: datetime | None
    """The first look that saw it again; None while none has."""
    failed: int
    """Looks in between that could not see it; 0 where none was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How closely a document was looked at within a time."""

    watch: WatchId
    looks: int
    failed: int
    """Those that did not see the document."""
    changes: int = 0
    """Changes of substance that were observed in that time."""
    differences: int = 0
    """Looks that found another text than the one before, whatever it weighed."""
    first: datetime | None
    """The first look that saw it."""
    last: datetime | None
    gaps: tuple[Gap, ...] = ()
    """In order of time."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many words changed in a watch within one month, by topic."""

    watch: WatchId
    month: str
    """Such as `2025-09`."""
    weight: int
    """The heaviest of its changes: 0 to 3."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """How many there are of what."""

    watches: Mapping[str, int]
    """Listed ones, by state."""
    events: Mapping[str, int]
    """By the highest threshold that they pass."""
    deliveries: Mapping[tuple[str, str], int]
    """Those that are pending or dead, by sink and state."""
    last_look: datetime | None
    next_due: datetime | None


class Library(Protocol):
    """The read side of the store, for people; every method is quick and changes nothing."""

    def briefs(
        self, wanted: Wanted, *, before: Place | None = None, limit: int
    ) -> tuple[Brief, ...]:
        """Return events, the newest observation first."""
        ...

    def counted(self, wanted: Wanted) -> int:
        """Return how many events there are of those asked for."""
        ...

    def event(self, event_id: str) -> Event | None:
        """Return an event by its id, or by a prefix that only one event has."""
        ...

    def promises(self, service: str) -> tuple[Promise, ...]:
        """Return what a service's documents promise or promised, watch by watch."""
        ...

    def renamed(self, service: str) -> str:
        """Return what a service is called now that had this name; empty if none had."""
        ...

    def opinions(self, event_id: str) -> tuple[Opinion, ...]:
        """Return what models made of an event; generated, and no evidence."""
        ...

    def beside(self, event: Event) -> tuple[Brief | None, Brief | None]:
        """Return the changes of the same watch before and after this event."""
        ...

    def papers(
        self, *, service: str = "", watches: Sequence[WatchId] = ()
    ) -> tuple[Paper, ...]:
        """Return all documents, or those of a service, or those named; by name."""
        ...

    def bars(self, watches: Sequence[WatchId], since: datetime) -> tuple[Bar, ...]:
        """Return what changed in each month, for strips of history."""
        ...

    def named(self) -> Mapping[str, tuple[str, ...]]:
        """Return the `topics` and `signals` that any event has, by those two names."""
        ...

    def coverage(
        self,
        watches: Sequence[WatchId],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Mapping[WatchId, Coverage]:
        """Return how closely each of these was looked at; all of them are in it."""
        ...

    def services(self) -> tuple[str, ...]:
        """Return the names of all services that have a document, by name."""
        ...

    def versions(self, watch: WatchId) -> tuple[Version, ...]:
        """Return what a document showed, oldest first."""
        ...

    def document(self, digest: Digest) -> Document:
        """Return a reading; raises StoreError if it is absent."""
        ...

    def capture(self, body: Digest) -> Capture | None:
        """Return the first capture that had this body."""
        ...

    def received(self, event: Event) -> Received:
        """Return when the bodies came that an event names.

        Of several times, the first since the event was observed, and of the body before
        the last until `previous_at`; where none is on that side, the nearest to it.
        """
        ...

    def begun(self) -> datetime | None:
        """Return when the first look of all was; None while there was none."""
        ...

    def came(self, watch: WatchId, body: Digest, since: datetime) -> datetime | None:
        """Return when a body came first since then, or else last before."""
        ...

    def stays(self, watch: WatchId) -> Mapping[int, Stay]:
        """Return for how long each clause of any version stood, by `blame.keys`."""
        ...

    def search(self, text: str, *, limit: int, skip: int = 0) -> tuple[Stood, ...]:
        """Return clauses of any version that have all these words, the best first.

        Words in quotation marks must follow one another; `train*` finds training.
        Where very many have them, the newest come first.
        """
        ...

    def tallies(self) -> Tallies:
        """Return how many there are of what, for figures."""
        ...

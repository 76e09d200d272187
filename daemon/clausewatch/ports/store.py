"""What is kept of watches and of what was told, and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from clausewatch.core.digest import rfc3339
from clausewatch.core.event import Event, EventType
from clausewatch.core.history import History
from clausewatch.core.model import Capture, Digest, Document, Watch, WatchId
from clausewatch.core.promise import Promise
from clausewatch.ports.pages import Validators


class State(StrEnum):
    """How a watch is doing, for people."""

    NEW = "new"
    FINE = "fine"
    AWAITING = "awaiting"
    SUSPECT = "suspect"
    INACCESSIBLE = "inaccessible"


LATE: Final = timedelta(minutes=30)
"""Up to this a look may be late: a machine that slept works through what is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that is kept of a watch between two looks."""

    watch: WatchId
    history: History = History()
    state: State = State.NEW
    due: datetime
    last_look: datetime | None = None
    """When we last asked, whatever came of it."""
    last_good: datetime | None = None
    """When we last saw the document."""
    failures: int = 0
    """Looks in a row at which the page could not be had."""
    remark: str = ""
    """Why it is not fine, in a few words."""
    validators: Validators = Validators()
    full_due: datetime | None = None
    """When to ask without validators again: a 304 is only the server's word."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A watch that is ours to check until the lease runs out."""

    standing: Standing
    token: int
    """Grows with every claim of a watch; `settle` refuses an older one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Everything that one look writes, in one transaction."""

    claim: Claim
    standing: Standing
    looked_at: datetime
    outcome: str
    """The outcome's name in lower case, such as `unchanged`."""
    detail: str = ""
    """Its stage or reason."""
    capture: Capture | None = None
    documents: tuple[tuple[Digest, Document], ...] = ()
    """New readings; the first is that of the capture, where it was read."""
    events: tuple[Event, ...] = ()
    deliveries: tuple[tuple[str, str, datetime], ...] = ()
    """Event id, sink name, and when it may first be sent."""
    promises: tuple[Promise, ...] = ()
    """Those that are new, reworded, dropped or made again; most looks find none."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one sink."""

    id: int
    event: Event
    sink: str
    state: DeliveryState
    attempts: int
    next_at: datetime
    created_at: datetime
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a watch, as it was written down."""

    watch: WatchId
    looked_at: datetime
    outcome: str
    detail: str
    capture: Digest | None
    document: Digest | None

    @property
    def about(self) -> tuple[str, str, str | None]:
        """What the log says of it, too: watch, time and capture."""
        return self.watch, rfc3339(self.looked_at), self.capture


class Store(Protocol):
    """Everything but the blobs. All methods raise StoreError when the disk refuses."""

    def enrol(self, watches: Sequence[Watch], due: Mapping[WatchId, datetime]) -> None:
        """Make rows for watches that have none, due at the given times.

        A watch that is no longer listed keeps its history and is never claimed.
        A known watch keeps its due time unless the given one is earlier.
        """
        ...

    def enrolled(self) -> frozenset[WatchId]:
        """Return the ids of all watches that have a row and are listed; cheap."""
        ...

    def claim(
        self, now: datetime, *, limit: int, lease_until: datetime
    ) -> tuple[Claim, ...]:
        """Return watches that are due and not claimed, longest overdue first."""
        ...

    def claim_one(
        self, watch: WatchId, now: datetime, *, lease_until: datetime
    ) -> Claim | None:
        """Return the watch due or not; None while another holds it."""
        ...

    def release(self, claim: Claim) -> None:
        """Give a claim back unused; the watch stays due as it was."""
        ...

    def release_all(self) -> None:
        """Give back all claims; for whoever alone may hold any, before the first."""
        ...

    def settle(self, settlement: Settlement) -> None:
        """Write all of it in one transaction, and end the claim.

        Raises:
            ClaimLostError: the claim's token is not the newest; nothing was written.
            StoreError: the disk refused.
        """
        ...

    def standing(self, watch: WatchId) -> Standing | None:
        """Return what is kept of a watch."""
        ...

    def standings(self) -> tuple[Standing, ...]:
        """Return what is kept of all enrolled watches, by id.

        Their histories come without `contents` and without sketches: those of 10,000
        watches fill hundreds of megabytes, and a claim brings its own.
        """
        ...

    def document(self, digest: Digest) -> Document:
        """Return a reading; raises StoreError if it is absent."""
        ...

    def capture(self, body: Digest) -> Capture | None:
        """Return the first capture that had this body."""
        ...

    def promises(self, service: str) -> tuple[Promise, ...]:
        """Return what a service's documents promise or promised, watch by watch.

        Those of a watch in the order in which they were first made.
        """
        ...

    def promises_of(self, watch: WatchId) -> tuple[Promise, ...]:
        """Return what one document promises or promised, oldest first."""
        ...

    def pledge(self, watch: WatchId, ledger: Sequence[Promise]) -> None:
        """Put a ledger that was made anew in the place of the one that is kept."""
        ...

    def siblings(self, watch: Watch, at: datetime) -> tuple[tuple[int, ...], ...]:
        """Return the hashes of what other pages of its host showed then and shortly before.

        A few pages, not all: those of a large host say no more together.
        """
        ...

    def filed(
        self, *, after: int = 0, limit: int
    ) -> tuple[tuple[int, WatchId, Digest], ...]:
        """Return number, watch and body of captures, in the order they were filed."""
        ...

    def looks(self, watch: WatchId, *, limit: int | None = None) -> tuple[Look, ...]:
        """Return the looks at a watch, newest first."""
        ...

    def event(self, event_id: str) -> Event | None:
        """Return an event by its id, or by a prefix that only one event has."""
        ...

    def events(
        self,
        *,
        since: datetime | None = None,
        watch: WatchId | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[tuple[int, Event]]:
        """Return sequence number and event, in the order they were told."""
        ...

    def told_of(
        self, service: str, types: Sequence[EventType], *, since: datetime | None = None
    ) -> tuple[Event, ...]:
        """Return a service's events of these types, as told, the newest 200; cheap."""
        ...

    def pending(self, now: datetime, *, sink: str, limit: int) -> tuple[Delivery, ...]:
        """Return deliveries of a sink that may be sent now, oldest first."""
        ...

    def next_delivery(self, sinks: Sequence[str]) -> datetime | None:
        """Return when the next pending delivery to any of these sinks may be sent."""
        ...

    def delivered(self, delivery: Delivery, at: datetime) -> None:
        """Write down that the sink took it."""
        ...

    def refused(
        self, delivery: Delivery, *, error: str, retry_at: datetime | None
    ) -> None:
        """Write down that it did not; dead if there is no time to retry at."""
        ...

    def deliveries(self, state: DeliveryState | None = None) -> tuple[Delivery, ...]:
        """Return deliveries, newest first."""
        ...

    def revive(self, ids: Sequence[int], at: datetime) -> int:
        """Make dead deliveries pending again; return how many there were."""
        ...

    def overdue(self, before: datetime) -> tuple[WatchId, ...]:
        """Return the listed watches that were due before then, longest first; cheap."""
        ...

    def next_due(self) -> datetime | None:
        """Return when the next watch may be claimed: it is due and any lease is over."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...

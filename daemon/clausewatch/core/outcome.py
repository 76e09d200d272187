"""What a look at a watch came to: a closed union, and what follows from it."""

from dataclasses import dataclass
from typing import TypeAlias

from clausewatch.core.event import Event
from clausewatch.core.history import History
from clausewatch.core.model import Digest, Document


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """The page was seen for the first time; nothing to compare it with."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The page says what it said.

    `stage` is where the cascade stopped: `304`, `bytes`, `markup`,
    `fingerprint` or `words`.
    """

    stage: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The page shows a content that it has shown before."""


@dataclass(frozen=True, slots=True)
class Rebased:
    """We read the page with better rules; what differs for that is not a change."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The page shows a content that it has not shown before."""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A plausible change, to be looked at again in minutes before it is told."""

    looks: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """What came is not believed to be the document; the last good one stands."""

    why: str


@dataclass(frozen=True, slots=True)
class Inaccessible:
    """We did not get to see the page; the last document stands."""

    reason: str
    retry: bool


Outcome: TypeAlias = (
    FirstSeen
    | Unchanged
    | Returned
    | Rebased
    | Changed
    | Awaiting
    | Suspect
    | Inaccessible
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What one look came to, and all that has to be written down for it."""

    outcome: Outcome
    history: History
    """What to remember of the watch from now on."""
    events: tuple[Event, ...] = ()
    """What to tell, in the order it happened; most looks tell nothing."""
    documents: tuple[tuple[Digest, Document], ...] = ()
    """Readings to be kept, under their digests, where the cascade went that far."""

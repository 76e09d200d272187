"""A promise of a document, as a value: what the ledger holds of each."""

from dataclasses import dataclass
from datetime import datetime

from clausewatch.core.model import WatchId


@dataclass(frozen=True, slots=True)
class Wording:
    """How a promise read, until it was reworded."""

    text: str
    until: datetime
    """The capture that first showed other words."""
    weaker: bool = False
    """Whether those were less protective."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which a promise was not made, before it was made again."""

    gone: datetime
    """The first capture without it."""
    again: datetime
    """The first capture that had it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One commitment of one document."""

    watch: WatchId
    key: str
    """Names it within its watch, however it is reworded."""
    kind: str
    """What it is: `promise` (we do not), `right` (you can), `limit` (only), …"""
    text: str
    """As it reads now, or read last."""
    words: str
    """What counts of the text."""
    path: tuple[str, ...] = ()
    first: datetime
    """The capture that first showed it."""
    last: datetime | None = None
    """The last capture that showed it; None while it stands."""
    gone: datetime | None = None
    """The first capture that did not; None while it stands."""
    weakened: datetime | None = None
    """When its words last became less protective."""
    wordings: tuple[Wording, ...] = ()
    """How it read before, oldest first."""
    absences: tuple[Absence, ...] = ()
    """When it was not made, before now; oldest first."""

    @property
    def stands(self) -> bool:
        """Say whether the document still makes it."""
        return self.gone is None

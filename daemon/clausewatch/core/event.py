"""What others are told: one event, and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from clausewatch.core.model import Digest, EditKind, Kind, Threshold, WatchId, WordSpan


class EventType(StrEnum):
    """The CloudEvents `type`, reverse-DNS as the specification asks."""

    CHANGED = "org.clausewatch.policy.changed"
    RETURNED = "org.clausewatch.policy.returned"
    REBASED = "org.clausewatch.policy.rebased"
    FIRST_SEEN = "org.clausewatch.watch.first-seen"
    SUSPECT = "org.clausewatch.document.suspect"
    INACCESSIBLE = "org.clausewatch.document.inaccessible"
    RECOVERED = "org.clausewatch.document.recovered"
    PATTERN = "org.clausewatch.service.pattern"


class Verdict(StrEnum):
    """What kind of difference it is; the strongest that applies."""

    SUBSTANTIVE = "substantive"
    EDITORIAL = "editorial"
    HOUSEKEEPING = "housekeeping"
    EXTRACTION = "extraction"
    VARIANT = "variant"


class Direction(StrEnum):
    """What it means for the person whose data or rights it is."""

    LESS = "less"
    MORE = "more"
    MIXED = "mixed"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed clause, as it is told."""

    kind: EditKind
    path: tuple[str, ...]
    before: str
    after: str
    words: tuple[WordSpan, ...] = ()
    verdict: Verdict
    why: str
    """The rule that decided, and the words it went by."""
    topics: tuple[str, ...] = ()
    moved: bool = False
    direction: Direction = Direction.NEUTRAL
    """Which way its phrases point; the event's is weighed over all of them."""
    because: tuple[str, ...] = ()
    """What led to topics, direction and weight: one line a rule, with its words."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something about a change that a reader should know, with what shows it."""

    name: str
    evidence: str


@dataclass(frozen=True, slots=True)
class StatedDates:
    """What the document said of its own date, before and after."""

    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the proof lies: digests of the bodies, and the newest checkpoint."""

    capture: Digest
    previous: Digest | None = None
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change among those that make a pattern."""

    event: str
    """The id of the event that told it; of a view that is compared, its capture."""
    watch: WatchId
    document: str
    kind: Kind
    url: str
    vantage: str
    observed_at: datetime
    summary: str
    topics: tuple[str, ...] = ()
    direction: Direction = Direction.NEUTRAL
    signals: tuple[str, ...] = ()
    materiality: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What several changes tell together."""

    name: str
    """`documents-follow`, `vantage-differs` or `vantage-agrees`."""
    id: str
    """The same however often the pattern is told as it grows."""
    steps: tuple[Step, ...]
    """In the order in which they were observed."""
    follows: str = ""
    """The id of the event that told this pattern before it grew or was resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a watch, told under one id however often it is sent."""

    id: str
    type: EventType
    watch: WatchId
    service: str
    document: str
    """What people call the document, such as `privacy policy`."""
    url: str
    kind: Kind
    vantage: str
    observed_at: datetime
    """When the text was first seen; the bytes of `evidence` may have come later."""
    previous_at: datetime | None
    """When the text before was last seen; the bytes of `evidence` may be older."""
    revision: int
    """How many contents the head of this watch has had, this one included."""
    verdict: Verdict | None
    """None where nothing was compared: the page was seen first, or not seen."""
    materiality: int = 0
    confidence: str = "high"
    """`high`, `low`, or `unconfirmed` where no second look was possible."""
    topics: tuple[str, ...] = ()
    direction: Direction = Direction.NEUTRAL
    signals: tuple[Signal, ...] = ()
    stated_date: StatedDates = StatedDates(None, None)
    summary: str = ""
    reason: str = ""
    """The rule that decided the verdict, in one line."""
    because: tuple[str, ...] = ()
    """What led to topics, direction and materiality of the whole: one line a rule."""
    changes: tuple[Change, ...] = ()
    pattern: Pattern | None = None
    """Of an event of type `PATTERN`: what happened, step by step."""
    evidence: Evidence


def weighs(event: Event) -> Threshold:
    """Return the highest threshold that this event still passes.

    A page that became suspect or inaccessible, or recovered, passes the default
    threshold: an operator who hears nothing must be able to trust the silence.
    """
    if event.type is EventType.PATTERN:
        # Several changes of weight together, so never less than important.
        return _BY_MATERIALITY[max(event.materiality, IMPORTANT)]
    if event.type is not EventType.CHANGED:
        return _BY_TYPE.get(event.type, Threshold.ALL)
    if event.verdict is Verdict.SUBSTANTIVE:
        return _BY_MATERIALITY[event.materiality]
    return _BY_VERDICT.get(event.verdict, Threshold.ALL)


_BY_TYPE: Final = {
    EventType.SUSPECT: Threshold.SUBSTANTIVE,
    EventType.INACCESSIBLE: Threshold.SUBSTANTIVE,
    EventType.RECOVERED: Threshold.SUBSTANTIVE,
}
IMPORTANT: Final = 2
"""The materiality from which on a change is important."""
_BY_MATERIALITY: Final = (
    Threshold.SUBSTANTIVE,
    Threshold.SUBSTANTIVE,
    Threshold.IMPORTANT,
    Threshold.CRITICAL,
)
_BY_VERDICT: Final[Mapping[Verdict | None, Threshold]] = {
    Verdict.EDITORIAL: Threshold.EDITORIAL,
    Verdict.HOUSEKEEPING: Threshold.HOUSEKEEPING,
}


def passes(event: Event, threshold: Threshold) -> bool:
    """Say whether an event weighs enough for a sink with this threshold."""
    order = list(Threshold)
    return order.index(weighs(event)) >= order.index(threshold)

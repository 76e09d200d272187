"""How sure an event is, in words: that it changed is one thing, how it leans another."""

from typing import Final

from clausewatch.core.event import Direction, Event, EventType, Verdict

_SEEN: Final = {
    EventType.CHANGED: "it changed: yes, seen twice",
    EventType.PATTERN: "last change: yes, seen twice",
}
_ONCE: Final = {
    EventType.CHANGED: "it changed: seen once, not looked at again yet",
    EventType.PATTERN: "last change: seen once, not looked at again yet",
}
_OTHERS: Final = {
    EventType.RETURNED: "yes; it is the same text as then",
    EventType.REBASED: "yes; the same page was read by both rules",
    EventType.FIRST_SEEN: "seen once; there is nothing to compare it with yet",
    EventType.SUSPECT: "the last good text stands until the page can be read again",
    EventType.INACCESSIBLE: "the last good text stands until the page can be read again",
    EventType.RECOVERED: "yes; it is the document that stood before, or a later one",
}


def sureness(event: Event) -> str:
    """Return how sure it is that the page changed, and which way that leans."""
    if event.type not in _SEEN:
        return _OTHERS[event.type]
    if event.confidence == "unconfirmed":
        return f"{_ONCE[event.type]}; read the clauses"
    seen, leans = _SEEN[event.type], leaning(event)
    return f"{seen}; direction: {leans}" if leans else seen


def leaning(event: Event) -> str:
    """Return how sure the direction is; empty where no direction was asked for."""
    if event.verdict is not Verdict.SUBSTANTIVE or event.confidence == "unconfirmed":
        return ""
    if event.direction is Direction.NEUTRAL:
        return "none that we can tell"
    if event.confidence == "high":
        return "sure"
    return "less sure, read the clauses"


def doubt(event: Event) -> str:
    """Return in two words what is unsure of a change; empty if nothing is."""
    if event.confidence == "unconfirmed":
        return "seen once"
    unsure = event.confidence == "low" and event.direction is not Direction.NEUTRAL
    return "direction less sure" if unsure else ""

"""Looks that bring no new page: the page stands as it was, or it could not be had."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from clausewatch.core import tell
from clausewatch.core.event import Event
from clausewatch.core.history import Content, History
from clausewatch.core.model import Watch
from clausewatch.core.outcome import Assessment, Inaccessible, Suspect, Unchanged
from clausewatch.core.variants import remember, seen_again

PERSISTS_AFTER: Final = 3
"""Looks in a row after which trouble is told: one may be a hiccup, two bad luck."""


def unchanged(history: History, *, at: datetime, stage: str) -> Assessment:
    """Return what it comes to that the page is as it was at the last good look."""
    head = history.head
    if head is not None:
        head = seen_again(head, at, head.fingerprint)
        history = with_head(history, head)
    return Assessment(
        outcome=Unchanged(stage),
        history=replace(
            history,
            held=None,
            last_look=at,
            failures=0,
            failing_since=None,
            inaccessible=False,
        ),
    )


def not_modified(watch: Watch, history: History, *, at: datetime) -> Assessment:
    """Return what it comes to that the server says that nothing is new."""
    recovered = tell.recovered(watch, history, at)
    return with_news(unchanged(history, at=at, stage="304"), recovered)


def unavailable(
    watch: Watch, history: History, *, at: datetime, reason: str, retry: bool
) -> Assessment:
    """Return what it comes to that the page could not be had."""
    failures = history.failures + 1
    since = history.failing_since or at
    tells = failures >= PERSISTS_AFTER and not history.inaccessible
    now = replace(
        history,
        last_look=at,
        failures=failures,
        failing_since=since,
        inaccessible=history.inaccessible or tells,
    )
    event = tell.inaccessible(watch, now, since=since, reason=reason)
    return Assessment(
        outcome=Inaccessible(reason, retry), history=now, events=(event,) * tells
    )


def with_head(history: History, head: Content) -> History:
    """Return the history with this content as the one that the page shows."""
    return replace(history, head=head, contents=remember(history.contents, head))


def with_news(
    found: Assessment, recovered: Event | None, flickered: Event | None = None
) -> Assessment:
    """Return the assessment with the news that the document is back, if it is.

    So it is with a change that was waited for and is gone again: nobody is woken,
    but it stays on record.
    """
    if isinstance(found.outcome, Suspect):
        return found
    back = flickered if isinstance(found.outcome, Unchanged) else None
    news = tuple(event for event in (recovered, back) if event is not None)
    return replace(found, events=(*news, *found.events))

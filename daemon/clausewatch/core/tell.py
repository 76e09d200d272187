"""Outcomes become events: who, when, what, and an id that repeats with its cause."""

from dataclasses import replace
from datetime import datetime

from clausewatch.core import signals
from clausewatch.core.digest import canonical, rfc3339, sha256
from clausewatch.core.event import Event, EventType, Evidence, StatedDates, Verdict
from clausewatch.core.history import Content, Held, History
from clausewatch.core.judge import Judgement
from clausewatch.core.model import Digest, Document, Watch


def event_id(watch: Watch, kind: EventType, *cause: str) -> str:
    """Return an id that names the cause: the same cause, looked at twice, is one event.

    32 hexadecimal characters of a SHA-256 over watch, type and cause.
    """
    return sha256(canonical([watch.id, kind, *cause]).encode())[:32]


def _event(
    watch: Watch,
    history: History,
    kind: EventType,
    *,
    at: datetime,
    previous_at: datetime | None,
    evidence: Evidence,
    cause: str,
    summary: str,
    reason: str = "",
    verdict: Verdict | None = None,
) -> Event:
    return Event(
        id=event_id(watch, kind, str(history.revision), cause),
        type=kind,
        watch=watch.id,
        service=watch.service,
        document=watch.name,
        url=watch.url,
        kind=watch.kind,
        vantage=watch.vantage,
        observed_at=at,
        previous_at=previous_at,
        revision=history.revision,
        verdict=verdict,
        summary=summary,
        reason=reason,
        evidence=evidence,
    )


def changed(
    watch: Watch,
    history: History,
    judged: Judgement,
    *,
    base: Content,
    at: datetime,
    confirmed: bool,
) -> Event:
    """Return the event of a content that the page has not shown before."""
    event = _event(
        watch,
        history,
        EventType.CHANGED,
        at=at,
        previous_at=base.last_seen,
        evidence=_evidence(history, base),
        cause=_head(history).words,
        summary=judged.summary,
        reason=judged.reason,
        verdict=judged.verdict,
    )
    told = replace(
        event,
        materiality=judged.materiality,
        confidence=judged.confidence if confirmed else "unconfirmed",
        topics=judged.topics,
        direction=judged.direction,
        signals=judged.signals,
        because=judged.because,
        stated_date=judged.stated,
        changes=judged.changes,
    )
    return replace(told, signals=(*told.signals, *signals.timed(told)))


def first_seen(watch: Watch, history: History, document: Document) -> Event:
    """Return the event of a page that is watched from now on."""
    head = _head(history)
    dates = [found.on for found in document.stated]
    event = _event(
        watch,
        history,
        EventType.FIRST_SEEN,
        at=head.first_seen,
        previous_at=None,
        evidence=Evidence(head.capture),
        cause=head.words,
        summary=f"watched from now on: {len(document.clauses)} clauses",
    )
    return replace(event, stated_date=StatedDates(None, max(dates, default=None)))


def returned(
    watch: Watch, history: History, *, left: Content, since: datetime, at: datetime
) -> Event:
    """Return the event of a page that shows an earlier content again."""
    return _event(
        watch,
        history,
        EventType.RETURNED,
        at=at,
        previous_at=left.last_seen,
        evidence=_evidence(history, left),
        cause=_head(history).words,
        summary=f"shows a text again that it last showed on {since:%Y-%m-%d}",
        reason="known content: the page has shown exactly these words before",
        verdict=Verdict.VARIANT,
    )


def flickered(watch: Watch, history: History, at: datetime) -> Event | None:
    """Return the event of a change that was gone at the second look."""
    held, head = history.held, history.head
    if held is None or held.why or head is None:
        return None
    shown = held.content.first_seen
    return _event(
        watch,
        history,
        EventType.RETURNED,
        at=at,
        previous_at=shown,
        evidence=Evidence(head.capture, held.content.capture),
        cause=rfc3339(shown),
        summary=f"showed another text at {shown:%Y-%m-%d %H:%M} UTC, and no longer does",
        reason="not confirmed: the second look shows the text that stood before",
        verdict=Verdict.VARIANT,
    )


def rebased(watch: Watch, history: History, at: datetime) -> Event:
    """Return the event of our reading the page with other rules."""
    head = _head(history)
    return _event(
        watch,
        history,
        EventType.REBASED,
        at=at,
        previous_at=None,
        evidence=Evidence(head.capture),
        cause=history.recipe,
        summary="read again with newer rules; the publisher changed nothing by this",
        reason=f"recipe {history.recipe}",
        verdict=Verdict.EXTRACTION,
    )


def suspect(watch: Watch, history: History, held: Held) -> Event:
    """Return the event of a page that has not been the document for a while."""
    head = history.head
    return _event(
        watch,
        history,
        EventType.SUSPECT,
        at=held.since,
        previous_at=head.last_seen if head else None,
        evidence=Evidence(held.content.capture, head.capture if head else None),
        cause=rfc3339(held.since),
        summary=f"no longer shows the document: {held.why}",
        reason=f"{held.why}, at {held.looks} looks in a row",
    )


def inaccessible(
    watch: Watch, history: History, *, since: datetime, reason: str
) -> Event:
    """Return the event of a page that has not been to be had for a while."""
    head = history.head
    return _event(
        watch,
        history,
        EventType.INACCESSIBLE,
        at=since,
        previous_at=head.last_seen if head else None,
        evidence=Evidence(head.capture if head else Digest("")),
        cause=rfc3339(since),
        summary=f"cannot be had: {reason}",
        reason=f"{reason}, at {history.failures} looks in a row",
    )


def recovered(watch: Watch, history: History, at: datetime) -> Event | None:
    """Return the event of a document that is back, if its absence had been told."""
    held, head = history.held, history.head
    told = held is not None and held.told
    if head is None or not (told or history.inaccessible):
        return None
    since = held.since if held and told else history.failing_since
    return _event(
        watch,
        history,
        EventType.RECOVERED,
        at=at,
        previous_at=head.last_seen,
        evidence=Evidence(head.capture),
        cause=rfc3339(since or at),
        summary="the document is there again",
    )


def _head(history: History) -> Content:
    if history.head is None:
        message = "an event about a content needs one"
        raise ValueError(message)
    return history.head


def _evidence(history: History, base: Content) -> Evidence:
    return Evidence(_head(history).capture, base.capture)

"""The values that a look reads and writes, for tests of whatever keeps them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from clausewatch.core.digest import sha256
from clausewatch.core.event import Event
from clausewatch.core.history import Content, History
from clausewatch.core.model import (
    Capture,
    Clause,
    Digest,
    Document,
    Every,
    Exchange,
    Kind,
    RecipeId,
    Watch,
    WatchId,
)
from clausewatch.ports import Claim, Settlement, State, Store
from clausewatch.testing.examples import SEEN

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)


def watch_of(name: str) -> Watch:
    """Return a watch of that id."""
    return Watch(
        id=WatchId(name),
        service="Acme",
        url=f"https://acme.example/{name}",
        kind=Kind.PRIVACY,
        schedule=Every(6 * HOUR),
    )


def enrol(store: Store, *names: str, due: datetime = SEEN) -> None:
    """List exactly these watches, all due at one time."""
    store.enrol([watch_of(n) for n in names], {WatchId(n): due for n in names})


def claim(store: Store, name: str = "acme", at: datetime = SEEN) -> Claim:
    """Return the claim of a watch that nobody holds, for ten minutes."""
    got = store.claim_one(WatchId(name), at, lease_until=at + 10 * MINUTE)
    if got is None:
        raise AssertionError(f"{name} is held")
    return got


def capture_of(body: bytes, name: str = "acme", at: datetime = SEEN) -> Capture:
    """Return a capture of these bytes."""
    exchange = Exchange(
        url=f"https://acme.example/{name}",
        final_url=f"https://acme.example/{name}",
        started_at=at - timedelta(microseconds=1234),
        finished_at=at,
        status=200,
        response_headers=(("etag", '"1"'), ("content-type", "text/html")),
    )
    return Capture(
        watch=WatchId(name),
        captured_at=at,
        content_type="text/html",
        body=sha256(body),
        body_bytes=len(body),
        exchange=exchange,
    )


def content_of(number: int, *, seen: datetime = SEEN, clauses: int = 300) -> Content:
    """Return a content unlike that of any other number."""
    name = f"content {number}".encode()
    return Content(
        fingerprint=f"fingerprint-{number}",
        words=f"words-{number}",
        document=sha256(name),
        capture=sha256(name[::-1]),
        first_seen=seen,
        last_seen=seen,
        sketch=tuple(range(number, 1 << 64, (1 << 64) // clauses)),
    )


def document_of(text: str) -> tuple[Digest, Document]:
    """Return a reading of one clause, and its digest."""
    document = Document(recipe=RecipeId("1"), clauses=(Clause(text, text.lower()),))
    return sha256(text.encode()), document


def settlement(
    claim: Claim,
    history: History | None = None,
    *,
    at: datetime = SEEN,
    capture: Capture | None = None,
    documents: tuple[tuple[Digest, Document], ...] = (),
    events: tuple[Event, ...] = (),
    sinks: Sequence[str] = (),
) -> Settlement:
    """Return what a look writes whose next is due six hours later."""
    standing = replace(
        claim.standing,
        history=claim.standing.history if history is None else history,
        state=State.FINE,
        due=at + 6 * HOUR,
        last_look=at,
        last_good=at,
    )
    return Settlement(
        claim=claim,
        standing=standing,
        looked_at=at,
        outcome="changed" if events else "unchanged",
        capture=capture,
        documents=documents,
        events=events,
        deliveries=tuple((e.id, sink, at) for e in events for sink in sinks),
    )

"""A little store with a past, and a site on it that a test asks in this process."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx

from clausewatch.archive.blobs import Blobs
from clausewatch.core.digest import sha256
from clausewatch.core.event import EventType, Evidence, Verdict
from clausewatch.core.history import History
from clausewatch.core.model import Kind, Watch, WatchId
from clausewatch.core.promise import Promise
from clausewatch.fetch.decode import PageDecoder
from clausewatch.store import open_store
from clausewatch.testing.clock import FakeClock
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.looks import (
    HOUR,
    capture_of,
    claim,
    content_of,
    document_of,
    settlement,
)
from clausewatch.web.access import Access
from clausewatch.web.app import create
from clausewatch.web.site import Site

DAY = timedelta(days=1)
TEXTS = (
    "We never use your data for training.",
    "We use your data for training, unless you object.",
    "We use your data for training.",
)
WATCHES = {"acme-privacy": "Acme", "acme-faq": "Acme", "umbra-terms": "Umbra"}


def filled(folder):
    """Return a store in which each watch showed three texts, a day apart."""
    store, blobs = open_store(folder), Blobs(folder)
    watches = [
        Watch(
            id=WatchId(name),
            service=service,
            url=f"https://{name}.example/",
            kind=Kind.PRIVACY,
            schedule=None,
            title=name.partition("-")[2],
        )
        for name, service in WATCHES.items()
    ]
    store.enrol(watches, {watch.id: SEEN for watch in watches})
    for number, text in enumerate(TEXTS):
        for watch in watches:
            show(store, blobs, watch, number, text)
    return store


def show(store, blobs, watch, number, text):
    at = SEEN + number * DAY
    digest, document = document_of(text)
    body = f"<p>{text}".encode()
    blobs.keep(body)
    content = replace(
        content_of(number, clauses=3), document=digest, capture=sha256(body)
    )
    held = claim(store, watch.id, at)
    history = History(revision=number + 1, head=content, contents=(content,))
    made = settlement(
        held,
        history,
        at=at,
        capture=capture_of(body, watch.id, at),
        documents=((digest, document),),
        events=(told(watch, number, at, body),),
        sinks=("log",),
    )
    outcome = "changed" if number else "first-seen"
    store.settle(replace(made, outcome=outcome, promises=pledged(watch, number)))


def pledged(watch, number):
    """Return the promise that the second text does not make any more."""
    promise = Promise(
        watch=watch.id,
        key="training",
        kind="promise",
        text=TEXTS[0],
        words="never training",
        first=SEEN,
    )
    return (replace(promise, gone=SEEN + DAY) if number else promise,)


def told(watch, number, at, body):
    kind = EventType.CHANGED if number else EventType.FIRST_SEEN
    quiet = {"verdict": Verdict.EDITORIAL, "materiality": 0, "topics": ()}
    return example(
        kind,
        id=f"{number}-{watch.id}",
        watch=watch.id,
        service=watch.service,
        document=watch.name,
        url=watch.url,
        observed_at=at,
        previous_at=at - 6 * HOUR if number else None,
        revision=number + 1,
        evidence=Evidence(sha256(body), None, f"note {number}\n"),
        **(quiet if watch.id == "acme-faq" and number == 1 else {}),
    )


@asynccontextmanager
async def visiting(folder, *, access=None, now=SEEN + 2 * DAY + HOUR, **more):
    """Enter the site of a folder; what is entered asks as a browser here would."""
    site = Site(
        open_library=lambda: open_store(folder, read_only=True),
        blobs=Blobs(folder),
        decoder=PageDecoder(),
        clock=FakeClock(now),
        access=access or Access(),
        **more,
    )
    app = create(site)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as visitor,
    ):
        visitor.app = app
        yield visitor

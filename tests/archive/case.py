"""A home in which a page has changed, with failures in between and a stamp after."""

from contextlib import closing
from datetime import timedelta

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.stamper import Authority, Stamper
from clausewatch.core.digest import sha256
from clausewatch.core.event import EventType
from clausewatch.core.model import WatchId
from clausewatch.errors import CaptureError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.fetch.http import HttpFetcher
from clausewatch.ports import Fetched
from clausewatch.service.check import Checker
from clausewatch.service.clock import SystemClock
from clausewatch.store import open_store
from clausewatch.testing.clock import FakeClock
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import HOUR, capture_of, watch_of

OLD = "We never share your personal data with anybody for the training of AI models."
NEW = "We share your personal data with our affiliates for the training of AI models."
_MORE = [
    f"Clause {n} says what it has always said about topic number {n}, at some length."
    for n in range(40)
]


def page(text):
    body = "".join(f"<p>{one}</p>" for one in [text, *_MORE])
    return f"<html><body><h1>Privacy policy</h1>{body}</body></html>".encode()


def answer(text, at, watch):
    body = page(text)
    return Fetched(capture_of(body, watch.id, at), body)


def refusal():
    message = "expected an answer in time, got: nothing"
    return CaptureError(message, reason="timeout", retry=True)


def play(home, *, others=0, between=False):
    """Return the id of the event that tells the change."""
    notary, store = Notary(home), open_store(home)
    with closing(notary), closing(store):
        checker = Checker(
            store=store,
            blobs=Blobs(home),
            notary=notary,
            decoder=PageDecoder(),
            clock=FakeClock(SEEN),
            confirm=False,
            chance=lambda: 0.0,
            strict=True,
        )
        watches = [watch_of(name) for name in ("acme", "other")]
        store.enrol(watches, {watch.id: SEEN for watch in watches})

        def look(hours, came, watch):
            at = SEEN + hours * HOUR
            claim = store.claim_one(watch.id, at, lease_until=at + timedelta(1))
            checker.take(watch, claim, came(at), at)

        acme, other = watches
        look(0, lambda at: answer(OLD, at, acme), acme)
        for _ in range(others):
            look(0, lambda at: answer("The same.", at, other), other)
        look(6, lambda at: answer(OLD, at, acme), acme)
        if between:  # the text before once more, on a page of other bytes
            look(9, lambda at: answer(f"{OLD} ", at, acme), acme)
        look(12, lambda _: refusal(), acme)
        look(13, lambda at: answer("The same.", at, other), other)
        look(18, lambda at: answer(NEW, at, acme), acme)
        found = [e for _, e in store.events() if e.type is EventType.CHANGED]
    (event,) = found
    assert event.watch == WatchId("acme")
    assert event.evidence.capture == sha256(page(NEW))
    return event.id


async def stamp(home, local, name="local", *, disk=None, roots=None):
    """Have the newest checkpoint stamped."""
    fetcher = HttpFetcher(SystemClock(), allow=frozenset({"127.0.0.1"}))
    with closing(Notary(home)) as notary:
        stamper = Stamper(
            home,
            [Authority(name, local.url, roots or local.roots)],
            poster=fetcher,
            clock=FakeClock(SEEN + 20 * HOUR),
            newest=_later(lambda: notary.newest),
            record=_later(notary.append),
            disk=disk,
        )
        await stamper.turn()
    await fetcher.close()


def _later(call):
    async def run(*arguments):
        return call(*arguments)

    return run

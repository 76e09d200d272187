"""One watch, once: fetch it, read it, settle it.

`Checker.look` is what the daemon does. Its second half, `Checker.take`, is what a
backtest does with recorded captures, so that both go the very same way.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from clausewatch.core.assess import assess
from clausewatch.core.event import Event, passes
from clausewatch.core.history import History
from clausewatch.core.model import Digest, Document, Page, Threshold, Watch
from clausewatch.core.outcome import Assessment
from clausewatch.core.promise import Promise
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.unseen import not_modified, unavailable
from clausewatch.errors import CaptureError, ClausewatchError, StoreError
from clausewatch.ports import (
    Blobs,
    Claim,
    Clock,
    Decoder,
    Fetched,
    Fetcher,
    NotModified,
    Settlement,
    Sink,
    Standing,
    Store,
)
from clausewatch.service import told
from clausewatch.service.evidence import Notary, attempt_of, witnessed
from clausewatch.service.pledges import pledges, turns
from clausewatch.service.settled import (
    Answer,
    ask_with,
    detail_of,
    name_of,
    standing_after,
)
from clausewatch.service.thread import StoreThread
from clausewatch.service.together import Together

LONGEST_LOOK_S: Final = 600.0
"""A look that hangs for longer is given up; a lease must last longer than this."""
INTERNAL: Final = "internal-error"
UNREADABLE: Final = "evidence-unreadable"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """One look, judged and written down."""

    found: Assessment
    settlement: Settlement
    error: str = ""
    """Why what was received could not be read."""


class Checker:
    """Looks at watches.

    Args:
        fetcher: None where all answers are recorded and come through `take`.
        notary: Keeps the evidence log; None where nothing is kept.
        sinks: By name; they say when an event that is told now may first be sent.
        rulebook: What changes are judged by; called when a page shows a new text.
        confirm: Whether a plausible change is looked at again before it is told.
        strict: Raise bugs in reading, once they are settled, instead of going on.
        chance: A number from 0 to 1 for the jitter.
    """

    def __init__(
        self,
        *,
        store: Store,
        blobs: Blobs,
        decoder: Decoder,
        clock: Clock,
        fetcher: Fetcher | None = None,
        notary: Notary | None = None,
        thread: StoreThread | None = None,
        sinks: Mapping[str, Sink] | None = None,
        rulebook: Callable[[], Rulebook] = Rulebook,
        confirm: bool = True,
        strict: bool = False,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.sinks: Mapping[str, Sink] = sinks or {}
        self.thresholds: Mapping[str, Threshold] = {}
        """Of the sinks that have one of their own; it goes before the watch's."""
        self.rulebook = rulebook
        self._store = store
        self._decoder = decoder
        self._blobs = blobs
        self._clock = clock
        self._fetcher = fetcher
        self._notary = notary
        self._thread = thread or StoreThread()
        self._archive = _Archive(store, blobs, decoder)
        self.together = Together(store, self._archive.document)
        self._confirm = confirm
        self._strict = strict
        self._chance = chance
        self._slowly = asyncio.Lock()

    async def look(self, watch: Watch, claim: Claim) -> Taken:
        """Return what one look came to, once it is settled.

        Raises:
            StoreError: it could not be written down; the claim is still held.
        """
        begun = time.perf_counter()
        answer = await self._ask(watch, claim.standing)
        asked = time.perf_counter()
        now = self._clock.now()
        page = await self._ahead(claim.standing.history, answer)
        taken = await self._thread.run(self.take, watch, claim, answer, now, page)
        ended = time.perf_counter()
        told.check_done(
            taken.settlement,
            answer,
            fetch_s=asked - begun,
            take_s=ended - asked,
            error=taken.error,
        )
        for event in taken.found.events:
            told.event_told(event)
        return taken

    def take(
        self,
        watch: Watch,
        claim: Claim,
        answer: Answer,
        at: datetime,
        page: Callable[[], Page] | None = None,
    ) -> Taken:
        """Return what an answer came to, once it is settled.

        Runs in the store's thread; `page` is the answer's, where it is decoded
        already. A bug in reading one page is settled like a page that could not be
        had: the watch is looked at again, and the others go on.

        Raises:
            StoreError: it could not be written down; the claim is still held.
        """
        if isinstance(answer, Fetched):
            self._keep(answer, claim.standing.history)
        if self._notary is not None:
            # After the bytes and before the verdict, whatever was answered. A crash
            # from here on leaves a line of a look that is not settled: it was made
            # all the same, and the repeated one gets a line of its own.
            recorded = self._fetcher is None
            self._notary.record(attempt_of(watch, answer, at, recorded=recorded))
        bug: Exception | None = None
        said = ""
        try:
            found = self._judge(watch, claim.standing.history, answer, at, page)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with this page
            bug = None if isinstance(error, ClausewatchError) else error
            found = self._failed(watch, claim.standing.history, error, at)
            said = str(error)
        more = self.together.found(watch, found, self.rulebook)
        found = replace(found, events=self._witnessed((*found.events, *more), at))
        settlement = self._settlement(watch, claim, answer, found, at)
        # One transaction, whatever happened: a look that records no next one would
        # be due again at once, forever. If we crash before it, the lease runs out
        # and the look is repeated; if we crash after it, the outbox delivers.
        self._store.settle(settlement)
        if bug is not None and self._strict:
            raise bug
        return Taken(found, settlement, said)

    def _witnessed(self, events: tuple[Event, ...], at: datetime) -> tuple[Event, ...]:
        if self._notary is None or not events:
            return events
        # A crash after this leaves a checkpoint that no event carries; it is as good
        # as any other, and the repeated look signs another.
        return witnessed(events, self._notary, at)

    async def _ask(self, watch: Watch, standing: Standing) -> Answer:
        assert self._fetcher is not None, "a recording does not look"  # noqa: S101
        known = ask_with(watch, standing, self._clock.now())
        try:
            async with asyncio.timeout(LONGEST_LOOK_S):
                return await self._fetcher.fetch(watch, known=known)
        except CaptureError as error:
            return error
        except TimeoutError:
            message = f"{watch.id}: no end after {LONGEST_LOOK_S:.0f} s ({watch.url})"
            return CaptureError(message, reason="timeout", retry=True)
        except Exception as error:  # a bug in fetching one page stays with its watch
            if self._strict:
                raise
            log.exception("look.crashed", watch=watch.id, url=watch.url)
            message = f"{watch.id}: could not be fetched for a fault of ours: {error!r}"
            return CaptureError(message, reason=INTERNAL, retry=False)

    def _keep(self, fetched: Fetched, history: History) -> None:
        # The bytes are durable before they are read: a crash from here on leaves a
        # blob that no row names, which the repeated look finds by its digest.
        if fetched.capture.body != history.last_body:
            self._blobs.keep(fetched.body)

    async def _ahead(
        self, history: History, answer: Answer
    ) -> Callable[[], Page] | None:
        """Return a page that takes long, decoded where it keeps nobody waiting.

        One at a time: each may take as much memory as all the rest of us.
        """
        if not isinstance(answer, Fetched) or not self._decoder.is_slow(answer.body):
            return None
        if answer.capture.body == history.last_body:
            return None
        await self._thread.run(self._keep, answer, history)
        async with self._slowly:
            reading = asyncio.get_running_loop().run_in_executor(
                None, self._decoder.decode, answer.body, answer.capture.content_type
            )
            await asyncio.wait([reading])
        return reading.result

    def _judge(
        self,
        watch: Watch,
        history: History,
        answer: Answer,
        at: datetime,
        page: Callable[[], Page] | None,
    ) -> Assessment:
        match answer:
            case CaptureError():
                return unavailable(
                    watch, history, at=at, reason=answer.reason, retry=answer.retry
                )
            case NotModified():
                return not_modified(watch, history, at=at)
            case Fetched(capture=capture, body=body):
                return assess(
                    watch,
                    capture,
                    history,
                    page=page
                    or (lambda: self._decoder.decode(body, capture.content_type)),
                    archive=self._archive,
                    rulebook=self.rulebook,
                    confirm=self._confirm,
                )

    def _failed(
        self, watch: Watch, history: History, error: Exception, at: datetime
    ) -> Assessment:
        """Return what a page comes to that was received but could not be read."""
        match error:
            case CaptureError(reason=reason, retry=retry):
                pass
            case StoreError():
                # What it should be compared with is gone or broken. Only this watch
                # waits: one bad blob must not make us blind to all other pages.
                log.error("evidence.unreadable", watch=watch.id, error=str(error))
                reason, retry = UNREADABLE, True
            case _:
                log.error("look.crashed", watch=watch.id, exc_info=error)
                reason, retry = INTERNAL, False
        return unavailable(watch, history, at=at, reason=reason, retry=retry)

    def _settlement(
        self,
        watch: Watch,
        claim: Claim,
        answer: Answer,
        found: Assessment,
        at: datetime,
    ) -> Settlement:
        chance = self._chance()
        return Settlement(
            claim=claim,
            standing=standing_after(
                watch, claim.standing, answer, found, at=at, chance=chance
            ),
            looked_at=at,
            outcome=name_of(found.outcome),
            detail=detail_of(found.outcome),
            capture=answer.capture if isinstance(answer, Fetched) else None,
            documents=found.documents,
            events=found.events,
            deliveries=tuple(self._deliveries(watch, found.events, at)),
            promises=self._promises(watch, claim.standing.history, found),
        )

    def _promises(
        self, watch: Watch, before: History, found: Assessment
    ) -> tuple[Promise, ...]:
        if not turns(before, found.history):
            return ()
        phrases = self.rulebook().phrases
        return pledges(self._store, watch.id, before, found, phrases)

    def _deliveries(
        self, watch: Watch, events: Sequence[Event], at: datetime
    ) -> Iterator[tuple[str, str, datetime]]:
        """Yield who is told what, from when; a sink that is not there gets it later."""
        for event in events:
            told = {
                name
                for one in self.together.audience(watch, event)
                for name in one.sinks
                if passes(event, self.thresholds.get(name, one.threshold))
            }
            for name in sorted(told):
                sink = self.sinks.get(name)
                yield event.id, name, sink.first_at(at) if sink else at


class _Archive:
    """What the core may ask for: earlier readings, and earlier captures read again."""

    def __init__(self, store: Store, blobs: Blobs, decoder: Decoder) -> None:
        self._store = store
        self._blobs = blobs
        self._decoder = decoder

    def document(self, digest: Digest) -> Document:
        return self._store.document(digest)

    def page(self, body: Digest) -> Page:
        capture = self._store.capture(body)
        if capture is None:
            message = f"capture {body}: expected a record of it, got none"
            raise StoreError(message)
        return self._decoder.decode(self._blobs.read(body), capture.content_type)

    def siblings(self, watch: Watch, at: datetime) -> Sequence[Sequence[int]]:
        return self._store.siblings(watch, at)

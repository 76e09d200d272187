"""A daemon in a process of its own, which a strike may kill at any durable write."""

import asyncio
from datetime import timedelta

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.core.model import Threshold
from clausewatch.service.check import Checker
from clausewatch.service.loop import Daemon
from clausewatch.service.pace import Pace, Plan
from clausewatch.service.thread import StoreThread
from clausewatch.store import open_store
from clausewatch.testing.clock import CompressedClock
from clausewatch.testing.faults import Die, FaultyDisk, faulty_commit
from service.world import Ledger, PlainDecoder, Site, watch

ACME = watch(every=timedelta(hours=6), threshold=Threshold.ALL)
HOURS_A_SECOND = 3600 * 12
PACE = Pace(
    tick=timedelta(milliseconds=5),
    outbox=timedelta(milliseconds=20),
    report=timedelta(seconds=1),
    lease=timedelta(days=2),
    overdue_after=timedelta(days=30),
    concurrency=2,
)


class Wire(Ledger):
    """A sink whose other end is another process: what it got, it keeps."""

    def __init__(self, channel):
        super().__init__()
        self._channel = channel

    async def deliver(self, events):
        for event in events:
            self._channel.send((event.id, event.type.value))


def live(home, start, page, step, nth, channel):
    """Watch one page until told to stop, or until the step is reached."""
    strike = Die(step, nth)
    clock = CompressedClock(start, HOURS_A_SECOND)
    site = Site(clock)
    site.shows(page)
    thread = StoreThread()
    store = open_store(home)
    store.close()  # what is struck is the watching, not the making of the tables
    store = open_store(home, commit=faulty_commit(strike))
    notary = Notary(home, disk=FaultyDisk(strike))
    checker = Checker(
        store=store,
        blobs=Blobs(home, disk=FaultyDisk(strike)),
        notary=notary,
        decoder=PlainDecoder(),
        clock=clock,
        fetcher=site,
        thread=thread,
    )

    async def sign():
        await thread.run(notary.checkpoint, clock.now())

    daemon = Daemon(
        Plan((ACME,), (Wire(channel),)),
        checker=checker,
        store=store,
        thread=thread,
        clock=clock,
        pace=PACE,
        chores={"checkpoint": (PACE.outbox, sign)},
    )
    asyncio.run(daemon.run())

"""A small world for the service: a site, a decoder, a store, and time that we move."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from clausewatch.archive.blobs import Blobs
from clausewatch.core.digest import sha256
from clausewatch.core.model import (
    Capture,
    Every,
    Exchange,
    Kind,
    Media,
    Page,
    Threshold,
    Watch,
    WatchId,
)
from clausewatch.errors import CaptureError, DeliveryError
from clausewatch.ports import Fetched, NotModified, Validators
from clausewatch.service.check import Checker
from clausewatch.service.loop import Daemon
from clausewatch.service.metrics import NoMetrics
from clausewatch.service.pace import Pace, Plan
from clausewatch.service.systemd import Notifier
from clausewatch.service.thread import StoreThread
from clausewatch.store import open_store
from clausewatch.testing.clock import FakeClock

DAY = timedelta(days=1)
LEASE = timedelta(minutes=15)


def watch(name="acme-privacy", every=DAY, **differs):
    fields = {
        "id": WatchId(name),
        "service": "Acme",
        "url": f"https://acme.example/{name}",
        "kind": Kind.PRIVACY,
        "schedule": Every(every),
        "sinks": ("log",),
        "threshold": Threshold.SUBSTANTIVE,
    }
    return Watch(**{**fields, **differs})


def policy(*more):
    clauses = [
        "We collect the name and the e-mail address that you give us.",
        "We keep your messages for thirty days and then delete them.",
        "We do not sell your personal data to anybody.",
        "You may ask us for a copy of your data at any time.",
        "We share data with those who host our servers, under contract.",
        "Write to privacy@acme.example if you have a question.",
        *more,
    ]
    body = "".join(f"<p>{clause}</p>" for clause in clauses)
    return f"<html lang=en><title>Privacy</title><main><h1>Privacy Policy</h1>{body}</main>"


TRAINING = "We use your messages to train artificial intelligence models."


class Site:
    """A fetcher: each watch shows what a test says; `asked` is what we were asked."""

    def __init__(self, clock):
        self.clock = clock
        self.pages = {}
        self.asked = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.content_type = "text/html; charset=utf-8"

    def gate_of(self, _name):
        return self.gate

    def shows(self, page, name="acme-privacy"):
        self.pages[name] = page

    async def fetch(self, watch, *, known):
        self.asked.append((watch.id, known))
        await self.gate_of(watch.id).wait()
        page = self.pages.get(watch.id, policy())
        if isinstance(page, Exception):
            raise page
        now, body = self.clock.now(), page.encode()
        exchange = Exchange(
            url=watch.url,
            final_url=watch.url,
            started_at=now,
            finished_at=now,
            status=200,
        )
        validators = Validators(etag=sha256(body)[:8], url=watch.url)
        if known == validators:
            return NotModified(exchange)
        capture = Capture(
            watch=watch.id,
            captured_at=now,
            content_type=self.content_type,
            body=sha256(body),
            body_bytes=len(body),
            exchange=exchange,
        )
        return Fetched(capture, body, validators)


class PlainDecoder:
    """Every page is UTF-8; one that says so is of a kind that we cannot read."""

    bug: Exception | None = None

    def is_slow(self, body):
        return body.startswith(b"%PDF-")

    def decode(self, body, content_type):
        if self.bug is not None:
            raise self.bug
        if not content_type.startswith("text/html"):
            raise CaptureError(
                f"expected text/html, got {content_type}",
                reason="content-type",
                retry=False,
            )
        return Page(Media.HTML, body.decode())


class Ledger:
    """A sink that writes down what it was told."""

    batches = False

    def __init__(self, name="log"):
        self.name = name
        self.told = []
        self.refuses = False
        self.heard = asyncio.Event()

    def first_at(self, told_at):
        return told_at

    async def deliver(self, events):
        if self.refuses:
            raise DeliveryError(f"{self.name}: not now", retry=True)
        self.told.extend(events)
        self.heard.set()

    async def close(self):
        pass


class Tally(NoMetrics):
    """What the loop has counted: the store itself belongs to its thread."""

    def __init__(self):
        self.looks = []

    def checked(self, settlement):
        self.looks.insert(0, (settlement.standing.watch, settlement.outcome))


@dataclass
class World:
    """Everything that one look needs, in one hand."""

    home: object
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self):
        self.site = Site(self.clock)
        self.decoder = PlainDecoder()
        self.ledger = Ledger()
        self.tally = Tally()
        self.thread = StoreThread()
        self.store = open_store(None)
        self.blobs = Blobs(self.home)
        self.checker = self.make_checker()

    def make_checker(self, **differs):
        fields = {
            "store": self.store,
            "blobs": self.blobs,
            "decoder": self.decoder,
            "clock": self.clock,
            "fetcher": self.site,
            "thread": self.thread,
            "sinks": {"log": self.ledger},
            "chance": lambda: 0.0,
            "strict": True,
        }
        return Checker(**{**fields, **differs})

    def daemon(self, *watches, pace=None, **differs):
        fields = {
            "checker": self.checker,
            "store": self.store,
            "thread": self.thread,
            "clock": self.clock,
            "pace": pace or SWIFT,
            "metrics": self.tally,
        }
        return Daemon(Plan(watches, (self.ledger,)), **{**fields, **differs})

    def outcomes(self, watch):
        """Return what the daemon's looks at a watch came to, newest first."""
        return [outcome for name, outcome in self.tally.looks if name == watch.id]

    def enrol(self, *watches):
        self.store.enrol(watches, {w.id: self.clock.now() for w in watches})

    async def look(self, watch, checker=None):
        """Look once, due or not, and return what it came to."""
        now = self.clock.now()
        claim = self.store.claim_one(watch.id, now, lease_until=now + LEASE)
        return await (checker or self.checker).look(watch, claim)

    def close(self):
        self.thread.close()
        self.store.close()


SWIFT = Pace(
    tick=timedelta(milliseconds=5),
    outbox=timedelta(milliseconds=5),
    report=timedelta(milliseconds=5),
)


class Watcher(Notifier):
    """A service manager that writes down what it hears."""

    def __init__(self):
        super().__init__()
        self.said = []
        self.beats = 0
        self.beat = asyncio.Event()
        self.is_ready = asyncio.Event()

    def ready(self, status):
        self.said.append(f"ready: {status}")
        self.is_ready.set()

    def reloading(self):
        self.said.append("reloading")
        self.is_ready.clear()

    def stopping(self):
        self.said.append("stopping")

    def progress(self):
        self.beats += 1
        self.beat.set()


@asynccontextmanager
async def running(daemon, *, stop=True, within_s=20):
    """Run a daemon while the block lasts; whatever it raises comes out here."""
    async with asyncio.timeout(within_s), asyncio.TaskGroup() as group:
        group.create_task(daemon.run())
        yield daemon
        if stop:
            daemon.stop()


async def until(holds):
    """Return once the condition holds; the caller's timeout bounds it."""
    while not holds():  # noqa: ASYNC110 - a condition over what several tasks do
        await asyncio.sleep(0)

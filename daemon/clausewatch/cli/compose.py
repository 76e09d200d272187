"""The composition root: the only place that knows what stands behind each port."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.compact import Compactor
from clausewatch.archive.lock import instance_lock
from clausewatch.archive.ntp import SIMULATED, clock_state
from clausewatch.archive.stamper import Authority, Stamper
from clausewatch.config import rulebook
from clausewatch.config.settings import Settings, secret
from clausewatch.config.watchlist import (
    STDOUT,
    SinkConfig,
    TimestampConfig,
    Watchlist,
    load,
)
from clausewatch.core.digest import Json
from clausewatch.core.opinion import Opinion
from clausewatch.core.rulebook import Rulebook
from clausewatch.emit.registry import SinkContext, make_sinks
from clausewatch.errors import ConfigError, DeliveryError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.fetch.http import HttpFetcher, Limits
from clausewatch.ports import Clock
from clausewatch.service.bells import Turn
from clausewatch.service.check import Checker
from clausewatch.service.clock import SystemClock
from clausewatch.service.compaction import Compaction
from clausewatch.service.loop import Daemon
from clausewatch.service.metrics import Metrics
from clausewatch.service.pace import Pace, Plan
from clausewatch.service.systemd import Notifier
from clausewatch.service.thread import StoreThread
from clausewatch.store import SqlStore, open_store

LOG_FILE: Final = "events.jsonl"
COMPACT_EVERY: Final = timedelta(hours=1)
STAMP_EVERY: Final = timedelta(minutes=10)
"""An authority that has answered is asked for a new token later than that."""


def rules(extra: Sequence[Path] = ()) -> Callable[[], Rulebook]:
    """Return what reads the rulebook when it is first asked for, and once only.

    Most looks find no change: they need neither its time nor its memory. What an
    operator wrote is read at once, to be told what is wrong with it.

    Raises:
        ConfigError: with every problem found in the extra files.
    """
    if extra:
        found = rulebook.load(extra)
        return lambda: found
    return cache(rulebook.load)


@dataclass(frozen=True, slots=True)
class Plant:
    """Everything that watching needs, put together."""

    where: Settings
    clock: Clock
    store: SqlStore
    thread: StoreThread
    checker: Checker
    fetcher: HttpFetcher
    blobs: Blobs
    notary: Notary

    async def _keep_opinion(self, opinion: Opinion) -> None:
        await self.thread.run(self.store.opine, opinion)

    def plan(self, watchlist: Watchlist) -> Plan:
        """Return what a watchlist asks for; from now on its hosts may be reached.

        Raises:
            ConfigError: a sink cannot be made, or a file with rules is wrong.
        """
        context = SinkContext(
            poster=self.fetcher,
            clock=self.clock,
            home=self.where.logs,
            secret=secret,
            keep_opinion=self._keep_opinion,
            site=watchlist.site,
        )
        if self.where.logs != self.where.home:
            watchlist = _with_change_log(watchlist)
        sinks = make_sinks(
            ((one.name, one.type, one.options) for one in watchlist.sinks), context
        )
        self.fetcher.admit(frozenset(watchlist.network.allow))
        self.checker.together.know(watchlist.watches, watchlist.patterns_within)
        self.checker.rulebook = rules(watchlist.rules)
        self.checker.thresholds = {
            one.name: one.threshold for one in watchlist.sinks if one.threshold
        }
        return Plan(watchlist.watches, tuple(sinks.values()))

    def daemon(
        self,
        watchlist: Watchlist,
        *,
        file: Path | None = None,
        pace: Pace | None = None,
        metrics: Metrics | None = None,
    ) -> Daemon:
        """Return the daemon; it reads `file` again when told to."""
        return Daemon(
            self.plan(watchlist),
            checker=self.checker,
            store=self.store,
            thread=self.thread,
            clock=self.clock,
            reload=None if file is None else lambda: self.plan(load(file)),
            pace=pace or Pace(concurrency=watchlist.network.concurrency),
            notifier=Notifier.from_environment(),
            metrics=metrics,
            chores=self.chores(watchlist),
        )

    def chores(self, watchlist: Watchlist) -> dict[str, tuple[timedelta, Turn]]:
        """Return what the daemon does beside its looks, by name, and how often."""
        compaction = Compaction(
            self.store, lambda: Compactor(self.where.home, self.blobs), self.thread
        )
        return {
            "compaction": (COMPACT_EVERY, compaction.turn),
            "checkpoint": (watchlist.evidence.checkpoint, self._sign),
            **self._stamping(watchlist),
        }

    def _stamping(self, watchlist: Watchlist) -> dict[str, tuple[timedelta, Turn]]:
        asked = watchlist.evidence.timestamps
        if not asked:
            return {}

        async def newest() -> str | None:
            return await self.thread.run(lambda: self.notary.newest)

        async def record(said: dict[str, Json], at: datetime) -> None:
            await self.thread.run(self.notary.append, said, at)

        stamper = Stamper(
            self.where.home,
            list(map(_authority, asked)),
            poster=self.fetcher,
            clock=self.clock,
            newest=newest,
            record=record,
        )
        return {"timestamps": (STAMP_EVERY, stamper.turn)}

    async def _sign(self) -> None:
        await self.thread.run(self.notary.checkpoint, self.clock.now())


def _authority(config: TimestampConfig) -> Authority:
    made = Authority(config.name, config.url, config.roots)
    try:
        made.certificates()
    except DeliveryError as error:
        raise ConfigError(str(error)) from error
    return made


def _with_change_log(watchlist: Watchlist) -> Watchlist:
    """Return the watchlist with a file in systemd's folder for logs as one more sink.

    So `tail -f` shows changes though no sink is named. It takes the place of stdout,
    which would fill the journal with JSON, and keeps out of a file of the same name.
    """
    named = tuple(one for one in watchlist.sinks if one != STDOUT)
    if any(
        one.type == "file" and one.options.get("path", LOG_FILE) == LOG_FILE
        for one in named
    ):
        return watchlist
    own = SinkConfig(name="change-log", type="file", options={"path": LOG_FILE})
    gone = {one.name for one in watchlist.sinks} - {one.name for one in named}
    watches = tuple(
        replace(w, sinks=(*(s for s in w.sinks if s not in gone), own.name))
        for w in watchlist.watches
    )
    return replace(watchlist, sinks=(*named, own), watches=watches)


def make_notary(where: Settings, clock: Clock) -> Notary:
    """Return what keeps and signs the evidence log of a home whose lock is held.

    Raises:
        StoreError: the disk refused, or the log is damaged.
        ConfigError: its key cannot be used.
    """
    # Of the time that a story tells, this machine's clock says nothing.
    state = clock_state if isinstance(clock, SystemClock) else lambda: SIMULATED
    return Notary(where.home, credentials=where.credentials, clock=state)


@asynccontextmanager
async def plant(
    watchlist: Watchlist, where: Settings, clock: Clock, *, confirm: bool = True
) -> AsyncIterator[Plant]:
    """Hold a home for this process alone, with all that watching needs.

    Raises:
        StoreError: another process holds it, or the disk refused.
    """
    network = watchlist.network
    with instance_lock(where.home, now=clock.now()):
        thread = StoreThread()
        notary = await thread.run(make_notary, where, clock)
        store = await thread.run(open_store, where.home)
        # The home is ours alone: who still holds claims was killed in mid-look. Those
        # pages must not wait for the leases to run out.
        await thread.run(store.release_all)
        fetcher = HttpFetcher(
            clock,
            contact=network.contact,
            allow=frozenset(network.allow),
            limits=Limits(gap_s=network.gap.total_seconds()),
        )
        blobs = Blobs(where.home)
        checker = Checker(
            store=store,
            blobs=blobs,
            notary=notary,
            decoder=PageDecoder(),
            clock=clock,
            fetcher=fetcher,
            thread=thread,
            rulebook=rules(watchlist.rules),
            confirm=confirm,
        )
        try:
            yield Plant(where, clock, store, thread, checker, fetcher, blobs, notary)
        finally:
            await thread.run(notary.close)
            await fetcher.close()
            await thread.run(store.close)
            thread.close()

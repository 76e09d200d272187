"""`backtest`, `import`: recorded captures go the way that live ones go."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer
from rich.progress import TextColumn, TimeElapsedColumn

from clausewatch import ports
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.lock import instance_lock
from clausewatch.cli.compose import make_notary, rules
from clausewatch.cli.console import err, print_line, progress
from clausewatch.cli.home import place
from clausewatch.cli.options import HomeOption
from clausewatch.core.cloudevent import to_line
from clausewatch.core.digest import sha256
from clausewatch.core.event import Event
from clausewatch.core.model import Digest, Every, Watch, WatchId
from clausewatch.errors import CaptureError, ConfigError, StoreError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.fetch.recorded import Recording, recordings
from clausewatch.render.wording import count
from clausewatch.service import logs
from clausewatch.service.check import Checker
from clausewatch.service.clock import SystemClock
from clausewatch.service.settled import Answer
from clausewatch.store import open_store

DAILY: Final = Every(timedelta(days=1))
"""Recordings come when they come; a schedule is only there because a watch has one."""
LEASE: Final = timedelta(days=1)
SWEEP: Final = 100_000
"""New values until cycles among them are sought; see `_seldom_swept`."""
BAR_EVERY: Final = 25
"""Captures between two strokes of the progress line."""


Sources: TypeAlias = Annotated[
    list[Path],
    typer.Argument(
        metavar="SOURCE...",
        help="Files or folders of captures (.jsonl, .jsonl.zst, .warc, .warc.gz), "
        "or a git repository of Open Terms Archive.",
    ),
]
Only: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--watch", metavar="WATCH", help="Only this one; may be repeated."),
]


def backtest(
    sources: Sources,
    *,
    watch: Only = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Store it all in the home; else nothing stays."),
    ] = False,
    home: HomeOption = None,
) -> None:
    """Replay recorded captures as if seen live; print every event as a line of JSON.

    Nothing waits for a second look: what is plausible is told from the capture that
    first shows it, and only what looks suspect waits for the next one.
    """
    with _seldom_swept(), _kept(home if keep else None, keep=keep) as replay:
        for event in _played(replay, _chosen(sources, watch)):
            print_line(to_line(event).rstrip("\n"))


def import_(sources: Sources, *, watch: Only = None, home: HomeOption = None) -> None:
    """Take recorded captures into the home, judged as if they had been seen live.

    What they show is in `events` and `history` then; nobody is told. Captures that
    are no newer than what is kept of their watch are left out, so a run that was cut
    short is simply repeated.
    """
    with _seldom_swept(), _kept(home, keep=True) as replay:
        for _ in _played(replay, _chosen(sources, watch)):
            pass


def _played(replay: "Replay", items: Iterator[Recording]) -> Iterator[Event]:
    """Yield what is told of all captures; show how far it is, and sum up."""
    logs.configure(level="warning")
    columns = TextColumn("{task.description}"), TimeElapsedColumn()
    captures = told = 0
    with progress(*columns) as bar:
        task = bar.add_task("reading", total=None)
        for events in replay.take_all(items):
            captures += 1
            told += len(events)
            yield from events
            if captures % BAR_EVERY == 0:
                bar.update(task, description=f"{captures} captures, {told} events")
    late = (
        f"; {replay.late} left out, no newer than what is kept" if replay.late else ""
    )
    err().print(
        f"{count(captures, 'capture')} of {count(replay.pages, 'page')}, "
        f"{count(told, 'event')}{late}"
    )


def _some(source: Path) -> Iterator[Recording]:
    """Yield the captures of a source; one without any is a mistake."""
    found = recordings(source)
    first = next(found, None)
    if first is None:
        raise ConfigError(f"{source}: expected recorded pages, found none")
    yield first
    yield from found


def _chosen(sources: Sequence[Path], only: Sequence[str] | None) -> Iterator[Recording]:
    found = chain.from_iterable(map(_some, sources))
    if not only:
        yield from found
        return
    seen: set[WatchId] = set()
    for item in found:
        seen.add(item.watch)
        if item.watch in only:
            yield item
    if missing := set(only) - seen:
        raise ConfigError(f"{', '.join(sorted(missing))}: no captures of this name")


class _Forgotten:
    """Blobs that nobody will ask for: a replay reads by one recipe from end to end.

    Keeping them in memory instead took 500 MB for 5,000 captures.
    """

    def keep(self, body: bytes) -> Digest:
        return sha256(body)

    def read(self, digest: Digest) -> bytes:
        raise StoreError(f"{digest}: a replay keeps no bytes; use --keep", retry=False)


class Replay:
    """Hands recordings to the checker, each at the time at which it was made."""

    def __init__(
        self, store: ports.Store, blobs: ports.Blobs, notary: Notary | None
    ) -> None:
        self._store = store
        self._checker = Checker(
            store=store,
            blobs=blobs,
            notary=notary,
            decoder=PageDecoder(),
            clock=SystemClock(),
            rulebook=rules(),
            confirm=False,
            chance=lambda: 0.0,
        )
        self._watches: dict[WatchId, Watch] = {}
        self.late = 0
        """Captures that were no newer than what is kept of their watch."""

    @property
    def pages(self) -> int:
        """Return how many pages there were captures of."""
        return len(self._watches)

    def take_all(self, items: Iterator[Recording]) -> Iterator[tuple[Event, ...]]:
        """Yield what is told of each recording."""
        for item in items:
            yield self._take(item)

    def _take(self, item: Recording) -> tuple[Event, ...]:
        at = item.capture.captured_at
        watch = self._watches.get(item.watch) or self._enrol(item, at)
        claim = self._store.claim_one(watch.id, at, lease_until=at + LEASE)
        if claim is None:
            message = f"{watch.id}: a look that was cut short still holds it"
            raise ConfigError(message)
        # Compared with what came after it, a capture shows changes that never were.
        last = claim.standing.last_look
        if last and (at < last or (at == last and self._is_taken(item))):
            self._store.release(claim)
            self.late += 1
            return ()
        return self._checker.take(watch, claim, _answer(item), at).found.events

    def _is_taken(self, item: Recording) -> bool:
        """Say whether the newest look at a watch was this very capture.

        So a run that was cut short, or is simply repeated, goes on where it ended.
        """
        answer = _answer(item)
        body = answer.capture.body if isinstance(answer, ports.Fetched) else None
        return [look.capture for look in self._store.looks(item.watch, limit=1)] == [
            body
        ]

    def _enrol(self, item: Recording, at: datetime) -> Watch:
        watch = Watch(
            id=item.watch,
            service=item.service,
            url=item.url,
            kind=item.kind,
            schedule=DAILY,
        )
        self._watches[watch.id] = watch
        # All of them each time: whoever is not listed is not watched any more.
        watches = tuple(self._watches.values())
        self._store.enrol(watches, {one.id: at for one in watches})
        return watch


def _answer(item: Recording) -> Answer:
    try:
        return item.fetched()
    except CaptureError as error:
        return ports.ExchangeError(error, item.capture.exchange)


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """Seek cycles of garbage seldom: a reading is a hundred thousand values, no cycle.

    It was a twentieth of all time. A process that lives for long leaves this alone.
    """
    before = gc.get_threshold()
    gc.set_threshold(SWEEP, *before[1:])
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@contextmanager
def _kept(home: Path | None, *, keep: bool) -> Iterator[Replay]:
    """Enter a replay in memory, or one that stays in the home."""
    with ExitStack() as stack:
        if not keep:
            store = open_store(None)
            stack.callback(store.close)
            yield Replay(store, _Forgotten(), None)
            return
        where = place(home)
        stack.enter_context(instance_lock(where.home, now=datetime.now(UTC)))
        store = open_store(where.home)
        stack.callback(store.close)
        # The home is ours alone: whoever still holds claims was killed in mid-look.
        store.release_all()
        notary = make_notary(where, SystemClock())
        stack.callback(notary.close)
        yield Replay(store, Blobs(where.home), notary)
        # What was taken in is signed for, whether it told anything or not.
        notary.checkpoint(datetime.now(UTC))

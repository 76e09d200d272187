"""Time and story of the demo: two months in some seconds, nothing left to chance."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from clausewatch.cli.demo.site import Site
from clausewatch.ports import DeliveryState, Store
from clausewatch.service.thread import StoreThread

START: Final = datetime(2025, 8, 1, 9, 0, tzinfo=UTC)
END: Final = datetime(2025, 10, 2, 9, 0, tzinfo=UTC)
POLL_S: Final = 0.005


class StageClock:
    """Runs as the machine's clock does, and jumps ahead when told to.

    A clock that merely ran faster would turn a slow machine's milliseconds into
    hours of the story. This one only jumps while there is nothing to do.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start, self._origin = start, time.monotonic()
        self._jumped = asyncio.Event()

    def now(self) -> datetime:
        """Return the present of the story."""
        return self._start + timedelta(seconds=time.monotonic() - self._origin)

    async def sleep(self, seconds: float) -> None:
        """Return once that much of the story's time has passed."""
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._jumped.wait(), left)

    def jump(self, to: datetime) -> None:
        """Go on from a later time; everybody who sleeps looks at the clock again."""
        if to > self.now():
            self._start, self._origin = to, time.monotonic()
            # A new event, not the same one cleared: who is about to wait on the old
            # one would else sleep through the jump.
            jumped, self._jumped = self._jumped, asyncio.Event()
            jumped.set()


@dataclass(frozen=True, slots=True)
class Scene:
    """What the site shows from a day on."""

    step: int
    on: datetime
    what: str
    until_seen: str = ""
    """The path of a page that must be asked for before the story goes on."""


def _day(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 6, 0, tzinfo=UTC)


SCENES: Final = (
    Scene(1, _day(8, 5), "a new build of the site, and a cookie layer on every page"),
    Scene(2, _day(8, 12), "the settings gain a switch for AI training, on by default"),
    Scene(
        3,
        _day(8, 20),
        "a bot wall stands before the privacy policy",
        until_seen="/legal/privacy-policy",
    ),
    Scene(4, _day(8, 20), "the wall is gone; a promotion and a menu entry are new"),
    Scene(5, _day(9, 2), "the user agreement states a new date, and nothing else"),
    Scene(6, _day(9, 18), "the privacy policy allows the training; its date stays"),
    Scene(7, _day(9, 25), "the FAQ: opting out does not undo training already done"),
    Scene(8, _day(9, 30), "another new build; the promotion goes"),
)


class Audience:
    """Watches the play, and may take its time; this one only lets it go on."""

    async def announce(self, scene: Scene) -> None:
        """See what the site shows from now on."""

    async def idle(self) -> None:
        """See that the daemon has done all there is to do now."""


class Director:
    """Plays the scenes, and lets the time between them pass as fast as it can.

    Time only jumps when the daemon has done all there is to do, and never beyond the
    next thing that it has to do: it looks just as often as it would in life.
    """

    def __init__(
        self,
        *,
        clock: StageClock,
        site: Site,
        store: Store,
        thread: StoreThread,
        audience: Audience,
    ) -> None:
        self._clock = clock
        self._site = site
        self._store = store
        self._thread = thread
        self._audience = audience

    async def play(self) -> None:
        """Return when the story is over."""
        for scene in SCENES:
            await self._pass_until(scene.on)
            self._site.step = scene.step
            await self._audience.announce(scene)
            if scene.until_seen:
                await self._pass_until_seen(scene.until_seen)
        await self._pass_until(END)

    async def _pass_until(self, moment: datetime) -> None:
        while self._clock.now() < moment:
            self._clock.jump(min(await self._next(), moment))
            await self._quiet()

    async def _pass_until_seen(self, path: str) -> None:
        seen = self._site.answers[path]
        while self._site.answers[path] == seen:
            self._clock.jump(await self._next())
            await self._quiet()

    async def _next(self) -> datetime:
        """Return when the daemon next has something to do."""
        return await self._thread.run(lambda: min(self._times(), default=END))

    async def _quiet(self) -> None:
        """Return once the daemon has done all there is to do now."""
        while await self._next() <= self._clock.now():  # noqa: ASYNC110
            # Nobody tells us when the store has nothing left to do; we ask.
            await asyncio.sleep(POLL_S)
        await self._audience.idle()

    def _times(self) -> list[datetime]:
        sinks = {row.sink for row in self._store.deliveries(DeliveryState.PENDING)}
        delivery = self._store.next_delivery(sorted(sinks))
        looks = [standing.due for standing in self._store.standings()]
        return [*looks, delivery] if delivery else looks

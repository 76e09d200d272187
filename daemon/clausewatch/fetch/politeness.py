"""How we behave towards a host: its robots.txt, one request at a time, with gaps."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from protego import Protego

from clausewatch.errors import CaptureError
from clausewatch.fetch.urls import origin
from clausewatch.ports import Clock

ROBOTS_KEPT: Final = timedelta(hours=24)
"""RFC 9309 §2.4: a cached copy should not be used for longer."""
ROBOTS_RETRY: Final = timedelta(minutes=5)
"""How long a robots.txt that could not be had shuts the host to us."""
ROBOTS_BYTES: Final = 512 * 1024
"""RFC 9309 §2.5: at least 500 KiB are read; what comes after is not."""
CRAWL_DELAY_CAP_S: Final = 30.0
LONGEST_WAIT_S: Final = 30.0
"""A host that asked us to stay away for longer is left to the scheduler."""

GetRobots = Callable[[str], Awaitable[bytes]]


@dataclass(slots=True)
class _Robots:
    """What a host's robots.txt came to.

    The text is kept packed and parsed again for a path not yet asked about: parsed
    rules of ten thousand hosts would take hundreds of megabytes.
    """

    until: datetime
    packed: bytes = b""
    failure: CaptureError | None = None
    delay_s: float = 0.0
    verdicts: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class _Host:
    """One scheme, name and port."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: datetime | None = None
    closed_until: datetime | None = None
    robots: _Robots | None = None


class Politeness:
    """Gives each request its turn.

    Args:
        get: Brings a robots.txt: its bytes; none where the server says it has none.
            Raises CaptureError where it could not be had.
        agent: The name by which robots.txt may address us.
    """

    def __init__(
        self, clock: Clock, get: GetRobots, *, agent: str, gap_s: float
    ) -> None:
        self._clock = clock
        self._get = get
        self._agent = agent
        self._gap_s = gap_s
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Hold the host of this URL while the request is made; others wait.

        Raises:
            CaptureError: robots.txt forbids it, or the host asked us to stay away.
        """
        host = self._host(url)
        async with host.turn:
            self._refuse_while_closed(host, url)
            robots = await self._robots(host, url)
            self._refuse_forbidden(robots, url)
            await self._wait(host)
            try:
                yield
            finally:
                gap = timedelta(seconds=max(self._gap_s, robots.delay_s))
                host.free_at = self._clock.now() + gap

    def stay_away(self, url: str, seconds: float) -> None:
        """Ask nothing of this host for so long (its `Retry-After`)."""
        self._host(url).closed_until = self._clock.now() + timedelta(seconds=seconds)

    def _host(self, url: str) -> _Host:
        return self._hosts.setdefault(origin(url), _Host())

    def _refuse_while_closed(self, host: _Host, url: str) -> None:
        if host.closed_until is None:
            return
        left = (host.closed_until - self._clock.now()).total_seconds()
        if left > LONGEST_WAIT_S:
            message = f"{origin(url)}: asked us to stay away for another {left:.0f} s"
            raise CaptureError(
                message, reason="retry-after", retry=True, retry_after_s=left
            )

    async def _wait(self, host: _Host) -> None:
        until = max(filter(None, (host.free_at, host.closed_until)), default=None)
        if until is None:
            return
        left = (until - self._clock.now()).total_seconds()
        if left > 0:
            await self._clock.sleep(left)

    async def _robots(self, host: _Host, url: str) -> _Robots:
        if host.robots is None or host.robots.until <= self._clock.now():
            host.robots = await self._ask(f"{origin(url)}/robots.txt", host.robots)
        if host.robots.failure is not None:
            failure = host.robots.failure
            left = (host.robots.until - self._clock.now()).total_seconds()
            # Raised anew each time: one exception raised twice grows its traceback.
            raise CaptureError(
                str(failure),
                reason=failure.reason,
                retry=failure.retry,
                retry_after_s=max(left, failure.retry_after_s or 0.0),
            )
        return host.robots

    async def _ask(self, url: str, before: _Robots | None) -> _Robots:
        """Return the rules: none on 4xx, the last known or a failure on 5xx.

        Source: RFC 9309 §2.3.1.3, §2.3.1.4.
        """
        now = self._clock.now()
        try:
            body = (await self._get(url))[:ROBOTS_BYTES]
        except CaptureError as error:
            until = now + ROBOTS_RETRY
            if before is not None and before.failure is None:
                before.until = until
                return before
            return _Robots(until, failure=_unreachable(url, error))
        if not body.strip():
            return _Robots(now + ROBOTS_KEPT)
        parsed = Protego.parse(body.decode("utf-8", "replace"))
        delay = parsed.crawl_delay(self._agent) or 0.0
        return _Robots(
            now + ROBOTS_KEPT,
            zlib.compress(body),
            delay_s=min(delay, CRAWL_DELAY_CAP_S),
        )

    def _refuse_forbidden(self, robots: _Robots, url: str) -> None:
        if not robots.packed:
            return
        if url not in robots.verdicts:
            text = zlib.decompress(robots.packed).decode("utf-8", "replace")
            robots.verdicts[url] = Protego.parse(text).can_fetch(url, self._agent)
        if not robots.verdicts[url]:
            message = f"{url}: robots.txt forbids it to {self._agent}"
            raise CaptureError(message, reason="robots", retry=False)


def _unreachable(url: str, error: CaptureError) -> CaptureError:
    """Return why the host is shut; a server that is down is called that."""
    return CaptureError(
        f"{url}: expected rules, got none: {error}",
        reason=error.reason if error.status is None else "robots-unreachable",
        retry=error.retry or error.status is not None,
        retry_after_s=error.retry_after_s,
    )

"""What carries deliveries to one sink, and how long it leaves a sink alone.

The events of a sink are not ordered: what it refused comes later than what it took.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol, TypeVar

import structlog

from clausewatch.errors import DeliveryError, StoreError
from clausewatch.ports import Clock, Delivery, Sink, Store

T = TypeVar("T")

FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(hours=6)
JITTER: Final = 0.2
"""Share of a wait that chance may add, so that many daemons do not march in step."""
GIVE_UP_AFTER: Final = timedelta(days=3)
"""How old a delivery grows before it is dead, in time over a weekend."""
LEAST_ATTEMPTS: Final = 10
"""But never before so many attempts (over 8 hours): a daemon that was off for a week
must not give everything up because the network is slow to come back."""
LONGEST_RETRY_AFTER: Final = timedelta(days=1)
"""A receiver may ask for patience, but not for so much that the sink is dead."""
LONGEST_DELIVERY_S: Final = 300.0
"""A sink that takes longer than that hangs."""
AT_ONCE: Final = 50
MOST_IN_BATCH: Final = 500

log = structlog.get_logger()


class Run(Protocol):
    """Runs a call in the one thread that owns the store."""

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]:
        """Return what the call returns."""
        ...


def retry_delay(
    failures: int, *, chance: float, retry_after_s: float | None = None
) -> timedelta:
    """Return how long to leave a sink alone that refused `failures` times in a row.

    Args:
        failures: At least 1.
        chance: 0 to 1. Passed in, so that tests choose it.
        retry_after_s: What the receiver asked for; we never come back sooner.
    """
    doubled = FIRST_DELAY * (1 << min(failures - 1, 16))
    delay = min(doubled, LONGEST_DELAY) * (1 + JITTER * chance)
    asked = min(retry_after_s or 0.0, LONGEST_RETRY_AFTER.total_seconds())
    return max(delay, timedelta(seconds=asked))


def retry_at(
    delivery: Delivery, error: DeliveryError, *, now: datetime, chance: float
) -> datetime | None:
    """Return when to send a refused delivery again; None if it is dead."""
    attempts = delivery.attempts + 1
    old = now - delivery.created_at >= GIVE_UP_AFTER
    if not error.retry or (old and attempts >= LEAST_ATTEMPTS):
        return None
    after = error.retry_after_s
    return now + retry_delay(attempts, chance=chance, retry_after_s=after)


class Carrier:
    """Serves one sink; `wake` is set when there may be something to deliver."""

    def __init__(
        self,
        sink: Sink,
        store: Store,
        clock: Clock,
        run: Run,
        chance: Callable[[], float],
    ) -> None:
        self.wake = asyncio.Event()
        self._sink = sink
        self._store = store
        self._clock = clock
        self._run = run
        self._chance = chance
        self._stopping = False
        self._failures = 0
        """Refusals in a row: the sink's, whichever events they were about."""
        self._rest_until: datetime | None = None
        self._taken: set[int] = set()
        """Deliveries that the sink took while the store refused to write it down."""

    def stop(self) -> None:
        """Finish what is in flight, and let `serve` return."""
        self._stopping = True
        self.wake.set()

    async def close(self) -> None:
        """Close the sink; what goes wrong in it is logged."""
        try:
            await self._sink.close()
        except Exception:
            # Other people's code: its bug must not keep the rest from closing.
            log.exception("sink.close_failed", sink=self._sink.name)

    async def serve(self) -> None:
        """Deliver what is due, whenever it is due, until stopped.

        Raises:
            StoreError: waiting for the store would not help.
        """
        while not self._stopping:
            # Before the look: what is settled during it wakes us again.
            self.wake.clear()
            try:
                await self.deliver_due()
                await self._wait_for_work()
            except StoreError as error:
                if not error.retry:
                    raise
                log.error("outbox.failed", sink=self._sink.name, error=str(error))  # noqa: TRY400 - the message says it
                self._rest(self._clock.now(), self._chance())

    async def deliver_due(self) -> None:
        """Deliver until nothing is due, or the sink refuses."""
        while not self._stopping and not self._rests():
            due = await self._due()
            for load in [due] if self._sink.batches and due else [[d] for d in due]:
                if self._stopping or self._rests():
                    return
                await self._hand_over(load)
            if not due:
                return

    async def _due(self) -> list[Delivery]:
        now, name = self._clock.now(), self._sink.name
        limit = MOST_IN_BATCH if self._sink.batches else AT_ONCE
        due = await self._run(partial(self._store.pending, now, sink=name, limit=limit))
        # What was refused before goes last: an event that this sink will never take
        # costs one attempt a round, and does not stand in the way of the others.
        return sorted(due, key=lambda delivery: delivery.attempts)

    async def _hand_over(self, load: Sequence[Delivery]) -> None:
        owed = [delivery for delivery in load if delivery.id not in self._taken]
        if owed:
            try:
                await self._deliver(owed)
            except DeliveryError as error:
                await self._refused(owed, error)
                return
        self._taken |= {delivery.id for delivery in owed}
        for delivery in load:
            # A crash before this write sends the event again, under the same id; a
            # full disk does not, as long as we live.
            now = self._clock.now()
            await self._run(partial(self._store.delivered, delivery, now))
            self._taken.discard(delivery.id)
            log.info("delivery.done", sink=delivery.sink, event_id=delivery.event.id)
        self._failures = 0

    async def _deliver(self, load: Sequence[Delivery]) -> None:
        try:
            async with asyncio.timeout(LONGEST_DELIVERY_S):
                await self._sink.deliver([delivery.event for delivery in load])
        except DeliveryError:
            raise
        except TimeoutError as error:
            raise DeliveryError(
                f"{self._sink.name}: no end in {LONGEST_DELIVERY_S:.0f} s", retry=True
            ) from error
        except Exception as error:
            # Other people's code: a bug in one sink must not silence the others.
            log.exception("sink.failed", sink=self._sink.name)
            raise DeliveryError(
                f"{self._sink.name}: bug in the sink: {type(error).__name__}: {error}",
                retry=True,
            ) from error

    async def _refused(self, load: Sequence[Delivery], error: DeliveryError) -> None:
        now, chance = self._clock.now(), self._chance()
        if error.retry:
            self._rest(now, chance, error.retry_after_s)
        for delivery in load:
            again = retry_at(delivery, error, now=now, chance=chance)
            # A crash before this write forgets the attempt, and makes it again.
            await self._run(
                partial(self._store.refused, delivery, error=str(error), retry_at=again)
            )
            told = log.error if again is None else log.warning
            told(
                "delivery.dead" if again is None else "delivery.refused",
                sink=delivery.sink,
                event_id=delivery.event.id,
                attempts=delivery.attempts + 1,
                retry_at=again.isoformat() if again else None,
                error=str(error),
            )

    def _rest(
        self, now: datetime, chance: float, retry_after_s: float | None = None
    ) -> None:
        self._failures += 1
        self._rest_until = now + retry_delay(
            self._failures, chance=chance, retry_after_s=retry_after_s
        )

    def _rests(self) -> bool:
        return self._rest_until is not None and self._clock.now() < self._rest_until

    async def _wait_for_work(self) -> None:
        """Return when woken, or when the rest is over or the next delivery is due."""
        due = self._rest_until if self._rests() else await self._next_due()
        if due is None or due > self._clock.now():
            await self._sleep(due)

    async def _next_due(self) -> datetime | None:
        return await self._run(partial(self._store.next_delivery, [self._sink.name]))

    async def _sleep(self, until: datetime | None) -> None:
        """Return at that time, or earlier if woken."""
        waits: list[asyncio.Task[object]] = [asyncio.create_task(self.wake.wait())]
        if until is not None:
            waits.append(asyncio.create_task(self._until(until)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def _until(self, moment: datetime) -> None:
        left = (moment - self._clock.now()).total_seconds()
        await self._clock.sleep(max(0.0, left))

"""For authors of sinks: the contract a sink has to keep, and a sink that only records.

Subclass `SinkContract` in a test module and say how the sink is made and what its
far side received; pytest runs the rest. It needs no plug-ins of pytest.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from clausewatch.core.event import Event
from clausewatch.errors import DeliveryError
from clausewatch.ports import Sink
from clausewatch.testing.examples import SEEN, example, examples


class RecordingSink:
    """Takes everything and remembers it, unless told to refuse."""

    def __init__(
        self, name: str = "recording", *, every: timedelta | None = None
    ) -> None:
        self.name = name
        self.batches = every is not None
        self.taken: list[tuple[Event, ...]] = []
        """What each delivery held."""
        self.refusals: list[Exception] = []
        """Raised one by one, first first, instead of taking a delivery."""
        self.closed = False
        self._every = every

    @property
    def event_ids(self) -> list[str]:
        """The ids of all events taken, in order, repetitions included."""
        return [event.id for events in self.taken for event in events]

    def refuse(self, times: int, error: Exception | None = None) -> None:
        """Refuse the next deliveries."""
        refusal = error or DeliveryError(f"{self.name}: not now", retry=True)
        self.refusals += [refusal] * times

    def first_at(self, told_at: datetime) -> datetime:
        """Return the same time, or the end of the interval of a digest."""
        return told_at + (self._every or timedelta())

    async def deliver(self, events: Sequence[Event]) -> None:
        """Remember the events, or raise the next refusal."""
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(tuple(events))

    async def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


class SinkContract:
    """What the daemon counts on. Override the first three; leave the rest alone."""

    def make_sink(self) -> Sink:
        """Return a sink whose far side takes events."""
        raise NotImplementedError

    def received(self) -> Sequence[str]:
        """Return the ids of the events that the far side has, oldest first."""
        raise NotImplementedError

    def make_refused(self) -> Sink:
        """Return a sink whose far side refuses, or is not there."""
        raise NotImplementedError

    def test_every_type_of_event_arrives(self) -> None:
        """Each event is on the far side once `deliver` has returned."""
        events = examples()

        _deliver(self.make_sink(), *([event] for event in events))

        _expect([event.id for event in events], list(self.received()))

    def test_a_redelivery_keeps_its_id(self) -> None:
        """The daemon may send an event twice; its receiver must be able to tell."""
        event = example()

        _deliver(self.make_sink(), [event])
        _deliver(self.make_sink(), [event])

        _expect({event.id}, set(self.received()))

    def test_a_refusal_is_a_delivery_error(self) -> None:
        """Anything else is taken for a bug of the sink."""
        try:
            _deliver(self.make_refused(), [example()])
        except DeliveryError as error:
            _expect(expected=True, got=bool(str(error)))
        else:
            raise AssertionError("expected a DeliveryError, got none")

    def test_closing_twice_is_fine(self) -> None:
        """A daemon that stops in a hurry may do so."""
        sink = self.make_sink()

        async def close_twice() -> None:
            await sink.close()
            await sink.close()

        asyncio.run(close_twice())

    def test_nothing_is_sent_before_it_was_told(self) -> None:
        """`first_at` may put an event off, for a digest, but not ahead."""
        _expect(expected=True, got=self.make_sink().first_at(SEEN) >= SEEN)


def _deliver(sink: Sink, *deliveries: Sequence[Event]) -> None:
    async def deliver() -> None:
        try:
            for events in deliveries:
                await sink.deliver(events)
        finally:
            await sink.close()

    asyncio.run(deliver())


def _expect(expected: object, got: object) -> None:
    if expected != got:
        raise AssertionError(f"expected {expected!r}, got {got!r}")

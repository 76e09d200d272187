"""What was settled is handed over, at least once, whatever sinks and disks do."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from clausewatch.errors import DeliveryError, StoreError
from clausewatch.ports import DeliveryState
from clausewatch.service.carrier import LONGEST_DELAY, retry_delay
from clausewatch.service.outbox import Outbox
from clausewatch.testing.clock import START, FakeClock
from clausewatch.testing.sinks import RecordingSink
from emit.shelf import Shelf

DONE, PENDING, DEAD = DeliveryState.DONE, DeliveryState.PENDING, DeliveryState.DEAD


async def run(call):
    await asyncio.sleep(0)
    return call()


def make(shelf, *sinks, clock=None):
    clock = clock or FakeClock()
    return Outbox(shelf, sinks, clock, run=run, chance=lambda: 0.0)


@asynccontextmanager
async def carrying(outbox, grace_s=5.0):
    async with asyncio.TaskGroup() as group:
        group.create_task(outbox.carry(grace_s=grace_s))
        yield
        outbox.stop()


async def until(claim):
    async with asyncio.timeout(10):
        while not claim():  # noqa: ASYNC110 - a claim about values, not an event
            await asyncio.sleep(0)


class HangingSink(RecordingSink):
    """Takes events and never comes to an end."""

    async def deliver(self, events):
        await super().deliver(events)
        await asyncio.Event().wait()


async def test_a_sink_that_is_down_or_hangs_holds_up_no_other():
    shelf, fine = Shelf(), RecordingSink("fine")
    down, hanging = RecordingSink("down"), HangingSink("hanging")
    down.refuse(1000)
    for number in range(3):
        for sink in (down, hanging, fine):
            shelf.put(f"event-{number}", sink)

    async with carrying(make(shelf, down, hanging, fine), grace_s=0):
        await until(lambda: len(fine.event_ids) == 3 and hanging.taken)

    assert down.taken == []


async def test_a_refused_event_comes_again_under_its_id_until_it_is_taken():
    shelf, sink = Shelf(), RecordingSink()
    shelf.put("event", sink)
    sink.refuse(3)

    async with carrying(make(shelf, sink)):
        await until(lambda: shelf.states() == [DONE])

    assert sink.event_ids == ["event"]
    assert shelf.rows[1].attempts == 4


async def test_the_wait_doubles_up_to_six_hours_and_the_event_dies_in_three_days():
    shelf, sink, clock = Shelf(), RecordingSink(), FakeClock()
    shelf.put("event", sink)
    sink.refuse(1000)

    async with carrying(make(shelf, sink, clock=clock)):
        await until(lambda: shelf.states() == [DEAD])

    assert clock.slept[:4] == [30, 60, 120, 240]
    assert max(clock.slept) == LONGEST_DELAY.total_seconds()
    assert timedelta(days=3) <= clock.now() - START <= timedelta(days=3, hours=12)
    assert shelf.rows[1].last_error == "recording: not now"


async def test_a_daemon_that_was_off_for_a_week_does_not_give_up_at_once():
    shelf, sink = Shelf(), RecordingSink()
    shelf.put("event", sink, created_at=START - timedelta(days=7))
    sink.refuse(8)

    async with carrying(make(shelf, sink)):
        await until(lambda: shelf.states() == [DONE])


async def test_what_a_sink_will_never_take_is_dead_and_the_others_go_on():
    shelf, sink = Shelf(), RecordingSink()
    sink.refuse(1, DeliveryError("recording: gone", retry=False))
    shelf.put("poison", sink)
    shelf.put("event", sink)

    await make(shelf, sink).drain()

    assert shelf.states() == [DEAD, DONE]


async def test_an_event_that_is_always_refused_stands_in_nobodys_way():
    class Picky(RecordingSink):
        async def deliver(self, events):
            if events[0].id == "poison":
                raise DeliveryError("picky: 400", retry=True)
            await super().deliver(events)

    shelf, sink = Shelf(), Picky()
    for name in ("poison", "a", "b", "c"):
        shelf.put(name, sink)

    async with carrying(make(shelf, sink)):
        await until(lambda: len(sink.event_ids) == 3)

    assert shelf.states() == [PENDING, DONE, DONE, DONE]


async def test_a_sink_that_refuses_is_left_alone_with_all_its_events():
    shelf, sink = Shelf(), RecordingSink()
    for number in range(5):
        shelf.put(f"event-{number}", sink)
    sink.refuse(1)

    await make(shelf, sink).drain()

    assert sum(row.attempts for row in shelf.rows.values()) == 1


async def test_who_wakes_a_sink_that_rests_does_not_make_it_spin():
    class StoppedClock(FakeClock):
        async def sleep(self, seconds):
            self.slept.append(seconds)
            await asyncio.Event().wait()

    shelf, sink, clock = Shelf(), RecordingSink(), StoppedClock()
    shelf.put("event", sink)
    sink.refuse(1)
    outbox = make(shelf, sink, clock=clock)

    async with carrying(outbox):
        await until(lambda: clock.slept)
        outbox.notify()
        for _ in range(100):
            await asyncio.sleep(0)

    assert len(clock.slept) == 2
    assert shelf.states() == [PENDING]


async def test_a_receiver_that_asks_for_patience_gets_it():
    shelf, sink, clock = Shelf(), RecordingSink(), FakeClock()
    sink.refuse(1, DeliveryError("busy", retry=True, retry_after_s=3600))
    shelf.put("event", sink)

    async with carrying(make(shelf, sink, clock=clock)):
        await until(lambda: sink.taken)

    assert clock.now() - START == timedelta(hours=1)
    asked_for_a_year = retry_delay(1, chance=0, retry_after_s=3.2e7)
    assert asked_for_a_year == timedelta(days=1)


async def test_an_event_that_is_told_while_we_wait_goes_out_at_once():
    shelf, sink = Shelf(), RecordingSink()
    outbox = make(shelf, sink)

    async with carrying(outbox):
        for number in range(3):
            shelf.put(f"event-{number}", sink)
            outbox.notify()
            await until(lambda n=number: len(sink.event_ids) == n + 1)


async def test_a_delivery_waits_for_its_time():
    shelf, sink, clock = Shelf(), RecordingSink(), FakeClock()
    shelf.put("digest", sink, at=START + timedelta(hours=8))

    await make(shelf, sink, clock=clock).drain()
    assert sink.taken == []

    async with carrying(make(shelf, sink, clock=clock)):
        await until(lambda: sink.taken)
    assert clock.now() == START + timedelta(hours=8)


async def test_a_sink_that_batches_gets_all_that_is_due_in_one():
    shelf, sink = Shelf(), RecordingSink(every=timedelta(days=1))
    for name in ("a", "b", "c"):
        shelf.put(name, sink)
    shelf.put("tomorrow", sink, at=START + timedelta(days=1))

    await make(shelf, sink).drain()

    assert [[event.id for event in batch] for batch in sink.taken] == [["a", "b", "c"]]
    assert shelf.states() == [DONE, DONE, DONE, PENDING]


async def test_a_bug_in_a_sink_is_a_refusal_that_names_it():
    shelf, sink = Shelf(), RecordingSink("plugin")
    sink.refuse(1, KeyError("colour"))
    shelf.put("event", sink)

    await make(shelf, sink).drain()

    assert shelf.states() == [PENDING]
    expected = "plugin: bug in the sink: KeyError: 'colour'"
    assert shelf.rows[1].last_error == expected


async def test_a_full_disk_does_not_send_an_event_again_and_again():
    shelf, sink = Shelf(), RecordingSink()
    shelf.put("event", sink)
    shelf.full = StoreError("no space left")

    async with carrying(make(shelf, sink)):
        await until(lambda: sink.taken)
        await asyncio.sleep(0)
        shelf.full = None
        await until(lambda: shelf.states() == [DONE])

    assert sink.event_ids == ["event"]


async def test_a_store_that_is_lost_stops_the_outbox_and_closes_the_sinks():
    shelf, sink = Shelf(), RecordingSink()
    shelf.put("event", sink)
    shelf.full = StoreError("malformed", retry=False)

    with pytest.raises(StoreError, match="malformed"):
        await make(shelf, sink).carry()

    assert sink.closed


async def test_what_is_in_flight_is_finished_before_the_end():
    class Slow(RecordingSink):
        def __init__(self):
            super().__init__("slow")
            self.begun, self.go = asyncio.Event(), asyncio.Event()

        async def deliver(self, events):
            self.begun.set()
            await self.go.wait()
            await super().deliver(events)

    shelf, sink = Shelf(), Slow()
    for name in ("in flight", "waiting"):
        shelf.put(name, sink)
    outbox = make(shelf, sink)

    async with carrying(outbox):
        await sink.begun.wait()
        outbox.stop()
        sink.go.set()

    assert shelf.states() == [DONE, PENDING]
    assert sink.closed


async def test_a_sink_that_hangs_is_cut_off_at_the_end_and_its_event_kept():
    shelf, sink = Shelf(), HangingSink("hanging")
    shelf.put("event", sink)

    async with carrying(make(shelf, sink), grace_s=0):
        await until(lambda: sink.taken)

    assert shelf.states() == [PENDING]
    assert sink.closed

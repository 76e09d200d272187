import asyncio
import threading
from datetime import timedelta

import pytest

from clausewatch.core.digest import sha256
from clausewatch.core.event import EventType
from clausewatch.core.model import Threshold
from clausewatch.errors import CaptureError, StoreError
from clausewatch.ports import State, Validators
from service.world import DAY, TRAINING, PlainDecoder, policy, watch

ACME = watch()


def named(lines, event):
    return [line for line in lines if line["event"] == event]


async def confirmed_change(world, page=None):
    """Show a first page, then another, and look until it is told."""
    await world.look(ACME)
    world.clock.advance(DAY)
    world.site.shows(page or policy(TRAINING))
    await world.look(ACME)
    world.clock.advance(timedelta(minutes=3))
    return await world.look(ACME)


async def test_a_first_look_leaves_a_document_and_a_next_look(world):
    world.enrol(ACME)

    taken = await world.look(ACME)

    standing = world.store.standing(ACME.id)
    assert taken.settlement.outcome == "first-seen"
    assert (standing.state, standing.failures) == (State.FINE, 0)
    assert standing.due == world.clock.now() + DAY
    assert standing.last_good == world.clock.now()
    assert world.blobs.read(standing.history.last_body) == policy().encode()


async def test_a_change_is_looked_at_again_in_minutes_and_then_told_to_the_sinks(world):
    world.enrol(ACME)

    taken = await confirmed_change(world)

    outcomes = [look.outcome for look in world.store.looks(ACME.id)]
    assert outcomes == ["changed", "awaiting", "first-seen"]
    (event,) = taken.found.events
    pending = world.store.pending(world.clock.now(), sink="log", limit=9)
    assert [delivery.event.id for delivery in pending] == [event.id]
    assert event.type is EventType.CHANGED


async def test_what_awaits_confirmation_is_due_within_minutes(world):
    world.enrol(ACME)
    await world.look(ACME)
    world.site.shows(policy(TRAINING))
    await world.look(ACME)

    standing = world.store.standing(ACME.id)
    assert standing.state is State.AWAITING
    assert standing.due == world.clock.now() + timedelta(minutes=2)


async def test_a_second_look_is_not_answered_from_the_cache_of_the_first(world):
    world.enrol(ACME)

    await confirmed_change(world)

    first, again, second_look = (known for _, known in world.site.asked)
    assert first is None
    assert again is not None
    assert second_look is None


async def test_an_event_below_the_threshold_is_kept_but_wakes_nobody(world):
    quiet = watch(threshold=Threshold.CRITICAL)
    world.enrol(quiet)

    taken = await world.look(quiet)

    assert [event.type for _, event in world.store.events()] == [EventType.FIRST_SEEN]
    assert taken.settlement.deliveries == ()


async def test_a_threshold_of_a_sink_goes_before_that_of_the_watch(world):
    both = watch(sinks=("log", "archive"))
    world.enrol(both)
    world.checker.thresholds = {"archive": Threshold.ALL}

    taken = await world.look(both)

    assert [sink for _, sink, _ in taken.settlement.deliveries] == ["archive"]


async def test_a_304_is_believed_for_three_days_and_then_checked(world):
    world.enrol(ACME)
    await world.look(ACME)

    stages = []
    for _ in range(4):
        world.clock.advance(timedelta(hours=23))
        stages.append((await world.look(ACME)).settlement.detail)

    assert stages == ["304", "304", "304", "bytes"]


async def test_a_new_way_of_reading_asks_for_the_whole_page(world):
    world.enrol(ACME)
    await world.look(ACME)

    await world.look(watch(remove=("nav",)))

    assert world.site.asked[-1] == (ACME.id, None)


async def test_a_page_that_cannot_be_had_is_asked_for_less_often(world):
    world.enrol(ACME)
    await world.look(ACME)
    error = CaptureError("acme: 503", reason="http-503", retry=True, retry_after_s=3e5)
    world.site.shows(error)

    taken = await world.look(ACME)

    standing = world.store.standing(ACME.id)
    assert (standing.state, standing.remark) == (State.INACCESSIBLE, "http-503")
    assert (taken.settlement.outcome, standing.failures) == ("inaccessible", 1)
    assert standing.due == world.clock.now() + timedelta(seconds=3e5)
    assert standing.validators != Validators()  # the last good answer still stands


async def test_a_page_of_a_kind_we_cannot_read_is_kept_all_the_same(world):
    world.enrol(ACME)
    world.site.content_type = "application/x-unknown"

    taken = await world.look(ACME)

    assert taken.settlement.detail == "content-type"
    assert taken.settlement.capture.body == sha256(policy().encode())
    assert world.blobs.read(taken.settlement.capture.body) == policy().encode()


async def test_what_was_not_read_is_asked_for_whole_the_next_time(world):
    world.enrol(ACME)
    await world.look(ACME)
    world.site.shows(policy("Another page."))
    world.decoder.bug = ValueError("junk")
    await world.look(ACME, world.make_checker(strict=False))
    world.decoder.bug = None

    await world.look(ACME)

    assert world.site.asked[-1] == (ACME.id, None)


async def test_a_bug_in_reading_one_page_does_not_kill_the_daemon(world, logged):
    world.enrol(ACME)
    world.decoder.bug = ZeroDivisionError("one by nought")

    taken = await world.look(ACME, world.make_checker(strict=False))

    standing = world.store.standing(ACME.id)
    assert taken.settlement.detail == "internal-error"
    assert standing.due > world.clock.now()
    (line,) = named(logged, "look.crashed")
    assert (line["log_level"], line["watch"]) == ("error", ACME.id)
    assert isinstance(line["exc_info"], ZeroDivisionError)


async def test_a_bug_in_fetching_one_page_does_not_kill_the_daemon(world, logged):
    world.enrol(ACME)
    world.site.shows(RuntimeError("a bug of ours"))

    taken = await world.look(ACME, world.make_checker(strict=False))

    assert taken.settlement.detail == "internal-error"
    assert named(logged, "look.crashed")


async def test_who_asks_for_bugs_gets_them_once_they_are_settled(world):
    world.enrol(ACME)
    world.decoder.bug = ZeroDivisionError("one by nought")

    with pytest.raises(ZeroDivisionError):
        await world.look(ACME, world.make_checker(strict=True))

    assert world.store.standing(ACME.id).remark == "internal-error"


async def test_one_lost_reading_blinds_one_watch_only(world, logged):
    world.enrol(ACME)
    await world.look(ACME)
    world.site.shows(policy(TRAINING))

    class Forgetful:
        def __init__(self, store):
            self._store = store

        def __getattr__(self, name):
            return getattr(self._store, name)

        def document(self, digest):
            raise StoreError(f"document {digest}: absent", retry=False)

    await world.look(ACME, world.make_checker(store=Forgetful(world.store)))

    assert world.store.standing(ACME.id).remark == "evidence-unreadable"
    (line,) = named(logged, "evidence.unreadable")
    assert "absent" in line["error"]


async def test_each_look_leaves_one_line_with_what_it_cost(world, logged):
    world.enrol(ACME)

    await world.look(ACME)

    (line,) = named(logged, "look.done")
    assert (line["watch"], line["outcome"]) == (ACME.id, "first-seen")
    assert line["body_bytes"] == len(policy())
    assert {"fetch_ms", "take_ms", "wire_bytes", "next_due"} <= line.keys()


async def test_the_line_of_a_page_that_cannot_be_read_says_what_came(world, logged):
    world.enrol(ACME)
    world.site.content_type = "application/json"

    await world.look(ACME)

    (line,) = named(logged, "look.done")
    assert (line["detail"], line["failures"]) == ("content-type", 1)
    assert "got application/json" in line["error"]


async def test_a_page_that_takes_long_to_read_keeps_no_other_waiting(world):
    other, begun, go_on = watch("other"), threading.Event(), threading.Event()
    world.enrol(ACME, other)
    world.site.shows("%PDF- one clause after the other")

    class Slow(PlainDecoder):
        def decode(self, body, content_type):
            if self.is_slow(body):
                assert world.blobs.read(sha256(body)) == body
                begun.set()
                go_on.wait()
            return super().decode(body, content_type)

    checker = world.make_checker(decoder=Slow())
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        slow = group.create_task(world.look(ACME, checker))
        try:
            await asyncio.to_thread(begun.wait)
            quick = await asyncio.wait_for(world.look(other, checker), 10)
        finally:
            go_on.set()

    assert quick.settlement.outcome == "first-seen"
    assert slow.result().settlement.outcome == "first-seen"


async def test_a_page_that_takes_long_and_cannot_be_read_is_settled_as_such(world):
    world.enrol(ACME)
    world.site.shows("%PDF- broken")
    world.decoder.bug = CaptureError("broken", reason="pdf-broken", retry=False)

    taken = await world.look(ACME)

    assert (taken.settlement.detail, taken.error) == ("pdf-broken", "broken")


async def test_the_journal_shows_what_was_told_in_words(world, logged):
    world.enrol(ACME)

    taken = await confirmed_change(world)

    line = named(logged, "event.told")[-1]
    assert line["message"].startswith("Acme, privacy policy: ")
    assert line["id"] == taken.found.events[0].id

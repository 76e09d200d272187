import asyncio
import os
import signal
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from clausewatch.core.event import EventType
from clausewatch.errors import ConfigError, StoreError
from clausewatch.service.pace import Plan
from service.world import DAY, SWIFT, TRAINING, Watcher, policy, running, until, watch

ACME = watch()


def several(count):
    names = [f"page-{number:02}" for number in range(count)]
    return [watch(name, url=f"https://{name}.example/privacy") for name in names]


def named(lines, event):
    return [line for line in lines if line["event"] == event]


class Reluctant:
    """A store that refuses a call a few times, and then is itself again."""

    def __init__(self, store, call, times, *, retry=True):
        self._store = store
        self._call = call
        self.times = times
        self._retry = retry

    def __getattr__(self, name):
        if name == self._call and self.times:
            self.times -= 1
            return self._refuse
        return getattr(self._store, name)

    def _refuse(self, *_args, **_kwargs):
        raise StoreError("database: disk full", retry=self._retry)


async def test_a_change_becomes_an_event_that_somebody_receives(world):
    async with running(world.daemon(ACME)):
        await until(lambda: world.outcomes(ACME) == ["first-seen"])
        world.site.shows(policy(TRAINING))
        world.clock.advance(DAY)
        await until(lambda: world.outcomes(ACME)[0] == "awaiting")
        world.clock.advance(timedelta(minutes=5))
        await world.ledger.heard.wait()

    assert [event.type for event in world.ledger.told] == [EventType.CHANGED]


async def test_no_more_pages_are_asked_for_at_once_than_agreed(world):
    world.site.gate.clear()
    pages = several(20)

    async with running(world.daemon(*pages, pace=replace(SWIFT, concurrency=3))):
        await until(lambda: len(world.site.asked) == 3)
        assert len(world.site.asked) == 3
        world.site.gate.set()
        await until(lambda: len(world.site.asked) == 20)

    assert len({name for name, _ in world.site.asked}) == 20


async def test_a_host_that_hangs_keeps_no_other_waiting(world):
    hanging = [watch(f"hangs-{number}") for number in range(6)]
    others = several(3)
    gates = {page.id: world.site.gate for page in hanging}
    world.site.gate.clear()
    free = asyncio.Event()
    free.set()
    world.site.gate_of = lambda name: gates.get(name, free)
    pace = replace(SWIFT, concurrency=2)

    async with running(world.daemon(*hanging, *others, pace=pace)):
        await until(lambda: all(world.outcomes(page) for page in others))
        assert len(world.site.asked) == 1 + len(others)
        world.site.gate.set()
        await until(lambda: all(world.outcomes(page) for page in hanging))


async def test_a_chore_that_takes_long_keeps_no_look_waiting(world):
    begun, never = asyncio.Event(), asyncio.Event()

    async def ask_an_authority_that_hangs():
        begun.set()
        await never.wait()

    chores = {"timestamps": (DAY, ask_an_authority_that_hangs)}
    async with running(world.daemon(ACME, chores=chores)):
        await begun.wait()
        await until(lambda: world.outcomes(ACME) == ["first-seen"])
        never.set()


async def test_what_waits_behind_a_busy_host_is_given_back_on_stopping(world):
    world.site.gate.clear()
    pages = [watch(f"page-{number}") for number in range(4)]

    async with running(world.daemon(*pages), stop=False) as daemon:
        await until(lambda: world.site.asked)
        daemon.stop()
        world.site.gate.set()

    now = world.clock.now()
    assert len(world.store.claim(now, limit=9, lease_until=now + DAY)) == 3


async def test_stopping_finishes_what_is_in_flight_and_gives_back_the_rest(world):
    world.site.gate.clear()
    pages = several(6)
    pace = replace(SWIFT, concurrency=2)

    async with running(world.daemon(*pages, pace=pace), stop=False) as daemon:
        await until(lambda: len(world.site.asked) == 2)
        daemon.stop()
        world.site.gate.set()

    looked = [page for page in pages if world.outcomes(page)]
    now = world.clock.now()
    free = world.store.claim(now, limit=9, lease_until=now + DAY)
    assert len(looked) == 2
    assert len(free) == 4


async def test_what_does_not_end_in_time_is_cut_off_and_given_back(world):
    world.site.gate.clear()
    pace = replace(SWIFT, stop_within=timedelta())

    async with running(world.daemon(ACME, pace=pace)):
        await until(lambda: world.site.asked)

    now = world.clock.now()
    assert world.outcomes(ACME) == []
    assert len(world.store.claim(now, limit=9, lease_until=now + DAY)) == 1


async def test_told_twice_to_stop_it_stops_at_once(world):
    world.site.gate.clear()

    async with running(world.daemon(ACME), stop=False):
        await until(lambda: world.site.asked)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)

    assert world.outcomes(ACME) == []


async def test_a_wrong_watchlist_leaves_the_old_one_in_force(world, logged):
    def reload():
        raise ConfigError("watchlist.yaml:3:5: evry: unknown key")

    manager = Watcher()
    async with running(world.daemon(ACME, reload=reload, notifier=manager)):
        await manager.is_ready.wait()
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: "reloading" in manager.said)
        await manager.is_ready.wait()
        await until(lambda: world.outcomes(ACME))
        world.clock.advance(2 * DAY)
        await until(lambda: len(world.outcomes(ACME)) == 2)

    (line,) = named(logged, "watchlist.refused")
    assert (line["error"], line["kept"]) == ("watchlist.yaml:3:5: evry: unknown key", 1)


async def test_a_new_watchlist_is_watched_and_its_sinks_are_told(world):
    other = watch("acme-terms", sinks=("other",))
    ledger = type(world.ledger)("other")
    plan = Plan((other,), (ledger,))

    async with running(world.daemon(ACME, reload=lambda: plan)):
        await until(lambda: world.outcomes(ACME))
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: world.outcomes(other) == ["first-seen"])
        world.site.shows(policy(TRAINING), other.id)
        for _ in range(2):
            world.clock.advance(2 * DAY)
            looked = len(world.outcomes(other))
            await until(lambda n=looked: len(world.outcomes(other)) > n)
        await ledger.heard.wait()

    assert world.outcomes(ACME) == ["first-seen"]
    assert [event.watch for event in ledger.told] == [other.id]


async def test_a_page_newly_listed_is_looked_at_now_a_known_one_when_it_is_due(world):
    async with running(world.daemon(ACME)):
        await until(lambda: world.outcomes(ACME))

    fresh = watch("acme-terms")
    async with running(world.daemon(ACME, fresh)):
        await until(lambda: world.outcomes(fresh))

    assert len(world.outcomes(ACME)) == 1


@pytest.mark.parametrize("call", ["settle", "claim"])
async def test_the_daemon_goes_on_once_a_full_disk_has_room_again(world, logged, call):
    store = Reluctant(world.store, call, times=3)
    checker = world.make_checker(store=store)

    async with running(world.daemon(ACME, store=store, checker=checker)):
        for failures in range(3):
            await until(lambda n=failures: len(named(logged, "store.failed")) > n)
            world.clock.advance(timedelta(minutes=6))
        await until(lambda: world.outcomes(ACME))

    assert "database: disk full" in named(logged, "store.failed")[0]["error"]
    assert named(logged, "store.recovered")
    assert world.outcomes(ACME)[-1] == "first-seen"


async def test_nothing_is_fetched_while_the_disk_is_full(world):
    store = Reluctant(world.store, "settle", times=1)
    checker = world.make_checker(store=store)
    pages = several(12)
    manager = Watcher()
    pace = replace(SWIFT, concurrency=1)

    async with running(
        world.daemon(*pages, store=store, checker=checker, notifier=manager, pace=pace)
    ):
        await until(lambda: store.times == 0)
        asked = len(world.site.asked)
        beats = manager.beats
        await until(lambda: manager.beats > beats + 3)
        assert len(world.site.asked) <= asked + 1  # one was queued already

        world.clock.advance(timedelta(minutes=20))
        await until(lambda: all(map(world.outcomes, pages)))


async def test_a_store_that_waiting_will_not_mend_stops_the_daemon(world):
    store = Reluctant(world.store, "settle", times=1, retry=False)
    checker = world.make_checker(store=store)

    with pytest.raises(ExceptionGroup) as raised:
        async with running(world.daemon(ACME, store=store, checker=checker)):
            await until(lambda: False)

    (error,) = raised.value.exceptions
    assert isinstance(error, StoreError)
    assert str(error) == "database: disk full"


async def test_watches_that_are_overdue_are_reported(world, logged):
    world.site.gate.clear()
    pages = several(3)
    pace = replace(SWIFT, concurrency=1, lease=timedelta(minutes=5))

    async with running(world.daemon(*pages, pace=pace)):
        await until(lambda: world.site.asked)
        world.clock.advance(timedelta(hours=2))
        await until(lambda: named(logged, "watch.overdue"))
        world.site.gate.set()

    line = named(logged, "watch.overdue")[0]
    assert line["log_level"] == "warning"
    assert set(line["watches"]) <= {page.id for page in pages}


async def test_the_watchdog_is_fed_only_when_a_turn_has_gone_round(world):
    entered, may_go_on = threading.Event(), threading.Event()

    class Stuck:
        def __getattr__(self, name):
            return getattr(world.store, name)

        def claim(self, *args, **kwargs):
            entered.set()
            may_go_on.wait()
            return world.store.claim(*args, **kwargs)

    manager = Watcher()
    async with running(world.daemon(ACME, store=Stuck(), notifier=manager)):
        await until(entered.is_set)
        assert manager.beats == 0
        may_go_on.set()
        await manager.beat.wait()

    assert manager.said[0] == "ready: 1 watches, 0 in flight"
    assert manager.said[-1] == "stopping"

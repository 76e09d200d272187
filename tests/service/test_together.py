"""What several watches tell together is found when one of them is settled."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from clausewatch.core.event import Direction, EventType
from clausewatch.core.model import Kind
from clausewatch.core.patterns import WITHIN
from service.world import DAY, TRAINING, policy, watch

POLICY = watch("acme-privacy")
FAQ = watch("acme-faq", kind=Kind.FAQ, sinks=("faq-log",))
EU = watch("acme-eu", vantage="eu", url=POLICY.url)


@pytest.fixture
def known(world):
    """A world that knows its watches, with changes that weigh and have a topic."""
    world.checker.together.know((POLICY, FAQ, EU), WITHIN)
    return world


def weighty(monday):
    """Return the assessment with events as a rulebook would have judged them."""
    told = tuple(
        replace(event, changes=tuple(map(pointed, event.changes)), materiality=3)
        if event.type is EventType.CHANGED
        else event
        for event in monday.events
    )
    return replace(monday, events=told)


def pointed(change):
    return replace(change, topics=("ai-training",), direction=Direction.LESS)


async def show(world, one, page):
    """Let a watch show a page until its change is told; return the events."""
    world.site.shows(page, one.id)
    await world.look(one)
    world.clock.advance(timedelta(minutes=3))
    return (await world.look(one)).found.events


class Weighing:
    """A checker whose changes weigh, whatever the rules of today say."""

    def __init__(self, checker):
        self._checker, self._judge = checker, checker._judge
        checker._judge = lambda *args: weighty(self._judge(*args))


async def story(world):
    Weighing(world.checker)
    world.enrol(POLICY, FAQ, EU)
    for one in (POLICY, FAQ):
        await world.look(one)
    world.clock.advance(DAY)
    first = await show(world, POLICY, policy(TRAINING))
    world.clock.advance(7 * DAY)
    return first, await show(world, FAQ, policy("Training is not undone for anybody."))


async def test_a_second_document_makes_a_story_in_the_same_settlement(known):
    first, then = await story(known)

    assert [e.type for e in first] == [EventType.CHANGED]
    assert [e.type for e in then] == [EventType.CHANGED, EventType.PATTERN]
    assert known.store.event(then[1].id) == then[1]
    assert [step.event for step in then[1].pattern.steps] == [first[0].id, then[0].id]


async def test_a_story_is_told_to_those_who_were_told_its_steps(known):
    _, (_, told) = await story(known)

    now = known.clock.now() + DAY
    for sink in ("log", "faq-log"):
        waiting = known.store.pending(now, sink=sink, limit=9)
        assert told.id in {delivery.event.id for delivery in waiting}


async def test_changes_farther_apart_than_asked_are_none(known):
    known.checker.together.know((POLICY, FAQ), 3 * DAY)
    _, then = await story(known)

    assert [e.type for e in then] == [EventType.CHANGED]


async def test_a_page_that_says_something_else_elsewhere_is_told_once_it_lasts(known):
    known.enrol(POLICY, FAQ, EU)
    known.site.shows(policy(TRAINING), POLICY.id)
    known.site.shows(policy(), EU.id)
    told = []
    for _ in range(6):
        for one in (POLICY, EU):
            told += (await known.look(one)).found.events
        known.clock.advance(DAY)

    patterns = [event for event in told if event.pattern]
    assert [e.pattern.name for e in patterns] == ["vantage-differs"]
    assert TRAINING in patterns[0].summary


async def test_a_bug_in_it_never_hides_the_change(known):
    def broken(*_args, **_named):
        raise LookupError("no such thing")

    known.enrol(POLICY)
    await known.look(POLICY)
    known.store.told_of = broken
    with capture_logs() as lines:
        told = await show(known, POLICY, policy(TRAINING))

    assert [e.type for e in told] == [EventType.CHANGED]
    assert "pattern.crashed" in {line["event"] for line in lines}

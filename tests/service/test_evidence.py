"""Every look leaves its line before it is settled, and what is told carries a witness."""

import errno
import json

import pytest

from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.segments import Segments
from clausewatch.core.event import EventType
from clausewatch.core.model import Exchange
from clausewatch.core.note import parse_checkpoint, parse_note
from clausewatch.errors import CaptureError, StoreError
from clausewatch.ports import ExchangeError
from clausewatch.testing.faults import Fail, FaultyDisk
from service.world import DAY, TRAINING, World, policy, watch

ACME = watch()


@pytest.fixture
def strike():
    return Fail("", errno.ENOSPC)


@pytest.fixture
def world(tmp_path, strike):
    made = World(tmp_path)
    made.notary = Notary(tmp_path, disk=FaultyDisk(strike))
    made.checker = made.make_checker(notary=made.notary, confirm=False)
    made.enrol(ACME)
    yield made
    made.notary.close()
    made.close()


def said(world):
    lines = map(json.loads, Segments(world.home).lines())
    return [one for one in lines if one["kind"] == "attempt"]


async def test_pages_refusals_and_failures_alike_are_lines(world):
    await world.look(ACME)
    world.clock.advance(DAY)
    await world.look(ACME)
    world.site.shows(CaptureError("robots forbid it", reason="robots", retry=False))
    world.clock.advance(DAY)
    await world.look(ACME)

    lines = said(world)
    assert [one["came"] for one in lines] == ["page", "not-modified", "nothing"]
    assert lines[2]["reason"] == "robots"
    looks = world.store.looks(ACME.id)
    assert len(looks) == 3
    assert looks[-1].capture == lines[0]["body"]


async def test_a_failure_keeps_what_is_known_of_the_exchange(world):
    now = world.clock.now()
    exchange = Exchange(
        url=ACME.url,
        final_url="https://acme.example/wall",
        redirects=(ACME.url,),
        started_at=now,
        finished_at=now,
        status=403,
        response_headers=(("set-cookie", "sid=secret; Path=/"),),
    )
    refusal = CaptureError("got 403", reason="http-403", retry=False, status=403)
    world.site.shows(ExchangeError(refusal, exchange))
    await world.look(ACME)

    (line,) = said(world)
    assert (line["status"], line["redirects"]) == (403, [ACME.url])
    assert "secret" not in json.dumps(line)
    assert line["response_headers"][0][1].endswith("; Path=/")


async def test_an_event_that_wakes_people_is_signed_for_with_its_own_look(world):
    first = await world.look(ACME)
    world.site.shows(policy(TRAINING))
    world.clock.advance(DAY)

    changed = await world.look(ACME)

    (seen,) = first.found.events
    assert seen.type is EventType.FIRST_SEEN
    assert seen.evidence.checkpoint is None
    (event,) = changed.settlement.events
    note = parse_checkpoint(parse_note(event.evidence.checkpoint))
    covered = list(Segments(world.home).lines(0, note.size))
    assert any(event.evidence.capture in line.decode() for line in covered)
    kept = [e for _, e in world.store.events() if e.id == event.id]
    assert kept == [event]


@pytest.mark.parametrize("step", ["amid write", "before sync"])
async def test_a_look_whose_line_cannot_be_written_is_not_settled(world, strike, step):
    strike.step = step
    with pytest.raises(StoreError, match="cannot append to the log"):
        await world.look(ACME)
    strike.step = ""

    assert world.store.looks(ACME.id) == ()
    assert said(world) == []

"""Looks fill the ledger of promises, and what is kept can fill it again."""

from datetime import timedelta

import pytest

from clausewatch.config.rulebook import load
from clausewatch.service.pledges import retraced
from service.world import DAY, policy, watch

ACME = watch()
SELL = "We do not sell your personal data to anybody."
KEEP = "You may ask us for a copy of your data at any time."
RULES = load()


@pytest.fixture
def ruled(world):
    world.checker.rulebook = lambda: RULES
    world.enrol(ACME)
    return world


async def shown(world, page):
    world.site.shows(page)
    for wait in (DAY, timedelta(minutes=3)):
        await world.look(ACME)
        world.clock.advance(wait)


def ledger(world):
    return {promise.text: promise for promise in world.store.promises_of(ACME.id)}


async def test_a_look_that_finds_a_promise_gone_says_since_when(ruled):
    await shown(ruled, policy())
    assert ledger(ruled)[SELL].stands

    await shown(ruled, policy().replace(SELL, "We keep a list of those who ask."))

    gone = ledger(ruled)[SELL]
    assert gone.first < gone.last < gone.gone
    assert ledger(ruled)[KEEP].stands


async def test_looks_at_the_same_text_write_no_promises(ruled):
    await shown(ruled, policy())

    taken = await ruled.look(ACME)

    assert taken.settlement.promises == ()


async def test_a_watch_from_before_there_were_ledgers_gets_one_at_its_next_change(
    ruled,
):
    await shown(ruled, policy())
    whole = ledger(ruled)
    ruled.store.pledge(ACME.id, [])

    await shown(ruled, policy().replace(SELL, "We keep a list of those who ask."))

    assert {text: p.first for text, p in ledger(ruled).items()} == {
        text: p.first for text, p in whole.items()
    }
    assert not ledger(ruled)[SELL].stands


async def test_a_ledger_made_anew_is_the_one_that_looks_made(ruled):
    without = policy().replace(SELL, "We keep a list of those who ask.")
    for page in (policy(), without, policy()):
        await shown(ruled, page)

    again = retraced(ruled.store, ACME.id, RULES.phrases)

    assert {(p.text, p.stands) for p in again} == {
        (p.text, p.stands) for p in ledger(ruled).values()
    }

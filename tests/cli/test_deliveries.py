"""`deliveries` shows what a sink did not take, and revives what was given up."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from clausewatch.cli.exits import Code
from clausewatch.ports import DeliveryState
from clausewatch.store import open_store


@pytest.fixture
def refused(world):
    """A world in which a sink has refused an event for good."""
    world.watchlist.write_text(
        "sinks: {hook: {type: webhook, url: 'http://127.0.0.1:1/', secret_env: KEY}}\n"
        + world.watchlist.read_text()
    )
    key = {"KEY": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    world("check", **key)
    world.site.step = 2
    assert world("check", **key).code == Code.CHANGED
    with closing(open_store(world.home)) as store:
        (delivery,) = store.deliveries(DeliveryState.PENDING)
        store.refused(delivery, error="the hook said no", retry_at=None)
    return world


def test_what_was_given_up_is_shown_and_exits_5(refused):
    ended = refused("deliveries", "--json")
    row = json.loads(ended.out)

    assert (ended.code, row["sink"], row["state"]) == (Code.DELIVERY, "hook", "dead")
    assert "the hook said no" in refused("deliveries").out


def test_what_was_given_up_can_be_revived_and_is_due_at_once(refused):
    assert refused("deliveries", "--retry").code == Code.FINE

    with closing(open_store(refused.home)) as store:
        assert store.deliveries(DeliveryState.DEAD) == ()
        assert store.pending(datetime.now(UTC), sink="hook", limit=9)

"""`promises`: what a service's documents promise, and what is struck through."""

import json

from clausewatch.cli.exits import Code


def ledger_of(world, *options):
    """Return the ledger of the service, by the text of each promise."""
    asked = world("promises", "halvorne", "--json", *options)
    assert asked.code == Code.FINE
    told = map(json.loads, asked.out.splitlines())
    return {promise["text"]: promise for promise in told}


def test_what_a_service_promised_is_listed_and_struck_through_once_it_goes(world):
    world("check")
    before = ledger_of(world)
    assert {promise["watch"] for promise in before.values()} == {"policy", "settings"}
    assert not ledger_of(world, "--gone")

    world.site.step = 6
    world("check")
    world("check")
    after = ledger_of(world)
    gone = ledger_of(world, "--gone")
    assert gone
    assert gone.keys() == {t for t, promise in after.items() if promise["gone"]}
    assert ledger_of(world, "--rebuild").keys() >= gone.keys()

    told = world("promises", "policy").out.splitlines()
    assert told[0] == "policy"
    first = next(iter(gone))[:40]
    (line,) = (line for line in told if first in line)
    assert "since " in line
    assert "gone " in line
    assert world("promises", "nobody").code == Code.CONFIG

"""A second opinion from the watchlist to `explain`, beside a check that never waits."""

import json

import pytest

from clausewatch.cli.exits import Code
from emit.endpoint import model

SINK = """\
sinks:
  log: {{type: stdout}}
  second: {{type: opinion, url: "{url}", model: a-model, key_env: LLM_KEY, timeout: 60s}}
"""
KEY = "a-key-that-nobody-must-see"


@pytest.fixture
def served():
    with model() as running:
        yield running


@pytest.fixture
def asking(world, served):
    """A world that asks a model, and has seen the settings as they were."""
    listed = world.watchlist.read_text()
    world.watchlist.write_text(SINK.format(url=served.url) + listed)
    assert world("check", LLM_KEY=KEY).code == Code.FINE
    world.site.step = 2
    return world


def test_an_opinion_is_asked_for_and_shown_beside_the_event(asking, served):
    served.says = {
        "reading": "A switch shares data by default.",
        "direction": "less",
        "materiality": 3,
        "quotes": ["messages included, to train AI models", "words of its own making"],
    }

    ended = asking("check", "--json", LLM_KEY=KEY)

    (event,) = map(json.loads, ended.out.splitlines())
    told = asking("explain", event["id"]).out
    assert "A second opinion" in told
    assert "A switch shares data by default." in told
    assert "does not stand in the text: words of its own making" in told
    kept = b"".join(f.read_bytes() for f in asking.home.rglob("*") if f.is_file())
    assert KEY.encode() not in kept
    assert KEY not in ended.out + ended.err + told


def test_a_check_tells_before_it_waits_for_anybody(asking, served):
    served.released.clear()

    with asking.start("check", "--json", LLM_KEY=KEY) as process:
        event = json.loads(process.stdout.readline())
        assert process.poll() is None
        served.released.set()
        process.communicate(timeout=60)

    assert event["data"]["watch"] == "settings"
    assert process.returncode == Code.CHANGED


def test_an_endpoint_that_is_down_leaves_the_event_as_it_is(asking, served):
    served.status = 500

    ended = asking("check", "--json", LLM_KEY=KEY)

    (event,) = map(json.loads, ended.out.splitlines())
    assert event["data"]["verdict"] == "substantive"
    assert "A second opinion" not in asking("explain", event["id"]).out
    assert "got 500" in asking("deliveries").out

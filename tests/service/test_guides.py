"""What the guides say of the service is what it does."""

import re
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from clausewatch.errors import ConfigError
from clausewatch.ports import Claim, Settlement, Standing
from clausewatch.service.metrics import PrometheusMetrics
from clausewatch.testing.clock import START

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text()


def test_every_line_that_the_log_can_hold_is_explained():
    said = {
        event
        for file in (ROOT / "daemon" / "clausewatch" / "service").glob("*.py")
        for event in re.findall(r'"([a-z]+\.[a-z_]+)"', file.read_text())
    }

    assert {"look.done", "event.told", "store.failed"} <= said
    assert sorted(event for event in said if f"`{event}`" not in GUIDE) == []


def test_every_figure_is_explained_and_counts():
    metrics = PrometheusMetrics()
    standing = Standing(watch="acme", due=START)
    metrics.checked(
        Settlement(
            claim=Claim(standing, 1),
            standing=standing,
            looked_at=START,
            outcome="unchanged",
        )
    )
    metrics.stood(watches=3, in_flight=2, late_s=timedelta(hours=1).total_seconds())
    metrics.store_failed()
    port = metrics.serve("0")

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        served = answer.read().decode()
    metrics.close()

    names = set(re.findall(r"^(clausewatch_\w+)", served, re.MULTILINE))
    names = {name for name in names if not name.endswith("_created")}
    assert sorted(name for name in names if f"`{name}`" not in GUIDE) == []
    assert 'clausewatch_looks_total{outcome="unchanged"} 1.0' in served
    assert "clausewatch_late_seconds 3600.0" in served


@pytest.mark.parametrize(
    "address", ["9464x", "127.0.0.1:99999999", "nowhere.invalid:1"]
)
def test_an_address_that_figures_cannot_be_served_at_is_named(address):
    with pytest.raises(ConfigError, match=re.escape(f"got {address}")):
        PrometheusMetrics().serve(address)

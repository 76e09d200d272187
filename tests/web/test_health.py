"""Machines that ask are told whether pages are looked at, and how much there is."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import HOUR
from clausewatch.web.access import Access
from web.acme import DAY, filled, visiting

TOKEN = "correct-horse-battery"
DUE = SEEN + 2 * DAY + 6 * HOUR


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acme")
    filled(folder).close()
    return folder


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=29)])
async def test_all_is_well_while_looks_are_on_time(home, late):
    async with visiting(home, now=DUE + late) as visitor:
        answer = await visitor.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok: 3 watches, none overdue\n")


async def test_what_is_overdue_is_named(home):
    async with visiting(home, now=DUE + HOUR) as visitor:
        answer = await visitor.get("/healthz")

    assert answer.status_code == 503
    first, *rest = answer.text.splitlines()
    assert first.startswith("3 watches overdue")
    assert rest[0] == "acme-faq: due 20 Sep 2024, 16:05 UTC"


async def test_who_may_not_look_learns_no_names_but_how_it_is(home):
    access = Access(token=TOKEN)
    async with visiting(home, access=access, now=DUE + HOUR) as visitor:
        answer = await visitor.get("/healthz")
        shown = await visitor.get(
            "/healthz", headers={"authorization": f"Bearer {TOKEN}"}
        )
        figures = await visitor.get("/metrics")

    assert answer.status_code == shown.status_code == 503
    assert "acme" not in answer.text
    assert "acme-faq" in shown.text
    assert figures.status_code == 401


async def test_figures_are_what_the_store_says(home):
    async with visiting(home, now=DUE + HOUR) as visitor:
        answer = await visitor.get("/metrics")
    found = {
        (sample.name.removeprefix("clausewatch_store_"), *sample.labels.values()): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert found == {
        ("watches", "fine"): 3,
        ("events", "critical"): 5,
        ("events", "editorial"): 1,
        ("events", "all"): 3,
        ("deliveries", "log", "pending"): 9,
        ("late_seconds",): 3600,
        ("last_look_timestamp_seconds",): (SEEN + 2 * DAY).timestamp(),
    }

"""Words that mail, terminal and pages share mean one thing everywhere."""

from datetime import UTC, datetime, timedelta

import pytest

from clausewatch.core.event import EventType, Verdict, weighs
from clausewatch.core.model import Threshold
from clausewatch.render.times import between, moment
from clausewatch.render.wording import lead, weight
from clausewatch.testing.examples import example


@pytest.mark.parametrize(
    ("kind", "materiality", "said"),
    [
        (EventType.CHANGED, 1, "minor"),
        (EventType.CHANGED, 2, "important"),
        (EventType.CHANGED, 3, "critical"),
        (EventType.PATTERN, 1, "important"),
        (EventType.PATTERN, 2, "important"),
        (EventType.PATTERN, 3, "critical"),
    ],
)
def test_what_is_called_critical_passes_the_threshold_of_that_name(
    kind, materiality, said
):
    event = example(kind, materiality=materiality, verdict=Verdict.SUBSTANTIVE)

    assert weight(event) == said
    if said != "minor":
        assert weighs(event) is Threshold(said)
    assert dict(lead(event))["Weight"].startswith(f"{said}, {materiality} of 3")


def test_what_is_not_of_substance_is_called_by_its_verdict():
    assert weight(example(verdict=Verdict.EDITORIAL)) == "editorial"
    assert weight(example(EventType.INACCESSIBLE, verdict=None)) == "inaccessible"


def test_a_day_is_said_once_where_both_looks_were_on_it():
    at = datetime(2025, 9, 18, 14, 33, tzinfo=UTC)

    assert moment(at) == "18 Sep 2025, 14:33 UTC"
    assert between(at, at + timedelta(hours=2)) == (
        "18 Sep 2025, between 14:33 and 16:33 UTC"
    )
    assert between(at, at + timedelta(days=1)) == (
        "between 18 Sep 2025, 14:33 UTC and 19 Sep 2025, 14:33 UTC"
    )

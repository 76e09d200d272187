"""Each probe is one edit to one page: told if it matters, silent if it does not."""

import pytest

from probes import company, frame, labels, languages, letters, shapes, visible, words
from probes.probe import alerts, events_of, sides

TABLES = (words, company, labels, letters, visible, frame, shapes, languages)
PROBES = [probe for table in TABLES for probe in table.PROBES]


@pytest.mark.parametrize("probe", PROBES, ids=lambda p: f"{p.name} in {p.page}")
def test_on_the_page(probe):
    before, after = sides(probe)
    assert before != after

    found = events_of(probe)

    assert bool(alerts(found)) is probe.told, [
        (event.type.name, event.verdict, event.reason) for event in found
    ]


def test_each_probe_has_a_name_of_its_own():
    assert len({(probe.name, probe.page) for probe in PROBES}) == len(PROBES)

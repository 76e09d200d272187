"""`/metrics`: figures for Prometheus, of what the store says.

The daemon serves its own, of what it does (`run --metrics`); the names differ, so that
both can be scraped.
"""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response

from clausewatch.library import Tallies
from clausewatch.web.site import Routes, Visit


class Figures(Collector):
    """What one answer holds."""

    def __init__(self, tallies: Tallies, late_s: float) -> None:
        self._tallies = tallies
        self._late_s = late_s

    def collect(self) -> Iterator[Gauge]:
        """Yield each figure, under names that the guide lists."""
        found = self._tallies
        watches = Gauge(
            "clausewatch_store_watches", "Listed watches, by state.", labels=["state"]
        )
        for state, number in found.watches.items():
            watches.add_metric([state], number)
        events = Gauge(
            "clausewatch_store_events",
            "Events on record, by the highest threshold that they pass.",
            labels=["weight"],
        )
        for weight, number in found.events.items():
            events.add_metric([weight], number)
        deliveries = Gauge(
            "clausewatch_store_deliveries",
            "Deliveries that are not done, by sink and state.",
            labels=["sink", "state"],
        )
        for (sink, state), number in found.deliveries.items():
            deliveries.add_metric([sink, state], number)
        yield from (watches, events, deliveries)
        yield Gauge(
            "clausewatch_store_late_seconds",
            "How long the longest overdue watch has waited.",
            value=self._late_s,
        )
        if found.last_look:
            yield Gauge(
                "clausewatch_store_last_look_timestamp_seconds",
                "When a page was last looked at.",
                value=found.last_look.timestamp(),
            )


def figures(visit: Visit) -> Response:
    """Answer in Prometheus's text format."""
    found = visit.library.tallies()
    now = visit.site.clock.now()
    late_s = max(0.0, (now - (found.next_due or now)).total_seconds())
    registry = CollectorRegistry()
    registry.register(Figures(found, late_s))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


ROUTES: Final[Routes] = (("/metrics", figures),)

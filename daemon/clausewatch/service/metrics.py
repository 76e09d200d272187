"""Figures for Prometheus, when asked for; otherwise nothing of it is imported."""

from typing import Protocol

from clausewatch.errors import ConfigError
from clausewatch.ports import Settlement

LOOPBACK = "127.0.0.1"
"""Where figures are served unless the operator names a host: the figures tell which
pages somebody watches."""


class Metrics(Protocol):
    """What the loop has counted."""

    def checked(self, settlement: Settlement) -> None:
        """Count one look."""
        ...

    def stood(self, *, watches: int, in_flight: int, late_s: float) -> None:
        """Take down how it stands."""
        ...

    def store_failed(self) -> None:
        """Count one refusal of the store."""
        ...


class NoMetrics:
    """Counts nothing."""

    def checked(self, settlement: Settlement) -> None:
        """Forget it."""

    def stood(self, *, watches: int, in_flight: int, late_s: float) -> None:
        """Forget it."""

    def store_failed(self) -> None:
        """Forget it."""


class PrometheusMetrics:
    """Counts for whoever scrapes us. Names and labels are listed in the guide."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge  # noqa: PLC0415

        self._registry = CollectorRegistry()
        self._looks = Counter(
            "clausewatch_looks",
            "Looks at watches, by what came of them.",
            ["outcome"],
            registry=self._registry,
        )
        self._events = Counter(
            "clausewatch_events",
            "Events told, by type and verdict.",
            ["type", "verdict"],
            registry=self._registry,
        )
        self._bytes = Counter(
            "clausewatch_body_bytes",
            "Bytes of pages received.",
            registry=self._registry,
        )
        self._refusals = Counter(
            "clausewatch_store_failures",
            "Times that the store could not be read or written.",
            registry=self._registry,
        )
        self._watches, self._in_flight, self._late = (
            Gauge(f"clausewatch_{name}", text, registry=self._registry)
            for name, text in (
                ("watches", "Watches on the list."),
                ("looks_in_flight", "Looks that have begun and not ended."),
                ("late_seconds", "How long the longest overdue watch has waited."),
            )
        )

    def checked(self, settlement: Settlement) -> None:
        """Count one look."""
        self._looks.labels(settlement.outcome).inc()
        if settlement.capture:
            self._bytes.inc(settlement.capture.body_bytes)
        for event in settlement.events:
            kind = event.type.value.removeprefix("org.clausewatch.")
            verdict = event.verdict.value if event.verdict else ""
            self._events.labels(kind, verdict).inc()

    def stood(self, *, watches: int, in_flight: int, late_s: float) -> None:
        """Take down how it stands."""
        self._watches.set(watches)
        self._in_flight.set(in_flight)
        self._late.set(late_s)

    def store_failed(self) -> None:
        """Count one refusal of the store."""
        self._refusals.inc()

    def serve(self, address: str) -> int:
        """Serve the figures at `[HOST:]PORT` from a thread; return the port.

        Raises:
            ConfigError: the address is wrong or taken.
        """
        from prometheus_client import start_http_server  # noqa: PLC0415

        host, _, port = address.rpartition(":")
        try:
            self._server, self._thread = start_http_server(
                int(port), addr=host.strip("[]") or LOOPBACK, registry=self._registry
            )
        except (OSError, ValueError, OverflowError) as error:
            message = f"--metrics: expected a free HOST:PORT, got {address}: {error}"
            raise ConfigError(message) from error
        return int(self._server.server_port)

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

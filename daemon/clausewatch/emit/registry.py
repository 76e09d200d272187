"""Sinks by name: ours and those of plug-ins, found through entry points.

A sink is a class with `configure`; see docs/sinks.md for how to write one.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final, Protocol, Self, cast

from clausewatch.core.opinion import Opinion
from clausewatch.errors import ConfigError
from clausewatch.ports import Clock, Poster, Sink

GROUP: Final = "clausewatch.sinks"


@dataclass(frozen=True, slots=True)
class SinkContext:
    """What the daemon lends its sinks."""

    poster: Poster
    clock: Clock
    home: Path
    secret: Callable[[Mapping[str, object], str], str | None]
    """The secret under a key of the options, or None if none was given."""
    keep_opinion: Callable[[Opinion], Awaitable[None]]
    """Puts what a model made of an event beside it, for good."""
    site: str = ""
    """Where the site can be reached, to lead to it; empty where nobody said."""

    def secret_of(
        self, sink: str, options: Mapping[str, object], key: str
    ) -> str | None:
        """Return a secret of this sink, or None if none was given.

        Raises:
            ConfigError: it is given but cannot be read.
        """
        try:
            return self.secret(options, key)
        except ConfigError as error:
            raise ConfigError(f"sinks.{sink}.{error}") from error


class Configurable(Sink, Protocol):
    """A sink that can be made from the watchlist."""

    @classmethod
    def configure(
        cls, name: str, options: Mapping[str, object], context: SinkContext
    ) -> Self:
        """Return the sink.

        Raises:
            ConfigError: an option is unknown, missing or wrong.
        """
        ...


def make_sinks(
    configs: Iterable[tuple[str, str, Mapping[str, object]]], context: SinkContext
) -> dict[str, Sink]:
    """Return the sinks by name, from name, type and options of each.

    Raises:
        ConfigError: with every problem of every sink, one a line.
    """
    made: dict[str, Sink] = {}
    problems: list[str] = []
    for name, kind, options in configs:
        try:
            made[name] = _load(name, kind).configure(name, options, context)
        except ConfigError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError("\n".join(problems))
    return made


def sink_types() -> tuple[str, ...]:
    """Return the types of sink that are installed."""
    return tuple(sorted(entry_points(group=GROUP).names))


def _load(name: str, kind: str) -> type[Configurable]:
    found = entry_points(group=GROUP, name=kind)
    if not found:
        known = ", ".join(sink_types())
        raise ConfigError(f"sinks.{name}.type: expected one of {known}, got {kind!r}")
    point = next(iter(found))
    try:
        loaded = point.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"sinks.{name}.type: {kind} ({point.value}) cannot be loaded: {error}"
        ) from error
    return cast("type[Configurable]", loaded)

"""The watchlist: a file becomes watches, or one error that names all its problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from clausewatch.config import faults, nodes, sense
from clausewatch.config.guess import kind_of
from clausewatch.config.nodes import Tree
from clausewatch.config.schema import (
    FILE,
    DefaultsEntry,
    EvidenceEntry,
    FileEntry,
    NetworkEntry,
    WatchEntry,
)
from clausewatch.config.sinks import SinkEntry
from clausewatch.core.model import (
    JITTER,
    Cron,
    Every,
    Kind,
    Schedule,
    Threshold,
    Watch,
    WatchId,
)
from clausewatch.core.patterns import WITHIN
from clausewatch.errors import ConfigError, Problem

DEFAULT_EVERY: Final = timedelta(hours=6)
"""Policies change a few times a year; four looks a day date a change well enough
for a court and are less than what one reader costs the publisher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkConfig:
    """Who is told, as the operator configured it."""

    name: str
    type: str
    options: Mapping[str, object]
    """All keys but `type` and `threshold`; secrets are had through `settings.secret`."""
    threshold: Threshold | None = None
    """Goes before the threshold of a watch, if given."""
    place: str = ""
    """Where it is configured, as messages begin: `watchlist.yaml:7:5`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How to behave on the network."""

    contact: str = ""
    allow: tuple[str, ...] = ()
    """Hosts that may be reached although their addresses are private or loopback."""
    gap: timedelta = timedelta(seconds=2)
    """The least time between two requests to one host."""
    concurrency: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampConfig:
    """Whom to ask for timestamps, as the operator configured it."""

    name: str
    url: str
    roots: Path | None
    """Certificates in PEM; beside the watchlist unless it is absolute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceConfig:
    """How what is kept is made to stand up without us."""

    checkpoint: timedelta = timedelta(hours=1)
    timestamps: tuple[TimestampConfig, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """What to watch, and whom to tell; all defaults are filled in."""

    watches: tuple[Watch, ...]
    sinks: tuple[SinkConfig, ...]
    network: Network = Network()
    site: str = ""
    """Where people find the site, without a slash at its end; empty if nobody said."""
    patterns_within: timedelta = WITHIN
    """How far apart changes of several documents may be that tell one story."""
    rules: tuple[Path, ...] = ()
    """Files with topic rules of the operator's own."""
    evidence: EvidenceConfig = EvidenceConfig()


STDOUT: Final = SinkConfig(name="stdout", type="stdout", options={})
"""Who is told when the file names nobody."""


def load(path: Path) -> Watchlist:
    """Return what a file says.

    Raises:
        ConfigError: with every problem found in it, or because it cannot be read.
    """
    return parse(read(path), file=str(path))


def read(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"expected a file that can be read: {reason.lower()}"
        raise ConfigError([Problem(str(path), 1, 1, "watchlist", what)]) from error


def parse(body: bytes, *, file: str) -> Watchlist:
    """Return what the bytes of a file say; `file` is its name in messages.

    Raises:
        ConfigError: with every problem found.
    """
    tree = nodes.parse(body, file=file, root="watchlist")
    if tree.value is None:
        raise ConfigError([tree.problem((), "expected services, got an empty file")])
    found: list[Problem] = []
    try:
        entries = FILE.validate_python(tree.value)
    except ValidationError as error:
        found = faults.problems(error, tree)
    found += sense.problems(tree)
    if found:
        raise ConfigError(found)
    return _watchlist(entries, tree)


def _watchlist(entries: FileEntry, tree: Tree) -> Watchlist:
    defaults = entries.get("defaults", DefaultsEntry())
    sinks = tuple(
        _sink(name, entry, tree) for name, entry in entries.get("sinks", {}).items()
    )
    make = _Maker(defaults, sinks or (STDOUT,))
    return Watchlist(
        watches=tuple(
            make.watch(service["name"], entry)
            for service in entries["services"]
            for entry in service["watches"]
        ),
        sinks=make.sinks,
        network=_network(entries.get("network", NetworkEntry())),
        site=entries["site"]["address"] if "site" in entries else "",
        patterns_within=entries.get("patterns", {}).get("within", WITHIN),
        rules=tuple(Path(tree.file).parent / name for name in entries.get("rules", ())),
        evidence=_evidence(entries.get("evidence", EvidenceEntry()), tree.file),
    )


def _network(entry: NetworkEntry) -> Network:
    standard = Network()
    return Network(
        contact=entry.get("contact", standard.contact),
        allow=tuple(entry.get("allow", standard.allow)),
        gap=entry.get("gap", standard.gap),
        concurrency=entry.get("concurrency", standard.concurrency),
    )


def _evidence(entry: EvidenceEntry, file: str) -> EvidenceConfig:
    return EvidenceConfig(
        checkpoint=entry.get("checkpoint", EvidenceConfig().checkpoint),
        timestamps=_timestamps(entry, file),
    )


def _timestamps(entry: EvidenceEntry, file: str) -> tuple[TimestampConfig, ...]:
    return tuple(
        TimestampConfig(
            name=name,
            url=one["url"],
            roots=Path(file).parent / one["roots"] if "roots" in one else None,
        )
        for name, one in entry.get("timestamps", {}).items()
    )


def _sink(name: str, entry: SinkEntry, tree: Tree) -> SinkConfig:
    options: dict[str, object] = {**entry}
    line, column = tree.place(("sinks", name), key=True)
    return SinkConfig(
        name=name,
        type=str(options.pop("type")),
        threshold=entry.get("threshold"),
        options=MappingProxyType({k: options[k] for k in options if k != "threshold"}),
        place=f"{tree.file}:{line}:{column}",
    )


class _Maker:
    """Makes watches, with the defaults filled in."""

    def __init__(self, defaults: DefaultsEntry, sinks: tuple[SinkConfig, ...]) -> None:
        self.sinks = sinks
        self.jitter = defaults.get("jitter", JITTER)
        self.schedule = self._schedule(defaults) or Every(DEFAULT_EVERY, self.jitter)
        self.vantage = defaults.get("vantage", "")
        self.headers = tuple(defaults.get("headers", {}).items())
        self.names = tuple(defaults.get("sinks", [sink.name for sink in sinks]))
        self.threshold = defaults.get("threshold", Threshold.SUBSTANTIVE)

    def watch(self, service: str, entry: WatchEntry) -> Watch:
        kind = entry.get("kind") or kind_of(entry["url"])
        return Watch(
            id=WatchId(sense.watch_id(service, entry, self.vantage)),
            service=service,
            url=entry["url"],
            kind=kind or Kind.OTHER,
            schedule=self._schedule(entry) or self.schedule,
            title=entry.get("title", ""),
            select=tuple(entry.get("select", ())),
            remove=tuple(entry.get("remove", ())),
            vantage=entry.get("vantage", self.vantage),
            headers=self._headers(entry),
            sinks=tuple(entry["sinks"]) if "sinks" in entry else self.names,
            threshold=entry.get("threshold", self.threshold),
        )

    def _headers(self, entry: WatchEntry) -> tuple[tuple[str, str], ...]:
        """Return the watch's own header fields, and the default ones it leaves."""
        if "headers" not in entry:
            return self.headers
        own = tuple(entry["headers"].items())
        names = {name.lower() for name, _ in own}
        return (*(h for h in self.headers if h[0].lower() not in names), *own)

    def _schedule(self, entry: WatchEntry | DefaultsEntry) -> Schedule | None:
        if "cron" in entry:
            return Cron(entry["cron"])
        return Every(entry["every"], self.jitter) if "every" in entry else None

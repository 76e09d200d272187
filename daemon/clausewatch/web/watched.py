"""How closely a service's documents were watched: what stands behind "no change"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from clausewatch.core.model import WatchId
from clausewatch.library import Coverage, Gap, Paper
from clausewatch.render.times import day, moment
from clausewatch.render.wording import count, plain

MOST_GAPS: Final = 5
"""Of one document, the longest; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A document, how closely it was looked at, and how often it changed."""

    watch: WatchId
    name: str
    listed: bool
    coverage: Coverage

    @property
    def found(self) -> str:
        """Return in words what came of watching it."""
        changes = self.coverage.changes
        small = max(0, self.coverage.differences - changes)
        if self.coverage.first is None:
            return "not seen"
        if not (changes or small):
            return "unchanged"
        told = count(changes, "change") if changes else "no change"
        return f"{told} of substance" + (f", {small} small" if small else "")

    @property
    def looked(self) -> str:
        """Return in words how often it was looked at, and when."""
        seen = self.coverage
        if seen.first is None or seen.last is None:
            return f"{count(seen.looks, 'time')}, and never seen"
        return f"{count(seen.looks, 'time')}, {day(seen.first)} to {day(seen.last)}"

    @property
    def gaps(self) -> tuple[str, ...]:
        """Return in words when it was not seen, in order of time."""
        longest = sorted(self.coverage.gaps, key=_length, reverse=True)[:MOST_GAPS]
        told = tuple(map(gap, sorted(longest, key=lambda one: one.since)))
        rest = len(self.coverage.gaps) - len(longest)
        return (*told, f"and {count(rest, 'shorter one')}") if rest else told

    def stretches(self) -> Iterator[tuple[datetime, datetime]]:
        """Yield from when to when it was seen without a gap."""
        seen = self.coverage
        if seen.first is None or seen.last is None:
            return
        start = seen.first
        for one in seen.gaps:
            yield start, one.since
            if one.until is None:
                return
            start = one.until
        yield start, seen.last


def watched(
    papers: Sequence[Paper], coverage: Mapping[WatchId, Coverage]
) -> list[Watched]:
    """Return all documents, those that changed first, each kind by name."""
    found = [
        Watched(paper.watch, title(paper), paper.listed, coverage[paper.watch])
        for paper in papers
    ]
    return sorted(
        found, key=lambda one: (not one.coverage.changes, one.name.casefold())
    )


def title(paper: Paper) -> str:
    """Return what a document is called, and from where it is seen if that matters."""
    name = plain(paper.document)
    name = name[:1].upper() + name[1:]
    return f"{name} (seen from {plain(paper.vantage)})" if paper.vantage else name


def in_short(documents: Sequence[Watched]) -> str:
    """Return in a sentence or two what was watched, how often, and what came of it."""
    seen = [one for one in documents if one.coverage.first and one.coverage.last]
    if not seen:
        return "No document was seen in this time, so nothing can be said of it."
    looks = sum(one.coverage.looks for one in documents)
    first = min(one.coverage.first for one in seen if one.coverage.first)
    last = max(one.coverage.last for one in seen if one.coverage.last)
    changed = sum(bool(one.coverage.changes) for one in seen)
    were = "document was" if len(documents) == 1 else "documents were"
    told = [
        f"{len(documents)} {were} looked at {count(looks, 'time')} in all,",
        f"from {day(first)} to {day(last)}.",
        _outcome(changed, len(seen) - changed),
    ]
    if unseen := len(documents) - len(seen):
        told.append(f"{unseen} could not be seen at all.")
    return " ".join(told)


def _outcome(changed: int, unchanged: int) -> str:
    if not unchanged:
        return f"{'It' if changed == 1 else f'All {changed}'} changed in substance."
    if not changed:
        none = "It did not change" if unchanged == 1 else "None changed"
        return f"{none} in substance."
    return f"In substance, {changed} changed and {unchanged} did not."


def gap(one: Gap) -> str:
    """Return in words when a document was not seen, and why."""
    why = (
        f"{count(one.failed, 'look')} did not see it"
        if one.failed
        else "it was not looked at"
    )
    if one.until is None:
        return f"since {moment(one.since)}: {why}"
    return f"{span(one.since, one.until)}: {why}"


def span(first: datetime, last: datetime) -> str:
    """Return from when to when: days where it is long, times where it is within two."""
    if last - first > timedelta(days=2):
        return f"{day(first)} to {day(last)}"
    if first.date() == last.date():
        return f"{day(first)}, {first:%H:%M} to {last:%H:%M} UTC"
    return f"{moment(first)} to {moment(last)}"


def _length(one: Gap) -> timedelta:
    return (one.until or _FOREVER) - one.since


_FOREVER: Final = datetime.max.replace(tzinfo=UTC)

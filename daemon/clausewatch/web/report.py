"""A report on one service: what changed, what is gone, and what shows it.

One HTML file that needs nothing beside it: no script, no image, no font, no network.
It prints well, and says nothing by colour alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Final, TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from clausewatch import __version__
from clausewatch.core.event import Direction, Event, EventType, passes
from clausewatch.core.model import Digest, Threshold, WatchId
from clausewatch.core.period import last_day
from clausewatch.core.promise import Promise
from clausewatch.library import Library, Received, Wanted
from clausewatch.render import wording
from clausewatch.render.proof import Proof, proofs
from clausewatch.render.redline import Redline, left_out, shown
from clausewatch.render.times import day, exact, moment
from clausewatch.web.axis import NARROW, WIDTH, axis
from clausewatch.web.lost import Span, lost
from clausewatch.web.watched import Watched, in_short, watched

MOST_EVENTS: Final = 2_000
"""In one report, the newest; it would have thousands of pages otherwise."""
_NONE: Final[Mapping[str, Received]] = {}
_UNSEEN: Final = {EventType.SUSPECT, EventType.INACCESSIBLE, EventType.RECOVERED}


@dataclass(frozen=True, slots=True)
class Item:
    """One change in the report, under its number, which goes by time."""

    number: int
    event: Event
    title: str
    lines: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[Redline, ...]], ...]
    left_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a document was when it was last seen before the report's time was over."""

    watch: WatchId
    name: str
    last: datetime
    capture: Digest
    received: datetime | None
    """When the bytes of this capture came."""


Together: TypeAlias = tuple[Event, list[tuple[int, str, str]]]
"""A pattern, and of each step the number of its change, or 0, its day and its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What the site puts above a report: another time, files of it, the way back."""

    back: str
    action: str
    since: str
    until: str
    html: str
    pdf: str
    """Empty where there is nothing that makes one."""


def gathered(library: Library, span: Span, *, bar: Bar | None = None) -> str:
    """Return the report made from what is kept of a service."""
    wanted = Wanted(service=span.service, since=span.since, until=span.until)
    briefs = library.briefs(wanted, limit=MOST_EVENTS + 1)
    events = [
        library.event(brief.event.id) or brief.event
        if passes(brief.event, Threshold.SUBSTANTIVE)
        else brief.event
        for brief in briefs[:MOST_EVENTS]
    ]
    papers = library.papers(service=span.service)
    names = [paper.watch for paper in papers]
    covered = library.coverage(names, since=span.since, until=span.until)
    documents = watched(papers, covered)
    return report(
        span,
        events,
        library.promises(span.service),
        documents,
        standing=_standing(library, documents, span.until),
        received={
            event.id: library.received(event)
            for event in events
            if event.pattern is None and passes(event, Threshold.SUBSTANTIVE)
        },
        is_cut=len(briefs) > MOST_EVENTS,
        bar=bar,
    )


def _standing(
    library: Library, documents: Sequence[Watched], until: datetime
) -> list[Standing]:
    found = []
    covered = library.coverage([one.watch for one in documents], until=until)
    for one in documents:
        shown = [v for v in library.versions(one.watch) if v.seen_at < until]
        if shown:
            version, last = shown[-1], covered[one.watch].last
            found.append(
                Standing(
                    watch=one.watch,
                    name=one.name,
                    last=last or version.seen_at,
                    capture=version.capture,
                    received=library.came(one.watch, version.capture, version.seen_at),
                )
            )
    return found


def report(
    span: Span,
    events: Sequence[Event],
    promises: Sequence[Promise] = (),
    documents: Sequence[Watched] = (),
    *,
    standing: Sequence[Standing] = (),
    received: Mapping[str, Received] = _NONE,
    is_cut: bool = False,
    bar: Bar | None = None,
) -> str:
    """Return the report as HTML; the events are those of the span, in any order."""
    told = [event for event in events if passes(event, Threshold.SUBSTANTIVE)]
    changes = [e for e in told if e.type is EventType.CHANGED]
    items = [_item(n, e) for n, e in enumerate(_of(changes, set(EventType)), 1)]
    marked = [(item.event, str(item.number)) for item in items]
    weighed = {event.id: n for n, event in enumerate(ranked(changes))}
    numbers = {item.event.id: item.number for item in items}
    names = {one.watch: one.name for one in documents}
    losses = lost(span, promises, names, _numbers(items))
    return _page().render(
        span=span,
        last_day=last_day(span.until),
        items=items,
        heaviest=sorted(items, key=lambda item: weighed[item.event.id]),
        weights=_weights(changes),
        drawings=[
            (size, lines)
            for size, width in (("broad", WIDTH), ("narrow", NARROW))
            if (lines := axis(marked, documents, width=width))
        ],
        documents=documents,
        watched=in_short(documents) if documents else "",
        patterns=_patterns(told, numbers),
        unseen=_of(told, _UNSEEN),
        quiet=_quiet(events),
        lost=losses,
        evidence=[
            (event, _proofs(event, received.get(event.id, Received())))
            for event in _of(told, set(EventType) - {EventType.PATTERN})
        ],
        numbers=numbers,
        standing=standing,
        last={one.watch: one.last for one in standing},
        formerly=_formerly(span.service, events),
        is_cut=is_cut,
        most=MOST_EVENTS,
        checkpoint=_checkpoint(events),
        running=css_string(f"{span.service}: what changed"),
        version=__version__,
        bar=bar,
    )


def _proofs(event: Event, came: Received) -> tuple[Proof, ...]:
    return tuple(proofs(event, came.capture, came.previous))


def _numbers(items: Sequence[Item]) -> dict[tuple[WatchId, datetime], int]:
    return {(one.event.watch, one.event.observed_at): one.number for one in items}


def ranked(events: Sequence[Event]) -> list[Event]:
    """Return the events by weight, what takes something away first, then by time."""
    return sorted(
        events,
        key=lambda event: (
            -event.materiality,
            event.direction is not Direction.LESS,
            event.observed_at,
        ),
    )


def css_string(text: str) -> str:
    """Return a string of CSS that can end neither itself nor its style element."""
    safe = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)
    return f'"{"".join(safe)}"'


def _item(number: int, event: Event) -> Item:
    found, title = shown(event, most=len(event.changes)), wording.headline(event)
    grouped = groupby(found.redlines, lambda one: one.section)
    return Item(
        number,
        event,
        title[:1].upper() + title[1:],
        (*wording.lead(event), *wording.facts(event)),
        tuple((section or "At the top", tuple(group)) for section, group in grouped),
        left_out(found),
    )


def _weights(changes: Sequence[Event]) -> str:
    """Return in words how many changes weigh how much: `1 critical, 2 minor`."""
    found = Counter(map(wording.weight, ranked(changes)))
    return ", ".join(f"{number} {weight}" for weight, number in found.items())


def _of(events: Sequence[Event], types: set[EventType]) -> list[Event]:
    chosen = [event for event in events if event.type in types]
    return sorted(chosen, key=lambda event: event.observed_at)


def _patterns(events: Sequence[Event], numbers: Mapping[str, int]) -> list[Together]:
    """Return each pattern as it was last told, with its steps: it grows under one id."""
    last = {
        event.pattern.id: (event, event.pattern)
        for event in _of(events, {EventType.PATTERN})
        if event.pattern
    }
    return [
        (
            event,
            [
                (numbers.get(step.event, 0), at, words)
                for step, (at, words) in zip(
                    pattern.steps, wording.timeline(event), strict=True
                )
            ],
        )
        for event, pattern in last.values()
    ]


def _quiet(events: Sequence[Event]) -> str:
    """Return in words what is on record and not shown."""
    found = Counter(
        wording.weight(event)
        for event in events
        if event.type is not EventType.PATTERN
        and not passes(event, Threshold.SUBSTANTIVE)
    )
    return ", ".join(f"{number} {what}" for what, number in found.most_common())


def _formerly(service: str, events: Sequence[Event]) -> list[tuple[str, datetime]]:
    """Return the names under which it was watched before, each with its last day."""
    found: dict[str, datetime] = {}
    for event in sorted(events, key=lambda event: event.observed_at):
        if event.service != service:
            found[event.service] = event.observed_at
    return list(found.items())


def _checkpoint(events: Sequence[Event]) -> str:
    kept = [event for event in events if event.evidence.checkpoint]
    newest = max(kept, key=lambda event: event.observed_at, default=None)
    return (newest and newest.evidence.checkpoint) or ""


def style(html: str) -> str:
    """Return the one style sheet of a report, for a policy that allows just it."""
    return html.partition("<style>")[2].partition("</style>")[0]


@cache
def _page() -> Template:
    environment = Environment(
        loader=PackageLoader("clausewatch.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known = ("count", "name", "headline", "aside", "weight")
    environment.filters |= {name: getattr(wording, name) for name in known}
    environment.filters |= {"moment": moment, "day": day, "exact": exact}
    return environment.get_template("report.html")

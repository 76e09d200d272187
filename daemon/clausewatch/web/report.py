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
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from clausewatch import __version__
from clausewatch.core.event import Direction, Event, EventType, passes
from clausewatch.core.model import Threshold, WatchId
from clausewatch.core.promise import Promise
from clausewatch.library import Library, Wanted
from clausewatch.render.redline import Redline, left_out, shown
from clausewatch.render.wording import (
    count,
    facts,
    headline,
    lead,
    moment,
    name,
    timeline,
)
from clausewatch.web.axis import axis
from clausewatch.web.lost import Span, lost

WEIGHTS: Final = ("not weighed", "minor", "important", "critical")
NAMELESS: Final[Mapping[WatchId, str]] = {}
MOST_EVENTS: Final = 2_000
"""In one report, the newest; it would have thousands of pages otherwise."""
_UNSEEN: Final = {EventType.SUSPECT, EventType.INACCESSIBLE, EventType.RECOVERED}


@dataclass(frozen=True, slots=True)
class Item:
    """One change in the report, under its number."""

    number: int
    event: Event
    title: str
    weight: str
    lines: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[Redline, ...]], ...]
    left_out: str


def gathered(library: Library, span: Span) -> str:
    """Return the report made from what is kept of a service."""
    wanted = Wanted(service=span.service, since=span.since, until=span.until)
    briefs = library.briefs(wanted, limit=MOST_EVENTS)
    events = (
        library.event(brief.event.id)
        if passes(brief.event, Threshold.SUBSTANTIVE)
        else brief.event
        for brief in briefs
    )
    papers = library.papers(service=span.service)
    return report(
        span,
        [event for event in events if event],
        library.promises(span.service),
        {paper.watch: paper.document for paper in papers},
    )


def report(
    span: Span,
    events: Sequence[Event],
    promises: Sequence[Promise] = (),
    documents: Mapping[WatchId, str] = NAMELESS,
) -> str:
    """Return the report as HTML; the events are those of the span, in any order."""
    told = [event for event in events if passes(event, Threshold.SUBSTANTIVE)]
    changes = [e for e in told if e.type is EventType.CHANGED]
    items = [_item(n, event) for n, event in enumerate(ranked(changes), 1)]
    return _page().render(
        span=span,
        items=items,
        axis=axis([(item.event, str(item.number)) for item in items]),
        patterns=_patterns(told),
        unseen=_of(told, _UNSEEN),
        quiet=_quiet(events),
        lost=lost(span, promises, documents, _numbers(items)),
        evidence=_of(told, set(EventType) - {EventType.PATTERN}),
        numbers={item.event.id: item.number for item in items},
        checkpoint=_checkpoint(events),
        running=css_string(f"{span.service}: what changed"),
        version=__version__,
    )


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
    found, title = shown(event, most=len(event.changes)), headline(event)
    grouped = groupby(found.redlines, lambda one: one.section)
    return Item(
        number,
        event,
        title[:1].upper() + title[1:],
        WEIGHTS[event.materiality],
        (*lead(event), *facts(event)),
        tuple((section or "At the top", tuple(group)) for section, group in grouped),
        left_out(found),
    )


def _of(events: Sequence[Event], types: set[EventType]) -> list[Event]:
    chosen = [event for event in events if event.type in types]
    return sorted(chosen, key=lambda event: event.observed_at)


def _patterns(events: Sequence[Event]) -> list[tuple[Event, list[tuple[str, str]]]]:
    """Return each pattern as it was last told, with its steps: it grows under one id."""
    last = {
        event.pattern.id if event.pattern else event.id: event
        for event in _of(events, {EventType.PATTERN})
    }
    return [(event, timeline(event)) for event in last.values()]


def _quiet(events: Sequence[Event]) -> str:
    """Return in words what is on record and not shown."""
    found = Counter(
        event.verdict.value if event.verdict else event.type.value.rpartition(".")[2]
        for event in events
        if not passes(event, Threshold.SUBSTANTIVE)
    )
    return ", ".join(f"{number} {what}" for what, number in found.most_common())


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
    environment.filters |= {"moment": moment, "count": count, "name": name}
    environment.filters |= {"headline": headline}
    return environment.get_template("report.html")

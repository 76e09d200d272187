"""A service: all its documents on one axis of time, and what they tell together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from clausewatch.core.event import Event, EventType, Pattern
from clausewatch.core.model import Threshold
from clausewatch.library import Wanted
from clausewatch.web.axis import NARROW, WIDTH, Axis, axis
from clausewatch.web.ledger import ledger
from clausewatch.web.overview import by_day, drawn
from clausewatch.web.site import ElsewhereError, Routes, Visit
from clausewatch.web.templating import url
from clausewatch.web.watched import in_short, watched

PROMISES: Final = 150
"""On one page."""
CHANGES: Final = 60
"""On the axis and in the list; the rest is a page of changes."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A pattern on the axis: a line through the changes that make it."""

    number: int
    points: str


@dataclass(frozen=True, slots=True)
class Told:
    """A pattern, in words."""

    number: int
    event: Event
    pattern: Pattern


def named(visit: Visit) -> str:
    """Return the service that an address names.

    Raises:
        HTTPException: 404, there is none.
        ElsewhereError: it is called otherwise now.
    """
    name = visit.named("service")
    if visit.library.papers(service=name):
        return name
    if now := visit.library.renamed(name):
        parts = visit.request.url.path.split("/")[3:]
        query = visit.request.query_params
        raise ElsewhereError(url("services", now, *parts, query=query))
    raise HTTPException(404, f"{name}: no service of this name")


def service(visit: Visit) -> Response:
    """Show a service."""
    name = named(visit)
    papers = visit.library.papers(service=name)
    briefs = visit.library.briefs(
        Wanted(service=name, least=Threshold.SUBSTANTIVE), limit=CHANGES + 1
    )
    more, briefs = len(briefs) > CHANGES, briefs[:CHANGES]
    changes = [b.event for b in briefs if b.event.type is EventType.CHANGED][::-1]
    numbers = {event.id: n for n, event in enumerate(changes, 1)}
    pledges = ledger(visit.library.promises(name), papers)
    now = visit.site.clock.now()
    covered = visit.library.coverage([paper.watch for paper in papers], until=now)
    documents = watched(papers, covered)
    patterns = _patterns([brief.event for brief in briefs])
    marked = [(event, str(numbers[event.id])) for event in changes]
    drawings = [
        (size, lines, _threads(lines, patterns, numbers))
        for size, width in (("broad", WIDTH), ("narrow", NARROW))
        if (lines := axis(marked, documents, width=width))
    ]
    return visit.page(
        "service.html",
        title=name,
        name=name,
        shelves=drawn(visit, [papers]),
        drawings=drawings,
        patterns=patterns,
        numbers=numbers,
        promised=len(pledges),
        broken=[pledge for pledge in pledges if pledge.loss],
        days=by_day([b for b in briefs if b.event.type is not EventType.PATTERN]),
        more=more,
        watched=in_short(documents),
    )


def promises(visit: Visit) -> Response:
    """Show all that a service promised, and what became of it."""
    name = named(visit)
    papers = visit.library.papers(service=name)
    pledges = ledger(visit.library.promises(name), papers)
    pages = max(1, -(-len(pledges) // PROMISES))
    number = visit.number("page", most=pages)
    return visit.page(
        "promises.html",
        title=f"{name}: promises",
        name=name,
        ledger=pledges[(number - 1) * PROMISES : number * PROMISES],
        number=number,
        pages=pages,
    )


def _patterns(events: Sequence[Event]) -> list[Told]:
    """Return the patterns as they were last told, the newest first."""
    last: dict[str, tuple[Event, Pattern]] = {}
    for event in events:  # the newest first, which tells all of it
        if event.pattern is not None:
            last.setdefault(event.pattern.id, (event, event.pattern))
    return [Told(n, *one) for n, one in enumerate(last.values(), 1)]


def _threads(
    lines: Axis, patterns: Sequence[Told], numbers: Mapping[str, int]
) -> list[Thread]:
    """Return the lines that join what belongs together."""
    at = {
        mark.label: (mark.x, row.y + MARK_Y) for row in lines.rows for mark in row.marks
    }
    found = []
    for told in patterns:
        steps = (numbers.get(step.event) for step in told.pattern.steps)
        points = [at[str(n)] for n in steps if n and str(n) in at]
        if len(points) > 1:
            joined = " ".join(f"{x},{y}" for x, y in points)
            found.append(Thread(told.number, joined))
    return found


MARK_Y: Final = 16
"""How far below the top of its row a mark stands."""

ROUTES: Final[Routes] = (
    ("/services/{service}/promises", promises),
    ("/services/{service}", service),
)

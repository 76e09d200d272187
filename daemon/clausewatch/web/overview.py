"""The first page, the list of changes and the list of services."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from starlette.responses import Response

from clausewatch.core.event import Direction
from clausewatch.core.model import Threshold, WatchId
from clausewatch.library import Brief, Paper, Wanted
from clausewatch.ports import LATE, State
from clausewatch.render.times import moment
from clausewatch.web.filters import asked, place, placed
from clausewatch.web.site import Routes, Visit
from clausewatch.web.strips import Strip, first_of, months, strip

NEWEST: Final = 15
A_PAGE: Final = 50
DOCUMENTS: Final = 60
"""On one page of services; a service is never cut in two."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document in a list."""

    paper: Paper
    strip: Strip
    state: str
    """`fine`, `new`, `awaiting`, `suspect`, `inaccessible`, `overdue` or `unlisted`."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A service with its documents."""

    service: str
    sheets: tuple[Sheet, ...]
    changed_at: datetime | None


def home(visit: Visit) -> Response:
    """Show what changed last, what needs a look, and all documents or the liveliest."""
    papers = visit.library.papers()
    chosen = asked(visit)
    briefs = visit.library.briefs(chosen.wanted, limit=NEWEST)
    shelves = _shelves(papers)
    shown = _first(shelves)
    now = visit.site.clock.now()
    troubled = [p for p in papers if state_of(p, now) in TROUBLED]
    return visit.page(
        "overview.html",
        title="Overview",
        days=by_day(briefs),
        shelves=drawn(visit, shown),
        services=len(shelves),
        documents=len(papers),
        hidden=len(shelves) - len(shown),
        troubled=drawn(visit, [troubled[:DOCUMENTS]]),
        more=max(0, len(troubled) - DOCUMENTS),
        trouble=_trouble(papers, now),
        lately=_lately(visit, now),
        since=(now - LATELY).date(),
        unfolded=len(troubled) <= UNFOLDED,
        asked=chosen.given,
        choices=_choices(visit),
    )


def changes(visit: Visit) -> Response:
    """Show a page of the changes that were asked for, the newest first."""
    chosen = asked(visit)
    found = visit.library.briefs(chosen.wanted, before=place(visit), limit=A_PAGE + 1)
    return visit.page(
        "changes.html",
        title="Changes",
        days=by_day(found[:A_PAGE]),
        total=visit.library.counted(chosen.wanted),
        next=placed(found[A_PAGE - 1]) if len(found) > A_PAGE else "",
        later=bool(visit.query("before")),
        asked=chosen.given,
        choices=_choices(visit),
    )


def services(visit: Visit) -> Response:
    """Show all services by name, a page at a time."""
    shelves = sorted(
        _shelves(visit.library.papers()),
        key=lambda papers: papers[0].service.casefold(),
    )
    pages = list(_pages(shelves))
    number = visit.number("page", most=max(1, len(pages)))
    return visit.page(
        "services.html",
        title="Services",
        shelves=drawn(visit, pages[number - 1] if pages else []),
        services=len(shelves),
        number=number,
        pages=len(pages),
    )


TROUBLED: Final = {"suspect", "inaccessible", "overdue"}
LATELY: Final = timedelta(days=30)
UNFOLDED: Final = 3
"""Documents in trouble up to which all are shown at once; changes come first."""


def state_of(paper: Paper, now: datetime) -> str:
    """Return how a document does, in one word."""
    if not paper.listed:
        return "unlisted"
    if paper.state in {State.SUSPECT, State.INACCESSIBLE}:
        return paper.state.value
    return "overdue" if paper.due + LATE < now else paper.state.value


def _lately(visit: Visit, now: datetime) -> list[tuple[str, int]]:
    """Return how much there was lately, by the least that it weighs, heaviest first."""
    since = now - LATELY
    weights = (Threshold.CRITICAL, Threshold.IMPORTANT, Threshold.SUBSTANTIVE)
    found = [
        (weight.value, visit.library.counted(Wanted(least=weight, since=since)))
        for weight in weights
    ]
    return [(weight, number) for weight, number in found if number]


def _trouble(papers: Sequence[Paper], now: datetime) -> str:
    """Return in words what needs a look; empty if nothing does."""
    states = Counter(state_of(paper, now) for paper in papers)
    listed = sum(paper.listed for paper in papers)
    last = max((p.last_look for p in papers if p.last_look), default=None)
    if listed and states["overdue"] == listed and last:
        return f"Nothing was looked at since {moment(last)}. Is clausewatch running?"
    told = [
        f"{number} {words if number == 1 else plural}"
        for state, words, plural in _TROUBLES
        if (number := states[state])
    ]
    return f"{'; '.join(told)}." if told else ""


_TROUBLES: Final = (
    ("inaccessible", "document cannot be read", "documents cannot be read"),
    ("suspect", "shows something else", "show something else"),
    ("overdue", "is overdue for a look", "are overdue for a look"),
)


def by_day(briefs: Sequence[Brief]) -> list[tuple[datetime, list[Brief]]]:
    """Return the briefs by the day on which they were observed."""
    days = groupby(briefs, lambda brief: brief.event.observed_at.date())
    return [
        (found[0].event.observed_at, found)
        for _, group in days
        if (found := list(group))
    ]


def drawn(visit: Visit, shelves: Sequence[Sequence[Paper]]) -> list[Shelf]:
    """Return shelves of documents with their strips."""
    now = visit.site.clock.now()
    shown = months(now)
    names: list[WatchId] = [paper.watch for papers in shelves for paper in papers]
    bars = visit.library.bars(names, first_of(shown, now))
    return [
        Shelf(
            papers[0].service,
            tuple(
                Sheet(
                    paper,
                    strip([bar for bar in bars if bar.watch == paper.watch], shown),
                    state_of(paper, now),
                )
                for paper in papers
            ),
            _changed_at(papers),
        )
        for papers in shelves
        if papers
    ]


def _shelves(papers: Sequence[Paper]) -> list[list[Paper]]:
    """Return documents by service, the service that changed last first."""
    found: dict[str, list[Paper]] = {}
    for paper in papers:
        found.setdefault(paper.service, []).append(paper)
    lively = [shelf for shelf in found.values() if _changed_at(shelf)]
    quiet = [shelf for shelf in found.values() if not _changed_at(shelf)]
    lively.sort(key=lambda shelf: _changed_at(shelf) or shelf[0].due, reverse=True)
    return [*lively, *quiet]


def _changed_at(papers: Sequence[Paper]) -> datetime | None:
    return max((p.changed_at for p in papers if p.changed_at), default=None)


def _first(shelves: Sequence[Sequence[Paper]]) -> list[Sequence[Paper]]:
    return next(iter(_pages(shelves)), [])


def _pages(shelves: Sequence[Sequence[Paper]]) -> "list[list[Sequence[Paper]]]":
    pages: list[list[Sequence[Paper]]] = []
    room = 0
    for shelf in shelves:
        if room < len(shelf):
            pages.append([])
            room = DOCUMENTS
        pages[-1].append(shelf)
        room -= len(shelf)
    return pages


def _choices(visit: Visit) -> dict[str, Sequence[str]]:
    named = visit.library.named()
    return {
        "topic": named["topics"],
        "signal": named["signals"],
        "direction": [d.value for d in Direction],
        "weight": [t.value for t in Threshold],
        "service": visit.library.services(),
    }


ROUTES: Final[Routes] = (("/", home), ("/changes", changes), ("/services", services))

"""A document over time: its versions, two of them compared, and each as a text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from clausewatch.core.blame import Stay
from clausewatch.core.event import EventType
from clausewatch.core.model import Clause, Threshold, WatchId
from clausewatch.core.period import time_of
from clausewatch.core.variants import body, hash64
from clausewatch.library import Brief, Paper, Version, Wanted
from clausewatch.web.comparing import compared
from clausewatch.web.lanes import NARROW, WIDTH, plot
from clausewatch.web.overview import state_of
from clausewatch.web.redlines import pages_of, redlines
from clausewatch.web.site import Routes, Visit
from clausewatch.web.templating import url
from clausewatch.web.watched import watched

VERSIONS: Final = 100
"""On one page."""
DRAWN: Final = 400
"""Changes in the plot; more would be a block."""
CLAUSES: Final = 500
"""Of a text, on one page."""
_APART: Final = (
    "these two were read by different rules, so that their clauses cannot be compared; "
    "the pages themselves are kept, and can be seen as they were"
)
_KEY: Final = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Step:
    """A version, and the change that brought it."""

    version: Version
    brief: Brief | None


@dataclass(frozen=True, slots=True)
class Line:
    """A clause of a text, and for how long it stood there."""

    clause: Clause
    key: str
    since: datetime | None
    """None where it is not known."""
    gone: datetime | None
    """When it was first seen gone; None while it stands."""
    anchor: str = ""
    """Its name on the page; empty for further copies of the same words."""


def document(visit: Visit) -> Response:
    """Show what a document was over time."""
    paper = _paper(visit)
    versions = visit.library.versions(paper.watch)
    briefs = visit.library.briefs(
        Wanted(watch=paper.watch, least=Threshold.HOUSEKEEPING), limit=DRAWN
    )
    changes = [b for b in briefs if b.event.type is EventType.CHANGED]
    steps = _steps(versions, changes)[::-1]
    pages = max(1, -(-len(steps) // VERSIONS))
    number = visit.number("page", most=pages)
    now = visit.site.clock.now()
    first = versions[0].seen_at if versions else now
    covered = visit.library.coverage([paper.watch], until=now)
    (seen,) = watched([paper], covered)
    return visit.page(
        "document.html",
        title=f"{paper.service}: {paper.document}",
        paper=paper,
        state=state_of(paper, now),
        first=first,
        steps=steps[(number - 1) * VERSIONS : number * VERSIONS],
        total=len(steps),
        number=number,
        pages=pages,
        drawn=[
            (size, plot(changes[::-1], first, paper.last_look or now, width=width))
            for size, width in (("broad", WIDTH), ("narrow", NARROW))
            if changes
        ],
        seen=seen,
        untold=[b for b in briefs if b.event.type is not EventType.CHANGED][:10],
    )


def compare(visit: Visit) -> Response:
    """Show what differs between any two versions."""
    paper = _paper(visit)
    versions = visit.library.versions(paper.watch)
    old, new = sorted(
        (_version(visit, versions, name) for name in ("a", "b")),
        key=lambda version: (version.seen_at, version.number),
    )
    before, after = (visit.library.document(v.document) for v in (old, new))
    try:
        found = compared(before, after, visit.site.rulebook)
    except ValueError as error:
        raise HTTPException(400, _APART) from error
    number = visit.number("page", most=pages_of(len(found.changes)))
    return visit.page(
        "compare.html",
        title=f"{paper.service}: {paper.document}, compared",
        paper=paper,
        old=old,
        new=new,
        is_judged=found.is_judged,
        redlines=redlines(found.changes, before, after, number),
        side=visit.query("view") == "side",
        topics=visit.library.named()["topics"],
        here=url("watches", paper.watch, "compare"),
        query={"a": old.number, "b": new.number},
    )


def text(visit: Visit) -> Response:
    """Show one version as a text, and since when each clause has stood there."""
    paper = _paper(visit)
    versions = visit.library.versions(paper.watch)
    if not versions:
        raise HTTPException(404, "no version of it has been kept yet")
    stays = visit.library.stays(paper.watch)
    if clause := visit.query("clause"):
        return _lead_to(visit, paper.watch, versions, stays, clause)
    shown = _version(visit, versions, "at") if visit.query("at") else versions[-1]
    clauses = body(visit.library.document(shown.document))
    pages = max(1, -(-len(clauses) // CLAUSES))
    number = visit.number("page", most=pages)
    part = clauses[(number - 1) * CLAUSES : number * CLAUSES]
    lines = _anchored([_line(clause, stays, shown) for clause in part])
    return visit.page(
        "text.html",
        title=f"{paper.service}: {paper.document}, the text",
        paper=paper,
        shown=shown,
        is_newest=shown == versions[-1],
        first=versions[0],
        runs=[
            (since, gone, list(run))
            for (since, gone), run in groupby(lines, lambda one: (one.since, one.gone))
        ],
        number=number,
        pages=pages,
        clauses=len(clauses),
    )


def _line(clause: Clause, stays: Mapping[int, Stay], shown: Version) -> Line:
    key = hash64(clause.words)
    stay = stays.get(key)
    if stay is None:
        return Line(clause, f"{key:016x}", None, None)
    # An older version was shown before the clause came back to stay.
    since = stay.since if stay.since <= shown.seen_at else stay.first_at
    return Line(clause, f"{key:016x}", since, stay.until)


def _anchored(lines: Sequence[Line]) -> list[Line]:
    named: set[str] = set()
    found = []
    for line in lines:
        found.append(line if line.key in named else replace(line, anchor=line.key))
        named.add(line.key)
    return found


def _lead_to(
    visit: Visit,
    watch: WatchId,
    versions: Sequence[Version],
    stays: Mapping[int, Stay],
    asked: str,
) -> Response:
    """Lead to a clause in the newest version that has it."""
    stay = stays.get(int(asked, 16)) if _KEY.fullmatch(asked) else None
    if stay is None:
        raise HTTPException(404, "no version has this clause")
    gone = stay.until
    shown = [v for v in versions if gone is None or v.seen_at < gone][-1]
    keys = [
        f"{hash64(c.words):016x}" for c in body(visit.library.document(shown.document))
    ]
    page = keys.index(asked) // CLAUSES + 1 if asked in keys else 1
    query = {
        "at": "" if shown == versions[-1] else shown.number,
        "page": page if page > 1 else "",
    }
    return RedirectResponse(
        f"{url('watches', watch, 'text', query=query)}#k{asked}", 302
    )


def _steps(versions: Sequence[Version], changes: Sequence[Brief]) -> list[Step]:
    """Return the versions with the changes that brought them; each change once."""
    told = {(b.event.evidence.capture, b.event.observed_at): b for b in changes}
    return [Step(v, told.get((v.capture, v.seen_at))) for v in versions]


def _paper(visit: Visit) -> Paper:
    found = visit.library.papers(watches=(WatchId(visit.named("watch")),))
    if not found:
        raise HTTPException(404, "there is no document of this name")
    return found[0]


def _version(visit: Visit, versions: Sequence[Version], name: str) -> Version:
    """Return the version of a number, or the one that stood at the end of a day."""
    asked = visit.query(name)
    if not asked and name in _NEWEST and versions:
        return versions[max(-len(versions), _NEWEST[name])]
    found = next((v for v in versions if str(v.number) == asked), None)
    if found is None and (day := _day(asked)):
        found = next((v for v in reversed(versions) if v.seen_at < day), None)
        if found is None:
            raise HTTPException(404, f"{name}: it was not watched yet on {asked}")
    if found is None:
        message = f"{name}: expected a version's number or a day, got {asked!r}"
        raise HTTPException(404, message)
    return found


_NEWEST: Final = {"a": -2, "b": -1}
"""What is compared unless the address says."""


def _day(text: str) -> datetime | None:
    try:
        return time_of(text, ends=True)
    except ValueError:
        return None


ROUTES: Final[Routes] = (
    ("/watches/{watch}", document),
    ("/watches/{watch}/compare", compare),
    ("/watches/{watch}/text", text),
)

"""`/healthz` and `/metrics`: whether pages are looked at, for machines that ask."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from starlette.responses import PlainTextResponse, Response

from clausewatch.library import Paper
from clausewatch.ports import LATE
from clausewatch.render.times import moment
from clausewatch.render.wording import count
from clausewatch.web.site import Routes, Visit

MOST_NAMED: Final = 20


def overdue(papers: Sequence[Paper], now: datetime) -> list[Paper]:
    """Return what should have been looked at by now, the longest overdue first."""
    late = [paper for paper in papers if paper.listed and paper.due + LATE < now]
    return sorted(late, key=lambda paper: (paper.due, paper.watch))


def health(visit: Visit) -> Response:
    """Answer 200 while all is looked at in time, else 503 and what is not."""
    papers = visit.library.papers()
    late = overdue(papers, visit.site.clock.now())
    if not late:
        listed = sum(paper.listed for paper in papers)
        return PlainTextResponse(f"ok: {count(listed, 'watch', 'es')}, none overdue\n")
    said = [f"{count(len(late), 'watch', 'es')} overdue; does the daemon run?"]
    # Anyone may ask how it is; what is watched is for those who may look.
    if _may_look(visit):
        said += [f"{p.watch}: due {moment(p.due)}" for p in late[:MOST_NAMED]]
        if len(late) > MOST_NAMED:
            said.append(f"and {len(late) - MOST_NAMED} more")
    return PlainTextResponse("\n".join(said) + "\n", 503)


def _may_look(visit: Visit) -> bool:
    request = visit.request
    peer = request.client.host if request.client else ""
    return visit.site.access.admits(request.headers, request.cookies, peer)


ROUTES: Final[Routes] = (("/healthz", health),)

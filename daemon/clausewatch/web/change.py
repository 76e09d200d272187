"""One event: what it says, the redline, both captures as they were, the evidence."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from clausewatch.core.event import Event, EventType
from clausewatch.core.model import Digest, Document, Threshold
from clausewatch.errors import StoreError
from clausewatch.library import Wanted
from clausewatch.render import wording
from clausewatch.web.citing import cited
from clausewatch.web.redlines import page_with, pages_of, redlines
from clausewatch.web.site import Routes, Visit, number_of
from clausewatch.web.templating import url

NEAR: Final = 200
"""Events among which a pattern is looked for as it grew; it grows within months."""


def change(visit: Visit) -> Response:
    """Show one event."""
    event = _event(visit)
    if event.id != visit.named("event"):
        return RedirectResponse(_at(visit, event), 302)
    number = visit.number("page", most=pages_of(len(event.changes)))
    shown = redlines(event.changes, *_readings(visit, event), number)
    before, after = visit.library.beside(event)
    return visit.page(
        "change.html",
        title=wording.subject(event),
        event=event,
        lead=wording.lead(event),
        grown=_grown(visit, event),
        opinions=[
            wording.second_opinion(one) for one in visit.library.opinions(event.id)
        ],
        redlines=shown,
        side=visit.query("view") == "side",
        before=before,
        after=after,
        cited=cited(visit.library, event),
        can_export=visit.site.exporter is not None and bool(event.evidence.capture),
    )


def clause(visit: Visit) -> Response:
    """Lead to one clause of a change, on whichever page it stands."""
    event = _event(visit)
    number = number_of(visit.named("number"), most=len(event.changes))
    page = page_with(event.changes, *_readings(visit, event), number)
    where = _at(visit, event, page=page if page > 1 else "")
    return RedirectResponse(f"{where}#c{number}", 302)


def _at(visit: Visit, event: Event, **differs: object) -> str:
    """Return the address of an event, shown as it was asked for."""
    return url("changes", event.id, query={**visit.request.query_params, **differs})


def export(visit: Visit) -> Response:
    """Hand out the evidence of an event, as a file made for this visit."""
    event = _event(visit)
    if visit.site.exporter is None:
        raise HTTPException(404, "this site has no evidence to hand out")
    name = f"clausewatch-{event.id[:12]}.zip"
    return Response(
        visit.site.exporter.export_zip(event.id),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _grown(visit: Visit, event: Event) -> Event | None:
    """Return the event that told this pattern last, if that is another one."""
    if event.pattern is None:
        return None
    later = Wanted(
        service=event.service, least=Threshold.IMPORTANT, since=event.observed_at
    )
    for brief in visit.library.briefs(later, limit=NEAR):
        told = brief.event.pattern
        if told and told.id == event.pattern.id:
            return None if brief.event.id == event.id else brief.event
    return None


def _event(visit: Visit) -> Event:
    found = visit.library.event(visit.named("event"))
    if found is None:
        raise HTTPException(404, "no event has this id, or several begin with it")
    return found


def _readings(visit: Visit, event: Event) -> tuple[Document | None, Document | None]:
    """Return the documents that an event compares; None where one is not kept.

    The redline stands without them; it then shows nothing of what stayed.
    """
    if not event.changes or event.type is EventType.PATTERN:
        return None, None  # a pattern is of several documents
    versions = visit.library.versions(event.watch)
    read = {version.capture: version.document for version in versions}
    before = read.get(event.evidence.previous or Digest(""))
    return _document(visit, before), _document(visit, read.get(event.evidence.capture))


def _document(visit: Visit, digest: Digest | None) -> Document | None:
    try:
        return visit.library.document(digest) if digest else None
    except StoreError:
        return None


ROUTES: Routes = (
    ("/changes/{event}", change),
    ("/changes/{event}/export", export),
    ("/changes/{event}/c{number}", clause),
)

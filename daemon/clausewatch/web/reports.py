"""The report of a service: as a page, and as a file to save."""

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from clausewatch.errors import ClausewatchError
from clausewatch.web.filters import asked
from clausewatch.web.lost import Span
from clausewatch.web.report import Bar, gathered, style
from clausewatch.web.service import named
from clausewatch.web.site import Routes, Visit
from clausewatch.web.templating import url

log = structlog.get_logger()


def report(visit: Visit) -> Response:
    """Show what changed at a service, in one page that needs nothing beside it."""
    service, kind = named(visit), visit.query("as") or "page"
    if kind not in {"page", "html", "pdf"}:
        raise HTTPException(400, f"as: expected html or pdf, got {kind!r}")
    printer = visit.site.printer
    if kind == "pdf" and printer is None:
        raise HTTPException(404, "this site makes no PDF; any browser prints the page")
    chosen, now = asked(visit), visit.site.clock.now()
    until = chosen.wanted.until
    if chosen.wanted.since and chosen.wanted.since >= now:
        raise HTTPException(400, "since: expected a time that has begun")
    span = Span(
        service=service,
        since=chosen.wanted.since,
        # Nothing can be said of what is not over.
        until=until if until and until <= now else now,
        made_at=now,
    )
    bar = None if kind != "page" else _bar(service, chosen.given, prints=bool(printer))
    html = gathered(visit.library, span, bar=bar)
    if kind == "pdf" and printer is not None:
        return Printed(printer, html, _name(service, "pdf"))
    return _shown(html, _name(service, "html") if kind == "html" else "")


def _bar(service: str, given: Mapping[str, str], *, prints: bool) -> Bar:
    since, until = (given.get(name, "") for name in ("since", "until"))
    here = url("services", service, "report")

    def as_file(kind: str) -> str:
        query = {"since": since, "until": until, "as": kind}
        return url("services", service, "report", query=query)

    return Bar(
        back=url("services", service),
        action=here,
        since=since[:10],
        until=until[:10],
        html=as_file("html"),
        pdf=as_file("pdf") if prints else "",
    )


def _shown(html: str, name: str) -> Response:
    # It brings its style along, since it is also a file; this allows that one only.
    digest = b64encode(hashlib.sha256(style(html).encode()).digest()).decode()
    forms = "'none'" if name else "'self'"
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        f"form-action {forms}; frame-ancestors 'none'"
    )
    headers = {"content-security-policy": policy}
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return HTMLResponse(html.encode("utf-8", "replace"), headers=headers)


def _name(service: str, ending: str) -> str:
    """Return a name for a file that no file system minds."""
    plain = re.sub("[^A-Za-z0-9]+", "-", service).strip("-").lower()
    return f"{plain or 'report'}-changes.{ending}"


class Printed(Response):
    """A report as PDF, made while the site goes on answering others; one at a time."""

    def __init__(self, printer: Callable[[str], bytes], html: str, name: str) -> None:
        super().__init__(media_type="application/pdf")
        self._printer, self._html, self._name = printer, html, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the PDF, or why there is none."""
        answer: Response
        try:
            async with _PRINTING:
                body = await asyncio.to_thread(self._printer, self._html)
        except ClausewatchError as error:
            log.warning("report.unprinted", error=str(error))
            said = "No PDF could be made here; any browser prints the page.\n"
            answer = PlainTextResponse(said, 503)
        else:
            held = {"content-disposition": f'attachment; filename="{self._name}"'}
            answer = Response(body, 200, held, "application/pdf")
        await answer(scope, receive, send)


_PRINTING: Final = asyncio.Semaphore(1)
"""A browser takes some 200 MB while it prints."""

ROUTES: Final[Routes] = (("/services/{service}/report", report),)

"""The printable report of a service, as a page."""

import hashlib
from base64 import b64encode
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from clausewatch.web.filters import asked
from clausewatch.web.lost import Span
from clausewatch.web.report import gathered, style
from clausewatch.web.site import Routes, Visit


def report(visit: Visit) -> Response:
    """Show what changed at a service, in one page that needs nothing beside it."""
    service = visit.named("service")
    if not visit.library.papers(service=service):
        raise HTTPException(404, f"{service}: no service of this name")
    wanted, now = asked(visit).wanted, visit.site.clock.now()
    span = Span(
        service=service, since=wanted.since, until=wanted.until or now, made_at=now
    )
    html = gathered(visit.library, span)
    # It brings its style along, since it is also a file; this allows that one only.
    digest = b64encode(hashlib.sha256(style(html).encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(
        html.encode("utf-8", "replace"), headers={"content-security-policy": policy}
    )


ROUTES: Final[Routes] = (("/services/{service:path}/report", report),)

"""The site as an ASGI application: pages by address, and what goes wrong in one."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from clausewatch.errors import ClausewatchError, StoreError
from clausewatch.library import Library
from clausewatch.web import (
    api,
    change,
    document,
    feeds,
    figures,
    finding,
    health,
    overview,
    reports,
    seen,
    service,
)
from clausewatch.web.guard import Guard
from clausewatch.web.headers import Shield
from clausewatch.web.problems import is_api, problem
from clausewatch.web.site import ElsewhereError, Page, Routes, Site, Visit
from clausewatch.web.templating import Static, Templates

log = structlog.get_logger()

ROUTES: Final[Routes] = (
    *overview.ROUTES,
    *change.ROUTES,
    *seen.ROUTES,
    *document.ROUTES,
    *finding.ROUTES,
    *feeds.ROUTES,
    *reports.ROUTES,
    *health.ROUTES,
    *figures.ROUTES,
    *api.ROUTES,
    *service.ROUTES,
)


class Desk:
    """The one thread that reads for all visitors; a page never holds up the loop."""

    def __init__(self, site: Site, templates: Templates) -> None:
        self._site = site
        self._templates = templates
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="site")
        self._library: Library | None = None

    async def answer(self, page: Page, request: Request) -> Response:
        """Return what a page answers."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._answer, page, request)

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown()

    def _answer(self, page: Page, request: Request) -> Response:
        if self._library is None:
            self._library = self._site.open_library()
        return page(Visit(self._site, self._library, self._templates, request))


def create(site: Site) -> Starlette:
    """Return the site; it answers once it is started (ASGI lifespan)."""
    static = Static()
    templates = Templates(static)
    desk = Desk(site, templates)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        desk.close()

    async def give(request: Request) -> Response:
        found = static.answer(request.path_params["name"])
        return found or _went_wrong(templates, request, HTTPException(404))

    async def missed(request: Request, error: Exception) -> Response:
        return _went_wrong(templates, request, error)

    app = Starlette(
        routes=[
            Route("/static/{digest}/{name}", give),
            *(
                Route(path, partial(_serve, desk, templates, page))
                for path, page in ROUTES
            ),
        ],
        middleware=[
            Middleware(Shield),
            Middleware(Guard, access=site.access, templates=templates),
        ],
        exception_handlers={HTTPException: missed},
        lifespan=lifespan,
    )
    app.state.templates = templates
    return app


async def _serve(
    desk: Desk, templates: Templates, page: Page, request: Request
) -> Response:
    try:
        return await desk.answer(page, request)
    except Exception as error:  # noqa: BLE001 - one page must not take the others along
        return _went_wrong(templates, request, error)


def _went_wrong(templates: Templates, request: Request, error: Exception) -> Response:
    """Return the page that says what went wrong, without what only we should know."""
    match error:
        case ElsewhereError(location=there):
            return RedirectResponse(there, 302)
        case HTTPException(status_code=status, detail=detail):
            what = _WHAT.get(status, detail)
            why = detail if status in _TOLD else ""
        case StoreError():
            # Its text names places on this machine.
            log.error("page.unreadable", path=request.url.path, error=str(error))
            status, what, why = 503, "What is kept cannot be read now", LOGGED
        case ClausewatchError():
            status, what, why = 400, "That cannot be shown", str(error)
        case _:
            log.error("page.crashed", path=request.url.path, exc_info=error)
            status, what, why = 500, "A fault of ours", LOGGED
    if is_api(request.url.path):
        return problem(status, why or what)
    if request.headers.get("sec-fetch-dest") == "iframe":
        # A capture's frame: nothing may be loaded into it, not even our style.
        return PlainTextResponse(f"{what}. {why}\n", status)
    return templates.page(
        request, "wrong.html", {"what": what, "why": why}, status=status
    )


LOGGED: Final = "The log of the site says what is wrong."
_TOLD: Final = {400, 404}
_WHAT: Final = {400: "That cannot be understood", 404: "There is no such page"}

"""What stands before every page: who asks, how, and for what."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from clausewatch.web.access import COOKIE, Access
from clausewatch.web.problems import is_api, problem
from clausewatch.web.templating import Templates

OPEN: Final = ("/static/", "/healthz")
"""What anyone may have who reaches us: it says nothing of what is watched."""
ENTER: Final = "/enter"
FEED: Final = "/feed.atom"
"""How the addresses of feeds end."""
MONTH_S: Final = 30 * 86_400


class Guard:
    """Answers what must not reach a page."""

    def __init__(self, app: ASGIApp, *, access: Access, templates: Templates) -> None:
        self._app = app
        self._access = access
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        app: ASGIApp = self._refused(Request(scope)) or self._app
        await app(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        answer = self._refusal(request)
        # Not from its URL: what is refused may have none that can be put together.
        if answer is None or not is_api(request.scope["path"]):
            return answer
        kept = ("allow", "www-authenticate")
        headers = {
            name: answer.headers[name] for name in kept if name in answer.headers
        }
        return problem(answer.status_code, headers=headers)

    def _refusal(self, request: Request) -> Response | None:
        if request.method not in {"GET", "HEAD"}:
            text = "this site only shows; ask with GET or HEAD\n"
            return PlainTextResponse(text, 405, {"allow": "GET, HEAD"})
        if not request.scope["query_string"].isascii():
            return PlainTextResponse("an address is ASCII; escape the rest\n", 400)
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or not self._access.is_known(hosts[0]):
            text = f"{', '.join(hosts)!r}: not a name of this site; "
            return PlainTextResponse(f"{text}`serve --name` adds one\n", 421)
        path: str = request.scope["path"]
        if _is_drawn_in(request.headers) and not path.endswith(FEED):
            return PlainTextResponse("come here yourself; follow a link\n", 403)
        if path.startswith(OPEN):
            return None
        if path == ENTER:
            return self._enter(request)
        peer = request.client.host if request.client else ""
        if self._access.admits(request.headers, request.cookies, peer):
            return None
        if path.endswith(FEED) and self._access.token:
            return self._ask_reader(request)
        if self._access.leaves_to_proxy(peer):
            return PlainTextResponse("come by the reverse proxy\n", 403)
        return self._ask(request, "")

    def _ask_reader(self, request: Request) -> Response | None:
        """Ask as feed readers understand it; they know no forms and no cookies."""
        if self._access.admits_reader(request.headers):
            return None
        text = "the password of a feed stands on the page /feeds of this site\n"
        asks = {"www-authenticate": 'Basic realm="clausewatch feeds", charset="UTF-8"'}
        return PlainTextResponse(text, 401, asks)

    def _enter(self, request: Request) -> Response:
        """Exchange the token for a cookie; the address that held it is left at once."""
        token = request.query_params.get("token", "")
        if not self._access.opens(token):
            return self._ask(request, "That is not the token." if token else "")
        answer = RedirectResponse(_inside(request.query_params.get("to", "")), 303)
        answer.set_cookie(
            COOKIE,
            self._access.pass_,
            max_age=MONTH_S,
            httponly=True,
            # Not strict: who follows a link in a mail would have to enter again. There
            # is nothing here that a request from elsewhere could change.
            samesite="lax",
            secure=self._access.is_encrypted or request.url.scheme == "https",
        )
        return answer

    def _ask(self, request: Request, remark: str) -> Response:
        if not self._access.token:
            return PlainTextResponse("come by the reverse proxy\n", 403)
        to = request.query_params.get("to", "")
        if request.scope["path"] != ENTER:
            asked = request.scope["query_string"].decode()
            to = quote(request.scope["path"]) + (f"?{asked}" if asked else "")
        page = self._templates.page(
            request, "enter.html", {"remark": remark, "to": _inside(to)}, status=401
        )
        page.headers["www-authenticate"] = 'Bearer realm="clausewatch"'
        return page


def _is_drawn_in(headers: Mapping[str, str]) -> bool:
    """Say whether a page elsewhere has a browser ask, without anybody going there.

    It could not read the answer, but it could have us work, and see how long we take.
    Browsers say so themselves, and nobody else does (Fetch Metadata, W3C).
    """
    visits = ("navigate", "document")
    shown = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return headers.get("sec-fetch-site") == "cross-site" and shown != visits


def _inside(path: str) -> str:
    """Return a path of this site; anything that leads elsewhere leads to its start."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\", ENTER))
    return path if safe and path.isprintable() else "/"

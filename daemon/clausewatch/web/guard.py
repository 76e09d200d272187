"""What stands before every page: who asks, how, and what a browser may do with it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausewatch.web.access import COOKIE, Access
from clausewatch.web.problems import is_api, problem
from clausewatch.web.templating import Templates

CSP: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-dns-prefetch-control": "off",
    "cache-control": "private, no-cache",
}
OPEN: Final = ("/static/", "/healthz")
"""What anyone may have who reaches us: it says nothing of what is watched."""
ENTER: Final = "/enter"
MONTH_S: Final = 30 * 86_400


class Guard:
    """Answers what must not reach a page, and puts our headers on what does."""

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
        await app(scope, receive, _with_headers(send))

    def _refused(self, request: Request) -> Response | None:
        answer = self._refusal(request)
        if answer is None or not is_api(request.url.path):
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
        host = request.headers.get("host", "")
        if not self._access.is_known(host):
            text = f"{host!r}: not a name of this site; `serve --name` adds one\n"
            return PlainTextResponse(text, 421)
        if request.url.path.startswith(OPEN):
            return None
        if request.url.path == ENTER:
            return self._enter(request)
        peer = request.client.host if request.client else ""
        if self._access.admits(request.headers, request.cookies, peer):
            return None
        return self._ask(request, "")

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
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    def _ask(self, request: Request, remark: str) -> Response:
        to = request.query_params.get("to") or request.url.path
        if not self._access.token:
            return PlainTextResponse("come by the reverse proxy\n", 403)
        page = self._templates.page(
            request, "enter.html", {"remark": remark, "to": _inside(to)}, status=401
        )
        page.headers["www-authenticate"] = 'Bearer realm="clausewatch"'
        return page


def _inside(path: str) -> str:
    """Return a path of this site; anything that leads elsewhere leads to its start."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\", ENTER))
    return path if safe and path.isprintable() else "/"


def _with_headers(send: Send) -> Send:
    async def sends(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(
                    (name.encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.encode() not in given
                ),
            ]
        await send(message)

    return sends

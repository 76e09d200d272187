"""What a browser may do with an answer of ours, said with every single one."""

from typing import Final

import structlog
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

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
FRAMED: Final = "/captures/"
"""What our own pages show in a frame, and what goes wrong there with it."""
_IN_A_FRAME: Final = HEADERS | {
    "content-security-policy": CSP.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "x-frame-options": "SAMEORIGIN",
}


class Shield:
    """Stands before everything else: whatever happens behind it, an answer is ours.

    A fault that nobody foresaw is told to the log, and to the visitor as no more than
    that: neither a traceback nor an answer without our headers leaves here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False
        headers = _IN_A_FRAME if scope["path"].startswith(FRAMED) else HEADERS

        async def sends(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.encode(), value.encode())
                        for name, value in headers.items()
                        if name.encode() not in given
                    ),
                ]
            await send(message)

        try:
            await self._app(scope, receive, sends)
        except Exception:
            log.exception("site.crashed", path=scope["path"])
            if not has_begun:
                fault = PlainTextResponse("a fault of ours; the log says where\n", 500)
                await fault(scope, receive, sends)

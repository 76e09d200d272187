"""A captured page as it was seen, where it can do nothing: no script, no network."""

import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from clausewatch.core.model import Digest, Media
from clausewatch.errors import CaptureError
from clausewatch.web.site import Routes, Visit

CSP: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""`sandbox` without a word: no script, no form, no plugin, no window, no origin."""

_REACHING_OUT: Final = re.compile(
    r"<(?:meta|link|base|iframe|frame|object|embed|portal)\b[^>]*>",
    re.IGNORECASE,
)
"""What the policy forbids anyway; a browser that resolves names ahead has none to."""
_SCRIPT: Final = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
"""Without its attributes it loads nothing; it has to stay, to keep its text unseen."""
_DIGEST: Final = re.compile("[0-9a-f]{64}")


def seen(visit: Visit) -> Response:
    """Return the body of a capture as HTML or plain text, under a policy of its own."""
    digest = visit.named("digest")
    capture = (
        visit.library.capture(Digest(digest)) if _DIGEST.fullmatch(digest) else None
    )
    if capture is None:
        raise HTTPException(404, "no capture has this digest")
    body = visit.site.blobs.read(capture.body)
    try:
        page = visit.site.decoder.decode(body, capture.content_type)
    except CaptureError as error:
        raise HTTPException(404, f"it cannot be shown: {error}") from error
    html = page.media is Media.HTML
    text = _blanked(page.text) if html else page.text
    return Response(
        text.encode("utf-8", "replace"),
        media_type="text/html" if html else "text/plain",
        headers={
            "content-security-policy": CSP,
            "x-frame-options": "SAMEORIGIN",
            "cache-control": "private, max-age=86400",
        },
    )


def _blanked(html: str) -> str:
    return _SCRIPT.sub("<script>", _REACHING_OUT.sub(" ", html))


ROUTES: Final[Routes] = (("/captures/{digest}", seen),)

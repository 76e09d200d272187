"""A captured page as it was seen, where it can do nothing: no script, no network."""

import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from clausewatch.core.model import Digest, Media
from clausewatch.errors import CaptureError
from clausewatch.render.wording import reason_in_words
from clausewatch.web.site import Routes, Visit

CSP: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""`sandbox` without a word: no script, no form, no plugin, no window, no origin."""

_REACHING_OUT: Final = re.compile(
    r"<(?:meta|link|base|iframe|frame|object|embed|portal)\b[^>]*>?",
    re.IGNORECASE,
)
"""What the policy forbids anyway; a browser that resolves names ahead has none to.

The end of a tag is optional, so that each one that begins is taken, however it goes on:
a pattern that can fail at the end reads a page of unclosed tags once for each of them.
"""
_SCRIPT: Final = re.compile(r"<script\b[^>]*>?", re.IGNORECASE)
"""Without its attributes it loads nothing; it has to stay, to keep its text unseen."""
MOST_BYTES: Final = 8 * 1024 * 1024
"""Of a body; no policy is as long, and a browser would not get through it."""
_DIGEST: Final = re.compile("[0-9a-f]{64}")


def seen(visit: Visit) -> Response:
    """Return the body of a capture as HTML or plain text, under a policy of its own."""
    digest = visit.named("digest")
    capture = (
        visit.library.capture(Digest(digest)) if _DIGEST.fullmatch(digest) else None
    )
    if capture is None:
        raise HTTPException(404, "no capture has this digest")
    if capture.body_bytes > MOST_BYTES:
        raise HTTPException(404, "it is too large to be shown; its export has it")
    body = visit.site.blobs.read(capture.body)
    try:
        page = visit.site.decoder.decode(body, capture.content_type)
    except CaptureError as error:
        why = reason_in_words(error.reason)
        raise HTTPException(404, f"it cannot be shown: {why}") from error
    html = page.media is Media.HTML
    text = blanked(page.text) if html else page.text
    return Response(
        text.encode("utf-8", "replace"),
        media_type="text/html" if html else "text/plain",
        headers={
            "content-security-policy": CSP,
            "x-frame-options": "SAMEORIGIN",
            "cache-control": "private, max-age=86400",
        },
    )


def blanked(html: str) -> str:
    """Return a page without the tags that reach out, in one pass for each kind."""
    return _SCRIPT.sub("<script>", _REACHING_OUT.sub(" ", html))


ROUTES: Final[Routes] = (("/captures/{digest}", seen),)

"""What goes wrong in the API, told as RFC 9457 has it."""

import json
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

CONTENT_TYPE: Final = "application/problem+json"
API: Final = "/api/"


def is_api(path: str) -> bool:
    """Say whether whoever asks for this path wants problems told as JSON."""
    return path.startswith(API)


def problem(status: int, detail: str = "") -> Response:
    """Return a problem; its title is that of its status."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        told["detail"] = detail
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, media_type=CONTENT_TYPE)

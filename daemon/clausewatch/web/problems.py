"""What goes wrong in the API, told as RFC 9457 has it."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from clausewatch.core.digest import Json

CONTENT_TYPE: Final = "application/problem+json"
API: Final = "/api/"


def is_api(path: str) -> bool:
    """Say whether whoever asks for this path wants problems told as JSON."""
    return path.startswith(API)


def problem(
    status: int, detail: str = "", *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem; its title is that of its status."""
    told: dict[str, Json] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
    }
    if detail:
        told["detail"] = detail
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, headers, CONTENT_TYPE)

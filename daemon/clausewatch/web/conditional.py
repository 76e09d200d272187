"""Answers that a visitor may have already (RFC 9110 §13)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.responses import Response


def validators(etag: str, modified: datetime) -> dict[str, str]:
    """Return the headers by which an answer is known again."""
    at = modified.astimezone(UTC).replace(microsecond=0)
    return {"etag": f'"{etag}"', "last-modified": format_datetime(at, usegmt=True)}


def unchanged(asked: Mapping[str, str], known: Mapping[str, str]) -> Response | None:
    """Return a 304 if the visitor holds what these validators name; else None.

    An entity tag that is asked with decides alone, as it is the more exact.
    """
    if tags := asked.get("if-none-match"):
        held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        same = "*" in held or known["etag"] in held
    else:
        same = _is_since(asked.get("if-modified-since", ""), known["last-modified"])
    return Response(status_code=304, headers=dict(known)) if same else None


def _is_since(asked: str, modified: str) -> bool:
    try:
        return parsedate_to_datetime(asked) >= parsedate_to_datetime(modified)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False

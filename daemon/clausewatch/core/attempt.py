"""One attempt to have a page, as the line that the evidence log keeps of it.

A line holds what was asked and what came, never what we made of it: a judgement can
be made again, by anybody, from what the line names. See docs/evidence.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from clausewatch.core.digest import Json, canonical, jsonable, rfc3339, sha256
from clausewatch.core.model import Capture, Digest, Exchange, Watch
from clausewatch.core.recipe import recipe_of
from clausewatch.core.secrets import MASK, hidden

FACTS: Final = (
    *("body", "body_bytes", "certificate", "content_type", "final_url", "finished_at"),
    *("peer", "redirects", "request_headers", "response_headers", "started_at"),
    *("status", "url", "watch", "wire", "wire_bytes"),
)
"""What `facts` returns, by name."""


class Came(StrEnum):
    """What an attempt brought."""

    PAGE = "page"
    NOT_MODIFIED = "not-modified"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt, whatever came of it."""

    watch: Watch
    at: datetime
    """The time of the look, as the store has it."""
    came: Came
    reason: str = ""
    """Why nothing came: a constant such as `robots` or `http-503`, …"""
    detail: str = ""
    """… and the same in words."""
    exchange: Exchange | None = None
    """None where not even a fetch began."""
    capture: Capture | None = None
    recorded: bool = False
    """Whether somebody else recorded it, and we only took it in."""


def fields(
    attempt: Attempt, *, software: str, clock: Mapping[str, Json]
) -> dict[str, Json]:
    """Return what the line of an attempt says.

    Args:
        software: Name and version of the program.
        clock: What is known of the clock that told the time.
    """
    watch, exchange = attempt.watch, attempt.exchange
    line: dict[str, Json] = {
        "at": rfc3339(attempt.at),
        "came": attempt.came.value,
        "configuration": configuration(watch),
        "kind": "attempt",
        "recipe": recipe_of(watch).id,
        "software": software,
        "url": watch.url if exchange is None else exchange.url,
        "vantage": watch.vantage,
        "watch": watch.id,
    }
    # The clock of somebody else's recording is not ours to vouch for.
    line |= {"recorded": True} if attempt.recorded else {"clock": dict(clock)}
    if attempt.reason:
        line |= {"reason": attempt.reason, "detail": attempt.detail}
    if exchange is not None:
        line |= _of_exchange(exchange)
    if attempt.capture is not None:
        line |= _of_capture(attempt.capture)
    return line


def facts(capture: Capture) -> dict[str, Json]:
    """Return what the line of an attempt says of the capture that it brought."""
    exchange = capture.exchange
    about: dict[str, Json] = {"url": exchange.url, "watch": capture.watch}
    return about | _of_capture(capture) | _of_exchange(exchange)


def line_of(said: Mapping[str, Json]) -> bytes:
    """Return the line of the log that says so, without its end of line."""
    # A lone surrogate, which no UTF-8 can hold, becomes the JSON escape for it.
    return canonical(dict(said)).encode("utf-8", "backslashreplace")


def configuration(watch: Watch) -> Digest:
    """Return the hash of all that the operator says of a watch, without secrets."""
    shown = tuple((name, MASK) for name, _ in watch.headers)
    return sha256(canonical(jsonable(replace(watch, headers=shown))).encode())


def _of_capture(capture: Capture) -> dict[str, Json]:
    return {
        "body": capture.body,
        "body_bytes": capture.body_bytes,
        "content_type": capture.content_type,
    }


def _of_exchange(exchange: Exchange) -> dict[str, Json]:
    return {
        "certificate": exchange.certificate,
        "final_url": exchange.final_url,
        "finished_at": rfc3339(exchange.finished_at),
        "peer": exchange.peer,
        "redirects": list(exchange.redirects),
        "request_headers": _pairs(exchange.request_headers),
        "response_headers": _pairs(hidden(exchange.response_headers)),
        "started_at": rfc3339(exchange.started_at),
        "status": exchange.status,
        "wire": exchange.wire,
        "wire_bytes": exchange.wire_bytes,
    }


def _pairs(headers: Iterable[tuple[str, str]]) -> Json:
    return [[name, value] for name, value in headers]

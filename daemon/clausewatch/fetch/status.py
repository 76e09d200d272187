"""What a response's status and `Retry-After` mean to us."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from clausewatch.errors import CaptureError

RETRY_AFTER_CAP_S: Final = 86_400.0
"""A day: whoever asks for more would take a watch out of service unnoticed."""

_WORTH_RETRYING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PARTIAL: Final = 206
_CONTENT: Final = range(200, 300)


def check_status(status: int, url: str, retry_after_s: float | None = None) -> None:
    """Return if this status comes with the page.

    Raises:
        CaptureError: it does not; the reason is `http-404` for 404, and so on.
    """
    if status in _CONTENT and status != _PARTIAL:
        return
    raise CaptureError(
        f"{url}: expected the page, got HTTP status {status}",
        reason="truncated" if status == _PARTIAL else f"http-{status}",
        retry=status in _WORTH_RETRYING,
        status=status,
        retry_after_s=retry_after_s,
    )


def retry_after_s(value: str, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` asks for; None if it says nothing.

    Source: RFC 9110 §10.2.3: seconds, or a date.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), RETRY_AFTER_CAP_S)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), RETRY_AFTER_CAP_S)

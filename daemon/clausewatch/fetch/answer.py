"""One HTTP answer, received whole, and what it comes to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clausewatch.core.digest import sha256
from clausewatch.core.model import Capture, Digest, Exchange, Watch
from clausewatch.errors import CaptureError
from clausewatch.fetch.coding import decoded
from clausewatch.fetch.status import check_status, retry_after_s
from clausewatch.ports import Fetch, Fetched, NotModified, Validators

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED: Final = 304
_ABSENT: Final = frozenset(range(400, 500)) - {429}
"""Answers that mean there is no robots.txt (RFC 9309 §2.3.1.3); 429 means not now."""
_CONDITIONS: Final = frozenset({"if-none-match", "if-modified-since"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came for one request; header names are in lower case."""

    url: str
    status: int
    at: datetime
    request_headers: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """Still coded; an error's or a redirect's may be cut short."""
    peer: str = ""
    certificate: str = ""

    def header(self, name: str) -> str:
        """Return the first value of a header; empty if it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def location(self) -> str:
        """Where a redirect leads; empty if it is none."""
        if self.status not in _REDIRECTS:
            return ""
        # Servers send paths in UTF-8 although headers are Latin-1 by the book.
        return self.header("location").encode("latin-1").decode("utf-8", "replace")

    @property
    def wait_s(self) -> float | None:
        """What the server asked for in `Retry-After`."""
        value = self.header("retry-after")
        return retry_after_s(value, self.at) if value else None

    @property
    def is_fresh(self) -> bool:
        """Whether it says that what we have is still good, and we had asked that."""
        return self.status == _NOT_MODIFIED and any(
            name in _CONDITIONS for name, _ in self.request_headers
        )

    def plain(self, limit: int) -> bytes:
        """Return the body decoded, if the status comes with one.

        Raises:
            CaptureError: it does not, or the body cannot be decoded.
        """
        check_status(self.status, self.url, self.wait_s)
        coding = self.header("content-encoding")
        if not coding:
            return self.body
        return decoded(self.body, coding, limit=limit, url=self.url)


def settled(watch: Watch, answer: Answer, exchange: Exchange, *, limit: int) -> Fetch:
    """Return the page, or that it is unchanged.

    Raises:
        CaptureError: the answer is neither.
    """
    if answer.is_fresh:
        return NotModified(exchange)
    body = answer.plain(limit)
    if not body.strip():
        message = f"{answer.url}: expected a page, got an empty body"
        raise CaptureError(message, reason="empty", retry=True, status=answer.status)
    capture = Capture(
        watch=watch.id,
        captured_at=answer.at,
        content_type=answer.header("content-type"),
        body=Digest(exchange.wire) if body is answer.body else sha256(body),
        body_bytes=len(body),
        exchange=exchange,
    )
    return Fetched(capture, body, _validators(answer))


def rules(answer: Answer, limit: int) -> bytes:
    """Return a robots.txt; nothing where there is none.

    Raises:
        CaptureError: the server could not say.
    """
    return b"" if answer.status in _ABSENT else answer.plain(limit)


def _validators(answer: Answer) -> Validators:
    etag, modified = answer.header("etag"), answer.header("last-modified")
    if not etag and not modified:
        return Validators()
    return Validators(etag, modified, answer.url)

"""What brings pages, turns them into text, and keeps their bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from clausewatch.core.model import Capture, Digest, Exchange, Page, Watch
from clausewatch.errors import CaptureError


class Clock(Protocol):
    """Where the time comes from; a test brings its own."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return once that much of this clock's time has passed."""
        ...


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave us to ask whether its answer is still fresh."""

    etag: str = ""
    last_modified: str = ""
    url: str = ""
    """The URL that gave them; they say nothing about any other."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page was received whole."""

    capture: Capture
    body: bytes
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that its answer is still fresh (304)."""

    exchange: Exchange


Fetch: TypeAlias = Fetched | NotModified


class ExchangeError(CaptureError):
    """A page could not be had; `exchange` is what is known of the attempt."""

    def __init__(self, error: CaptureError, exchange: Exchange) -> None:
        super().__init__(
            str(error),
            reason=error.reason,
            retry=error.retry,
            status=error.status,
            retry_after_s=error.retry_after_s,
        )
        self.exchange = exchange


class Fetcher(Protocol):
    """Brings pages."""

    async def fetch(self, watch: Watch, *, known: Validators | None) -> Fetch:
        """Return the page, or `NotModified` if `known` still holds.

        Raises:
            CaptureError: the page could not be had; an `ExchangeError` where
                something is known of the exchange.
        """
        ...


class Decoder(Protocol):
    """Turns the bytes of a capture into text; deterministic for one recipe."""

    def is_slow(self, body: bytes) -> bool:
        """Say whether decoding these bytes takes so long that others should not wait."""
        ...

    def decode(self, body: bytes, content_type: str) -> Page:
        """Return the page.

        Raises:
            CaptureError: it is of a kind that we cannot read, or broken.
        """
        ...


class Blobs(Protocol):
    """Bytes by their digest."""

    def keep(self, body: bytes) -> Digest:
        """Return the digest once the bytes are durable; twice is as once.

        Raises:
            StoreError: the disk refused.
        """
        ...

    def read(self, digest: Digest) -> bytes:
        """Return the bytes, checked against the digest.

        Raises:
            StoreError: absent, unreadable, or not what the digest says.
        """
        ...

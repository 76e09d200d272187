"""What is known of a fetch while it is under way, for the evidence.

An attempt that fails is evidence too: that a page could not be had, and how far we
came, must not depend on who tells it later.
"""

from dataclasses import replace
from datetime import datetime

from clausewatch.core.digest import sha256
from clausewatch.core.model import Exchange, Watch
from clausewatch.core.secrets import hidden
from clausewatch.errors import CaptureError
from clausewatch.fetch.answer import Answer
from clausewatch.fetch.headers import masked
from clausewatch.ports import ExchangeError


class Trail:
    """One fetch, from the watch's URL to wherever redirects led it."""

    def __init__(self, watch: Watch, started_at: datetime) -> None:
        self._watch = watch
        self._started_at = started_at
        self._redirects: list[str] = []
        self._url = watch.url
        self._asked: tuple[tuple[str, str], ...] = ()
        self._answer: Answer | None = None
        self._whole = False

    @property
    def hops(self) -> int:
        """How many redirects were followed, the one under way included."""
        return len(self._redirects)

    def goes_to(self, url: str) -> None:
        """Note where we turn to next; nothing was asked there yet."""
        self._url = url
        self.asks(())

    def asks(self, headers: tuple[tuple[str, str], ...]) -> None:
        """Note the headers that are sent; what came before is of no account."""
        self._asked = headers
        self._answer, self._whole = None, False

    def heard(self, answer: Answer, *, whole: bool) -> None:
        """Note an answer: its head when it begins, and all of it at the end."""
        self._answer, self._whole = answer, whole

    def is_led_on(self) -> None:
        """Note that the answer was a redirect."""
        self._redirects.append(self._url)

    def exchange(self, at: datetime) -> Exchange:
        """Return what is known by now."""
        answer = self._answer
        asked = self._asked if answer is None else answer.request_headers
        exchange = Exchange(
            url=self._watch.url,
            final_url=self._url,
            redirects=tuple(self._redirects),
            started_at=self._started_at,
            finished_at=at,
            status=0 if answer is None else answer.status,
            request_headers=masked(asked),
        )
        if answer is None:
            return exchange
        return replace(
            exchange,
            response_headers=hidden(answer.headers),
            peer=answer.peer,
            certificate=answer.certificate,
            wire_bytes=len(answer.body),
            wire=sha256(answer.body) if self._whole else "",
        )

    def failed(self, error: CaptureError, at: datetime) -> ExchangeError:
        """Return the error with what is known."""
        return ExchangeError(error, self.exchange(at))

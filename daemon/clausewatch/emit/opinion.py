"""A second opinion, asked for like a delivery: later, beside, and never in the way.

An event is on record and on its way to everybody else when this sink gets it. What the
endpoint does, or does not do, is retried and given up as with any sink, and touches
nobody else. Source: ADR 0129.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from clausewatch.core.event import Event, EventType, Verdict
from clausewatch.core.opinion import Opinion, opinion, question
from clausewatch.emit.options import Options
from clausewatch.emit.registry import SinkContext
from clausewatch.errors import ConfigError, DeliveryError
from clausewatch.ports import Clock, Poster

PATIENCE: Final = timedelta(minutes=2)
"""How long one answer may take; models think."""
PATH: Final = "/chat/completions"


class OpinionSink:
    """Asks an OpenAI-compatible endpoint about each substantive change."""

    batches = False

    def __init__(
        self,
        name: str,
        *,
        url: str,
        model: str,
        key: str | None,
        patience: timedelta,
        poster: Poster,
        clock: Clock,
        keep: Callable[[Opinion], Awaitable[None]],
    ) -> None:
        self.name = name
        self._url = url
        self._model = model
        self._key = key
        self._patience = patience
        self._poster = poster
        self._clock = clock
        self._keep = keep

    @classmethod
    def configure(
        cls, name: str, options: Mapping[str, object], context: SinkContext
    ) -> Self:
        """Return the sink.

        Raises:
            ConfigError: an option is unknown, missing or wrong, or a key would be sent
                where others can read it.
        """
        given = Options(name, options)
        url = given.text("url").rstrip("/")
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            given.refuse("url", "the endpoint's https:// URL", url)
        model = given.text("model")
        patience = given.duration("timeout") if given.has("timeout") else PATIENCE
        given.secret("key")
        given.close()
        key = context.secret_of(name, options, "key")
        if key and urlsplit(url).scheme == "http" and not _is_loopback(url):
            given.refuse("url", "https where a key is sent", url)
        if key and not (key.isascii() and key.isprintable()):
            raise ConfigError(f"sinks.{name}.key: expected plain ASCII on one line")
        return cls(
            name,
            url=url if url.endswith(PATH) else url + PATH,
            model=model,
            key=key,
            patience=patience,
            poster=context.poster,
            clock=context.clock,
            keep=context.keep_opinion,
        )

    def first_at(self, told_at: datetime) -> datetime:
        """Return the same time: at once."""
        return told_at

    async def deliver(self, events: Sequence[Event]) -> None:
        """Ask about each change, and keep what of the answer holds.

        Raises:
            DeliveryError: there was no answer, or one other than 2xx. An answer that
                makes no sense is one: it is kept as such, and not asked for again.
        """
        for event in events:
            if (event.type, event.verdict) == (
                EventType.CHANGED,
                Verdict.SUBSTANTIVE,
            ):
                await self._keep(await self._asked(event))

    async def close(self) -> None:
        """Hold nothing: the connections are the poster's."""

    async def _asked(self, event: Event) -> Opinion:
        body = json.dumps(question(event, self._model), ensure_ascii=False).encode()
        headers = {"content-type": "application/json"}
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        try:
            reply = await self._poster.post(
                self._url, body, headers, within_s=self._patience.total_seconds()
            )
        except DeliveryError as error:
            raise DeliveryError(
                f"{self.name}: {error}", retry=True, retry_after_s=error.retry_after_s
            ) from error
        if not HTTPStatus(200) <= reply.status < HTTPStatus(300):
            # Its words are not repeated: some endpoints echo the key.
            raise DeliveryError(
                f"{self.name}: expected 2xx from {urlsplit(self._url).hostname}, "
                f"got {reply.status}",
                retry=reply.status != HTTPStatus.GONE,
                retry_after_s=reply.retry_after_s,
            )
        return opinion(reply.body, event, model=self._model, at=self._clock.now())


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

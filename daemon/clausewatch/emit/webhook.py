"""Events by HTTP: each posted as one signed CloudEvent.

Source: Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks;
CloudEvents HTTP binding, structured mode.
"""

import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final, Self
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from clausewatch.core.cloudevent import CONTENT_TYPE, to_line
from clausewatch.core.event import Event
from clausewatch.emit.options import Options
from clausewatch.emit.registry import SinkContext
from clausewatch.errors import ConfigError, DeliveryError
from clausewatch.ports import Clock, Poster
from clausewatch.render.permalink import permalink

LEAST_SECRET_BYTES: Final = 24
"""Standard Webhooks asks for 24 to 64 random bytes."""


class WebhookSink:
    """Posts each event with a signature that its receiver can check."""

    batches = False

    def __init__(
        self,
        name: str,
        *,
        url: str,
        signer: Webhook,
        poster: Poster,
        clock: Clock,
        site: str = "",
    ) -> None:
        self.name = name
        self._site = site
        self._url = url
        self._signer = signer
        self._poster = poster
        self._clock = clock

    @classmethod
    def configure(
        cls, name: str, options: Mapping[str, object], context: SinkContext
    ) -> Self:
        """Return the sink.

        Raises:
            ConfigError: `url` or `secret` is missing or wrong, or an option unknown.
        """
        given = Options(name, options)
        url = given.text("url")
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            given.refuse("url", "an https:// URL", url)
        given.secret("secret")
        given.close()
        signer = _signer(name, context.secret_of(name, options, "secret"))
        return cls(
            name,
            url=url,
            signer=signer,
            poster=context.poster,
            clock=context.clock,
            site=context.site,
        )

    def first_at(self, told_at: datetime) -> datetime:
        """Return the same time: at once."""
        return told_at

    async def deliver(self, events: Sequence[Event]) -> None:
        """Post the events, one request each.

        Raises:
            DeliveryError: there was no answer, or one other than 2xx.
        """
        for event in events:
            await self._post(event)

    async def close(self) -> None:
        """Hold nothing: the connections are the poster's."""

    async def _post(self, event: Event) -> None:
        line = to_line(event, link=permalink(self._site, event))
        body = line.removesuffix("\n")
        # Signed anew each time: receivers refuse a timestamp older than minutes.
        now = self._clock.now()
        headers = {
            "content-type": CONTENT_TYPE,
            "webhook-id": event.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(event.id, now, body),
        }
        try:
            reply = await self._poster.post(self._url, body.encode(), headers)
        except DeliveryError as error:
            # No answer says nothing about this event: an expired certificate or a
            # wrong name is mended some day, and then it arrives.
            raise DeliveryError(
                f"{self.name}: {error}", retry=True, retry_after_s=error.retry_after_s
            ) from error
        if HTTPStatus(200) <= reply.status < HTTPStatus(300):
            return
        raise DeliveryError(
            f"{self.name}: expected 2xx from {urlsplit(self._url).hostname}, "
            f"got {reply.status}",
            retry=reply.status != HTTPStatus.GONE,
            retry_after_s=reply.retry_after_s,
        )


def _signer(name: str, secret: str | None) -> Webhook:
    if not secret:
        raise ConfigError(
            f"sinks.{name}.secret: expected a secret, got nothing; "
            "make one: echo whsec_$(openssl rand -base64 32)"
        )
    try:
        key = binascii.a2b_base64(secret.removeprefix("whsec_"), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigError(f"sinks.{name}.secret: expected base64: {error}") from error
    if len(key) < LEAST_SECRET_BYTES:
        raise ConfigError(
            f"sinks.{name}.secret: expected at least {LEAST_SECRET_BYTES} bytes "
            f"in base64, got {len(key)}"
        )
    return Webhook(key)

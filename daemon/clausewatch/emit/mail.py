"""Events by e-mail, one message each or a digest."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self

import aiosmtplib

from clausewatch.core.event import Event
from clausewatch.emit.letter import Address, digest, letter
from clausewatch.emit.options import Options
from clausewatch.emit.registry import SinkContext
from clausewatch.errors import DeliveryError
from clausewatch.ports import Clock

PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
PATIENCE: Final = timedelta(minutes=1)
"""How long one message may take, from dialling to the last answer."""
DIGESTS: Final = {"daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
ANCHOR: Final = datetime(1970, 1, 5, 7, tzinfo=UTC)
"""Digests are counted from a Monday at 07:00 UTC: daily ones come at 07:00."""
LARGEST_REFUSAL: Final = 500
"""SMTP replies from 500 on are final, those below are not (RFC 5321 §4.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The SMTP server that takes our mail."""

    host: str
    port: int
    security: str
    username: str | None
    password: str | None
    ca: Path | None
    timeout: timedelta


class MailSink:
    """Sends each event as one message, or all that are due as one digest."""

    def __init__(
        self,
        name: str,
        *,
        address: Address,
        server: Server,
        clock: Clock,
        every: timedelta | None = None,
    ) -> None:
        self.name = name
        self.batches = every is not None
        self._address = address
        self._server = server
        self._clock = clock
        self._every = every
        self._taken: dict[str, set[str]] = {}
        """Who has a message that others still miss, by its id; in this run only."""

    @classmethod
    def configure(
        cls, name: str, options: Mapping[str, object], context: SinkContext
    ) -> Self:
        """Return the sink.

        Raises:
            ConfigError: an option is unknown, missing or wrong.
        """
        given = Options(name, options)
        address = _address(name, given, context.site)
        every = given.duration("digest", DIGESTS) if given.has("digest") else None
        password = context.secret_of(name, options, "password")
        server = _server(given, password, context.home)
        given.close()
        return cls(
            name, address=address, server=server, clock=context.clock, every=every
        )

    def first_at(self, told_at: datetime) -> datetime:
        """Return the same time, or that of the next digest."""
        if self._every is None:
            return told_at
        return told_at + self._every - (told_at - ANCHOR) % self._every

    async def deliver(self, events: Sequence[Event]) -> None:
        """Send the events as one message.

        Raises:
            DeliveryError: the server, or one of the recipients, did not take it.
                Those who did do not get it again while this sink lives.
        """
        now = self._clock.now()
        message = (
            letter(events[0], self._address, now)
            if len(events) == 1
            else digest(events, self._address, now)
        )
        name = str(message["Message-ID"])
        taken = self._taken.get(name, set())
        owed = [one for one in self._address.mailboxes if one not in taken]
        refused = await self._send(message, owed)
        if not refused:
            self._taken.pop(name, None)
            return
        self._taken[name] = taken | {one for one in owed if one not in refused}
        codes = [code for code, _ in refused.values()]
        told = "; ".join(f"{_masked(who)}: {c} {t}" for who, (c, t) in refused.items())
        raise DeliveryError(
            f"{self.name}: {len(refused)} of {len(self._address.recipients)} "
            f"recipients refused: {told}",
            retry=min(codes) < LARGEST_REFUSAL,
        )

    async def close(self) -> None:
        """Hold nothing: each message has a connection of its own."""

    async def _send(
        self, message: EmailMessage, recipients: Sequence[str]
    ) -> dict[str, tuple[int, str]]:
        """Return the recipients that were refused, with the server's words."""
        try:
            async with asyncio.timeout(self._server.timeout.total_seconds()):
                return await self._transact(message, recipients)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return {one.recipient: (one.code, one.message) for one in error.recipients}
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            retry = error.code < LARGEST_REFUSAL
            raise self._error(f"{error.code} {error.message}", retry=retry) from error
        except aiosmtplib.SMTPResponseException as error:
            # Greeting, STARTTLS or login: that says nothing about this event, and an
            # operator can mend it; so it stays on its way.
            raise self._error(f"{error.code} {error.message}") from error
        except TimeoutError as error:
            raise self._error("no answer in time") from error
        except (aiosmtplib.SMTPException, ssl.SSLError, OSError) as error:
            raise self._error(str(error)) from error

    async def _transact(
        self, message: EmailMessage, recipients: Sequence[str]
    ) -> dict[str, tuple[int, str]]:
        at = self._server
        client = aiosmtplib.SMTP(
            hostname=at.host,
            port=at.port,
            username=at.username,
            password=at.password,
            # The name of this machine is nobody's business, and looking it up may hang.
            local_hostname="[127.0.0.1]",
            timeout=at.timeout.total_seconds(),
            use_tls=at.security == "tls",
            start_tls=at.security == "starttls",
            cert_bundle=str(at.ca) if at.ca else None,
        )
        sender = parseaddr(self._address.sender)[1]
        async with client:
            refused, _ = await client.sendmail(sender, recipients, message.as_bytes())
        return {who: (code, words) for who, (code, words) in refused.items()}

    def _error(self, what: str, *, retry: bool = True) -> DeliveryError:
        at = f"{self._server.host}:{self._server.port}"
        return DeliveryError(f"{self.name}: {at}: {what}", retry=retry)


def _address(name: str, given: Options, site: str) -> Address:
    sender, recipients = given.text("from"), given.texts("to")
    for key, one in [("from", sender), *(("to", one) for one in recipients)]:
        local, at, domain = parseaddr(one)[1].rpartition("@")
        if not (local and at and domain and one.isascii() and one.isprintable()):
            given.refuse(key, "an address such as watch@example.org", one)
    return Address(sender=sender, recipients=recipients, sink=name, site=site)


def _server(given: Options, password: str | None, home: Path) -> Server:
    security = given.choice("security", tuple(PORTS), "starttls")
    given.secret("password")
    host = given.text("host")
    username = given.text("username") if given.has("username") else None
    if (username is None) != (password is None):
        given.refuse("username", "username and password, or neither", username)
    if password and security == "none" and not _is_loopback(host):
        given.refuse("security", "starttls or tls where a password is sent", security)
    return Server(
        host=host,
        port=given.port("port", PORTS[security]),
        security=security,
        username=username,
        password=password,
        ca=given.path("ca", home) if given.has("ca") else None,
        timeout=given.duration("timeout") if given.has("timeout") else PATIENCE,
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _masked(address: str) -> str:
    """Return an address so that a log tells whose it is only to those who know."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"

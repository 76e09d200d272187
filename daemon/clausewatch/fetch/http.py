"""Pages over HTTP/1.1: one pool of connections and one TLS context for the process.

This is the only module that imports httpx. It drives httpx's transport without its
client: cookies, redirects and content codings are ours to decide here, and a client
would add its own ideas of them to every request.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import httpcore
import httpx
import stamina

from clausewatch.core.digest import sha256
from clausewatch.core.model import Watch
from clausewatch.errors import CaptureError, DeliveryError
from clausewatch.fetch.answer import Answer, rules, settled
from clausewatch.fetch.guard import GuardedBackend
from clausewatch.fetch.headers import AGENT, Cookies, Pairs, for_page, user_agent
from clausewatch.fetch.politeness import Politeness
from clausewatch.fetch.trail import Trail
from clausewatch.fetch.urls import checked, origin, redirected
from clausewatch.ports import REPLY_BYTES, Clock, Fetch, Reply, Validators

_OK: Final = range(200, 300)
_ASIDE_BYTES: Final = 64 * 1024
"""Read of an error's or a redirect's body, to keep the connection; more closes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long we wait, and how much we take."""

    deadline_s: float = 60.0
    """For a whole fetch, without the waiting for its turn."""
    aside_s: float = 20.0
    """For a robots.txt, and for a post."""
    connect_s: float = 10.0
    read_s: float = 20.0
    """For any one piece; the deadline stops those who drip."""
    wire_bytes: int = 32 * 1024 * 1024
    body_bytes: int = 32 * 1024 * 1024
    attempts: int = 3
    first_wait_s: float = 0.5
    """Before the second attempt, and as much again at random; doubles."""
    redirects: int = 10
    connections: int = 64
    gap_s: float = 1.0
    """Between two requests to one host."""


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport, with our hands on where it connects to."""

    def __init__(
        self, backend: GuardedBackend, tls: ssl.SSLContext, connections: int
    ) -> None:
        # The base class has no argument for the backend; a test of a refused
        # redirect fails should it ever look for its pool elsewhere.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=30.0,
            network_backend=backend,
        )


class HttpFetcher:
    """Brings pages, and posts to endpoints.

    Args:
        contact: Where a publisher can read who we are; sent in the User-Agent.
        allow: Host names that may have private addresses.
        tls: Whom to trust; by default the authorities of certifi and the system's.
        transport: Instead of the network, for tests.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        contact: str = "",
        allow: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self._limits = limits = limits or Limits()
        self._agent = user_agent(contact)
        self._backend = GuardedBackend(allow)
        self._transport = transport or GuardedTransport(
            self._backend, tls or trusted(), limits.connections
        )
        self._politeness = Politeness(
            clock, self._robots, agent=AGENT, gap_s=limits.gap_s
        )
        # It would log each attempt in words of its own; the outcome is logged once.
        stamina.instrumentation.set_on_retry_hooks(())
        self._retrying = stamina.AsyncRetryingCaller(
            attempts=limits.attempts,
            timeout=limits.deadline_s,
            wait_initial=limits.first_wait_s,
            wait_jitter=limits.first_wait_s,
        ).on(lambda error: isinstance(error, CaptureError) and error.retry)
        self._patience = httpx.Timeout(
            limits.read_s, connect=limits.connect_s
        ).as_dict()

    def admit(self, allow: frozenset[str]) -> None:
        """Let these hosts have private addresses, and no others, from now on."""
        self._backend.allow = allow

    async def close(self) -> None:
        """Let go of all connections."""
        await self._transport.aclose()

    async def fetch(self, watch: Watch, *, known: Validators | None) -> Fetch:
        """Return the page, or `NotModified` if `known` still holds.

        Each request of a chain of redirects waits for its own turn with its host;
        the deadline counts only the time in which we were served.

        Raises:
            CaptureError: the page could not be had.
        """
        trail = Trail(watch, self._clock.now())
        try:
            return await self._followed(watch, known, trail)
        except CaptureError as error:
            raise trail.failed(error, self._clock.now()) from error

    async def _followed(
        self, watch: Watch, known: Validators | None, trail: Trail
    ) -> Fetch:
        """Return what stands at the end of the redirects."""
        loop = asyncio.get_running_loop()
        url = checked(_spelled(watch.url))
        home = origin(url)
        cookies = Cookies()
        left_s = self._limits.deadline_s
        while True:
            trail.goes_to(url)
            headers = for_page(
                watch, url, known, agent=self._agent, at_home=origin(url) == home
            )
            request = self._request("GET", url, headers + cookies.of(url))
            async with self._politeness.turn(url):
                began = loop.time()
                answer = await self._within(left_s, request, retry=True, trail=trail)
                left_s -= loop.time() - began
            if not answer.location:
                break
            cookies.take(url, answer.headers)
            url = self._next(url, answer.location, trail.hops + 1)
            trail.is_led_on()
        if answer.wait_s is not None and answer.status not in _OK:
            self._politeness.stay_away(url, answer.wait_s)
        exchange = trail.exchange(answer.at)
        return settled(watch, answer, exchange, limit=self._limits.body_bytes)

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        within_s: float | None = None,
    ) -> Reply:
        """Return the answer, whatever its status; redirects are not followed.

        Raises:
            DeliveryError: there was none.
        """
        pairs = [("user-agent", self._agent), *headers.items()]
        left_s = within_s or self._limits.aside_s
        try:
            request = self._request("POST", checked(_spelled(url)), pairs, body)
            # Who thinks long before the first byte is not dripping.
            request.extensions["timeout"] = {**self._patience, "read": left_s}
            answer = await self._within(left_s, request, retry=False)
        except CaptureError as error:
            raise DeliveryError(str(error), retry=error.retry) from error
        return Reply(answer.status, answer.wait_s, answer.body[:REPLY_BYTES])

    async def _robots(self, url: str) -> bytes:
        """Return a robots.txt; the page's turn is its turn."""
        headers = [("user-agent", self._agent), ("accept-encoding", "gzip")]
        hops = 0
        while True:
            request = self._request("GET", url, headers)
            answer = await self._within(self._limits.aside_s, request, retry=False)
            if not answer.location:
                return rules(answer, self._limits.body_bytes)
            hops += 1
            url = self._next(url, answer.location, hops)

    def _next(self, url: str, location: str, hops: int) -> str:
        if hops > self._limits.redirects:
            message = f"{url}: expected at most {hops - 1} redirects, got more"
            raise CaptureError(message, reason="redirect", retry=False)
        return redirected(url, _spelled(location), self._backend.allow)

    def _request(
        self, method: str, url: str, headers: Pairs, body: bytes | None = None
    ) -> httpx.Request:
        try:
            return httpx.Request(
                method,
                url,
                headers=headers,
                content=body,
                extensions={"timeout": self._patience},
            )
        except UnicodeEncodeError as error:
            message = f"{url}: expected headers of plain ASCII ({error})"
            raise CaptureError(message, reason="headers", retry=False) from error

    async def _within(
        self,
        seconds: float,
        request: httpx.Request,
        *,
        retry: bool,
        trail: Trail | None = None,
    ) -> Answer:
        """Return the answer, asked again a few times if the connection failed."""
        try:
            async with asyncio.timeout(seconds):
                if retry:
                    return await self._retrying(self._once, request, trail)
                return await self._once(request, trail)
        except TimeoutError as error:
            message = f"{request.url}: expected the whole answer in time, got less"
            raise CaptureError(message, reason="timeout", retry=True) from error

    async def _once(self, request: httpx.Request, trail: Trail | None) -> Answer:
        url, reading = str(request.url), False
        if trail is not None:
            trail.asks(_pairs(request.headers))
        try:
            response = await self._transport.handle_async_request(request)
            reading = True
            # Asked for now: a connection that was closed no longer knows.
            head = self._head(request, response)
            if trail is not None:
                trail.heard(head, whole=False)
            try:
                body = await self._received(response, url)
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            raise _failure(error, url, reading=reading) from error
        answer = replace(head, body=body, at=self._clock.now())
        if trail is not None:
            trail.heard(answer, whole=True)
        return answer

    def _head(self, request: httpx.Request, response: httpx.Response) -> Answer:
        """Return an answer whose body is still to come."""
        peer, certificate = _other_side(response)
        return Answer(
            url=str(request.url),
            status=response.status_code,
            at=self._clock.now(),
            request_headers=_pairs(request.headers),
            headers=_pairs(response.headers),
            body=b"",
            peer=peer,
            certificate=certificate,
        )

    async def _received(self, response: httpx.Response, url: str) -> bytes:
        """Return the body as it came; an error's or a redirect's only in part."""
        wanted = response.status_code in _OK
        limit = self._limits.wire_bytes if wanted else _ASIDE_BYTES
        parts: list[bytes] = []
        size = 0
        async for part in cast("httpx.AsyncByteStream", response.stream):
            size += len(part)
            if size > limit and wanted:
                message = f"{url}: expected at most {limit} bytes, got more"
                raise CaptureError(message, reason="too-large", retry=False)
            if size > limit:
                break
            parts.append(part)
        return b"".join(parts)


def trusted() -> ssl.SSLContext:
    """Return a context that verifies against certifi's and the system's authorities."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _spelled(url: str) -> str:
    """Return the URL, or a relative part of one, as it goes over the wire."""
    try:
        return str(httpx.URL(url))
    except httpx.InvalidURL as error:
        message = f"{url}: expected a URL ({error})"
        raise CaptureError(message, reason="url", retry=False) from error


def _pairs(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, value in headers.raw
    )


def _other_side(response: httpx.Response) -> tuple[str, str]:
    """Return the address that we spoke to, and the hash of its certificate."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    if stream is None or address is None:
        return "", ""
    host, port, *_ = address
    tls = stream.get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls is not None else b""
    peer = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return peer, sha256(der) if der else ""


def _failure(error: httpx.TransportError, url: str, *, reading: bool) -> CaptureError:
    """Return what a failed connection means; `reading` once the headers were here."""
    cause = _tls_cause(error)
    if isinstance(error, httpx.TimeoutException):
        what, reason, retry = "an answer in time", "timeout", True
    elif isinstance(cause, ssl.SSLCertVerificationError):
        what, reason, retry = "a certificate that we can verify", "certificate", False
    elif isinstance(error, httpx.LocalProtocolError):
        what, reason, retry = "a request that HTTP allows", "headers", False
    elif reading:
        what, reason, retry = "the whole body", "truncated", True
    elif cause is not None:
        what, reason, retry = "a TLS connection", "tls", True
    elif isinstance(error, httpx.RemoteProtocolError):
        what, reason, retry = "an HTTP answer", "protocol", True
    else:
        what, reason, retry = "a connection", "connect", True
    came = cause or str(error) or type(error).__name__
    message = f"{url}: expected {what}, got: {came}"
    return CaptureError(message, reason=reason, retry=retry)


def _tls_cause(error: BaseException) -> ssl.SSLError | None:
    at: BaseException | None = error
    while at is not None and not isinstance(at, ssl.SSLError):
        at = at.__cause__ or at.__context__
    return at

"""The site, put together and served: for `serve`, `run --serve` and the demo.

Imported where it is asked for only: what it is made with takes a while, and memory.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final

import uvicorn

from clausewatch.archive.blobs import Blobs
from clausewatch.cli.compose import rules
from clausewatch.cli.exporting import HomeExporter
from clausewatch.cli.pdf import browser, pdf
from clausewatch.cli.visitors import Visitor
from clausewatch.config.settings import secret, settings
from clausewatch.errors import ConfigError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.ports import Clock
from clausewatch.store import open_store
from clausewatch.web.access import LEAST_TOKEN, Access, is_loopback
from clausewatch.web.app import create
from clausewatch.web.site import Site

PROXIES: Final = "CLAUSEWATCH_PROXIES"
CREDENTIAL: Final = "site-token"
GRACE_S: Final = 3
"""How long answers that are under way may take once we stop."""
BACKLOG: Final = 128
LOOPBACK: Final = "127.0.0.1"


def site_of(home: Path, clock: Clock, access: Access) -> Site:
    """Return the site of a home; it opens the store when it is first asked."""
    return Site(
        open_library=lambda: open_store(home, read_only=True),
        blobs=Blobs(home, read_only=True),
        decoder=PageDecoder(),
        clock=clock,
        access=access,
        rulebook=rules(),
        exporter=HomeExporter(home),
        printer=pdf if browser() else None,
    )


def access_for(
    host: str,
    *,
    option: str = "--host",
    token_file: Path | None = None,
    names: Sequence[str] = (),
    address: str = "",
    environ: Mapping[str, str] = os.environ,
) -> Access:
    """Return who may look at a site that listens there, as `option` says.

    Raises:
        ConfigError: others can reach it, and nothing keeps them out.
    """
    proxies = environ.get(PROXIES, "").replace(",", " ").split()
    access = Access(
        token=_token(token_file, environ),
        proxy_header=environ.get("CLAUSEWATCH_PROXY_HEADER", "").lower(),
        proxies=tuple(map(_network, proxies)),
        names=frozenset(name.casefold() for name in (*names, host)),
        address=address,
    )
    if access.proxy_header and not proxies:
        raise ConfigError(
            "CLAUSEWATCH_PROXY_HEADER: expected CLAUSEWATCH_PROXIES to say from which "
            "addresses it is believed, got none"
        )
    if access.token and len(access.token) < LEAST_TOKEN:
        raise ConfigError(
            f"token: expected {LEAST_TOKEN} characters or more, got {len(access.token)}"
        )
    also = ", --token-file" if option == "--host" else ""
    if not is_loopback(host) and not (access.token or access.proxy_header):
        raise ConfigError(
            f"{option} {host}: expected a token for an address that others can reach, "
            f"got none; CLAUSEWATCH_TOKEN{also} or systemd's credential {CREDENTIAL} "
            "gives one"
        )
    return access


def public(address: str) -> str:
    """Return the address at which others reach the site, checked.

    Raises:
        ConfigError: it is none, or one within a site.
    """
    from clausewatch.config.fields import origin  # noqa: PLC0415 - few name one

    try:
        return origin(address)
    except ValueError as error:
        raise ConfigError(f"--address: {error}") from error


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ConfigError(
            f"{PROXIES}: expected addresses or networks such as 127.0.0.1 or "
            f"10.0.0.0/8, got {text!r}: {error}"
        ) from error


def _token(file: Path | None, environ: Mapping[str, str]) -> str:
    """Return the token, from wherever one is named; empty if there is none."""
    if file is not None:
        return secret({"token_file": str(file)}, "token", environ=environ) or ""
    if environ.get("CLAUSEWATCH_TOKEN"):
        return environ["CLAUSEWATCH_TOKEN"]
    folder = settings(environ=environ).credentials
    if folder and (folder / CREDENTIAL).exists():
        named = {"token_credential": CREDENTIAL}
        return secret(named, "token", environ=environ) or ""
    return ""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; port 0 takes any that is free.

    Raises:
        ConfigError: the address is not ours, or taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"expected a free address to serve at, got {host}:{port}: {reason}"
        raise ConfigError(message) from error


def parted(where: str, *, option: str) -> tuple[str, int]:
    """Return host and port of `[HOST:]PORT`; this machine's own without a host.

    Raises:
        ConfigError: it is not of this form.
    """
    host, _, port = where.rpartition(":")
    if not (port.isascii() and port.isdigit()):
        raise ConfigError(f"{option}: expected PORT or HOST:PORT, got {where!r}")
    return host.strip("[]") or LOOPBACK, int(port)


def address(listening: socket.socket) -> str:
    """Return the URL of what listens."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs the program."""

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]
        """Capture none."""
        return nullcontext()


@asynccontextmanager
async def serving(
    site: Site, listening: socket.socket, *, visitor: type[Visitor] = Visitor
) -> AsyncIterator[None]:
    """Serve the site for as long as this is entered."""
    config = uvicorn.Config(
        create(site),
        http=visitor,
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="error",  # what is no HTTP is no news, and anybody can send it
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    # Not a task group: it would wrap what stops the daemon in a group of errors, and
    # the command line tells operators what the error itself says.
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task

"""Where we refuse to connect: addresses that are not the public internet's.

The check stands where the connection is made, so that nothing goes past it: pages,
redirects, robots.txt and webhooks alike. The name is resolved once, every address
it has must be public, and that very address is dialled: a name that resolves
differently a moment later (DNS rebinding) gains nothing. TLS still asks for the name.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Final

import httpcore

from clausewatch.errors import CaptureError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_EMBEDDING: Final = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "::/96",  # IPv4-compatible, RFC 4291 §2.5.5.1
            "::ffff:0:0/96",  # IPv4-mapped
            "::ffff:0:0:0/96",  # IPv4-translated, RFC 7915
            "64:ff9b::/96",  # NAT64, RFC 6052
            "64:ff9b:1::/48",  # local NAT64, RFC 8215
            "2001::/32",  # Teredo
            "2002::/16",  # 6to4
            "5f00::/16",  # segment routing, RFC 9602
            "fec0::/10",  # site-local, deprecated but routed by some
        ),
    )
)
"""Networks that lead to an IPv4 address, or inside, though they may look global."""

_NOT_PUBLIC: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT
            "192.0.0.0/24",  # protocol assignments: two of them count as global
            "192.88.99.0/24",  # 6to4 relays, deprecated
            "198.18.0.0/15",  # benchmarks
        ),
    )
)

_MOST_ADDRESSES: Final = 4
"""Addresses tried of one name; each gets its share of the time to connect."""


def is_public(address: Address) -> bool:
    """Return whether this is an ordinary address of the public internet.

    `is_global` alone lets multicast and most ways to write an IPv4 address inside an
    IPv6 one through; whoever serves a page to the world needs none of them.

    Source: IANA special-purpose address registries, RFC 6890.
    """
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC)
    return address.scope_id is None and not any(
        address in network for network in _EMBEDDING
    )


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a name, in the order in which to try them.

    Raises:
        CaptureError: it has none (reason `dns`).
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        # Only "there is no such name" will not mend itself within minutes.
        known_absent = isinstance(error, UnicodeError) or (
            isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
        )
        message = f"{host}: expected an address, got none ({error})"
        raise CaptureError(message, reason="dns", retry=not known_absent) from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials public addresses, and those of hosts that the operator allowed by name."""

    def __init__(self, allow: frozenset[str] = frozenset()) -> None:
        self.allow = allow
        """Host names, in lower case, that may have any address."""
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a stream to the first address that answers.

        Raises:
            CaptureError: the name has no address, or one that is not public.
        """
        addresses = await self._admitted(host, port)
        share = timeout / len(addresses) if timeout else timeout
        *earlier, last = addresses
        for address in earlier:
            try:
                return await self._inner.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(
            last, port, share, local_address, socket_options
        )

    async def _admitted(self, host: str, port: int) -> tuple[str, ...]:
        addresses = await resolve(host, port)
        if host.lower() not in self.allow:
            for address in addresses:
                if not is_public(ipaddress.ip_address(address)):
                    message = (
                        f"{host}: expected a public address, got {address};"
                        " a watchlist may allow this host by name"
                    )
                    raise CaptureError(message, reason="address", retry=False)
        return addresses[:_MOST_ADDRESSES]

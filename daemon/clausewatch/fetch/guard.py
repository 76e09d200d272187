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

_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that IANA gives out of IPv6. Outside are IPv4-mapped and IPv4-compatible
addresses, NAT64, site-local, multicast and what is not yet for anything."""

_SPECIAL: Final = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: holds any IPv4 address
            "3fff::/20",  # documentation; older Pythons take it for global
        ),
    )
)

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
    return address in _UNICAST and not any(address in network for network in _SPECIAL)


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

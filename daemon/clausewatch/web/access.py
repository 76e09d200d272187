"""Who may look: whoever is on this machine, or shows a token, or comes by a proxy."""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = IPv4Network | IPv6Network

COOKIE: Final = "clausewatch"
LEAST_TOKEN: Final = 16
"""Characters; fewer could be guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may look, and under which names the site may be asked for."""

    token: str = ""
    """What a visitor must show; empty on loopback only."""
    proxy_header: str = ""
    """A header in which a reverse proxy names whom it let in; it replaces the token."""
    proxies: tuple[Network, ...] = ()
    """From where that header is believed."""
    names: frozenset[str] = frozenset()
    """Names of this site besides `localhost` and plain addresses."""
    address: str = ""
    """Where others reach it, such as `https://watch.example.org`; empty if not said."""

    def is_known(self, host: str) -> bool:
        """Say whether a Host header is ours.

        A page elsewhere can have its own name lead to this machine (DNS rebinding),
        but it cannot make a browser send a Host that is not that name.
        """
        name = _name_in(host)
        own = _name_in(urlsplit(self.address).netloc)
        return bool(name) and (
            name in {"localhost", own} or name in self.names or is_address(name)
        )

    def admits(
        self, headers: Mapping[str, str], cookies: Mapping[str, str], peer: str
    ) -> bool:
        """Say whether a visitor may look."""
        if self.leaves_to_proxy(peer):
            return bool(headers.get(self.proxy_header, "").strip())
        if not self.token:
            return not self.proxy_header
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and self.opens(shown.strip()):
            return True
        return _same(cookies.get(COOKIE, ""), self.pass_)

    def admits_reader(self, headers: Mapping[str, str]) -> bool:
        """Say whether a feed reader may have a feed, by the password that it sends."""
        if not self.token:
            return False
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        password = _password(shown) if scheme.casefold() == "basic" else ""
        # Both are compared, whichever it is: the time tells nothing.
        return _same(password, self.feed_key) | _same(password, self.token)

    def opens(self, token: str) -> bool:
        """Say whether this is the token, in a time that tells nothing about it."""
        return bool(self.token) and _same(token, self.token)

    @property
    def pass_(self) -> str:
        """Return what the cookie holds: it shows the token without telling it."""
        return self._made_of(b"clausewatch cookie")

    @property
    def feed_key(self) -> str:
        """Return the password that opens feeds and nothing else."""
        return self._made_of(b"clausewatch feeds")[:32] if self.token else ""

    @property
    def is_encrypted(self) -> bool:
        """Say whether others reach the site by TLS."""
        return self.address.startswith("https://")

    def _made_of(self, purpose: bytes) -> str:
        return hmac.new(self.token.encode(), purpose, sha256).hexdigest()

    def leaves_to_proxy(self, peer: str) -> bool:
        """Say whether a visitor comes by a proxy that decides who may look."""
        if not (self.proxy_header and is_address(peer)):
            return False
        at = ip_address(peer)
        if isinstance(at, IPv6Address) and at.ipv4_mapped:
            at = at.ipv4_mapped  # what listens on :: sees others so
        return any(at in network for network in self.proxies)


def is_loopback(host: str) -> bool:
    """Say whether a site that binds there can be reached from this machine only."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def is_address(name: str) -> bool:
    """Say whether this is an IP address rather than a name."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _name_in(host: str) -> str:
    """Return the name in a Host header; empty if it is none."""
    if set(host) & set("@/?#\\ \t"):
        return ""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises where it is no port
    except ValueError:
        return ""
    return parts.hostname or ""


def _password(shown: str) -> str:
    """Return the password of HTTP Basic (RFC 7617); empty if there is none."""
    try:
        pair = b64decode(shown.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

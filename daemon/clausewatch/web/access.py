"""Who may look: whoever is on this machine, or shows a token, or comes by a proxy."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

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
    proxies: frozenset[str] = frozenset()
    """Addresses from which that header is believed."""
    names: frozenset[str] = frozenset()
    """Names of this site besides `localhost` and plain addresses."""

    def is_known(self, host: str) -> bool:
        """Say whether a Host header is ours.

        A page elsewhere can have its own name lead to this machine (DNS rebinding),
        but it cannot make a browser send a Host that is not that name.
        """
        name = (urlsplit(f"//{host}").hostname or "") if _is_plain(host) else ""
        return name == "localhost" or name in self.names or is_address(name)

    def admits(
        self, headers: Mapping[str, str], cookies: Mapping[str, str], peer: str
    ) -> bool:
        """Say whether a visitor may look."""
        if self.proxy_header and peer in self.proxies:
            return bool(headers.get(self.proxy_header, "").strip())
        if not self.token:
            return not self.proxy_header
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and self.opens(shown.strip()):
            return True
        return _same(cookies.get(COOKIE, ""), self.pass_)

    def opens(self, token: str) -> bool:
        """Say whether this is the token, in a time that tells nothing about it."""
        return bool(self.token) and _same(token, self.token)

    @property
    def pass_(self) -> str:
        """Return what the cookie holds: it shows the token without telling it."""
        return hmac.new(self.token.encode(), b"clausewatch cookie", sha256).hexdigest()


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


def _is_plain(host: str) -> bool:
    return not set(host) & set("@/?#\\ \t")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

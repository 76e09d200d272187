"""What we say of ourselves in a request, and what of that may be shown to others."""

from collections.abc import Iterable
from typing import Final

from clausewatch import __version__
from clausewatch.core.model import Watch
from clausewatch.core.secrets import MASK, hidden
from clausewatch.fetch.urls import host
from clausewatch.ports import Validators

AGENT: Final = "clausewatch"
"""The name by which robots.txt may address us."""

Pairs = list[tuple[str, str]]

_ACCEPT: Final = (
    "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.5"
)
_PLAIN: Final = frozenset(
    "accept accept-encoding accept-language cache-control content-length content-type"
    " host if-modified-since if-none-match user-agent".split()
)
"""Headers whose values are no secret. All others are masked: an operator's own
header is more often a key than not."""
_KEPT: Final = _PLAIN | {"cookie"}
_STAY_ABROAD: Final = frozenset({"accept", "accept-language", "user-agent"})
"""What a watch's own headers may tell a host that its page redirects to."""


def user_agent(contact: str) -> str:
    """Return our honest name, with where to reach who runs us."""
    return f"{AGENT}/{__version__}" + (f" (+{contact})" if contact else "")


def for_page(
    watch: Watch, url: str, known: Validators | None, *, agent: str, at_home: bool
) -> Pairs:
    """Return the headers to ask for a page with, names in lower case.

    Unless `at_home`, at the origin that the watch names, its own headers stay back:
    they may hold keys that no other origin must see.
    """
    headers = {
        "user-agent": agent,
        "accept": _ACCEPT,
        "accept-encoding": "gzip, deflate",
    }
    for name, value in watch.headers:
        if at_home or name.lower() in _STAY_ABROAD:
            headers[name.lower()] = value
    # A date given by one page would make another look unchanged.
    if known is not None and url == (known.url or watch.url):
        if known.etag:
            headers["if-none-match"] = known.etag
        if known.last_modified:
            headers["if-modified-since"] = known.last_modified
    return list(headers.items())


def masked(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers of a request fit to be kept as evidence and shown."""
    return tuple(
        (name, value if name in _KEPT else MASK) for name, value in hidden(headers)
    )


class Cookies:
    """What the hosts of one chain of redirects gave us; forgotten after it.

    Some pages redirect to themselves until the cookie comes back. A cookie goes only
    to the very host that set it, and no watch ever sees another's.
    """

    def __init__(self) -> None:
        self._jar: dict[str, dict[str, str]] = {}

    def take(self, url: str, headers: Iterable[tuple[str, str]]) -> None:
        """Keep what this answer sets."""
        for name, value in headers:
            if name == "set-cookie":
                key, _, rest = value.partition(";")[0].partition("=")
                self._jar.setdefault(host(url), {})[key.strip()] = rest.strip()

    def of(self, url: str) -> Pairs:
        """Return the header for a request to this URL, if there is one."""
        mine = self._jar.get(host(url), {})
        joined = "; ".join(f"{key}={value}" for key, value in mine.items())
        return [("cookie", joined)] if joined else []

"""What of an exchange's headers may be shown to whoever reads the evidence.

A cookie's value is kept as its hash: it shows whether two answers set the same, and
a server's token cannot be guessed from it. A password could be, so nothing at all is
kept of what the operator sends to be let in. See ADR 0131.
"""

from collections.abc import Iterable
from typing import Final

from clausewatch.core.digest import sha256

MASK: Final = "***"
_HASHED: Final = "sha256:"
_KEYS: Final = frozenset({"authorization", "proxy-authorization"})


def hidden(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers without secrets, names in lower case; twice is as once."""
    return tuple((name, _hidden(name, value)) for name, value in headers)


def _hidden(name: str, value: str) -> str:
    if name == "cookie":
        return "; ".join(map(_cookie, value.split("; ")))
    if name == "set-cookie":
        pair, *attributes = value.split(";")
        return ";".join((_cookie(pair), *attributes))
    return MASK if name in _KEYS else value


def _cookie(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", name
    if value.startswith(_HASHED):
        return pair
    return f"{name}={_HASHED}{sha256(value.encode())}"

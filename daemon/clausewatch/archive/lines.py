"""What the lines of the log say, and what going through them brings together."""

import json
from dataclasses import dataclass, field
from typing import Final

from clausewatch.core.attempt import line_of
from clausewatch.core.digest import Json
from clausewatch.core.model import Digest
from clausewatch.core.note import PublicKey, parse_vkey


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How far an earlier verification came, with everything in order."""

    size: int = 0
    root: str = ""
    """The root over the first `size` lines, in hexadecimal."""
    look: int = 0
    """The number of the last look whose line was found among them."""
    keys: tuple[str, ...] = ()
    """The vkeys that the lines before the last segment name."""


@dataclass(slots=True)
class Seen:
    """What the lines name."""

    bodies: dict[Digest, str] = field(default_factory=dict)
    """By which software each was first written."""
    removed: set[Digest] = field(default_factory=set)
    """Bodies that tombstones speak of."""
    stamps: dict[tuple[str, str], str] = field(default_factory=dict)
    """Hashes of authorities' replies, by note and authority."""
    keys: list[PublicKey] = field(default_factory=list)


_KINDS: Final = {
    "attempt": ("watch",),
    "checkpoint": ("note",),
    "key": ("vkey",),
    "timestamp": ("note", "authority", "reply"),
    "tombstone": ("bodies", "why"),
}


def parsed(line: bytes) -> dict[str, Json] | None:
    """Return what a line says; None if it is not one that we write."""
    try:
        said = json.loads(line)
        if not isinstance(said, dict) or line_of(said) != line:
            return None
        if said.get("kind") == "key":
            parse_vkey(str(said.get("vkey")))
    except (ValueError, RecursionError):
        return None
    if not isinstance(said.get("bodies", []), list):
        return None
    wanted = _KINDS.get(str(said.get("kind")))
    whole = wanted is not None and {"at", *wanted} <= said.keys()
    return said if whole else None

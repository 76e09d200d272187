"""What the lines of the log say, and what going through them brings together."""

import json
from dataclasses import dataclass, field
from typing import Final, cast

from clausewatch.archive.log import SOFTWARE
from clausewatch.core.attempt import FACTS, line_of
from clausewatch.core.digest import Json, sha256
from clausewatch.core.model import Digest
from clausewatch.core.note import parse_vkey
from clausewatch.core.recipe import Recipe

ATTEMPT: Final = b'"kind":"attempt"'
"""Stands in the lines of attempts and in no other: in texts, quotes are escaped."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """An authority's reply, as a line names it."""

    reply: str
    roots: str
    """SHA-256 of the certificates that were to be trusted for it; empty if none."""
    index: int


@dataclass(slots=True)
class Seen:
    """What the lines name.

    Args:
        full: Whether to hold the facts of all attempts, too.
    """

    full: bool = False
    bodies: dict[Digest, str] = field(default_factory=dict)
    """By which software each was first written."""
    otherwise: set[Digest] = field(default_factory=set)
    """Bodies that some look read by rules, or with software, that are not these."""
    removed: set[Digest] = field(default_factory=set)
    """Bodies that tombstones speak of."""
    stamps: dict[tuple[str, str], Stamp] = field(default_factory=dict)
    """Authorities' replies, by note and authority."""
    told: dict[str, set[str]] = field(default_factory=dict)
    """Digests of events, by their id."""
    due: set[str] = field(default_factory=set)
    """Events that were told by looks that were settled: the store has them."""
    facts: set[bytes] = field(default_factory=set)
    """Hashes of the facts of attempts that brought a page."""

    def take(self, said: dict[str, Json], index: int, *, is_settled: bool) -> None:
        """Take what a line says.

        Args:
            is_settled: Whether the look of the last attempt is in the store.
        """
        match said["kind"]:
            case "attempt":
                self._attempt(said)
            case "tombstone":
                self.removed.update(map(Digest, cast("list[str]", said["bodies"])))
            case "timestamp":
                stamp = Stamp(str(said["reply"]), str(said.get("roots", "")), index)
                self.stamps[str(said["note"]), str(said["authority"])] = stamp
            case "told":
                events = cast("dict[str, str]", said["events"])
                for event, digest in events.items():
                    self.told.setdefault(event, set()).add(digest)
                if is_settled:
                    self.due.update(events)

    def _attempt(self, said: dict[str, Json]) -> None:
        if not said.get("body"):
            return
        body = Digest(str(said["body"]))
        self.bodies.setdefault(body, str(said.get("software")))
        # Seen again since, it has to be there again.
        self.removed.discard(body)
        if (said.get("recipe"), said.get("software")) != (Recipe().id, SOFTWARE):
            self.otherwise.add(body)
        if self.full:
            self.facts.add(hashed({name: said.get(name) for name in FACTS}))


def hashed(facts: dict[str, Json]) -> bytes:
    """Return a short hash of the facts of an attempt."""
    return bytes.fromhex(sha256(line_of(facts)))[:16]


_KINDS: Final = {
    "attempt": ("watch",),
    "checkpoint": ("note",),
    "key": ("vkey",),
    "timestamp": ("note", "authority", "reply"),
    "told": ("events",),
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
    bodies, events = said.get("bodies", []), said.get("events", {})
    if not isinstance(bodies, list) or not isinstance(events, dict):
        return None
    if not all(isinstance(one, str) for one in (*bodies, *events.values())):
        return None
    wanted = _KINDS.get(str(said.get("kind")))
    whole = wanted is not None and {"at", *wanted} <= said.keys()
    return said if whole else None


def time_of(line: bytes) -> str:
    """Return the time that a line tells; empty if it is none of ours."""
    try:
        return str(json.loads(line)["at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""

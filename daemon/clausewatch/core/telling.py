"""What the evidence log keeps of the events that were told: hashes, never words.

A judgement can be made again by anybody, and better; but which one was told to others,
and when, is a fact.
"""

from collections.abc import Iterable

from clausewatch.core.digest import Json, canonical, jsonable, sha256
from clausewatch.core.event import Event
from clausewatch.core.model import Digest


def telling(events: Iterable[Event]) -> dict[str, Json]:
    """Return what the line says that is written before events are told."""
    named: dict[str, Json] = {one.id: digest_of(jsonable(one)) for one in events}
    return {"events": named, "kind": "told"}


def digest_of(event: Json) -> Digest:
    """Return the SHA-256 that the log has of an event; see `told_text`.

    Raises:
        ValueError: it is no event.
    """
    return sha256(told_text(event))


def told_text(event: Json) -> bytes:
    """Return an event as canonical JSON, its checkpoint apart.

    The checkpoint comes later: it covers the line that holds the hash of this.

    Raises:
        ValueError: it is no event.
    """
    evidence = event.get("evidence") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(evidence, dict):
        raise ValueError("expected an event")  # noqa: TRY004 - of the JSON's value
    shown = {**event, "evidence": {**evidence, "checkpoint": None}}
    return canonical(shown).encode("utf-8", "surrogatepass")

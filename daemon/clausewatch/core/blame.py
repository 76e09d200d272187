"""Since when each clause of a document has stood there.

A clause is known by its words: one that moves, or is set differently, has stood there
all along; one that goes and comes back stands since it came back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from clausewatch.core.model import Document
from clausewatch.core.variants import body, hash64


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """For how long a page has shown a clause."""

    first_at: datetime
    """When it was first seen at all."""
    since: datetime
    """Since when it has stood without a break."""
    until: datetime | None = None
    """When it was first seen gone; None while it stands."""


def keys(document: Document) -> tuple[int, ...]:
    """Return what names each clause of the body by its words."""
    return tuple(hash64(clause.words) for clause in body(document))


def turned(
    known: Mapping[int, Stay], shown: Iterable[int], at: datetime
) -> dict[int, Stay]:
    """Return the stays that begin, begin again or end with a new content.

    Args:
        known: All stays so far; those that do not change are not returned.
        shown: The keys of the new content.
        at: When it was first seen.
    """
    now = set(shown)
    come = {
        key: replace(stay, since=at, until=None)
        if (stay := known.get(key))
        else Stay(first_at=at, since=at)
        for key in now
        if key not in known or known[key].until
    }
    gone = {
        key: replace(stay, until=at)
        for key, stay in known.items()
        if stay.until is None and key not in now
    }
    return come | gone


def blame(chain: Sequence[tuple[datetime, Document]]) -> tuple[Stay, ...]:
    """Return the stay of each clause of the last document's body.

    Args:
        chain: What was seen when, oldest first.
    """
    known: dict[int, Stay] = {}
    for at, document in chain:
        known |= turned(known, keys(document), at)
    return tuple(known[key] for key in keys(chain[-1][1])) if chain else ()

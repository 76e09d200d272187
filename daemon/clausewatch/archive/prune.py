"""Letting captures go that nobody needs to keep, so that the proof stays whole.

The log keeps every line, and gains one that says what went and why: a tombstone.
Proofs are over lines, so they hold as before; only what a capture said is gone.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.segments import Segments
from clausewatch.core.digest import Json
from clausewatch.core.model import Digest

AT_ONCE: Final = 100
"""Bodies that one tombstone names: a line of 7 KB."""


def prunable(
    segments: Segments, blobs: Blobs, *, before: datetime, kept: Collection[Digest]
) -> list[Digest]:
    """Return the bodies that were last seen before then, oldest first.

    Args:
        kept: Bodies that stay whatever their age.
    """
    last: dict[Digest, datetime] = {}
    for line in segments.lines():
        said = json.loads(line)
        if body := said.get("body"):
            last[body] = datetime.fromisoformat(said["at"])
    old = (body for body in sorted(last, key=lambda b: last[b]) if last[body] < before)
    return [body for body in old if body not in kept and blobs.has(body)]


def prune(
    notary: Notary,
    blobs: Blobs,
    bodies: Sequence[Digest],
    *,
    why: str,
    now: Callable[[], datetime],
) -> Iterator[int]:
    """Remove these blobs for good; yield how many are gone after each step.

    A crash leaves blobs of which a tombstone speaks already: they are as good as
    before, and the next run removes them.
    """
    for at in range(0, len(bodies), AT_ONCE):
        some = bodies[at : at + AT_ONCE]
        named: list[Json] = [*some]
        notary.append({"bodies": named, "kind": "tombstone", "why": why}, now())
        # Signed for before anything goes: nobody can say afterwards that it was gone
        # for another reason.
        notary.checkpoint(now())
        blobs.drop(some)
        yield at + len(some)

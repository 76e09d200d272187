"""Memory of the contents that a page has shown: which is known, which is nearest.

Source: design §2.4; in the largest public archive 36 % of all recorded changes are
returns to an earlier content.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import xxhash

from clausewatch.core.digest import canonical, jsonable, sha256
from clausewatch.core.history import Content
from clausewatch.core.links import is_choice
from clausewatch.core.model import Capture, Clause, Digest, Document, Zone

REMEMBERED: Final = 50
REMEMBERED_FOR: Final = timedelta(days=30)
AT_MOST: Final = 200
"""A page that is never twice the same must not fill the disk."""


def body(document: Document) -> tuple[Clause, ...]:
    """Return the clauses that are the policy, not the frame around it."""
    return tuple(clause for clause in document.clauses if clause.zone is Zone.BODY)


def hash64(text: str) -> int:
    """Return a 64-bit hash of a text."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))


def describe(document: Document, fingerprint: str, capture: Capture) -> Content:
    """Return what is to be remembered of a reading, not filed yet."""
    words = [clause.words for clause in body(document)]
    # Joined by spaces: paragraphs split or joined are still the same words.
    leads = [clause.href for clause in body(document) if is_choice(clause)]
    joined = "\n".join([" ".join(words), *leads]).encode("utf-8", "surrogatepass")
    return Content(
        fingerprint=fingerprint,
        words=xxhash.xxh3_128_hexdigest(joined),
        document=Digest(""),
        capture=capture.body,
        first_seen=capture.captured_at,
        last_seen=capture.captured_at,
        sketch=tuple(sorted({hash64(text) for text in words})),
    )


def filed(content: Content, document: Document) -> Content:
    """Return the content with the digest that its reading is kept under.

    Apart from `describe`, for most readings turn out to be known and are not kept.
    """
    written = canonical(jsonable(document)).encode("utf-8", "surrogatepass")
    return replace(content, document=sha256(written))


def known(contents: Iterable[Content], content: Content) -> Content | None:
    """Return the remembered content that has the same words."""
    return next((c for c in contents if c.words == content.words), None)


def nearest(contents: Sequence[Content], content: Content) -> Content:
    """Return the remembered content that differs least; of equals the latest seen."""
    here = frozenset(content.sketch)
    return min(
        reversed(contents),
        key=lambda other: len(here.symmetric_difference(other.sketch)),
    )


def seen_again(content: Content, at: datetime, fingerprint: str) -> Content:
    """Return the content with this look counted."""
    return replace(
        content, last_seen=at, times=content.times + 1, fingerprint=fingerprint
    )


def remember(contents: Sequence[Content], content: Content) -> tuple[Content, ...]:
    """Return the memory with this content as the latest, and the oldest forgotten."""
    others = [c for c in contents if c.words != content.words]
    oldest = content.last_seen - REMEMBERED_FOR
    kept = [
        other
        for ordinal, other in enumerate(others)
        if other.last_seen >= oldest or ordinal >= len(others) - REMEMBERED + 1
    ]
    return (*kept[-AT_MOST + 1 :], content)

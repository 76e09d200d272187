"""Names as ids are written: a-z, 0-9 and hyphens."""

import hashlib
import re
import unicodedata
from typing import Final

from clausewatch.core.model import WatchId

LONGEST_ID: Final = 100
_NOT_IN_IDS: Final = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """Return a name as part of an id, accents dropped; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NOT_IN_IDS.sub("-", plain.lower()).strip("-")


def id_of_terms(service: str, terms: str, page: str = "") -> WatchId:
    """Return the id of a page that a public archive knows by these names.

    One made from an archive's history and one from its declarations are the same,
    so what is imported from the one goes on in the other.
    """
    whole = slug(f"{service} {terms} {page}") or "page"
    if len(whole) > LONGEST_ID:
        mark = hashlib.sha256(whole.encode()).hexdigest()[:6]
        whole = f"{whole[: LONGEST_ID - 7].rstrip('-')}-{mark}"
    return WatchId(whole)

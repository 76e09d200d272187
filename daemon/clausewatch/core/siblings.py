"""What a page has in common with other pages of its host: the site's frame.

A site that writes no landmarks still gives itself away: what stands at the top or the
end of several pages, whatever they are about, belongs to none of them. An announcement
to the reader, a number or an address is the policy wherever it stands.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from clausewatch.core.furniture import announces
from clausewatch.core.model import Clause, Zone
from clausewatch.core.variants import hash64

SAME_SHARE: Final = 0.5
"""Pages that share more than this are one document in two places, not siblings."""
GAP: Final = 2
"""How many clauses of its own a page may have between those of the frame."""
_DETAIL: Final = re.compile(r"[\d@]")


def framed(
    clauses: Sequence[Clause], siblings: Collection[AbstractSet[int]]
) -> frozenset[int]:
    """Return the ordinals of clauses at either end that stand on a sibling too.

    Args:
        siblings: Of each other page of the host, the hashes of its clauses' words.
    """
    if not siblings:
        return frozenset()
    here = [(i, hash64(c.words)) for i, c in enumerate(clauses) if c.zone is Zone.BODY]
    own = frozenset(hashed for _, hashed in here)
    others = [s for s in siblings if len(s & own) <= SAME_SHARE * len(own)]
    common = frozenset[int]().union(*others)
    ends = (*_stretch(here, common), *_stretch(reversed(here), common))
    return frozenset(i for i in ends if not _speaks(clauses[i]))


def _stretch(clauses: Iterable[tuple[int, int]], common: AbstractSet[int]) -> list[int]:
    """Return the ordinals that are common, up to where the page's own text begins."""
    found, gap = [], 0
    for ordinal, hashed in clauses:
        if hashed in common:
            found.append(ordinal)
            gap = 0
        elif (gap := gap + 1) > GAP:
            break
    return found


def _speaks(clause: Clause) -> bool:
    """Say whether a clause tells the reader something that no frame does."""
    return bool(_DETAIL.search(clause.text)) or announces(clause.text)

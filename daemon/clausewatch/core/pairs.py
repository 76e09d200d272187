"""Which clauses without an equal are each other, reworded, split or joined.

How much two clauses share is the length of their longest common subsequence of words.
The work is bounded by word cells (the words of one side times those of the other),
never by time: within the bound all are compared with all, beyond it each with those
at its height and those it shares its rarest words with.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist

from clausewatch.core.align import CELLS
from clausewatch.core.model import Clause
from clausewatch.core.words import Vocabulary, Worded, worded

Group: TypeAlias = tuple[list[int], list[int]]
"""Ordinals of the old and of the new document that say much the same."""
_Scored: TypeAlias = tuple[float, float, int, int]
"""Score and distance, both the smaller the better, and the pair."""


class Cutoff(NamedTuple):
    """How much two clauses have to share to be one reworded."""

    ratio: float
    """Twice the shared words, of the words of both."""
    words: int
    """Shared words at least."""
    within: float
    """Or else: of the words of the shorter, when it is a part of the longer."""


IN_PLACE: Final = Cutoff(ratio=0.42, words=1, within=0.75)
ELSEWHERE: Final = Cutoff(ratio=0.6, words=4, within=2.0)
"""Elsewhere a part is not enough: short clauses are found in many."""
PART: Final = 3
"""Words of a clause at least to be taken for a part of another."""
JOINED: Final = 0.6
"""Share of a clause's words that a neighbour must explain to be joined with it."""
BUDGET: Final = 1 << 29
"""Word cells of one comparison of all with all: about 50 ms."""
_OVERHEAD: Final = 8
"""Words that a clause costs besides its own."""
_BAND: Final = 2
_RARE: Final = 4
_VOTES: Final = 3


class Side(dict[int, Worded]):
    """The clauses of one document as words, cut when first asked for."""

    def __init__(self, clauses: Sequence[Clause], vocabulary: Vocabulary) -> None:
        self._clauses = clauses
        self._vocabulary = vocabulary

    def __missing__(self, ordinal: int) -> Worded:
        words = self[ordinal] = worded(self._clauses[ordinal].text, self._vocabulary)
        return words

    def codes(self, ordinals: Iterable[int]) -> list[str]:
        """Return the clauses with a character for each word."""
        return [self[ordinal].code for ordinal in ordinals]

    def joined(self, ordinals: Sequence[int]) -> Worded:
        """Return several clauses as if they were one."""
        if len(ordinals) == 1:
            return self[ordinals[0]]
        text = " ".join(self._clauses[ordinal].text for ordinal in ordinals)
        return worded(text, self._vocabulary)


def settle(
    olds: Sequence[int], news: Sequence[int], old: Side, new: Side
) -> list[Group]:
    """Return what became of clauses that stand at the same place."""
    ours, theirs = old.codes(olds), new.codes(news)
    if "".join(ours) == "".join(theirs):
        return _recast(olds, news, ours, theirs)
    found = pairs(olds, news, old, new, IN_PLACE)
    if len(olds) == len(news) == 1:
        return found
    return _mended(found, olds, news, old, new)


def pairs(
    olds: Sequence[int], news: Sequence[int], old: Side, new: Side, cutoff: Cutoff
) -> list[Group]:
    """Return pairs of clauses that share enough, the best first served."""
    ours, theirs = old.codes(olds), new.codes(news)
    cost = (sum(map(len, ours)) + _OVERHEAD * len(ours)) * (
        sum(map(len, theirs)) + _OVERHEAD * len(theirs)
    )
    scored: Iterable[_Scored]
    if len(ours) * len(theirs) > _FEW and cost <= BUDGET:
        scored = _all_with_all(ours, theirs, cutoff)
    else:
        scored = _some(ours, theirs, cutoff, everyone=cost <= BUDGET)
    free_old, free_new = set(range(len(olds))), set(range(len(news)))
    found: list[Group] = []
    for _, _, i, j in scored:
        if i in free_old and j in free_new:
            free_old.discard(i)
            free_new.discard(j)
            found.append(([olds[i]], [news[j]]))
    return found


_FEW: Final = 6
"""Pairs up to which Python's loop is faster than arrays."""


def _all_with_all(
    ours: Sequence[str], theirs: Sequence[str], cutoff: Cutoff
) -> Iterator[_Scored]:
    """Yield the pairs above the cutoff, best first, comparing every two clauses."""
    shared: NDArray[np.uint32] = cdist(
        ours, theirs, scorer=LCSseq.similarity, dtype=np.uint32
    )
    rows = np.fromiter(map(len, ours), np.float32, len(ours))[:, None]
    columns = np.fromiter(map(len, theirs), np.float32, len(theirs))[None, :]
    ratio = 2 * shared / np.maximum(rows + columns, 1)
    shorter = np.minimum(rows, columns)
    enough = (ratio >= cutoff.ratio) & (shared >= cutoff.words)
    enough |= (shared >= cutoff.within * shorter) & (shorter >= PART)
    i, j = np.nonzero(enough)
    distance = np.abs(i * len(theirs) - j * len(ours))
    best = np.lexsort((j, i, distance, -ratio[i, j]))
    for at in best.tolist():
        yield 0.0, 0.0, int(i[at]), int(j[at])


def _some(
    ours: Sequence[str], theirs: Sequence[str], cutoff: Cutoff, *, everyone: bool
) -> list[_Scored]:
    """Return the pairs above the cutoff, best first, of those worth comparing."""
    every = ((i, j) for i in range(len(ours)) for j in range(len(theirs)))
    scored: list[_Scored] = []
    for i, j in every if everyone else _likely(ours, theirs):
        common = shared(ours[i], theirs[j])
        shorter, both = (
            min(len(ours[i]), len(theirs[j])),
            len(ours[i]) + len(theirs[j]),
        )
        if (2 * common >= cutoff.ratio * both and common >= cutoff.words) or (
            common >= cutoff.within * shorter and shorter >= PART
        ):
            distance = abs(i * len(theirs) - j * len(ours))
            scored.append((-2 * common / both, distance, i, j))
    return sorted(scored)


def shared(ours: str, theirs: str) -> int:
    """Return how many words two clauses share in order; of giants, in any order."""
    if len(ours) * len(theirs) <= CELLS:
        return LCSseq.similarity(ours, theirs)
    return (Counter(ours) & Counter(theirs)).total()


def _likely(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs worth comparing when all with all is too much: a few for each."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for i, code in enumerate(ours):
        for word in set(code):
            if len(places[word]) <= _RARE:
                places[word].append(i)
    for j, code in enumerate(theirs):
        height = j * len(ours) // len(theirs)
        near = set(range(max(0, height - _BAND), min(len(ours), height + _BAND + 1)))
        votes = Counter(
            i
            for word in sorted(set(code))
            if len(found := places.get(word, ())) <= _RARE
            for i in found
        )
        near.update(i for i, _ in votes.most_common(_VOTES))
        yield from ((i, j) for i in sorted(near))


def _recast(
    olds: Sequence[int], news: Sequence[int], ours: list[str], theirs: list[str]
) -> list[Group]:
    """Return the smallest groups of clauses that say the same when joined."""
    groups: list[Group] = []
    group: Group = ([], [])
    i = j = had = seen = 0
    while i < len(olds) or j < len(news):
        if j == len(news) or (i < len(olds) and had <= seen):
            had += len(ours[i])
            group[0].append(olds[i])
            i += 1
        else:
            seen += len(theirs[j])
            group[1].append(news[j])
            j += 1
        if had == seen and all(group):
            groups.append(group)
            group = ([], [])
    return groups


def _mended(
    found: list[Group], olds: Sequence[int], news: Sequence[int], old: Side, new: Side
) -> list[Group]:
    """Return the groups, each with the neighbours that were split off it or joined."""
    left = BUDGET
    for backwards in (False, True):
        for mine, others, mine_first in ((news, olds, False), (olds, news, True)):
            del others
            side = 0 if mine_first else 1
            owner = {one: group for group in found for one in group[side]}
            order = mine[::-1] if backwards else mine
            for before, one in pairwise(order):
                group = owner.get(before)
                if group is None or one in owner or left < 0:
                    continue
                grown = ([*group[0]], [*group[1]])
                grown[side].append(one)
                grown[side].sort()
                left -= _cost(grown, old, new)
                if _explains(group, grown, one, side, old, new):
                    group[side][:] = grown[side]
                    owner[one] = group
    return found


def _cost(group: Group, old: Side, new: Side) -> int:
    return sum(len(old[i].code) for i in group[0]) * sum(
        len(new[j].code) for j in group[1]
    )


def _explains(
    group: Group, grown: Group, one: int, side: int, old: Side, new: Side
) -> bool:
    """Say whether the other side of a group holds most words of one more clause."""
    size = len((old, new)[side][one].code)
    had, has = (
        shared("".join(old.codes(some[0])), "".join(new.codes(some[1])))
        for some in (group, grown)
    )
    return has - had >= max(1.0, JOINED * size)

"""Which clauses without an equal are each other, reworded, split or joined.

How much two clauses share is the length of their longest common subsequence of words.
The work is bounded by word cells (the words of one side times those of the other),
never by time: within the bound all are compared with all, beyond it each with those
at its height and those it shares its rarest words with.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist

from clausewatch.core.align import CELLS
from clausewatch.core.words import Worded

Group: TypeAlias = tuple[list[int], list[int]]
"""Ordinals of the old and of the new document that say much the same."""
_Side: TypeAlias = Mapping[int, Worded]
"""The clauses of one document that are still looked at, by ordinal, cut into words."""
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


IN_PLACE: Final = Cutoff(ratio=0.36, words=1, within=0.75)
ALONE: Final = IN_PLACE._replace(ratio=0.25)
ELSEWHERE: Final = Cutoff(ratio=0.6, words=4, within=2.0)
"""Elsewhere a part is not enough: short clauses are found in many."""
PART: Final = 3
"""Words of a clause at least to be taken for a part of another."""
JOINED: Final = 0.6
"""Share of a clause's words that a neighbour must explain to be joined with it."""
LINES: Final = 8
"""Clauses in a row at most between which words cross from one to the next."""
BUDGET: Final = 1 << 29
"""Word cells of one comparison of all with all: about 50 ms."""
_OVERHEAD: Final = 8
"""Words that a clause costs besides its own."""
_BAND: Final = 2
_RARE: Final = 4
_VOTES: Final = 3


def settle(
    olds: Sequence[int],
    news: Sequence[int],
    old: _Side,
    new: _Side,
) -> list[Group]:
    """Return what became of clauses that stand at the same place."""
    ours, theirs = _codes(old, olds), _codes(new, news)
    if "".join(ours) == "".join(theirs):
        return _recast(olds, news, ours, theirs)
    if len(olds) == len(news) == 1:
        return pairs(olds, news, old, new, ALONE)
    found = pairs(olds, news, old, new, IN_PLACE)
    return _mended(found, olds, news, old, new)


def pairs(
    olds: Sequence[int],
    news: Sequence[int],
    old: _Side,
    new: _Side,
    cutoff: Cutoff,
) -> list[Group]:
    """Return pairs of clauses that share enough, the best first served."""
    ours, theirs = _codes(old, olds), _codes(new, news)
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


def _codes(side: _Side, ordinals: Iterable[int]) -> list[str]:
    return [side[ordinal].code for ordinal in ordinals]


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
    groups: list[Group],
    olds: Sequence[int],
    news: Sequence[int],
    old: _Side,
    new: _Side,
) -> list[Group]:
    """Return the groups, each with the neighbours that were split off it or joined."""
    left = BUDGET
    for side, order in (
        (1, news),
        (0, olds),
        (1, news[::-1]),
        (0, olds[::-1]),
    ):
        owner = {one: group for group in groups for one in group[side]}
        for before, one in pairwise(order):
            group = owner.get(before)
            if group is None or one in owner or left < 0:
                continue
            sides = [_text(old, group[0]), _text(new, group[1])]
            left -= len(sides[0]) * len(sides[1])
            had = shared(*sides)
            more = (old, new)[side][one].code
            behind = one > group[side][-1]
            sides[side] = sides[side] + more if behind else more + sides[side]
            if shared(*sides) - had >= max(1, JOINED * len(more)):
                group[side].insert(len(group[side]) if behind else 0, one)
                owner[one] = group
    return _reflowed(sorted(groups), old, new)


def _text(side: _Side, ordinals: Iterable[int]) -> str:
    return "".join(_codes(side, ordinals))


def _reflowed(groups: Sequence[Group], old: _Side, new: _Side) -> list[Group]:
    """Return the groups, those as one between which words only crossed a boundary."""
    done: list[Group] = []
    at = 0
    while at < len(groups):
        stop = at + _crossed(groups[at : at + LINES], old, new)
        some = groups[at:stop]
        done.append(([i for g in some for i in g[0]], [j for g in some for j in g[1]]))
        at = stop
    return done


def _crossed(groups: Sequence[Group], old: _Side, new: _Side) -> int:
    """Return how many groups from the first on say the same when joined; 1 if none."""
    ours = theirs = ""
    for count, (olds, news) in enumerate(groups, 1):
        ours, theirs = ours + _text(old, olds), theirs + _text(new, news)
        if ours == theirs:
            return count
        if not (ours.startswith(theirs) or theirs.startswith(ours)):
            break
        if count < len(groups):
            then = groups[count]
            if (then[0][0], then[1][0]) != (olds[-1] + 1, news[-1] + 1):
                break
    return 1

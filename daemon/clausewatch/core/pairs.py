"""Which clauses without an equal are each other, reworded, split or joined.

How much two clauses share is the length of their longest common subsequence of words.
The work is bounded by word cells (the words of one side times those of the other),
never by time: within the bound all are compared with all, beyond it each with those
at its height and those it shares its rarest words with.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist, cpdist

from clausewatch.core.align import CELLS, numbers

Group: TypeAlias = tuple[list[int], list[int]]
"""Ordinals of the old and of the new document that say much the same."""
_Side: TypeAlias = Mapping[int, str]
"""The clauses of one document that are still looked at, by ordinal, coded."""
_Numbers: TypeAlias = NDArray[np.int64]


class Cutoff(NamedTuple):
    """How much two clauses have to share to be one reworded."""

    ratio: float
    """Twice the shared words, of the words of both."""
    more: float
    """Words that twice the shared ones exceed that by: short clauses need more."""
    words: int
    """Shared words at least."""
    within: float
    """Or else: of the words of the shorter, when it is a part of the longer."""


LONE: Final = Cutoff(ratio=0.25, more=0, words=1, within=0.75)
"""For the only clause on either side of a gap: what else should it have become?"""
IN_PLACE: Final = Cutoff(ratio=0.36, more=0.4, words=1, within=0.75)
BESIDE: Final = Cutoff(ratio=0.5, more=0.4, words=2, within=0.9)
"""For the neighbours of a clause that moved."""
ELSEWHERE: Final = Cutoff(ratio=0.6, more=0, words=4, within=2.0)
"""Anywhere; a part is not enough there, since short clauses are found in many."""
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
_BAND: Final = 1
_RARE: Final = 4
_VOTES: Final = 3


def settle(
    olds: Sequence[int],
    news: Sequence[int],
    old: _Side,
    new: _Side,
    cutoff: Cutoff,
) -> list[Group]:
    """Return what became of clauses that stand at the same place."""
    ours, theirs = _codes(old, olds), _codes(new, news)
    if "".join(ours) == "".join(theirs):
        return _recast(olds, news, ours, theirs)
    found = pairs(olds, news, old, new, cutoff)
    return mended(found, olds, news, old, new)


def pairs(
    olds: Sequence[int], news: Sequence[int], old: _Side, new: _Side, cutoff: Cutoff
) -> list[Group]:
    """Return pairs of clauses that share enough, the best first served."""
    ours, theirs = _codes(old, olds), _codes(new, news)
    cost = (sum(map(len, ours)) + _OVERHEAD * len(ours)) * (
        sum(map(len, theirs)) + _OVERHEAD * len(theirs)
    )
    if len(ours) * len(theirs) <= _FEW:
        ranked = _few(ours, theirs, cutoff)
    elif cost <= BUDGET:
        common = cdist(ours, theirs, scorer=LCSseq.similarity, dtype=np.uint32)
        every = np.indices(common.shape).reshape(2, -1)
        ranked = _ranked(every[0], every[1], common.ravel(), ours, theirs, cutoff)
    else:
        i, j = _likely(ours, theirs)
        ranked = _ranked(i, j, _shared(i, j, ours, theirs), ours, theirs, cutoff)
    free_old, free_new = set(olds), set(news)
    found: list[Group] = []
    for i_, j_ in ranked:
        one, other = olds[i_], news[j_]
        if one in free_old and other in free_new:
            free_old.discard(one)
            free_new.discard(other)
            found.append(([one], [other]))
    return found


_FEW: Final = 6
"""Pairs up to which Python's loop is faster than arrays."""


def _few(
    ours: Sequence[str], theirs: Sequence[str], cutoff: Cutoff
) -> Iterator[tuple[int, int]]:
    """Yield the pairs above the cutoff, best first."""
    scored: list[tuple[float, int, int, int]] = []
    for (i, one), (j, other) in product(enumerate(ours), enumerate(theirs)):
        common, sizes = shared(one, other), (len(one), len(other))
        if are_alike(common, sizes, cutoff):
            away = abs(i * len(theirs) - j * len(ours))
            scored.append((-common / sum(sizes), away, i, j))
    return ((i, j) for _, _, i, j in sorted(scored))


def are_alike(common: int, sizes: tuple[int, int], cutoff: Cutoff) -> bool:
    """Say whether two clauses that share so many words may be one reworded."""
    shorter = min(sizes)
    if common >= cutoff.within * shorter and shorter >= PART:
        return True
    enough = cutoff.ratio * sum(sizes) + cutoff.more
    return 2 * common >= enough and common >= cutoff.words


def _ranked(
    i: _Numbers,
    j: _Numbers,
    common: NDArray[np.uint32],
    ours: Sequence[str],
    theirs: Sequence[str],
    cutoff: Cutoff,
) -> Iterator[tuple[int, int]]:
    """Yield the pairs above the cutoff, best first: `_few` for many."""
    long = np.fromiter(map(len, ours), np.int64, len(ours))[i]
    other = np.fromiter(map(len, theirs), np.int64, len(theirs))[j]
    shorter = np.minimum(long, other)
    enough = 2 * common >= cutoff.ratio * (long + other) + cutoff.more
    enough &= common >= cutoff.words
    enough |= (common >= cutoff.within * shorter) & (shorter >= PART)
    i, j = i[enough], j[enough]
    ratio = 2 * common[enough] / (long + other)[enough]
    distance = np.abs(i * len(theirs) - j * len(ours))
    best = np.lexsort((j, i, distance, -ratio))
    return zip(i[best].tolist(), j[best].tolist(), strict=True)


def _shared(
    i: _Numbers, j: _Numbers, ours: Sequence[str], theirs: Sequence[str]
) -> NDArray[np.uint32]:
    """Return how much each of these pairs shares."""
    if max(map(len, ours)) * max(map(len, theirs)) > CELLS:
        each = zip(i.tolist(), j.tolist(), strict=True)
        return np.array([shared(ours[p], theirs[q]) for p, q in each], np.uint32)
    return cpdist(
        [ours[p] for p in i.tolist()],
        [theirs[q] for q in j.tolist()],
        scorer=LCSseq.similarity,
        dtype=np.uint32,
    )


def _codes(side: _Side, ordinals: Iterable[int]) -> list[str]:
    return [side[ordinal] for ordinal in ordinals]


def shared(ours: str, theirs: str) -> int:
    """Return how many words two clauses share in order; of giants, in any order."""
    if len(ours) * len(theirs) <= CELLS:
        return LCSseq.similarity(ours, theirs)
    return (Counter(ours) & Counter(theirs)).total()


def _likely(ours: Sequence[str], theirs: Sequence[str]) -> tuple[_Numbers, _Numbers]:
    """Return pairs worth comparing when all with all is too much: a few for each.

    Those at the same height, and those that share the most of the rare pairs of words.
    """
    height = np.arange(len(theirs)) * len(ours) // len(theirs)
    near = (height[:, None] + np.arange(-_BAND, _BAND + 1)).ravel()
    band = np.repeat(np.arange(len(theirs)), 2 * _BAND + 1)
    inside = (near >= 0) & (near < len(ours))
    i, j = _voted(ours, theirs)
    wide = len(ours)
    both = np.unique(np.append(j, band[inside]) * wide + np.append(i, near[inside]))
    return both % wide, both // wide


def _voted(ours: Sequence[str], theirs: Sequence[str]) -> tuple[_Numbers, _Numbers]:
    """Return for each new clause the old ones that most of its rare words are in."""
    rare, places = _bigrams(ours)
    words, voters = _bigrams(theirs)
    start, stop = (np.searchsorted(rare, words, side) for side in ("left", "right"))
    count = stop - start
    count[count > _RARE] = 0
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    i = places[np.repeat(start, count) + step]
    j = np.repeat(voters, count)
    pair, votes = np.unique(j * len(ours) + i, return_counts=True)
    i, j = pair % len(ours), pair // len(ours)
    order = np.lexsort((i, -votes, j))
    i, j = i[order], j[order]
    place = np.arange(j.size) - np.searchsorted(j, j)
    return i[place < _VOTES], j[place < _VOTES]


def _bigrams(codes: Sequence[str]) -> tuple[_Numbers, _Numbers]:
    """Return every two words in a row, as a number, ascending; and the clauses."""
    points = numbers("".join(codes))
    owner = np.repeat(np.arange(len(codes)), [len(code) for code in codes])
    inside = owner[1:] == owner[:-1]
    bigrams = ((points[:-1] << 21) | points[1:])[inside]
    order = np.argsort(bigrams, kind="stable")
    return bigrams[order], owner[1:][inside][order]


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


def mended(
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
        if len(owner) == len(order):
            continue
        for before, one in pairwise(order):
            group = owner.get(before)
            if group is None or one in owner or abs(one - before) > 1 or left < 0:
                continue
            sides = [_text(old, group[0]), _text(new, group[1])]
            left -= len(sides[0]) * len(sides[1])
            had = shared(*sides)
            more = (old, new)[side][one]
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
        if len(some) == 1:
            done += some
        else:
            done.append(
                ([i for g in some for i in g[0]], [j for g in some for j in g[1]])
            )
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

"""Which elements of two sequences are the same, in the same order.

Patience first: elements that occur once on both sides are the surest sign of what
stayed. Only between them, where none is left, comes the exact longest common
subsequence, and only where its table is small. Everything else is linear, or
`n log n`; nothing depends on how busy the machine is.

Source:
    Bram Cohen's patience diff; Hyyrö 2004, the bit-parallel LCS in rapidfuzz.
"""

import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from rapidfuzz.distance import Indel

Block: TypeAlias = tuple[int, int, int]
"""A start on each side, and how many elements from there on are the same."""
_Gap: TypeAlias = tuple[int, int, int, int, int]

CELLS: Final = 1 << 27
"""Largest table of an exact alignment: 16 MB, about 2 ms."""
ROUNDS: Final = 12
"""How often a gap is searched for anchors of its own; text needs three or four."""
SHINGLE: Final = 4
"""Elements in a row that make an anchor where no single one does."""
_STRIDE: Final = 64


def blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the runs that both sequences have, ascending on either side.

    Where order forces a choice between two stretches, the one with more characters
    stays. Takes clauses, or a string of which each character stands for a word.
    """
    found: list[Block] = []
    gaps: list[_Gap] = [(0, len(old), 0, len(new), ROUNDS)]
    while gaps:
        i, k, j, m, rounds = gaps.pop()
        head = _common(old, new, i, k, j, m)
        if head:
            found.append((i, j, head))
            i, j = i + head, j + head
        while i < k and j < m and old[k - 1] == new[m - 1]:
            k, m = k - 1, m - 1
            found.append((k, m, 1))
        if i == k or j == m:
            continue
        anchors = _anchors(old[i:k], new[j:m]) if rounds else []
        if anchors:
            gaps += _between(anchors, (i, k, j, m, rounds - 1))
        else:
            found += ((i + p, j + q, n) for p, q, n in _close(old[i:k], new[j:m]))
    return merged(found)


def heaviest(runs: Sequence[tuple[int, int, int]]) -> list[int]:
    """Return which of these runs to keep in order so that most weight stays.

    Args:
        runs: Start in the old, start in the new, weight; ascending in the old.
    """
    ends: list[int] = []  # of chains, ascending; so are their weights
    weights: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, start, weight) in enumerate(runs):
        at = bisect_left(ends, start)
        total = weight + (weights[at - 1] if at else 0)
        before.append(last[at - 1] if at else -1)
        stop = at
        while stop < len(ends) and weights[stop] <= total:
            stop += 1
        ends[at:stop], weights[at:stop], last[at:stop] = [start], [total], [number]
    chain: list[int] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(number)
        number = before[number]
    return chain[::-1]


def _common(
    old: Sequence[str], new: Sequence[str], i: int, k: int, j: int, m: int
) -> int:
    """Return how many elements both ranges begin with, comparing many at a time."""
    most, count = min(k - i, m - j), 0
    while (
        count + _STRIDE <= most
        and old[i + count : i + count + _STRIDE] == new[j + count : j + count + _STRIDE]
    ):
        count += _STRIDE
    while count < most and old[i + count] == new[j + count]:
        count += 1
    return count


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of positions that surely belong together, ascending on both."""
    pairs = _unique(old, new)
    if pairs or len(old) * len(new) <= CELLS:
        return _chain(old, pairs)
    return _chain(old, _unique(_shingles(old), _shingles(new)))


def _shingles(elements: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(elements[start:] for start in range(SHINGLE)), strict=False))


def _unique(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return where elements that occur once on either side stand, by the old."""
    there = _once(new)
    return [(at, there[one]) for one, at in _once(old).items() if one in there]


def _once(elements: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return where each element that occurs once stands."""
    counts = Counter(elements)
    if len(counts) == len(elements):
        return dict(zip(elements, range(len(elements)), strict=True))
    return {one: at for at, one in enumerate(elements) if counts[one] == 1}


def _chain(old: Sequence[str], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pairs that can stay in order; whole runs go or stay."""
    if all(p[1] < q[1] for p, q in pairwise(pairs)):
        return pairs
    runs: list[tuple[int, int, int]] = []
    sizes: list[int] = []
    for i, j in pairs:
        weight = len(old[i]) + 1
        if runs and runs[-1][0] + sizes[-1] == i and runs[-1][1] + sizes[-1] == j:
            runs[-1] = (*runs[-1][:2], runs[-1][2] + weight)
            sizes[-1] += 1
        else:
            runs.append((i, j, weight))
            sizes.append(1)
    return [
        (runs[number][0] + step, runs[number][1] + step)
        for number in heaviest(runs)
        for step in range(sizes[number])
    ]


def _between(anchors: Iterable[tuple[int, int]], gap: _Gap) -> list[_Gap]:
    """Return the gaps that anchors leave; each anchor opens the gap behind it."""
    i, k, j, m, rounds = gap
    corners = [(i, j), *((i + p, j + q) for p, q in anchors), (k, m)]
    return [
        (p, q, s, t, rounds) for (p, s), (q, t) in pairwise(corners) if p < q and s < t
    ]


def _close(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the blocks of two ranges that have no anchors."""
    if len(old) * len(new) > CELLS or len(old) + len(new) > sys.maxunicode:
        # Each further occurrence is taken for an element of its own: not the best
        # alignment, but a good one of what repeats, without a table.
        pairs = _chain(old, _unique(_numbered(old), _numbered(new)))
        return [(i, j, 1) for i, j in pairs]
    codes: dict[str, str] = {}
    for one in (*old, *new):
        codes.setdefault(one, chr(len(codes)))
    ours, theirs = ("".join(map(codes.__getitem__, side)) for side in (old, new))
    return [
        (found.a, found.b, found.size)
        for found in Indel.editops(ours, theirs).as_matching_blocks()
        if found.size
    ]


def _numbered(elements: Sequence[str]) -> list[tuple[str, int]]:
    """Return each element with how often it has occurred before."""
    seen: Counter[str] = Counter()
    numbered = []
    for one in elements:
        numbered.append((one, seen[one]))
        seen[one] += 1
    return numbered


def merged(found: list[Block]) -> list[Block]:
    """Return the blocks in order, those that touch on both sides as one."""
    found.sort()
    whole: list[Block] = []
    for i, j, size in found:
        if whole and whole[-1][0] + whole[-1][2] == i and sum(whole[-1][1:]) == j:
            whole[-1] = (*whole[-1][:2], whole[-1][2] + size)
        else:
            whole.append((i, j, size))
    return whole

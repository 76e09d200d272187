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
SMALL: Final = 1 << 22
"""Largest table that is tried at once, before looking for anchors: below 0.1 ms."""
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
        head, tail = _ends(old[i:k], new[j:m])
        found += ((i, j, head), (k - tail, m - tail, tail))
        i, k, j, m = i + head, k - tail, j + head, m - tail
        if i == k or j == m:
            continue
        ours, theirs = old[i:k], new[j:m]
        inner = _all_common(ours, theirs)
        if inner is None and rounds:
            inner = _anchors(ours, theirs)
            corners = [(0, 0, 0), *inner, (k - i, m - j, 0)] if inner else []
            gaps += (
                (i + p + n, i + q, j + s + n, j + t, rounds - 1)
                for (p, s, n), (q, t, _) in pairwise(corners)
                if p + n < q and s + n < t
            )
        inner = inner or _close(ours, theirs)
        found += ((i + p, j + q, n) for p, q, n in inner)
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


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many elements both begin and end with, comparing many at a time."""
    most = min(len(old), len(new))
    head = tail = 0
    while head < most and (old[head : head + _STRIDE] == new[head : head + _STRIDE]):
        head += _STRIDE
    head = min(head, most)
    while head < most and old[head] == new[head]:
        head += 1
    most -= head
    while tail < most and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _all_common(old: Sequence[str], new: Sequence[str]) -> list[Block] | None:
    """Return the blocks if they can hold all that both sides have; the usual case.

    Then nothing has moved, there is no choice to be made, and the table is the answer.
    """
    if len(old) * len(new) > SMALL:
        return None
    found = _close(old, new)
    left_old, left_new = set(old), set(new)
    if not left_old.isdisjoint(left_new):
        i = j = 0
        left_old.clear()
        left_new.clear()
        for k, m, size in [*found, (len(old), len(new), 0)]:
            left_old.update(old[i:k])
            left_new.update(new[j:m])
            i, j = k + size, m + size
    return found if left_old.isdisjoint(left_new) else None


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return runs that surely belong together, ascending on both sides."""
    pairs = _unique(old, new)
    if not pairs and len(old) * len(new) > CELLS:
        pairs = _unique(_shingles(old), _shingles(new))
    return _chain(old, pairs)


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


def _chain(old: Sequence[str], pairs: Iterable[tuple[int, int]]) -> list[Block]:
    """Return the pairs that can stay in order, as runs; whole runs go or stay."""
    runs = merged([(i, j, 1) for i, j in pairs])
    if all(run[1] < then[1] for run, then in pairwise(runs)):
        return runs
    weighed = [(i, j, sum(map(len, old[i : i + n])) + n) for i, j, n in runs]
    return [runs[number] for number in heaviest(weighed)]


def _close(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the blocks of two ranges that have no anchors."""
    if len(old) * len(new) > CELLS or len(old) + len(new) > sys.maxunicode:
        # Each further occurrence is taken for an element of its own: not the best
        # alignment, but a good one of what repeats, without a table.
        return _chain(old, _unique(_numbered(old), _numbered(new)))
    distinct = dict.fromkeys(old)
    distinct.update(dict.fromkeys(new))
    codes = dict(zip(distinct, map(chr, range(len(distinct))), strict=True))
    ours, theirs = ("".join(map(codes.__getitem__, side)) for side in (old, new))
    matches = Indel.editops(ours, theirs).as_matching_blocks()
    return [(match.a, match.b, match.size) for match in matches if match.size]


def _numbered(elements: Sequence[str]) -> list[tuple[str, int]]:
    """Return each element with how often it has occurred before."""
    seen: Counter[str] = Counter()
    numbered = []
    for one in elements:
        numbered.append((one, seen[one]))
        seen[one] += 1
    return numbered


def merged(found: list[Block]) -> list[Block]:
    """Return the blocks in order without empty ones, those that touch as one."""
    whole: list[Block] = []
    p = q = -1  # where the last block ends
    for i, j, size in sorted(found):
        if i == p and j == q:
            whole[-1] = (*whole[-1][:2], whole[-1][2] + size)
        elif size:
            whole.append((i, j, size))
        if size:
            p, q = i + size, j + size
    return whole

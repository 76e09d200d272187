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
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

Block: TypeAlias = tuple[int, int, int]
"""A start on each side, and how many elements from there on are the same."""
_Numbers: TypeAlias = NDArray[np.int64]
_Gap: TypeAlias = tuple[int, int, int, int, int]

CELLS: Final = 1 << 27
"""Largest table of an exact alignment: 16 MB, about 2 ms."""
SMALL: Final = 1 << 22
"""Largest table that is tried at once, before looking for anchors: below 0.1 ms."""
ROUNDS: Final = 12
"""How often a gap is searched for anchors of its own; text needs three or four."""
FIRM: Final = 8
"""Distinct elements in a row, equal behind a small difference, that make it one."""
FEW: Final = 200
"""Elements up to which anchors are found faster without arrays."""
_BITS: Final = 1 << 21
_SKIPS: Final = ((1, 1), (0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1), (2, 2))
_STRIDE: Final = 32


def blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the runs that both sequences have, ascending on either side.

    Where order forces a choice between two stretches, the one with more characters
    stays. Takes clauses, or a string of which each character stands for a word.
    """
    found: list[Block] = []
    gaps: list[_Gap] = [(0, len(old), 0, len(new), ROUNDS)]
    while gaps:
        i, k, j, m, rounds = gaps.pop()
        ends, passed = _ends(old[i:k], new[j:m])
        found += ((i + p, j + q, n) for p, q, n in ends)
        *small, middle = ((i + p, i + q, j + s, j + t, rounds) for p, q, s, t in passed)
        gaps += small
        i, k, j, m, _ = middle
        if i == k or j == m:
            continue
        ours, theirs = old[i:k], new[j:m]
        inner = _all_common(ours, theirs)
        if inner is None:
            inner = _anchors(ours, theirs) if rounds else []
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


def _ends(
    old: Sequence[str], new: Sequence[str]
) -> tuple[list[Block], list[tuple[int, int, int, int]]]:
    """Return what both begin and end with, and the gaps that leaves; the last is large.

    Differences of few elements with a firm stretch behind them are passed: far the
    most frequent kind of change. No two skips can both be right, since no element
    stands twice in a stretch, so the order of trying them does not matter.
    """
    found: list[Block] = []
    gaps: list[tuple[int, int, int, int]] = []
    i = j = 0
    while True:
        head = _common(old, new, i, j)
        found.append((i, j, head))
        i, j = i + head, j + head
        skip = _firm(old, new, i, j)
        if skip is None:
            break
        p, q = skip
        if min(p, q) and max(p, q) > 1:  # two single ones are known to differ
            gaps.append((i, i + p, j, j + q))
        i, j = i + p, j + q
    k, m = len(old), len(new)
    while min(k - i, m - j) >= _STRIDE and (
        old[k - _STRIDE : k] == new[m - _STRIDE : m]
    ):
        k, m = k - _STRIDE, m - _STRIDE
    while k > i and m > j and old[k - 1] == new[m - 1]:
        k, m = k - 1, m - 1
    return [*found, (k, m, len(old) - k)], [*gaps, (i, k, j, m)]


def _common(old: Sequence[str], new: Sequence[str], i: int, j: int) -> int:
    """Return how many elements are equal from here on, comparing many at a time."""
    most, head = min(len(old) - i, len(new) - j), 0
    while (
        head < most
        and old[i + head : i + head + _STRIDE] == new[j + head : j + head + _STRIDE]
    ):
        head += _STRIDE
    head = min(head, most)
    while head < most and old[i + head] == new[j + head]:
        head += 1
    return head


def _firm(
    old: Sequence[str], new: Sequence[str], i: int, j: int
) -> tuple[int, int] | None:
    """Return how many elements to pass for a stretch that outweighs them."""
    for p, q in _SKIPS:
        if old[i + p : i + p + 1] != new[j + q : j + q + 1]:
            continue
        stretch = old[i + p : i + p + FIRM]
        if stretch != new[j + q : j + q + FIRM] or len(set(stretch)) < FIRM:
            continue
        passed = max(_weight(old[i : i + p]), _weight(new[j : j + q]))
        if passed < _weight(stretch):
            return p, q
    return None


def _weight(elements: Sequence[str]) -> int:
    return sum(map(len, elements)) + len(elements)


def _all_common(old: Sequence[str], new: Sequence[str]) -> list[Block] | None:
    """Return the blocks if they can hold all that both sides have; the usual case.

    Then nothing has moved, there is no choice to be made, and the table is the answer.
    """
    if len(old) * len(new) > SMALL:
        return None
    if set(old).isdisjoint(new):
        return []
    found = _close(old, new)
    i = j = 0
    left_old: set[str] = set()
    left_new: set[str] = set()
    for k, m, size in [*found, (len(old), len(new), 0)]:
        left_old.update(old[i:k])
        left_new.update(new[j:m])
        i, j = k + size, m + size
    return found if left_old.isdisjoint(left_new) else None


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return runs that surely belong together, ascending on both sides."""
    if len(old) + len(new) <= FEW:
        return _chain(old, _few_unique(old, new))
    ours, theirs = _numbers(old, new)
    runs = _unique(ours, theirs)
    if (
        not runs
        and len(old) * len(new) > CELLS
        and max(map(np.max, (ours, theirs))) < _BITS
    ):
        runs = _unique(_shingles(ours), _shingles(theirs))
    return _chain(old, runs)


def _few_unique(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return what `_unique` does; faster for a few elements."""
    ours, theirs = Counter(old), Counter(new)
    there = {one: j for j, one in enumerate(new) if theirs[one] == ours[one] == 1}
    return merged([(i, there[one], 1) for i, one in enumerate(old) if one in there])


def _numbers(old: Sequence[str], new: Sequence[str]) -> tuple[_Numbers, _Numbers]:
    """Return both sides with a number for each distinct element."""
    if isinstance(old, str) and isinstance(new, str):
        return numbers(old), numbers(new)
    known = {one: number for number, one in enumerate(dict.fromkeys(chain(old, new)))}
    ours, theirs = (
        np.fromiter(map(known.__getitem__, side), np.int64, len(side))
        for side in (old, new)
    )
    return ours, theirs


def numbers(text: str) -> _Numbers:
    """Return the characters of a coded text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(
        np.int64
    )


def _shingles(numbers: _Numbers) -> _Numbers:
    """Return a number for every three elements in a row; each has less than 21 bits."""
    first, second, third = numbers[:-2], numbers[1:-1], numbers[2:]
    return (first << 42) | (second << 21) | third


def _numbered(numbers: _Numbers) -> _Numbers:
    """Return a number for each element with how often it has occurred before."""
    order = np.argsort(numbers, kind="stable")
    ranked = numbers[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=ranked[:1] - 1))
    sizes = np.diff(np.append(starts, len(numbers)))
    occurrence = np.empty_like(numbers)
    occurrence[order] = np.arange(len(numbers)) - np.repeat(starts, sizes)
    return (occurrence << 32) | numbers


def _unique(ours: _Numbers, theirs: _Numbers) -> list[Block]:
    """Return runs of what occurs once on either side, ascending in the old."""
    (one, at), (other, there) = _once(ours), _once(theirs)
    _, first, second = np.intersect1d(
        one, other, assume_unique=True, return_indices=True
    )
    if not first.size:
        return []
    order = np.argsort(at[first])
    at, there = at[first][order], there[second][order]
    breaks = (np.diff(at) != 1) | (np.diff(there) != 1)
    starts = np.append(0, np.flatnonzero(breaks) + 1)
    sizes = np.diff(np.append(starts, at.size)).tolist()
    return list(zip(at[starts].tolist(), there[starts].tolist(), sizes, strict=True))


def _once(numbers: _Numbers) -> tuple[_Numbers, _Numbers]:
    distinct, at, counts = np.unique(numbers, return_index=True, return_counts=True)
    return distinct[counts == 1], at[counts == 1]


def _chain(old: Sequence[str], runs: list[Block]) -> list[Block]:
    """Return the runs that can stay in order; each goes or stays whole."""
    if all(run[1] < then[1] for run, then in pairwise(runs)):
        return runs
    weighed = [(i, j, _weight(old[i : i + n])) for i, j, n in runs]
    return [runs[number] for number in heaviest(weighed)]


def _close(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the blocks of two ranges that have no anchors."""
    if len(old) * len(new) > CELLS or len(old) + len(new) > sys.maxunicode:
        # Each further occurrence is taken for an element of its own: not the best
        # alignment, but a good one of what repeats, without a table.
        return _chain(old, _unique(*map(_numbered, _numbers(old, new))))
    if not (isinstance(old, str) and isinstance(new, str)):
        distinct = dict.fromkeys(chain(old, new))
        codes = dict(zip(distinct, map(chr, range(len(distinct))), strict=True))
        old, new = ("".join(map(codes.__getitem__, side)) for side in (old, new))
    matches = Indel.editops(old, new).as_matching_blocks()
    return [(match.a, match.b, match.size) for match in matches if match.size]


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

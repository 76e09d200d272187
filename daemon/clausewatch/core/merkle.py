"""The tree over the log's lines: one root that holds every line and their order.

All functions work on hashes of leaves. Those that prove something ask for the hash of
a run of leaves by `Span`, so a log that keeps the roots of its sealed segments need
not read all of its lines.

Source: RFC 6962 §2.1; proofs are checked as RFC 9162 §2.1.3.2 and §2.1.4.2 say.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

Span: TypeAlias = Callable[[int, int], bytes]
"""Gives the root over the leaves from `start` up to, without, `stop`."""

EMPTY: Final = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf(entry: bytes) -> bytes:
    """Return the hash of an entry; its prefix keeps a node from posing as one."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that is needed to append, O(log n).

    It holds the roots of the perfect subtrees that the tree falls into, the largest
    first: one for each bit that is set in `size`.
    """

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, hashed: bytes, leaves: int = 1) -> None:
        """Add a leaf, or the root over several.

        Args:
            leaves: How many stand below it: a power of two that divides `size`.
        """
        self.size += leaves
        level = self.size // leaves
        while level % 2 == 0:
            hashed = node(self._roots.pop(), hashed)
            level //= 2
        self._roots.append(hashed)

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._roots:
            return EMPTY
        *others, found = self._roots
        for other in reversed(others):
            found = node(other, found)
        return found


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over these hashes of leaves."""
    frontier = Frontier()
    for hashed in leaves:
        frontier.append(hashed)
    return frontier.root()


def span_of(leaves: Sequence[bytes]) -> Span:
    """Return the roots over runs of leaves that are at hand."""
    return lambda start, stop: root(leaves[start:stop])


def inclusion(index: int, size: int, span: Span) -> tuple[bytes, ...]:
    """Return what proves that a leaf stands at `index` of a tree of `size`.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        message = f"expected a leaf from 0 to {size - 1}, got {index}"
        raise ValueError(message)
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(span(middle, stop))
            stop = middle
        else:
            path.append(span(start, middle))
            start = middle
    return tuple(reversed(path))


def runs(size: int, shown: Collection[int]) -> Iterator[range]:
    """Yield, in order, the fewest runs of leaves that make up a tree of `size`.

    A leaf that is shown is a run of its own; each other run is a perfect subtree. So
    the roots over all of them lead to the root of the tree as `Frontier` makes it, and
    prove all of the leaves that are shown at their places.
    """
    pending = [range(size)] if size else []
    while pending:
        run = pending.pop()
        width = len(run)
        is_perfect = width & (width - 1) == 0
        if width == 1 or (is_perfect and not any(at in run for at in shown)):
            yield run
            continue
        middle = run.start + _split(width)
        pending += [range(middle, run.stop), range(run.start, middle)]


def consistency(old: int, size: int, span: Span) -> tuple[bytes, ...]:
    """Return what proves that a tree of `size` begins with the tree of `old`.

    Raises:
        ValueError: the old tree is larger.
    """
    if not 0 <= old <= size:
        message = f"expected an old size from 0 to {size}, got {old}"
        raise ValueError(message)
    if old in {0, size}:
        return ()
    path: list[bytes] = []
    start, stop, known = 0, size, True
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(span(middle, stop))
            stop = middle
        else:
            path.append(span(start, middle))
            start, known = middle, False
    if not known:
        path.append(span(start, stop))
    return tuple(reversed(path))


def includes(
    hashed: bytes, index: int, size: int, path: Sequence[bytes], top: bytes
) -> bool:
    """Say whether the path leads from a leaf at `index` to the root of `size`."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, hashed
    for step in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            found = node(step, found)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == top


def extends(
    old: int, before: bytes, size: int, after: bytes, path: Sequence[bytes]
) -> bool:
    """Say whether the path proves that the root `after` continues the root `before`."""
    if old in {0, size}:
        return not path and before == (EMPTY if old == 0 else after)
    if not 0 < old < size or not path:
        return False
    steps = (before, *path) if old & (old - 1) == 0 else tuple(path)
    at, last = old - 1, size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            first, second = node(step, first), node(step, second)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node(second, step)
        at, last = at >> 1, last >> 1
    return last == 0 and first == before and second == after


def _split(size: int) -> int:
    """Return the largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1

"""What became of every clause of a document.

Clauses with equal words that keep their order are kept; equal words elsewhere are
moved. What is left is paired with what it most likely became, first at the same place,
then anywhere, then beside what has moved.

Source: docs/diff.md for the steps and their bounds; ADR 0030 to 0032 for why.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from operator import itemgetter
from typing import Final, TypeAlias

from clausewatch.core.align import Block, blocks, heaviest
from clausewatch.core.model import Clause, Edit, EditKind, WordSpan
from clausewatch.core.pairs import (
    BESIDE,
    ELSEWHERE,
    IN_PLACE,
    LONE,
    Group,
    are_alike,
    mended,
    pairs,
    settle,
)
from clausewatch.core.words import coded, compared

_Gap: TypeAlias = tuple[range, range]
_Place: TypeAlias = tuple[int, int, int]
"""Reading order: ordinal in the new document, or the one it was removed behind."""

REACH: Final = 8
"""Clauses beside a moved one that are looked at for what moved along with it."""

LONG: Final = 20_000
"""Characters of a clause beyond which it is weighed before it is marked up."""


def diff(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[Edit, ...]:
    """Return what became of every clause, in the order of the new document.

    Removed clauses come where they stood. Every ordinal of either side stands in
    exactly one edit. Which clauses are kept does not depend on the direction.
    """
    ours = [clause.words for clause in old]
    theirs = [clause.words for clause in new]
    if ours == theirs:
        return (_kept((0, 0, len(ours))),) if ours else ()
    kept = _in_order(ours, theirs)
    work = _Work(old, new, list(_gaps(kept, len(ours), len(theirs))))
    work.find_moved(ours, theirs)
    work.settle_lone()
    work.settle_in_place()
    work.pair_elsewhere()
    placed = [((j, 0, 0), _kept((i, j, size))) for i, j, size in kept]
    placed += work.edits()
    placed.sort(key=itemgetter(0))
    return tuple(edit for _, edit in placed)


def _in_order(ours: list[str], theirs: list[str]) -> list[Block]:
    """Return the blocks of kept clauses, the same seen from either side."""
    if (len(ours), ours) <= (len(theirs), theirs):
        return blocks(ours, theirs)
    return [(i, j, size) for j, i, size in blocks(theirs, ours)]


def _kept(block: Block) -> Edit:
    i, j, size = block
    return Edit(kind=EditKind.KEPT, old=range(i, i + size), new=range(j, j + size))


def _gaps(kept: Iterable[Block], ours: int, theirs: int) -> Iterator[_Gap]:
    """Yield what stands between kept blocks, on either side."""
    i = j = 0
    for k, m, size in [*kept, (ours, theirs, 0)]:
        if i < k or j < m:
            yield range(i, k), range(j, m)
        i, j = k + size, m + size


class _Work:
    """The clauses of either side that have no equal in place, and what they became."""

    def __init__(
        self, old: Sequence[Clause], new: Sequence[Clause], gaps: list[_Gap]
    ) -> None:
        self._clauses = old, new
        self._gaps = gaps
        self._old: dict[int, str] = {}
        self._new: dict[int, str] = {}
        self._free_old = {i for olds, _ in gaps for i in olds}
        self._free_new = {j for _, news in gaps for j in news}
        self._moved: list[tuple[int, int]] = []
        self._groups: list[tuple[Group, bool]] = []
        self._words: dict[int, tuple[WordSpan, ...]] = {}
        """By old ordinal, of what was found alone."""
        self._stands: dict[int, int] = {}
        """For what stayed in its gap: the ordinal up to which it stands in the new."""

    def find_moved(self, ours: list[str], theirs: list[str]) -> None:
        """Take clauses whose equal stands elsewhere, in runs where there are some."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for i in sorted(self._free_old, reverse=True):
            places[ours[i]].append(i)
        last = -1
        for j in sorted(self._free_new):
            found = places.get(theirs[j], [])
            while found and found[-1] not in self._free_old:
                found.pop()
            if not found:
                continue
            follows = last + 1 in self._free_old and ours[last + 1] == theirs[j]
            last = last + 1 if follows else found.pop()
            self._moved.append((last, j))
            self._free_old.discard(last)
            self._free_new.discard(j)

    def settle_lone(self) -> None:
        """Take what is alone in its gap on either side and alike; code the rest.

        The usual case: what is alone needs no comparison with others.
        """
        for olds, news in self._gaps:
            ours, theirs = self._free(olds, news)
            if not len(ours) == len(theirs) == 1:
                continue
            before, after = self._clauses[0][ours[0]], self._clauses[1][theirs[0]]
            if max(len(before.text), len(after.text)) > LONG:
                continue
            found = compared(before.text, after.text)
            if are_alike(found.shared, found.sizes, LONE):
                self._take((ours, theirs), moved=False)
                self._stands[ours[0]] = theirs[0]
                self._words[ours[0]] = found.spans
        self._code()

    def _code(self) -> None:
        """Code what is left on both sides, a character a word."""
        olds, news = sorted(self._free_old), sorted(self._free_new)
        if olds and news:
            ours, theirs = coded(
                [self._clauses[0][i].text for i in olds],
                [self._clauses[1][j].text for j in news],
            )
            self._old.update(zip(olds, ours, strict=True))
            self._new.update(zip(news, theirs, strict=True))

    def settle_in_place(self) -> None:
        """Take what was reworded, split or joined where it stands."""
        for gap in self._gaps:
            ours, theirs = self._free(*gap)
            if not (ours and theirs):
                continue
            cutoff = LONE if len(ours) == len(theirs) == 1 else IN_PLACE
            groups = settle(ours, theirs, self._old, self._new, cutoff)
            stays = _uncrossed(groups, self._old)
            for number, group in enumerate(groups):
                self._take(group, moved=number not in stays)
                if number in stays:
                    self._stands.update((i, max(group[1])) for i in group[0])

    def pair_elsewhere(self) -> None:
        """Take what moved and was reworded, and what moved along with a neighbour."""
        if not (self._free_old and self._free_new):
            return
        olds, news = sorted(self._free_old), sorted(self._free_new)
        found = pairs(olds, news, self._old, self._new, ELSEWHERE)
        found = mended(found, olds, news, self._old, self._new)
        for group in found:
            self._take(group, moved=True)
        for i, j in [*self._moved, *((group[0][0], group[1][0]) for group in found)]:
            for step in (1, -1):
                if i + step not in self._free_old or j + step not in self._free_new:
                    continue
                beside = range(step, step * (REACH + 1), step)
                olds = _run((i + by for by in beside), self._free_old)
                news = _run((j + by for by in beside), self._free_new)
                for group in settle(olds, news, self._old, self._new, BESIDE):
                    self._take(group, moved=True)

    def edits(self) -> Iterator[tuple[_Place, Edit]]:
        """Yield the edits, each with its place."""
        for i, j in self._moved:
            yield (j, 0, 0), Edit(kind=EditKind.MOVED, old=(i,), new=(j,))
        for group, moved in self._groups:
            yield (min(group[1]), 0, 0), self._edit(group, moved=moved)
        for j in self._free_new:
            yield (j, 0, 0), Edit(kind=EditKind.ADDED, new=(j,))
        for olds, news in self._gaps:
            behind = news.start - 1
            for i in olds:
                behind = max(behind, self._stands.get(i, behind))
                if i in self._free_old:
                    yield (behind, 1, i), Edit(kind=EditKind.REMOVED, old=(i,))

    def _free(
        self, olds: Iterable[int], news: Iterable[int]
    ) -> tuple[list[int], list[int]]:
        """Return those that nothing has been found for."""
        ours = [i for i in olds if i in self._free_old]
        theirs = [j for j in news if j in self._free_new]
        return ours, theirs

    def _take(self, group: Group, *, moved: bool) -> None:
        self._free_old.difference_update(group[0])
        self._free_new.difference_update(group[1])
        self._groups.append((group, moved))

    def _edit(self, group: Group, *, moved: bool) -> Edit:
        olds, news = map(tuple, group)
        if olds[0] in self._words:
            words = self._words[olds[0]]
        else:
            ours = "".join([self._old[i] for i in olds])
            theirs = "".join([self._new[j] for j in news])
            if ours == theirs and max(len(olds), len(news)) > 1:
                return Edit(kind=EditKind.RECAST, old=olds, new=news, moved=moved)
            before = " ".join([self._clauses[0][i].text for i in olds])
            after = " ".join([self._clauses[1][j].text for j in news])
            words = compared(before, after, (ours, theirs)).spans
        return Edit(
            kind=EditKind.REWORDED, old=olds, new=news, words=words, moved=moved
        )


def _uncrossed(groups: list[Group], old: dict[int, str]) -> set[int]:
    """Return which groups of one gap kept their order; the longest chain of words."""
    if len(groups) == 1:
        return {0}
    order = sorted(range(len(groups)), key=lambda number: min(groups[number][0]))
    runs = [
        (min(olds), min(news), 1 + sum(len(old[i]) for i in olds))
        for olds, news in map(groups.__getitem__, order)
    ]
    return {order[number] for number in heaviest(runs)}


def _run(ordinals: Iterable[int], free: set[int]) -> list[int]:
    """Return the free ones up to the first that is not, ascending."""
    return sorted(takewhile(free.__contains__, ordinals))

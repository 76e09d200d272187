"""The runs of words in which two wordings of a clause differ."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz.distance import Indel

from clausewatch.core.masks import ADDRESS
from clausewatch.core.spelling import squeeze

NAME_WORDS: Final = 3
"""The longest name, in words."""
CLOSE_WORDS: Final = 2
"""Around an address, runs with no more words between them are one."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words taken out and put in at one place, and the words around it."""

    gone: tuple[str, ...]
    come: tuple[str, ...]
    beside: tuple[str, ...]
    """The word before and the word after."""
    then: tuple[str, ...]
    """The next few words after."""
    kept: tuple[str, ...]
    """All words up to the next run."""


def joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield runs; around an address, runs that stand close are one."""
    last: Run | None = None
    for run in runs:
        close = last is not None and len(last.kept) <= CLOSE_WORDS
        if last is not None and close and (has_address(last) or has_address(run)):
            last = replace(
                run,
                gone=(*last.gone, *last.kept, *run.gone),
                come=(*last.come, *last.kept, *run.come),
            )
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def has_address(run: Run) -> bool:
    """Say whether an address is among the words that differ."""
    return any(ADDRESS.search(word) for word in (*run.gone, *run.come))


def runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Yield the runs in which two texts differ, compared without case and punctuation."""
    codes: dict[str, int] = {}
    a = [codes.setdefault(squeeze(word), len(codes)) for word in old]
    b = [codes.setdefault(squeeze(word), len(codes)) for word in new]
    matches = Indel.opcodes(a, b).as_matching_blocks()
    i = j = 0
    for block in matches:
        if i < block.a or j < block.b:
            yield Run(
                gone=tuple(old[i : block.a]),
                come=tuple(new[j : block.b]),
                beside=(*new[max(0, j - 1) : j], *new[block.b : block.b + 1]),
                then=tuple(new[block.b : block.b + NAME_WORDS]),
                kept=tuple(new[block.b : block.b + block.size]),
            )
        i, j = block.a + block.size, block.b + block.size

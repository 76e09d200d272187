"""What changed inside a clause, word by word.

Words are cut from the text as shown, and compared by what counts of them: without
case, surrounding punctuation and the spellings that a reader cannot tell apart.
Where a script sets no spaces, each character is a word.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain, repeat
from typing import Final, NamedTuple

from rapidfuzz.distance import Indel

from clausewatch.core.align import CELLS, Block, blocks, merged
from clausewatch.core.model import WordOp, WordSpan

ISLAND: Final = 2
"""Words in a row that must stay for a reader to see them stay between changes."""
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u2e80-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # CJK, kana
    "\uff00-\uffef\U00020000-\U0003ffff"  # wide forms, rarer ideographs
)
_HAS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
_MAY_BE_UNSPACED: Final = re.compile("[\u0e00-\u1fff\u2e80-\U0003ffff]")
"""Two ranges are tried three times as fast as all of them."""
_MARKS: Final = "".join(
    chr(point)
    for point in (*range(0xE00, 0xF00), *range(0x1000, 0x1100), *range(0x1780, 0x1800))
    if unicodedata.category(chr(point)).startswith("M")
)
_WORD: Final = re.compile(
    rf"(?:[{_UNSPACED}][{_MARKS}\u3099\u309a\ufe00-\ufe0f]*|[^\s{_UNSPACED}]+)\s*"
)
_AROUND: Final = (
    ".,;:!?\"'`()[]{}<>…‘’‚‛“”„‟«»‹›¡¿。、，．；：！？「」『』（）【】《》〈〉・"
)
_FOLDED: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‛′ʼ＇", "'"),
        **dict.fromkeys("‐‑‒–—―−﹘－", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffc", None),
    }
)


@lru_cache(maxsize=1 << 12)
def fold(word: str) -> str:
    """Return what counts of a word; punctuation alone counts as itself."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).translate(_FOLDED)
    word = word.strip().casefold()
    return word.strip(_AROUND) or word


ALONE: Final = ("\0", "\1")
"""What codes the words that only the old side has, and those of only the new."""


def coded(old: Iterable[str], new: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the texts of both sides with one character for each word.

    Two words of different sides have the same character if they say the same; a word
    that only one side has is `ALONE` there, and so never equal to anything. Should the
    sides share more words than there are characters, those beyond count as changed.
    """
    return _coded([*map(cut, old)], [*map(cut, new)], fold)


def _coded(
    old: list[list[str]], new: list[list[str]], key: Callable[[str], str]
) -> tuple[list[str], list[str]]:
    ours, theirs = (
        dict(zip(distinct, map(key, distinct), strict=True))
        for distinct in (
            dict.fromkeys(chain.from_iterable(side)) for side in (old, new)
        )
    )
    both = filter(set(theirs.values()).__contains__, dict.fromkeys(ours.values()))
    codes = dict(zip(both, map(chr, range(len(ALONE), sys.maxunicode)), strict=False))
    for known, alone in zip((ours, theirs), ALONE, strict=True):
        known.update(
            zip(known, map(codes.get, known.values(), repeat(alone)), strict=False)
        )
    return (
        ["".join(map(ours.__getitem__, shown)) for shown in old],
        ["".join(map(theirs.__getitem__, shown)) for shown in new],
    )


def cut(text: str) -> list[str]:
    """Return the words of a text as shown; in unspaced text with the space behind."""
    return _cut(text)[0]


def _cut(text: str) -> tuple[list[str], str]:
    """Return the words, and what stood between two of them."""
    return (_WORD.findall(text), "") if _is_unspaced(text) else (text.split(), " ")


def _is_unspaced(text: str) -> bool:
    return not text.isascii() and (
        _MAY_BE_UNSPACED.search(text) is not None
        and _HAS_UNSPACED.search(text) is not None
    )


class Compared(NamedTuple):
    """Two texts beside one another."""

    shared: int
    """Words that both have, in order."""
    sizes: tuple[int, int]
    """Words of either."""
    spans: tuple[WordSpan, ...]


def changed(old: str, new: str) -> tuple[WordSpan, ...]:
    """Return a text as runs of words that stayed, went and came.

    What went stands before what came in its place. The runs hold the words as shown;
    those that stayed as the new text shows them.
    """
    return compared(old, new).spans


def compared(old: str, new: str, codes: tuple[str, str] | None = None) -> Compared:
    """Return what `changed` does, and how much it is.

    Args:
        old: The old text.
        new: The new text.
        codes: What `coded` made of them, to save the work.
    """
    (before, gap), (after, new_gap) = _cut(old), _cut(new)
    sizes = len(before), len(after)
    stayed = _stayed(before, after, fold, codes)
    shared = sum(size for _, _, size in stayed)
    if sizes == (shared, shared):
        # Nothing but case or punctuation: then that is what there is to show.
        stayed = _stayed(before, after, str.strip)
    stayed = _without_islands(stayed, sizes)
    return Compared(
        shared, sizes, _spans(before, after, [*stayed, (*sizes, 0)], (gap, new_gap))
    )


def _stayed(
    old: list[str],
    new: list[str],
    key: Callable[[str], str],
    codes: tuple[str, str] | None = None,
) -> list[Block]:
    """Return the runs of words that stayed."""
    most, head, tail = min(len(old), len(new)), 0, 0
    while head < most and old[head] == new[head]:
        head += 1
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    k, m = len(old) - tail, len(new) - tail
    ends = [(0, 0, head), (k, m, tail)]
    if head in {k, m}:
        return merged(ends)
    if k - head == m - head == 1:
        return merged([*ends, (head, head, int(key(old[head]) == key(new[head])))])
    if codes:
        ours, theirs = codes[0][head:k], codes[1][head:m]
    else:
        (ours,), (theirs,) = _coded([old[head:k]], [new[head:m]], key)
    if len(ours) * len(theirs) > CELLS:
        inner = blocks(ours, theirs)
    else:
        matches = Indel.editops(ours, theirs).as_matching_blocks()
        inner = [(match.a, match.b, match.size) for match in matches]
    return merged([*ends, *((head + i, head + j, size) for i, j, size in inner)])


def _without_islands(stayed: list[Block], sizes: tuple[int, int]) -> list[Block]:
    """Return the blocks without the short ones that have changes on both sides.

    Unless they are all that stayed.
    """
    return [
        (i, j, size)
        for i, j, size in stayed
        if size >= ISLAND or (i, j) == (0, 0) or (i + size, j + size) == sizes
    ] or stayed


def _spans(
    old: list[str], new: list[str], stayed: Iterable[Block], glue: tuple[str, str]
) -> tuple[WordSpan, ...]:
    spans: list[WordSpan] = []
    i = j = 0
    for k, m, size in stayed:
        if i < k:
            text = glue[0].join(old[i:k]).strip()
            spans.append(WordSpan(WordOp.DELETE, text))
        if j < m:
            text = glue[1].join(new[j:m]).strip()
            spans.append(WordSpan(WordOp.INSERT, text))
        i, j = k + size, m + size
        if size:
            text = glue[1].join(new[m:j]).strip()
            spans.append(WordSpan(WordOp.EQUAL, text))
    return tuple(spans)

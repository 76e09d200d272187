"""What changed inside a clause, word by word.

Words are cut from the text as shown, and compared by what counts of them: without
case, surrounding punctuation and the spellings that a reader cannot tell apart.
Where a script sets no spaces, each character is a word.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import Final

from rapidfuzz.distance import Indel

from clausewatch.core.align import CELLS, Block, blocks
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


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """Return what counts of a word; punctuation alone counts as itself."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).translate(_FOLDED)
    word = word.strip().casefold()
    return word.strip(_AROUND) or word


ALONE: Final = ("\0", "\1")
"""What codes the words that only the old side has, and those of only the new."""


def coded(
    old: Sequence[str], new: Sequence[str], key: Callable[[str], str] = fold
) -> tuple[list[str], list[str]]:
    """Return the texts of both sides with one character for each word.

    Two words of different sides have the same character if they say the same; a word
    that only one side has is `ALONE` there, and so never equal to anything. Should the
    sides share more words than there are characters, those beyond count as changed.

    Args:
        old: Texts of one side.
        new: Texts of the other.
        key: What counts of a word; `fold` unless told.
    """
    cuts = [*map(cut, old)], [*map(cut, new)]
    ours, theirs = (
        dict(zip(distinct, map(key, distinct), strict=True))
        for distinct in (dict.fromkeys(chain.from_iterable(side)) for side in cuts)
    )
    both = filter(set(theirs.values()).__contains__, dict.fromkeys(ours.values()))
    codes = dict(zip(both, map(chr, range(len(ALONE), sys.maxunicode)), strict=False))
    for known, alone in zip((ours, theirs), ALONE, strict=True):
        known.update(
            zip(known, map(codes.get, known.values(), repeat(alone)), strict=False)
        )
    return (
        ["".join(map(ours.__getitem__, shown)) for shown in cuts[0]],
        ["".join(map(theirs.__getitem__, shown)) for shown in cuts[1]],
    )


def cut(text: str) -> list[str]:
    """Return the words of a text as shown; in unspaced text with the space behind."""
    return _WORD.findall(text) if _is_unspaced(text) else text.split()


def _is_unspaced(text: str) -> bool:
    return not text.isascii() and (
        _MAY_BE_UNSPACED.search(text) is not None
        and _HAS_UNSPACED.search(text) is not None
    )


def changed(old: str, new: str) -> tuple[WordSpan, ...]:
    """Return a text as runs of words that stayed, went and came.

    What went stands before what came in its place. The runs hold the words as shown;
    those that stayed as the new text shows them.
    """
    (ours,), (theirs,) = coded((old,), (new,))
    return spans(old, new, ours, theirs)


def spans(old: str, new: str, ours: str, theirs: str) -> tuple[WordSpan, ...]:
    """Return what `changed` does, of two texts and what they were coded to together."""
    if ours == theirs:
        # Nothing but case or punctuation: then that is what there is to show.
        (ours,), (theirs,) = coded((old,), (new,), str.strip)
    return _spans(old, new, _without_islands(same(ours, theirs)))


def same(old: str, new: str) -> list[Block]:
    """Return which runs of coded words stayed, ending with an empty one at the ends."""
    if len(old) * len(new) > CELLS:
        return [*blocks(old, new), (len(old), len(new), 0)]
    return [
        (found.a, found.b, found.size)
        for found in Indel.editops(old, new).as_matching_blocks()
    ]


def _without_islands(stayed: Sequence[Block]) -> Sequence[Block]:
    """Return the blocks without the short ones that have changes on both sides.

    Unless they are all that stayed.
    """
    *found, end = stayed
    firm = [
        (i, j, size)
        for i, j, size in found
        if size >= ISLAND or (i, j) == (0, 0) or (i + size, j + size) == end[:2]
    ]
    return [*firm, end] if firm else stayed


def _spans(old: str, new: str, stayed: Iterable[Block]) -> tuple[WordSpan, ...]:
    before, after = cut(old), cut(new)
    old_glue, new_glue = ("" if _is_unspaced(text) else " " for text in (old, new))
    spans: list[WordSpan] = []
    i = j = 0
    for k, m, size in stayed:
        if i < k:
            text = old_glue.join(before[i:k]).strip()
            spans.append(WordSpan(WordOp.DELETE, text))
        if j < m:
            text = new_glue.join(after[j:m]).strip()
            spans.append(WordSpan(WordOp.INSERT, text))
        i, j = k + size, m + size
        if size:
            text = new_glue.join(after[m:j]).strip()
            spans.append(WordSpan(WordOp.EQUAL, text))
    return tuple(spans)

"""What changed inside a clause, word by word.

Words are cut from the text as shown, and compared by what counts of them: without
case, surrounding punctuation and the spellings that a reader cannot tell apart.
Where a script sets no spaces, each character is a word.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

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


class Worded(NamedTuple):
    """A text cut into words: as shown, and as one character each.

    Two words of different sides have the same character if they say the same; a word
    that only one side has is `ALONE` there, and so never equal to anything.
    """

    shown: list[str]
    code: str
    glue: str
    """What stood between two words; empty where they bring their own space."""


_Cut: TypeAlias = tuple[list[str], str]
"""Words as shown, and what stands between them."""
ALONE: Final = ("\0", "\1")
"""What codes the words that only the old side has, and those of only the new."""


def worded(old: Iterable[str], new: Iterable[str]) -> tuple[list[Worded], list[Worded]]:
    """Return the texts of both sides as words, coded together.

    Should the sides share more words than there are characters, those beyond count as
    changed; equal characters always mean equal words.
    """
    return _coded([*map(_cut, old)], [*map(_cut, new)], fold)


def _coded(
    old: Sequence[_Cut], new: Sequence[_Cut], key: Callable[[str], str]
) -> tuple[list[Worded], list[Worded]]:
    keys = _keys(old, key), _keys(new, key)
    there = set(keys[1].values())
    both = [one for one in dict.fromkeys(keys[0].values()) if one in there]
    codes = dict(zip(both, map(chr, range(len(ALONE), sys.maxunicode)), strict=False))
    ours, theirs = (
        {word: codes.get(one, alone) for word, one in known.items()}
        for known, alone in zip(keys, ALONE, strict=True)
    )
    return _as_code(old, ours), _as_code(new, theirs)


def _as_code(side: Iterable[_Cut], codes: Mapping[str, str]) -> list[Worded]:
    return [
        Worded(shown, "".join(map(codes.__getitem__, shown)), glue)
        for shown, glue in side
    ]


def _cut(text: str) -> _Cut:
    """Return the words of a text as shown, and what stands between them."""
    if text.isascii() or not _HAS_UNSPACED.search(text):
        return text.split(), " "
    return _WORD.findall(text), ""


def _keys(side: Iterable[_Cut], key: Callable[[str], str]) -> dict[str, str]:
    """Return what counts of each distinct word."""
    distinct = dict.fromkeys(chain.from_iterable(shown for shown, _ in side))
    return dict(zip(distinct, map(key, distinct), strict=True))


def joined(parts: Sequence[Worded]) -> Worded:
    """Return several texts as if they were one."""
    if len(parts) == 1:
        return parts[0]
    code = "".join(part.code for part in parts)
    if all(part.glue for part in parts):
        return Worded([word for part in parts for word in part.shown], code, " ")
    shown = [
        word + part.glue if word is not part.shown[-1] else f"{word.strip()} "
        for part in parts
        for word in part.shown
    ]
    return Worded(shown, code, "")


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """Return what counts of a word; punctuation alone counts as itself."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).translate(_FOLDED)
    word = word.strip().casefold()
    return word.strip(_AROUND) or word


def changed(old: str, new: str) -> tuple[WordSpan, ...]:
    """Return a text as runs of words that stayed, went and came.

    What went stands before what came in its place. The runs hold the words as shown;
    those that stayed as the new text shows them.
    """
    (ours,), (theirs,) = worded((old,), (new,))
    return spans(ours, theirs)


def spans(old: Worded, new: Worded) -> tuple[WordSpan, ...]:
    """Return what `changed` does, of two texts that were coded together."""
    if old.code == new.code:
        # Nothing but case or punctuation: then that is what there is to show.
        cuts = [(old.shown, old.glue)], [(new.shown, new.glue)]
        (old,), (new,) = _coded(*cuts, str.strip)
    return _spans(old, new, _without_islands(same(old.code, new.code)))


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


def _spans(old: Worded, new: Worded, stayed: Iterable[Block]) -> tuple[WordSpan, ...]:
    spans: list[WordSpan] = []
    i = j = 0
    for k, m, size in stayed:
        if i < k:
            spans.append(WordSpan(WordOp.DELETE, _text(old, i, k)))
        if j < m:
            spans.append(WordSpan(WordOp.INSERT, _text(new, j, m)))
        i, j = k + size, m + size
        if size:
            spans.append(WordSpan(WordOp.EQUAL, _text(new, m, j)))
    return tuple(spans)


def _text(words: Worded, start: int, stop: int) -> str:
    return words.glue.join(words.shown[start:stop]).strip()

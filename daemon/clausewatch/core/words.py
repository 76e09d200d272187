"""What changed inside a clause, word by word.

Words are cut from the text as shown, and compared by what counts of them: without
case, surrounding punctuation and the spellings that a reader cannot tell apart.
Where a script sets no spaces, each character is a word.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
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


class Vocabulary(dict[str, str]):
    """One character for each word, so that texts compare as strings.

    Words that say the same have the same character. `full` is set once there are
    more words than characters; then equal characters no longer prove equal words.
    """

    def __init__(self, *, exact: bool = False) -> None:
        self.full = False
        self._exact = exact
        self._known: dict[str, str] = {}

    def __missing__(self, word: str) -> str:
        key = word.strip() if self._exact else fold(word)
        number = len(self._known)
        self.full = self.full or number > sys.maxunicode
        code = self._known.setdefault(key, chr(number % (sys.maxunicode + 1)))
        self[word] = code
        return code


class Worded(NamedTuple):
    """A text cut into words: as shown, and as one character each."""

    shown: Sequence[str]
    code: str
    glue: str
    """What stood between two words; empty where they bring their own space."""


def worded(text: str, vocabulary: Vocabulary) -> Worded:
    """Return the words of a text."""
    if text.isascii() or not _HAS_UNSPACED.search(text):
        shown, glue = text.split(), " "
    else:
        shown, glue = _WORD.findall(text), ""
    return Worded(shown, "".join(map(vocabulary.__getitem__, shown)), glue)


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
    vocabulary = Vocabulary()
    return spans(worded(old, vocabulary), worded(new, vocabulary), vocabulary)


def spans(old: Worded, new: Worded, vocabulary: Vocabulary) -> tuple[WordSpan, ...]:
    """Return what `changed` does, of two texts coded by this vocabulary."""
    if old.code == new.code and not vocabulary.full:
        # Nothing but case or punctuation: then that is what there is to show.
        exact = Vocabulary(exact=True)
        old, new = (
            side._replace(code="".join(map(exact.__getitem__, side.shown)))
            for side in (old, new)
        )
    stayed = same(old.code, new.code)
    if vocabulary.full:
        stayed = _proven(stayed, old.shown, new.shown)
    return _spans(old, new, _without_islands(stayed))


def same(old: str, new: str) -> list[Block]:
    """Return which runs of coded words stayed, ending with an empty one at the ends."""
    if len(old) * len(new) > CELLS:
        return [*blocks(old, new), (len(old), len(new), 0)]
    return [
        (found.a, found.b, found.size)
        for found in Indel.editops(old, new).as_matching_blocks()
    ]


def _proven(
    stayed: Iterable[Block], old: Sequence[str], new: Sequence[str]
) -> list[Block]:
    """Return the blocks of which the words are equal, not only their characters."""
    proven = [
        (i + step, j + step, 1)
        for i, j, size in stayed
        for step in range(size)
        if fold(old[i + step]) == fold(new[j + step])
    ]
    return [*merged(proven), (len(old), len(new), 0)]


def _without_islands(stayed: Sequence[Block]) -> list[Block]:
    """Return the blocks without the short ones that have changes on both sides."""
    return [
        block
        for block in stayed
        if block[2] >= ISLAND
        or block[2] == 0
        or block[:2] == (0, 0)
        or (block[0] + block[2], block[1] + block[2]) == stayed[-1][:2]
    ]


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

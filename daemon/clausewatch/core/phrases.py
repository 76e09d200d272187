"""What a clause grants, and to whom, as phrases tell it.

A phrase speaks for the company (`less` protective) or for the person (`more`),
whatever the clause around it is about. It knows what makes it mean nothing, such as
a "not" in front of it.

Source: ADR 0124.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from clausewatch.core.event import Direction
from clausewatch.core.literals import LEAST, needed

NEAR: Final = 60
"""Characters on either side of a phrase in which it can be undone."""
LONGEST: Final = 4000
"""A clause longer than this is known by its beginning."""
MOST_KNOWN: Final = 4096
"""Words that are remembered with the phrases that they make possible."""
LONGEST_WORD: Final = 24
ENOUGH_WORDS: Final = 3
BEFORE, AFTER = 2, 3
"""Fewer words tell a reader little, and are quoted with so many of their neighbours."""
_ALIKE: Final = str.maketrans("’‘`´", "''''")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phrase:
    """A way of saying something that makes people better or worse off.

    Each is only itself, so that hundreds of them are told apart at once.

    Patterns are regular expressions over lower-case text, matched at the edges of
    words.
    """

    id: str
    """Such as `en/sells-data`."""
    kind: str
    """What it is about, the same in every language: `sale`, `promise`, `retention`."""
    says: Direction
    """What it means that it stands there; `neutral` for one that takes no side."""
    language: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    commits: bool = False
    """Whether who says it makes a promise."""
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A phrase, where it was found."""

    phrase: Phrase
    words: str


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """Return the text as phrases are matched against it; many are asked at once."""
    return " ".join(text[:LONGEST].lower().translate(_ALIKE).split())


def heard(text: str, language: str, phrases: Sequence[Phrase]) -> tuple[Heard, ...]:
    """Return the phrases in a text, each kind once, in the order they are listed.

    Args:
        text: As a reader sees it.
        language: The primary subtag; all phrases are tried where it is not known.
        phrases: Those to listen for.
    """
    if not text:
        return ()
    said = plain(text)
    return tuple(_heard(said, _ear(tuple(phrases), language).able(said)))


def _heard(text: str, phrases: Iterable[Phrase]) -> Iterator[Heard]:
    found: set[str] = set()
    for phrase in phrases:
        if phrase.kind in found:
            continue
        words = _words(text, phrase)
        if words:
            found.add(phrase.kind)
            yield Heard(phrase, words)


class _Ear:
    """Phrases, and which of them the words of a text leave possible."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = [(1 << n, phrase) for n, phrase in enumerate(phrases)]
        self._always = 0
        self._needed: dict[str, int] = {}
        """By piece of a word: the phrases that it makes possible, a bit each."""
        self._by_word: dict[str, int] = {}
        for bit, phrase in self._phrases:
            pieces = needed(phrase.patterns)
            for piece in pieces:
                self._needed[piece] = self._needed.get(piece, 0) | bit
            self._always |= 0 if pieces else bit

    def able(self, text: str) -> list[Phrase]:
        """Return the phrases that a plain text may have, as they are listed."""
        able = self._always
        for word in text.split():
            known = self._by_word.get(word)
            able |= self._made_possible(word) if known is None else known
        return [phrase for bit, phrase in self._phrases if able & bit]

    def _made_possible(self, word: str) -> int:
        if len(self._by_word) >= MOST_KNOWN:
            self._by_word.clear()
        # A word has far fewer pieces than the phrases need, unless it is very long.
        pieces: Iterable[str] = self._needed
        if len(word) <= LONGEST_WORD:
            pieces = self._needed.keys() & _pieces(word)
        able = 0
        for piece in pieces:
            if piece in word:
                able |= self._needed[piece]
        self._by_word[word] = able
        return able


def _pieces(word: str) -> set[str]:
    size = len(word)
    return {word[at:end] for at in range(size) for end in range(at + LEAST, size + 1)}


@lru_cache(maxsize=32)
def _ear(phrases: tuple[Phrase, ...], language: str) -> _Ear:
    return _Ear([p for p in phrases if not language or p.language == language])


def _words(text: str, phrase: Phrase) -> str:
    """Return the words that say it, or nothing."""
    said, undone = _compiled(phrase.patterns, phrase.unless)
    for match in said.finditer(text):
        start, end = max(0, match.start() - NEAR), match.end() + NEAR
        if undone is None or not undone.search(text[start:end]):
            return around(text, match.start(), match.end())
    return ""


def around(text: str, start: int, end: int) -> str:
    """Return the words of a place in a text; with their neighbours if they are few."""
    words = text[start:end].split()
    if len(words) < ENOUGH_WORDS:
        before, after = text[:start].split(), text[end:].split()
        words = [*before[-BEFORE:], *words, *after[:AFTER]]
    return " ".join(words).strip(".,;:")


@lru_cache(maxsize=512)
def _compiled(
    patterns: tuple[str, ...], unless: tuple[str, ...]
) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return the expressions; made when first asked for, as most looks need none."""
    said = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
    return said, re.compile(rf"(?<!\w)(?:{'|'.join(unless)})") if unless else None

"""What a clause grants, and to whom, as phrases tell it.

A phrase speaks for the company (`less` protective) or for the person (`more`),
whatever the clause around it is about. It knows what makes it mean nothing, such as
a "not" in front of it.

Source: ADR 0124.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from clausewatch.core.event import Direction

NEAR: Final = 60
"""Characters on either side of a phrase in which it can be undone."""
LONGEST: Final = 4000
"""A clause longer than this is known by its beginning."""
ENOUGH_WORDS: Final = 3
BEFORE, AFTER = 2, 3
"""Fewer words tell a reader little, and are quoted with so many of their neighbours."""
_ALIKE: Final = str.maketrans("’‘`´", "''''")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A way of saying something that makes people better or worse off.

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


def plain(text: str) -> str:
    """Return the text as phrases are matched against it."""
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
    return tuple(_heard(plain(text), language, phrases))


def _heard(text: str, language: str, phrases: Sequence[Phrase]) -> Iterator[Heard]:
    found: set[str] = set()
    for phrase in phrases:
        if phrase.kind in found or (language and phrase.language != language):
            continue
        words = _words(text, phrase)
        if words:
            found.add(phrase.kind)
            yield Heard(phrase, words)


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

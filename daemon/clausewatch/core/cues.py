"""Cues: words that people can write and read, with choices, endings and gaps.

::

    sell|rent .. personal? data     "sell your personal data", "rent data"
    opt* out_of|from                any ending; a choice of two words
    delet* .. <n> days              a number; up to six words in between

`*` stands for any letters, `_` for a space within one choice, `<n>` for a number, `?`
after a word says that it may be left out, `..` that up to six words may stand there.
Case, quotes and punctuation do not count. A cue is looked for only in a text that has
one of the words it needs, so a thousand of them cost little.

Source: ADR 0121.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

Of = TypeVar("Of")

GAP: Final = r"(?:\S+ ){0,6}"
NUMBER: Final = "<n>"
MOST_KNOWN: Final = 2048
"""Words that are remembered with their cues."""
STEM: Final = 4
"""Letters by which a cue is found; shorter words are looked up whole."""
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("’‘`´ʼ", "'"),
        **dict.fromkeys("‐‑–—", "-"),
        **dict.fromkeys("\u00ad\u200b", None),
        **dict.fromkeys('.,;:!?()[]{}<>"“”„«»…/|•\u00a0', " "),
    }
)
_INSIDE: Final = re.compile(r"(?<=[^\W_])[.](?=[^\W_])|(?<=\d)[,.:](?=\d)")
"""Marks that belong to a word: `u.s`, `me@example.org`, `1,000`."""
_DOT: Final = "\ue000"


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """Return the words of a text as cues see them: lower case, one space between."""
    folded = _INSIDE.sub(_DOT, text.casefold()).translate(_ALIKE)
    words = (word.strip("'-_*") for word in folded.replace(_DOT, ".").split())
    return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue, to be looked for in what `plain` returns."""

    written: str
    stems: tuple[str, ...]
    """One of these is the beginning of a word of every text that has the cue.

    Empty where nothing can be said of its words.
    """

    @classmethod
    def of(cls, written: str) -> "Cue":
        """Return the cue that was written so.

        Raises:
            ValueError: it says nothing, or a gap stands at one of its ends.
        """
        terms = written.casefold().split()
        if not terms or terms[0] == ".." or terms[-1] == "..":
            message = (
                f"expected words, with gaps (..) only between them, not {written!r}"
            )
            raise ValueError(message)
        if all(term.endswith("?") for term in terms):
            message = f"expected a word that may not be left out in {written!r}"
            raise ValueError(message)
        return cls(written, _stems(terms))

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands in a plain text, from left to right."""
        for match in _compiled(self.written).finditer(f"{text} "):
            yield match.start(), match.end() - 1


@lru_cache(maxsize=4096)
def _compiled(written: str) -> re.Pattern[str]:
    """Return the expression; made when first needed, as most cues hardly ever are."""
    body = "".join(map(_term, written.casefold().split()))
    return re.compile(rf"(?<!\S){body}")


def _term(term: str) -> str:
    if term == "..":
        return GAP
    optional = term.endswith("?")
    choices = "|".join(map(_choice, term.removesuffix("?").split("|")))
    return f"(?:(?:{choices}) )" + "?" * optional


def _choice(choice: str) -> str:
    if choice == NUMBER:
        return r"\d\S*"
    return re.escape(choice).replace(r"\*", r"\S*").replace("_", " ")


def _stems(terms: Sequence[str]) -> tuple[str, ...]:
    """Return the stems of the term that tells most: its shortest stem is longest."""
    return max(_sure(terms), key=lambda stems: min(map(len, stems)), default=())


def _sure(terms: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the stems of each term that may not be left out, if it has any."""
    sure = [t.split("|") for t in terms if t != ".." and not t.endswith("?")]
    able = [tuple(map(_stem, choices)) for choices in sure]
    return [stems for stems in able if all(stems)]


@lru_cache(maxsize=4096)
def _needed(written: str) -> tuple[tuple[str, ...], ...]:
    """Return stems of which a text needs one from each; most texts lack some."""
    return tuple(_sure(written.casefold().split()))


@lru_cache(maxsize=MOST_KNOWN)
def _beginnings(word: str) -> tuple[str, ...]:
    """Return every stem that a word has."""
    return tuple(dict.fromkeys((f"{word} ", *(word[:n] for n in range(1, STEM + 1)))))


def _has_all(stems: AbstractSet[str], written: str) -> bool:
    """Say whether a text with these stems has one for each term of a cue.

    Words are looked up a hundred times as fast as expressions are matched.
    """
    for needed in _needed(written):  # noqa: SIM110 - a generator takes twice as long
        if stems.isdisjoint(needed):
            return False
    return True


def _stem(choice: str) -> str:
    """Return how a word begins that a choice is found by; empty for any word."""
    first = choice.split("_", maxsplit=1)[0]
    if first.startswith(("*", NUMBER)):
        return ""
    head, ending, _ = first.partition("*")
    return head[:STEM] if ending or len(head) >= STEM else f"{head} "


class Index(Generic[Of]):
    """Finds which of many cues stand in a text, and what they belong to."""

    def __init__(self, cues: Iterable[tuple[Cue, Of]]) -> None:
        self._by_stem: dict[str, list[tuple[Cue, Of]]] = {}
        self._always: list[tuple[Cue, Of]] = []
        self._by_word: dict[str, tuple[tuple[Cue, Of], ...]] = {}
        for cue, of in cues:
            for stem in set(cue.stems):
                self._by_stem.setdefault(stem, []).append((cue, of))
            if not cue.stems:
                self._always.append((cue, of))

    def found(self, text: str) -> Iterator[tuple[Of, int, int]]:
        """Yield what each cue in a plain text belongs to, and where it stands."""
        words = dict.fromkeys(text.split())
        able = {id(cue): (cue, of) for word in words for cue, of in self._cues_of(word)}
        stems = set().union(*map(_beginnings, words)) if able else set[str]()
        padded = f"{text} "
        for cue, of in (*able.values(), *self._always):
            if not _has_all(stems, cue.written):
                continue
            for match in _compiled(cue.written).finditer(padded):
                yield of, match.start(), match.end() - 1

    def _cues_of(self, word: str) -> tuple[tuple[Cue, Of], ...]:
        """Return the cues that a word may belong to; most words come again and again."""
        known = self._by_word.get(word)
        if known is None:
            if len(self._by_word) >= MOST_KNOWN:
                self._by_word.clear()
            known = tuple(
                one for stem in _beginnings(word) for one in self._by_stem.get(stem, ())
            )
            self._by_word[word] = known
        return known

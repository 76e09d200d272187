"""Which way one changed clause leans: what came in, held against what went.

What is the same on both sides weighs nothing, so the reverse of a change leans the
other way.

Source: ADR 0124.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from clausewatch.core.event import Change, Direction
from clausewatch.core.model import WordOp
from clausewatch.core.phrases import Heard, Phrase, around, heard, plain

CAME: Final = "came"
WENT: Final = "went"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that a change takes from people or gives them."""

    direction: Direction
    kind: str
    side: str
    """Whether what shows it came or went."""
    rule: str
    words: str

    def __str__(self) -> str:
        verb = "now says" if self.side == CAME else "no longer says"
        return f"direction {self.direction}: {verb} “{self.words}” (rule {self.rule})"


@dataclass(frozen=True, slots=True)
class Leaning:
    """The signs of one change, and the phrases on either of its sides."""

    signs: tuple[Sign, ...] = ()
    before: tuple[Heard, ...] = ()
    after: tuple[Heard, ...] = ()

    @property
    def stayed(self) -> frozenset[str]:
        """Return the kinds of phrase that stand in the clause before and after."""
        return frozenset(
            {found.phrase.kind for found in self.before}
            & {found.phrase.kind for found in self.after}
        )

    @property
    def direction(self) -> Direction:
        """Return which way it leans, on the face of it."""
        return together({sign.direction for sign in self.signs})


def together(directions: set[Direction]) -> Direction:
    """Return the direction of what has parts with these."""
    telling = directions - {Direction.NEUTRAL}
    if len(telling) > 1:
        return Direction.MIXED
    return next(iter(telling), Direction.NEUTRAL)


def leaning(change: Change, language: str, phrases: Sequence[Phrase]) -> Leaning:
    """Return what a change takes and gives."""
    went = heard(change.before, language, phrases)
    came = heard(change.after, language, phrases)
    kept = Leaning((), went, came)
    stayed = kept.stayed
    signs = [_sign(found, CAME) for found in came if found.phrase.kind not in stayed]
    signs += [_sign(found, WENT) for found in went if found.phrase.kind not in stayed]
    if stayed:
        signs += _shifts(change, stayed)
    return replace(kept, signs=tuple(signs))


def _sign(heard: Heard, side: str) -> Sign:
    says = heard.phrase.says
    direction = says if side == CAME else _OTHER[says]
    return Sign(direction, heard.phrase.kind, side, heard.phrase.id, heard.words)


_OTHER: Final = {
    Direction.LESS: Direction.MORE,
    Direction.MORE: Direction.LESS,
    Direction.NEUTRAL: Direction.NEUTRAL,
    Direction.MIXED: Direction.MIXED,
}


def _shifts(change: Change, stayed: frozenset[str]) -> Iterator[Sign]:
    """Yield what a rewording shifts within what it keeps."""
    went, came = (
        f" {' '.join(s.text for s in change.words if s.op is op)} ".lower()
        for op in (WordOp.DELETE, WordOp.INSERT)
    )
    for word in _LIMITS:
        lost, won = f" {word} " in went, f" {word} " in came
        if lost != won:
            side = CAME if won else WENT
            direction = Direction.MORE if won else Direction.LESS
            text = change.after if won else change.before
            yield Sign(direction, "limit", side, "shift/limit", _quoted(text, word))
            break
    if {"retention", "deletion"} & stayed:
        yield from _longer(change.before, change.after)
    if stayed & _GRANTS:
        yield from _narrower(change.before, change.after)
    if "children" in stayed:
        yield from _older(change.before, change.after)


def _quoted(text: str, word: str) -> str:
    """Return a word that stands in a text, with its neighbours."""
    said = plain(text)
    at = f" {said} ".find(f" {word} ")
    return around(said, at, at + len(word)) if at >= 0 else word


_LIMITS: Final = (
    "only solely exclusively strictly never not nur ausschließlich nie nicht "
    "uniquement exclusivement jamais únicamente solo sólo nunca"
).split()
"""Words that bind who says them; their going loosens what stays."""


_SPAN: Final = re.compile(
    r"(\d+)[ -](?:\w+ )?(hour|day|week|month|year|stunde|tag|woche|monat|jahr|heure|jour"
    r"|semaine|mois|an|hora|día|semana|mes|año)\w*"
)
_DAYS: Final = {
    **dict.fromkeys(("hour", "stunde", "heure", "hora"), 1 / 24),
    **dict.fromkeys(("day", "tag", "jour", "día"), 1.0),
    **dict.fromkeys(("week", "woche", "semaine", "semana"), 7.0),
    **dict.fromkeys(("month", "monat", "mois", "mes"), 30.4),
    **dict.fromkeys(("year", "jahr", "an", "año"), 365.0),
}


@lru_cache(maxsize=512)
def spans(text: str) -> tuple[tuple[float, str], ...]:
    """Return the lengths of time that a text names, in days, as they are written."""
    return tuple(
        (int(match[1]) * _DAYS[match[2]], match.group())
        for match in _SPAN.finditer(plain(text))
    )


def _longer(before: str, after: str) -> Iterator[Sign]:
    """Yield that data are kept for longer, or less long."""
    old, new = spans(before), spans(after)
    if len(old) != len(new):
        return
    for (was, _), (now, words) in zip(old, new, strict=True):
        if was != now:
            direction = Direction.LESS if now > was else Direction.MORE
            yield Sign(direction, "retention", CAME, "shift/longer", words)
            return


_GRANTS: Final = frozenset(("promise", "right", "consent", "deletion", "notice"))
_REGION: Final = re.compile(
    r"(?<!\w)(?:eea|ewr|eee|eu|ue|european|europäisch\w*|union européenne|unión europea"
    r"|uk|united kingdom|vereinigte\w* königreich\w*|royaume-uni|reino unido"
    r"|switzerland|schweiz|suisse|suiza|germany|deutschland|allemagne|california"
    r"|brazil|korea|united states|u\.s\.|canada|australia|japan|india)(?!\w)"
)


def _narrower(before: str, after: str) -> Iterator[Sign]:
    """Yield that what was for everybody is for a region now, or the reverse."""
    old, new = (_REGION.search(plain(text)) for text in (before, after))
    if new and not old:
        words = around(new.string, *new.span())
        yield Sign(Direction.LESS, "region", CAME, "shift/region", words)
    if old and not new:
        words = around(old.string, *old.span())
        yield Sign(Direction.MORE, "region", WENT, "shift/region", words)


_AGE: Final = re.compile(r"(?<!\d)(1[0-9]|21)(?!\d)")


def _older(before: str, after: str) -> Iterator[Sign]:
    """Yield that an age of protection was raised or lowered."""
    old, new = (sorted(set(_AGE.findall(text))) for text in (before, after))
    if old and new and old != new:
        direction = Direction.MORE if new > old else Direction.LESS
        yield Sign(direction, "children", CAME, "shift/age", new[-1])

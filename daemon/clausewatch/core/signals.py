"""What a reader should know about a change besides what it says.

Each signal comes with the words or dates that show it, and stands once in an event.

Source: docs/signals.md, one heading a signal.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clausewatch.core.dates import dates_in
from clausewatch.core.direction import Direct
from clausewatch.core.event import (
    Change,
    Direction,
    Event,
    Signal,
    StatedDates,
    Verdict,
)
from clausewatch.core.leaning import CAME, Leaning, Sign
from clausewatch.core.model import EditKind
from clausewatch.core.phrases import Phrase, heard, plain
from clausewatch.core.rulebook import Rulebook

UNANNOUNCED: Final = "unannounced"
BACKDATED: Final = "backdated"
NOTICE: Final = "notice"
DEFAULT_ON: Final = "default-on"
RETROACTIVE: Final = "retroactive"
REGION: Final = "region-carve-out"
REMOVED: Final = "promise-removed"
WEAKENED: Final = "promise-weakened"
RETARGETED: Final = "link-retargeted"
AI: Final = "ai-training"

QUOTED_CHARACTERS: Final = 160
SLOW: Final = timedelta(days=7)
"""Texts are often published some days after the date that was written on them."""
MARGIN: Final = timedelta(days=2)
"""How far from the day for which it was announced a change may come and be on time."""


def of(
    pointed: Direct,
    stated: StatedDates,
    language: str,
    rulebook: Rulebook,
) -> tuple[Signal, ...]:
    """Return the signals of the changes, each with what shows it.

    Args:
        pointed: The changes of a difference, and how they lean.
        stated: The document's own dates.
        language: Of the document now.
        rulebook: Its marks are listened for; without phrases there are no signals.
    """
    pairs = [
        _Seen(change, leaning, language, rulebook.marks)
        for change, leaning in zip(pointed.changes, pointed.leanings, strict=True)
        if change.verdict is Verdict.SUBSTANTIVE
    ]
    if not pairs or not rulebook.phrases:
        return ()
    pairs.sort(key=_Seen.rank)
    new = [seen.change.after for seen in pairs if seen.change.after]
    found = [
        Signal(name, _together(told))
        for name, shows in _SHOWS.items()
        if (told := [text for seen in pairs if (text := shows(seen, new))])
    ]
    return (*_dates(stated), *found)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One substantive change, and what can be asked of it."""

    change: Change
    leaning: Leaning
    language: str
    marks: Sequence[Phrase]

    def rank(self) -> int:
        """Return how early it is shown: what said "we do not" tells most."""
        return int(all(f.phrase.kind != "promise" for f in self.leaning.before))

    def marked(self, name: str) -> tuple[bool, bool]:
        """Say whether a mark stands in the clause before, and after."""
        marks = [mark for mark in self.marks if mark.kind == name]
        before, after = (
            bool(heard(text, self.language, marks))
            for text in (self.change.before, self.change.after)
        )
        return before, after

    def came(self, kind: str) -> bool:
        """Say whether a kind of phrase stands there that did not."""
        return any(s.kind == kind and s.side == CAME for s in self.leaning.signs)


def _default_on(seen: _Seen, _: Sequence[str]) -> str:
    """Return a setting that is on, where it was off or not there."""
    before, after = seen.marked(DEFAULT_ON)
    ticked = seen.change.after.count(ON) > seen.change.before.count(ON)
    return _quoted(seen.change.after) if ticked or (after and not before) else ""


ON: Final = "☑"
"""How a control reads that is ticked, pressed or switched on."""


def _retroactive(seen: _Seen, _: Sequence[str]) -> str:
    return _quoted(seen.change.after) if seen.came("retroactive") else ""


def _ai(seen: _Seen, _: Sequence[str]) -> str:
    barred = seen.came("ban")  # who forbids its users to train on it promises nothing
    return _quoted(seen.change.after) if seen.came("ai") and not barred else ""


def _region(seen: _Seen, _: Sequence[str]) -> str:
    """Return where a clause that exempts a region came, went or was reworded."""
    before, after = seen.marked(REGION)
    if not (before or after):
        return ""
    return _quoted(seen.change.after if after else seen.change.before)


def _removed(seen: _Seen, new: Sequence[str]) -> str:
    """Return a promise that is gone, and is not made in other words elsewhere."""
    before = [found for found in seen.leaning.before if found.phrase.commits]
    if not before or (seen.change.after and not _is_revoked(seen)):
        return ""
    words = set(plain(seen.change.before).split())
    elsewhere = (set(plain(text).split()) for text in new if text != seen.change.after)
    if any(len(words & other) > STANDS_ELSEWHERE * len(words) for other in elsewhere):
        return ""
    return _quoted(seen.change.before)


STANDS_ELSEWHERE: Final = 0.6
"""A promise with more of its words in a new clause was moved rather than dropped."""


def _is_revoked(seen: _Seen) -> bool:
    """Say whether a clause no longer says "we do not", or its like."""
    kinds = {f.phrase.kind for f in seen.leaning.before} - seen.leaning.stayed
    return "promise" in kinds


def _weakened(seen: _Seen, _: Sequence[str]) -> str:
    """Return a promise that stands, but for less."""
    before = [found for found in seen.leaning.before if found.phrase.commits]
    if not before or not seen.change.after or _is_revoked(seen):
        return ""
    if seen.leaning.direction not in {Direction.LESS, Direction.MIXED}:
        return ""
    kept = {f.phrase.kind for f in seen.leaning.after if f.phrase.commits}
    loosened = any(sign.rule.startswith("shift/") for sign in _less(seen))
    if loosened or any(found.phrase.kind not in kept for found in before):
        return f"{_quoted(seen.change.before)} became {_quoted(seen.change.after)}"
    return ""


def _less(seen: _Seen) -> list[Sign]:
    return [s for s in seen.leaning.signs if s.direction is Direction.LESS]


def _retargeted(seen: _Seen, _: Sequence[str]) -> str:
    change = seen.change
    if change.kind is not EditKind.KEPT:
        return ""
    return f"{_quoted(change.before)} became {_quoted(change.after)}"


_SHOWS: Final[dict[str, Callable[[_Seen, Sequence[str]], str]]] = {
    AI: _ai,
    DEFAULT_ON: _default_on,
    RETROACTIVE: _retroactive,
    REMOVED: _removed,
    WEAKENED: _weakened,
    REGION: _region,
    RETARGETED: _retargeted,
}


def _dates(stated: StatedDates) -> tuple[Signal, ...]:
    """Return that the text moved and its date did not."""
    before, after = stated.before, stated.after
    if before is None or before != after:
        return ()
    return (Signal(UNANNOUNCED, f"the stated date is still {_day(before)}"),)


def timed(event: Event) -> tuple[Signal, ...]:
    """Return the signals of an event that need its times: of dates against looks."""
    if event.verdict is not Verdict.SUBSTANTIVE:
        return ()
    return tuple(filter(None, (_backdated(event), _notice(event))))


def _backdated(event: Event) -> Signal | None:
    """Return that a text says it is older than when we last saw that it was not there.

    Pages that are looked at rarely get as much again as a margin.
    """
    stated, last = event.stated_date, event.previous_at
    if stated.after is None or last is None or stated.after == stated.before:
        return None
    margin = max(SLOW, event.observed_at - last)
    if stated.after >= (last - margin).date():
        return None
    told = (
        f"the text states {_day(stated.after)}; on {_day(last.date())} "
        "the page still showed the one before"
    )
    return Signal(BACKDATED, told)


def _notice(event: Event) -> Signal | None:
    """Return that a change was announced for a day: that day to come, or that day here."""
    now, stated = event.observed_at.date(), event.stated_date
    if stated.after is not None and stated.after > now:
        return Signal(NOTICE, f"the text states {_day(stated.after)}, a day to come")
    came = _announced(event.changes, now, after=True)
    if came:
        return Signal(NOTICE, f"announces {_day(came[0])}: {came[1]}")
    last = event.previous_at.date() if event.previous_at else now
    due = stated.before if stated.before and stated.before > last else None
    if due is None:
        went = _announced(event.changes, last, after=False)
        due = went[0] if went else None
    return Signal(NOTICE, _kept_to(due, now)) if due else None


def _kept_to(due: date, now: date) -> str:
    if abs(now - due) <= MARGIN:
        return f"comes as announced for {_day(due)}"
    days = abs((now - due).days)
    when = "before" if now < due else "after"
    return f"announced for {_day(due)}, comes {days} days {when} it"


def _announced(
    changes: Sequence[Change], now: date, *, after: bool
) -> tuple[date, str] | None:
    """Return a day beyond `now` that a changed clause speaks of, and the clause."""
    for change in changes:
        text = change.after if after else change.before
        if not text or not _SPEAKS_AHEAD.search(text):
            continue
        days = [day for _, _, day in dates_in(text) if now < day <= now + AHEAD]
        same = {day for _, _, day in dates_in(change.before if after else change.after)}
        if fresh := [day for day in days if day not in same]:
            return fresh[0], _quoted(text)
    return None


_SPEAKS_AHEAD: Final = re.compile(
    r"\b(?:will|shall|effective|effect|from|starting|beginning|as of|until|updating"
    r"|wird|werden|ab|kraft|gilt|gelten|bis|sera|seront|vigueur|partir|compter|jusqu"
    r"|entra\w*|vigor|será\w*|hasta)\b",
    re.IGNORECASE,
)
"""What makes a day to come more than a day in a list."""
AHEAD: Final = timedelta(days=400)
"""A day further off is hardly that of a change."""


def _together(told: Sequence[str]) -> str:
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return f"{told[0]}{more}"


def _quoted(text: str) -> str:
    if len(text) > QUOTED_CHARACTERS:
        text = text[:QUOTED_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return f"“{text}”"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

"""One page seen from two places: does it say the same to both?

A page that is being rolled out, or shows variants by turns, says different things for
a while. What is told is a difference that lasts, and later that it is gone. What each
place is shown anew meanwhile is told by its own watch.

Source: ADR 0127.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from clausewatch.core.diff import diff
from clausewatch.core.digest import canonical, sha256
from clausewatch.core.event import (
    Direction,
    Event,
    EventType,
    Evidence,
    Pattern,
    Step,
    Verdict,
)
from clausewatch.core.history import Content, History
from clausewatch.core.judge import Judgement, judge
from clausewatch.core.model import Document, Watch
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.summary import apart

DIFFERS: Final = "vantage-differs"
AGREES: Final = "vantage-agrees"
LASTING: Final = timedelta(days=3)
"""How long both places must have shown what they show."""


@dataclass(frozen=True, slots=True)
class View:
    """A page as it is seen from one place."""

    watch: Watch
    history: History

    @property
    def label(self) -> str:
        """What people call the place."""
        return f"seen from {self.watch.vantage}" if self.watch.vantage else "otherwise"


def pairs(watches: Sequence[Watch]) -> tuple[tuple[Watch, Watch], ...]:
    """Return the watches that see one page from two places.

    All others are compared with the first of the list, which is how an operator
    reads it: our own place, and then the others.
    """
    first: dict[tuple[str, str, str], Watch] = {}
    found = []
    for watch in watches:
        base = first.setdefault((watch.service, watch.kind, watch.url), watch)
        if base.vantage != watch.vantage:
            found.append((base, watch))
    return tuple(found)


def pair_id(one: Watch, other: Watch) -> str:
    """Return the id of the pattern of two watches, whatever it comes to."""
    return sha256(canonical(["vantage", one.id, other.id]).encode())[:32]


def compare(
    one: View,
    other: View,
    *,
    told: Event | None,
    judged: Callable[[], Judgement],
) -> Event | None:
    """Return that the page says something else there, or no longer does; else None.

    Args:
        told: What was last told of these two.
        judged: What the texts of both amount to, from one to the other; asked only
            where they differ and have stood for long enough.
    """
    here, there = one.history.head, other.history.head
    if here is None or there is None or one.history.recipe != other.history.recipe:
        return None
    if one.history.held or other.history.held:
        return None  # one of them is about to show something else
    apart_now = told is not None and told.pattern and told.pattern.name == DIFFERS
    if here.words == there.words:
        return _agrees(one, other, here, there, told) if told and apart_now else None
    if not (apart_now or _lasts(one, other, here, there)):
        return None
    found = judged()
    substantive = found.verdict is Verdict.SUBSTANTIVE
    if apart_now:
        return None if substantive else _agrees(one, other, here, there, told)
    return _differs(one, other, here, there, told, found) if substantive else None


def difference(here: Document, there: Document, rulebook: Rulebook) -> Judgement:
    """Return what it amounts to that a page says the one here and the other there."""
    edits = diff(here.clauses, there.clauses)
    return judge(here, there, edits, seen=frozenset(), rulebook=rulebook)


def _lasts(one: View, other: View, here: Content, there: Content) -> bool:
    """Say whether both have shown their texts long enough, and not by turns."""
    since = max(here.first_seen, there.first_seen)
    if min(here.last_seen, there.last_seen) - since < LASTING:
        return False
    return not (_by_turns(one.history, there) or _by_turns(other.history, here))


def _by_turns(history: History, shown: Content) -> bool:
    """Say whether a page has lately shown the other's text beside its own."""
    head = history.head
    return head is not None and any(
        content.words == shown.words and content.last_seen >= head.first_seen
        for content in history.contents
    )


def _differs(
    one: View,
    other: View,
    here: Content,
    there: Content,
    told: Event | None,
    judged: Judgement,
) -> Event:
    decided = [c for c in judged.changes if c.verdict is judged.verdict]
    return _event(
        one,
        other,
        here,
        there,
        name=DIFFERS,
        told=told,
        summary=apart(decided, one.label, other.label),
        judged=judged,
    )


def _agrees(
    one: View, other: View, here: Content, there: Content, told: Event | None
) -> Event:
    summary = f"{other.label}, it says the same again as {one.label}"
    return _event(
        one, other, here, there, name=AGREES, told=told, summary=summary, judged=None
    )


def _event(
    one: View,
    other: View,
    here: Content,
    there: Content,
    *,
    name: str,
    told: Event | None,
    summary: str,
    judged: Judgement | None,
) -> Event:
    watch, pair = other.watch, pair_id(one.watch, other.watch)
    follows = told.id if told else ""
    cause = canonical([pair, name, follows, here.words, there.words])
    return Event(
        id=sha256(cause.encode())[:32],
        type=EventType.PATTERN,
        watch=watch.id,
        service=watch.service,
        document=watch.name,
        url=watch.url,
        kind=watch.kind,
        vantage=watch.vantage,
        observed_at=max(here.first_seen, there.first_seen),
        previous_at=None,
        revision=other.history.revision,
        verdict=Verdict.SUBSTANTIVE,
        materiality=judged.materiality if judged else 1,
        topics=judged.topics if judged else (),
        direction=judged.direction if judged else Direction.NEUTRAL,
        summary=summary,
        reason=f"compared from {one.watch.id} to {other.watch.id}: what went is shown "
        f"only {one.label}, what came only {other.label}",
        changes=judged.changes if judged else (),
        pattern=Pattern(
            name=name,
            id=pair,
            steps=(_step(one, here), _step(other, there)),
            follows=follows,
        ),
        evidence=Evidence(there.capture, here.capture),
    )


def _step(view: View, content: Content) -> Step:
    watch = view.watch
    return Step(
        event=content.capture,
        watch=watch.id,
        document=watch.name,
        kind=watch.kind,
        url=watch.url,
        vantage=watch.vantage,
        observed_at=content.first_seen,
        summary="shows this since then",
    )

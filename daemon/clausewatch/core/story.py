"""A pattern as an event, and in words: the steps, who followed whom, what it is about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from clausewatch.core.digest import canonical, sha256
from clausewatch.core.event import (
    Change,
    Direction,
    Event,
    EventType,
    Pattern,
    Signal,
    StatedDates,
    Step,
    Verdict,
)
from clausewatch.core.model import Kind
from clausewatch.core.summary import BY_WEIGHT, by_weight, heaviest, spoken

CONDUCT: Final = "acceptable-use"
DECISIVE: Final = frozenset({"ai-training", "data-sale", "retroactivity"})
"""One clause about it makes a document part of a story."""
SHARE: Final = 0.15
"""How much of a change must be about any other topic; see ADR 0127."""


def step_of(event: Event) -> Step:
    """Return an event as a step of a pattern, with what the change is really about."""
    told = event.type is EventType.CHANGED and event.verdict is Verdict.SUBSTANTIVE
    return Step(
        event=event.id,
        watch=event.watch,
        document=event.document,
        kind=event.kind,
        url=event.url,
        vantage=event.vantage,
        observed_at=event.observed_at,
        summary=event.summary,
        topics=_subjects(event),
        direction=event.direction,
        signals=tuple(signal.name for signal in event.signals),
        materiality=event.materiality if told else 0,
    )


def _subjects(event: Event) -> tuple[str, ...]:
    """Return what a good part of a change is about, and leans to a side in.

    A policy that is rewritten whole touches everything, and what it merely says
    otherwise is no part of a story. Nor is what readers may not do: guidelines speak
    of posts and of advertising as policies speak of data.
    """
    about = [c for c in event.changes if c.verdict is event.verdict and c.topics]
    found = Counter(
        topic
        for change in about
        if change.direction is not Direction.NEUTRAL and CONDUCT not in change.topics
        for topic in set(change.topics)
    )
    return by_weight(
        [
            topic
            for topic, times in found.items()
            if topic in DECISIVE or times >= SHARE * len(about)
        ]
    )


def pattern_event(
    last: Event,
    told: Pattern,
    *,
    previous_at: datetime | None,
    changes: tuple[Change, ...],
    reason: str,
    summary: str,
) -> Event:
    """Return the event that tells a pattern; `last` is what completed it."""
    steps = told.steps
    cause = canonical([told.id, told.name, *(step.event for step in steps)])
    topics = by_weight([topic for step in steps for topic in step.topics])
    return replace(
        last,
        id=sha256(cause.encode())[:32],
        type=EventType.PATTERN,
        document=listed(dict.fromkeys(step.document for step in steps)),
        previous_at=previous_at,
        verdict=Verdict.SUBSTANTIVE,
        materiality=max(step.materiality for step in steps),
        topics=_themes(steps) or topics,
        direction=together(step.direction for step in steps),
        signals=_signals(steps),
        summary=summary,
        reason=reason,
        because=(),
        stated_date=StatedDates(None, None),
        changes=changes,
        pattern=told,
    )


def together(directions: Iterable[Direction]) -> Direction:
    """Return the direction of several changes; mixed if they do not agree."""
    found = set(directions) - {Direction.NEUTRAL}
    if not found:
        return Direction.NEUTRAL
    return found.pop() if len(found) == 1 else Direction.MIXED


def listed(names: Iterable[str]) -> str:
    """Return names as people list them: settings, privacy policy and FAQ."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def part_of(event: Event) -> tuple[Change, ...]:
    """Return the heaviest change of an event, under the name of its document."""
    if not event.changes:
        return ()
    told = [c for c in event.changes if c.verdict is event.verdict]
    change = heaviest(told or event.changes)
    return (replace(change, path=(event.document, *change.path)),)


def themes(step: Step) -> frozenset[str]:
    """Return what a step is about: its topics, and the signals that name one."""
    named = (name for name in step.signals if name in BY_WEIGHT)
    return frozenset(step.topics).union(named)


def _themes(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return what several of the steps are about, the heaviest first."""
    about = [themes(step) for step in steps]
    known = by_weight([topic for topics in about for topic in topics])
    return tuple(t for t in known if sum(t in topics for topics in about) > 1)


def _signals(steps: Sequence[Step]) -> tuple[Signal, ...]:
    """Return the signals of all steps, each with the documents that carry it."""
    names = dict.fromkeys(name for step in steps for name in step.signals)
    return tuple(
        Signal(
            name,
            listed(dict.fromkeys(s.document for s in steps if name in s.signals)),
        )
        for name in names
    )


def in_one_line(steps: Sequence[Step]) -> str:
    """Return the story in one line: what it is about, and who followed whom."""
    shared = _themes(steps)
    about = f"{spoken(shared[0])}: " if shared else ""
    told = [_moved(steps[0])]
    for before, step in pairwise(steps):
        days = (step.observed_at.date() - before.observed_at.date()).days
        told.append(f"{_moved(step)} {_later(days)}")
    return about + ", then ".join(told)


def _moved(step: Step) -> str:
    switched = step.kind is Kind.SETTINGS and "default-on" in step.signals
    return f"{step.document} {'switched on by default' if switched else 'changed'}"


def _later(days: int) -> str:
    """Return a distance as people count it: by the days of the calendar."""
    if days == 0:
        return "on the same day"
    return "a day later" if days == 1 else f"{days} days later"

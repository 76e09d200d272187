"""What changes of several documents of a service tell together.

A setting is switched on, then the policy is rewritten to allow it, then the FAQ is
edited: each is told by itself, and together they are one story. Documents often change
in one season and have nothing to do with one another, so it takes more than that: both
changes must weigh enough for an alert of their own, and be about the same thing.

Source: ADR 0127, with what other rules would have told.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from clausewatch.core.digest import canonical, sha256
from clausewatch.core.event import Event, Pattern, Step
from clausewatch.core.model import Kind
from clausewatch.core.story import in_one_line, part_of, pattern_event, step_of, themes
from clausewatch.core.summary import by_weight, spoken

FOLLOW: Final = "documents-follow"
WITHIN: Final = timedelta(days=60)
LEAST: Final = 2
"""The least materiality of a step, unless it carries a strong signal."""
STRONG: Final = frozenset(
    {"default-on", "ai-training", "retroactive", "promise-removed"}
)
ASIDE: Final = frozenset(
    {
        Kind.BRAND,
        Kind.COMMUNITY,
        Kind.ACCEPTABLE_USE,
        Kind.COPYRIGHT,
        Kind.DEVELOPER,
        Kind.IMPRINT,
        Kind.LAW_ENFORCEMENT,
        Kind.SECURITY,
    }
)
"""Documents that do not say what happens to a reader's data."""
GENERAL: Final = frozenset(
    """
    acceptable-use change-notice disputes entity liability payment purpose
    regional-scope security service-scope termination
    """.split()
)
"""Topics that documents share because they are of one company."""


def pattern(
    event: Event, earlier: Sequence[Event], *, within: timedelta = WITHIN
) -> Event | None:
    """Return the pattern that a change completes, or makes grow; None for most.

    The same pattern is told again only when a document of another kind joins it.

    Args:
        earlier: Events of the same service, in the order they were told.
        within: How far apart two steps may be.
    """
    new = step_of(event)
    if not _weighs(new):
        return None

    def is_near(at: datetime) -> bool:
        # Either way: recordings are read one page after the other.
        return abs(event.observed_at - at) <= within

    told = {e.pattern.id: e for e in earlier if e.pattern and e.pattern.name == FOLLOW}
    for known in reversed(told.values()):
        if known.pattern and any(
            is_near(step.observed_at) and _akin(step, new)
            for step in known.pattern.steps
        ):
            return _grown(known, known.pattern, event)
    of_told = {s.event for e in told.values() if e.pattern for s in e.pattern.steps}
    parts = [
        e
        for e in earlier
        if is_near(e.observed_at)
        and e.id not in of_told
        and _weighs(step_of(e))
        and _akin(step_of(e), new)
        and not _copied(e, event)
    ]
    return _begun([*parts, event]) if parts else None


def _begun(parts: Sequence[Event]) -> Event:
    parts = sorted(parts, key=lambda e: e.observed_at)
    steps = tuple(map(step_of, parts))
    first, last = parts[0], parts[-1]
    name = sha256(canonical([first.service, FOLLOW, first.id]).encode())[:32]
    return pattern_event(
        last,
        Pattern(name=FOLLOW, id=name, steps=steps),
        previous_at=first.previous_at,
        changes=tuple(change for part in parts for change in part_of(part)),
        reason=_reason(steps),
        summary=in_one_line(steps),
    )


def _grown(known: Event, told: Pattern, event: Event) -> Event | None:
    new = step_of(event)
    if _sort(new) in set(map(_sort, told.steps)):
        return None
    steps = tuple(sorted((*told.steps, new), key=lambda step: step.observed_at))
    return pattern_event(
        event,
        replace(told, steps=steps, follows=known.id),
        previous_at=known.previous_at,
        changes=(*known.changes, *part_of(event)),
        reason=_reason(steps),
        summary=in_one_line(steps),
    )


def _weighs(step: Step) -> bool:
    if step.kind in ASIDE:
        return False
    return step.materiality >= LEAST or (step.materiality > 0 and _is_strong(step))


def _is_strong(step: Step) -> bool:
    return not STRONG.isdisjoint(step.signals)


def _akin(one: Step, other: Step) -> bool:
    """Say whether two changes of documents of two kinds are about the same thing."""
    return _sort(one) != _sort(other) and bool(_shared(one, other))


def _shared(one: Step, other: Step) -> frozenset[str]:
    return frozenset(themes(one)) & frozenset(themes(other)) - GENERAL


def _sort(step: Step) -> str:
    """Return the kind of document, or the page itself where the kind tells nothing."""
    return step.url if step.kind is Kind.OTHER else step.kind.value


def _copied(one: Event, other: Event) -> bool:
    """Say whether most of what changed is the same text on two pages."""
    texts, others = _texts(one), _texts(other)
    return 2 * len(texts & others) > min(len(texts), len(others))


def _texts(event: Event) -> frozenset[tuple[str, str]]:
    return frozenset(
        (c.before, c.after) for c in event.changes if c.verdict is event.verdict
    )


def _reason(steps: Sequence[Step]) -> str:
    shared = by_weight(
        [
            topic
            for n, one in enumerate(steps)
            for other in steps[:n]
            for topic in _shared(one, other)
        ]
    )
    days = (steps[-1].observed_at.date() - steps[0].observed_at.date()).days
    near = f"in {days} {'day' if days == 1 else 'days'}" if days else "on one day"
    least = (
        "" if any(s.materiality < LEAST for s in steps) else ", each at least important"
    )
    about = ", ".join(map(spoken, shared))
    return f"{len(steps)} changes {near}{least}, about {about}"

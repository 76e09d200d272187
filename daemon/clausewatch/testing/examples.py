"""One example event of every type, in the shape of a case that happened."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from clausewatch.core.digest import sha256
from clausewatch.core.event import (
    Change,
    Direction,
    Event,
    EventType,
    Evidence,
    Pattern,
    Signal,
    StatedDates,
    Step,
    Verdict,
)
from clausewatch.core.model import EditKind, Kind, WatchId, WordOp, WordSpan

SEEN: Final = datetime(2024, 9, 18, 10, 5, tzinfo=UTC)

_REWORDED: Final = (
    WordSpan(WordOp.EQUAL, "We use your personal data to"),
    WordSpan(WordOp.DELETE, "provide"),
    WordSpan(WordOp.INSERT, "provide, and to train AI models for,"),
    WordSpan(WordOp.EQUAL, "our services."),
)


def reworded(words: tuple[WordSpan, ...] = _REWORDED) -> Change:
    """Return a clause whose words changed, with the texts that follow from them."""
    before = " ".join(s.text for s in words if s.op is not WordOp.INSERT)
    after = " ".join(s.text for s in words if s.op is not WordOp.DELETE)
    return Change(
        kind=EditKind.REWORDED,
        path=("Privacy Policy", "How we use your data"),
        before=before,
        after=after,
        words=words,
        verdict=Verdict.SUBSTANTIVE,
        why="topic ai-training: train AI models",
        topics=("ai-training",),
    )


_CHANGES: Final = (
    reworded(),
    Change(
        kind=EditKind.ADDED,
        path=("Privacy Policy", "Your choices"),
        before="",
        after="Opting out does not affect training that has already taken place.",
        verdict=Verdict.SUBSTANTIVE,
        why="topic retroactivity: already taken place",
        topics=("retroactivity", "choice"),
    ),
    Change(
        kind=EditKind.REMOVED,
        path=("Privacy Policy", "Your choices"),
        before="We will ask for your consent before any new use.",
        after="",
        verdict=Verdict.SUBSTANTIVE,
        why="topic choice: consent",
        topics=("choice",),
    ),
    Change(
        kind=EditKind.REWORDED,
        path=("Privacy Policy",),
        before="Read time 9 min",
        after="Read time 11 min",
        words=(
            WordSpan(WordOp.EQUAL, "Read time"),
            WordSpan(WordOp.DELETE, "9"),
            WordSpan(WordOp.INSERT, "11"),
            WordSpan(WordOp.EQUAL, "min"),
        ),
        verdict=Verdict.EXTRACTION,
        why="furniture: read time",
    ),
)


def example(kind: EventType = EventType.CHANGED, **differs: object) -> Event:
    """Return an event of this type, with any of its fields as given."""
    fields: dict[str, object] = {
        "id": f"example-{kind.value.rpartition('.')[2]}",
        "type": kind,
        "watch": WatchId("acme-privacy"),
        "service": "Acme",
        "document": "privacy policy",
        "url": "https://acme.example/legal/privacy",
        "kind": Kind.PRIVACY,
        "vantage": "",
        "observed_at": SEEN,
        "previous_at": SEEN - timedelta(hours=6),
        "revision": 2,
        "verdict": None,
        "evidence": Evidence(sha256(b"now"), sha256(b"before")),
    }
    return Event(**{**fields, **_PARTICULAR.get(kind, {}), **differs})  # type: ignore[arg-type]


def examples() -> tuple[Event, ...]:
    """Return one event of every type."""
    return tuple(map(example, EventType))


def step(kind: Kind, days: int, **differs: object) -> Step:
    """Return a step of a pattern, seen so many days after `SEEN`."""
    fields: dict[str, object] = {
        "event": f"example-{kind.value}",
        "watch": WatchId(f"acme-{kind.value}"),
        "document": kind.value.replace("-", " "),
        "kind": kind,
        "url": f"https://acme.example/{kind.value}",
        "vantage": "",
        "observed_at": SEEN + timedelta(days=days),
        "summary": "now says “train AI models”",
        "topics": ("ai-training",),
        "direction": Direction.LESS,
        "materiality": 3,
    }
    return Step(**{**fields, **differs})  # type: ignore[arg-type]


_PATTERN: Final = Pattern(
    name="documents-follow",
    id="example-story",
    steps=(
        step(Kind.SETTINGS, -37, signals=("default-on", "ai-training")),
        step(Kind.PRIVACY, 0, signals=("unannounced",)),
    ),
)
_PARTICULAR: Final[dict[EventType, dict[str, object]]] = {
    EventType.CHANGED: {
        "verdict": Verdict.SUBSTANTIVE,
        "materiality": 3,
        "topics": ("ai-training", "choice", "retroactivity"),
        "direction": Direction.LESS,
        "signals": (
            Signal("unannounced", "the stated date is still 14 September 2023"),
        ),
        "stated_date": StatedDates(date(2023, 9, 14), date(2023, 9, 14)),
        "summary": "Your data may now be used to train AI models.",
        "reason": "substantive: 3 clauses on ai-training, choice, retroactivity",
        "changes": _CHANGES,
    },
    EventType.RETURNED: {
        "verdict": Verdict.VARIANT,
        "reason": "first shown on 2024-08-30",
    },
    EventType.REBASED: {
        "verdict": Verdict.EXTRACTION,
        "reason": "the reading rules changed",
    },
    EventType.FIRST_SEEN: {
        "revision": 1,
        "previous_at": None,
        "evidence": Evidence(sha256(b"now")),
    },
    EventType.SUSPECT: {
        "summary": "no longer shows the document: almost no text is left",
        "reason": "almost no text is left, at 3 looks in a row",
    },
    EventType.INACCESSIBLE: {"reason": "http-503, at 3 looks in a row"},
    EventType.PATTERN: {
        "verdict": Verdict.SUBSTANTIVE,
        "materiality": 3,
        "document": "settings and privacy policy",
        "topics": ("ai-training",),
        "direction": Direction.LESS,
        "summary": "a setting was switched on, the privacy policy followed 37 days later",
        "pattern": _PATTERN,
    },
}

"""How much a change weighs, 0 to 3: what a lawyer would act on comes first.

An ordinal model of some dozen traits that people can read: how much changed and of
what kind, which words came and went (permissions, negations, duties, choices,
numbers), what it is about and which way it points. Two rules stand above it: a promise
that turned into a permission is never minor, and news is only what is grave.

Source: ADR 0123.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log1p
from typing import Final

from clausewatch.core.cues import Index, plain
from clausewatch.core.event import Change, Direction, Verdict
from clausewatch.core.heard import sides
from clausewatch.core.model import EditKind
from clausewatch.core.summary import changed_words
from clausewatch.core.topics import heaviest

LOUD: Final = 4.0
"""From here on, a topic is heard as clearly as can be."""
CLEAR: Final = 2.0
NEITHER: Final = frozenset({"entity", "service-scope", "regional-scope"})
"""A change that is about no more than these only moves house."""
GRAVE: Final = frozenset(
    {
        "ai-training",
        "automated-decisions",
        "communications",
        "data-sale",
        "disputes",
        "sensitive-data",
    }
)
"""What would make news, where it is taken from people."""
GRAVEST: Final = frozenset({"ai-training", "data-sale"})
GRAVE_WORDS: Final = 90
GRAVEST_WORDS: Final = 12
"""How many words of what is taken from people must be about it, to be news."""
MOST_OF_ONE: Final = 60
"""A change of more words than this counts as this many."""
WORSE: Final = frozenset({Direction.LESS, Direction.MIXED})
NEGATION: Final = "negation"
PERMISSION: Final = "permission"
CONTACT: Final = "contact"
MOST_REASONS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scales:
    """What traits weigh; an empty one weighs nothing."""

    cues: Index[str] | None = None
    """The words that traits are told by, and the names of these."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """By trait; a trait that is not here weighs nothing."""
    bias: float = 0.0
    grave: float = 0.0
    """The least weight of news that is about something grave."""
    gravest: float = 0.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """How much a difference weighs, and what it was that weighed."""

    materiality: int
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """Which of the words that traits are told by came and went in one change."""

    came: Counter[str]
    went: Counter[str]
    lost: str
    """The negation that went, in its words."""


def of(
    changes: Sequence[Change],
    touched: Mapping[str, float],
    direction: Direction,
    scales: Scales,
    taken: Mapping[str, float],
) -> Weighed:
    """Return how much the substantive changes of a difference weigh together.

    Args:
        changes: With their topics and directions.
        touched: How loudly each topic was heard in the changed words.
        direction: Of the whole.
        scales: What traits weigh.
        taken: What the clauses take and give, in figures.
    """
    decided = heaviest([c for c in changes if c.verdict is Verdict.SUBSTANTIVE])
    if not decided:
        return Weighed(0)
    if scales.cues is None:
        return Weighed(1)
    heard = [_words(change, scales.cues) for change in decided]
    found = traits(decided, heard, touched, direction) | dict(taken)
    parts = {name: value * scales.weights.get(name, 0) for name, value in found.items()}
    score = sum(parts.values()) + scales.bias
    broken = next(_broken(decided, heard), "")
    grave = grave_in(decided, score, direction, scales)
    material = 3 if grave else 2 if score >= 0 or broken else 1
    return Weighed(material, tuple(_because(material, score, parts, broken, grave)))


def traits(
    changes: Sequence[Change],
    heard: Sequence[_Words],
    touched: Mapping[str, float],
    direction: Direction,
) -> dict[str, float]:
    """Return the traits of a difference by name, each from 0 to a few."""
    sizes = [changed_words(change) for change in changes]
    total = max(1, sum(sizes))
    pairs = list(zip(changes, sizes, strict=True))
    found = {
        "words": log1p(total),
        "clauses": log1p(len(changes)),
        "longest change": log1p(max(sizes)),
        "words a clause": log1p(total / len(changes)),
        "share added": sum(n for c, n in pairs if c.kind is EditKind.ADDED) / total,
        "share removed": sum(n for c, n in pairs if c.kind is EditKind.REMOVED) / total,
        "share of tables": sum(n for c, n in pairs if "|" in c.after + c.before)
        / total,
        "sections": log1p(sum(map(_is_heading, changes))),
        "less protective": float(direction is Direction.LESS),
        "mixed": float(direction is Direction.MIXED),
        "more protective": float(direction is Direction.MORE),
        "clauses less": log1p(sum(c.direction is Direction.LESS for c in changes)),
        "clauses more": log1p(sum(c.direction is Direction.MORE for c in changes)),
    }
    return found | _of_words(heard, sizes) | _of_topics(touched)


def _of_words(heard: Sequence[_Words], sizes: Sequence[int]) -> dict[str, float]:
    came = sum((words.came for words in heard), Counter[str]())
    went = sum((words.went for words in heard), Counter[str]())
    contact = sum(
        size
        for words, size in zip(heard, sizes, strict=True)
        if CONTACT in words.came or CONTACT in words.went
    )
    found = {"share of contacts": contact / max(1, sum(sizes))}
    for name in sorted({*came, *went} - {CONTACT}):
        found[f"{name} came"] = log1p(max(0, came[name] - went[name]))
        found[f"{name} went"] = log1p(max(0, went[name] - came[name]))
        found[f"{name} touched"] = 1.0
    return found


def _of_topics(touched: Mapping[str, float]) -> dict[str, float]:
    clear = {topic for topic, score in touched.items() if score >= CLEAR}
    found = {f"topic {t}": min(score, LOUD) / LOUD for t, score in touched.items()}
    found["topics"] = len(clear) ** 0.5
    found["no topic"] = float(not clear)
    found["only moves house"] = float(clear <= NEITHER)
    return found


def words_of(changes: Sequence[Change], cues: Index[str]) -> list[_Words]:
    """Return which words came and went in each change."""
    return [_words(change, cues) for change in changes]


def _words(change: Change, cues: Index[str]) -> _Words:
    came, went, lost = Counter[str](), Counter[str](), ""
    for number, (text, marks) in enumerate(sides(change)):
        is_new = number == 1 if change.words else bool(change.after)
        for name, start, end in cues.found(text):
            if marks.find(1, start, end) < 0:
                continue
            (came if is_new else went)[name] += 1
            if name == NEGATION and not is_new and not lost:
                lost = text[start:end]
    return _Words(came, went, lost)


def _is_heading(change: Change) -> bool:
    """Say whether a heading came or went, and so a section."""
    if change.kind not in {EditKind.ADDED, EditKind.REMOVED} or not change.path:
        return False
    return plain(change.path[-1]) == plain(change.after or change.before) != ""


def _broken(changes: Sequence[Change], heard: Sequence[_Words]) -> Iterator[str]:
    """Yield the negations that gave way to a permission, or that people lost by."""
    for change, words in zip(changes, heard, strict=True):
        lost = words.went[NEGATION] > words.came[NEGATION]
        worse = words.came[PERMISSION] > 0 or change.direction is Direction.LESS
        if change.kind is EditKind.REWORDED and lost and worse:
            yield words.lost


def grave_in(
    changes: Sequence[Change], score: float, direction: Direction, scales: Scales
) -> str:
    """Return what makes a difference news, if anything does.

    Args:
        changes: With their topics and directions.
        score: What the difference weighs.
        direction: Of the whole.
    """
    if direction not in WORSE:
        return ""
    taken: Counter[str] = Counter()
    for change in changes:
        if change.direction in WORSE:
            size = min(MOST_OF_ONE, changed_words(change))
            taken.update(dict.fromkeys(GRAVE.intersection(change.topics), size))
            taken[""] += size if GRAVE.intersection(change.topics) else 0
    gravest = sorted(t for t in GRAVEST if taken[t] >= GRAVEST_WORDS)
    if gravest and score >= scales.gravest:
        return gravest[0]
    if taken[""] < GRAVE_WORDS or score < scales.grave:
        return ""
    return max(sorted(GRAVE), key=lambda topic: taken[topic])


def _because(
    material: int, score: float, parts: Mapping[str, float], broken: str, grave: str
) -> Iterator[str]:
    sign = 1 if score >= 0 else -1
    most = sorted(parts, key=lambda name: (-sign * parts[name], name))[:MOST_REASONS]
    said = ", ".join(name for name in most if sign * parts[name] > 0)
    likely = 1 / (1 + exp(-score))
    yield f"materiality {material}: weighs {likely:.2f} of 1, for {said}"
    if broken:
        yield f"materiality at least 2: “{broken}” no longer stands there"
    if grave:
        yield f"materiality 3: taken from people, and about {grave}"

"""What a change means for the person whose data or rights it is.

Each changed clause leans by its phrases; the whole is weighed by a small calibrated
model of what the phrases show, of what the clauses take and give, and of what they
are about. It is sure where phrases and model say the same.

Source: ADR 0124, ADR 0125; docs/signals.md says what was measured.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log1p
from typing import Final

import numpy as np

from clausewatch.core.bearing import Bearing, Numbers, figures, heaviest, words_of
from clausewatch.core.event import Change, Direction, Verdict
from clausewatch.core.leaning import CAME, Leaning, leaning, together
from clausewatch.core.model import EditKind
from clausewatch.core.phrases import Phrase, around, heard
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.topicfigures import weight_of

LEAST: Final = 0.3
"""Less likely than this, and no direction is claimed."""
SURE: Final = 0.5
"""Less likely than this, and a direction is told with low confidence."""
LOUD: Final = 4.0
"""From here on, a topic is heard as clearly as can be."""
QUOTED: Final = 12
"""How many words of a clause are shown where no phrase explains it."""
TAKEN: Final = {
    "loss a clause": "clauses less",
    "gain a clause": "clauses more",
    "neither a clause": "clauses neutral",
    "greatest loss": "clauses less, most",
    "greatest gain": "clauses more, most",
    "plainest clause": "clauses neutral, most",
}
"""What is told of the clauses to who weighs the whole, by its name there."""
MOST_REASONS: Final = 4
"""How many phrases explain the whole; each change has its own."""


@dataclass(frozen=True, slots=True)
class Direct:
    """The direction of a whole difference, of each of its changes, and why."""

    direction: Direction
    sure: bool
    because: tuple[str, ...]
    changes: tuple[Change, ...]
    leanings: tuple[Leaning, ...]
    """One for each change; empty for those that are not substantive."""
    taken: Mapping[str, float] = field(default_factory=dict)
    """What the clauses take and give, in figures for who weighs the whole."""


def of(
    changes: Sequence[Change],
    language: str,
    rulebook: Rulebook,
    touched: Mapping[str, float],
) -> Direct:
    """Return which way the substantive changes point, and the changes with theirs.

    Args:
        changes: All of them; those that are not substantive are left as they are.
        language: Of the document.
        rulebook: Its phrases, and the models.
        touched: How loudly each topic was heard in the changed words.
    """
    phrases = rulebook.phrases
    if language and all(phrase.language != language for phrase in phrases):
        why = (f"direction: no rules for the language {language}",) if phrases else ()
        nothing = (Leaning(),) * len(changes)
        return Direct(Direction.NEUTRAL, not phrases, why, tuple(changes), nothing)
    leanings = tuple(
        leaning(change, language, phrases)
        if change.verdict is Verdict.SUBSTANTIVE
        else Leaning()
        for change in changes
    )
    told = tuple(map(_told, changes, leanings))
    weighed = [pair for pair in zip(changes, leanings, strict=True) if _counts(pair[0])]
    if not (weighed and phrases):
        return Direct(Direction.NEUTRAL, True, (), told, leanings)
    read = _read(weighed, rulebook.bearing)
    summed = _summed(*read)
    taken = {name: summed[key] for name, key in TAKEN.items() if key in summed}
    odds = _odds(weighed, language, rulebook, touched, summed)
    direction = max(odds, key=lambda one: odds[one])
    if odds[direction] < LEAST:
        return Direct(Direction.NEUTRAL, False, (), told, leanings, taken)
    because = _because(direction, weighed) or _by_clause(direction, read)
    sure = odds[direction] >= SURE and _agree(direction, weighed)
    return Direct(direction, sure, because, told, leanings, taken)


def _counts(change: Change) -> bool:
    return change.verdict is Verdict.SUBSTANTIVE


def _told(change: Change, leaning: Leaning) -> Change:
    """Return the change with its direction and what showed it."""
    if not leaning.signs:
        return change
    because = (*change.because, *map(str, leaning.signs))
    return replace(change, direction=leaning.direction, because=because)


def _read(
    weighed: Sequence[tuple[Change, Leaning]], bearing: Bearing | None
) -> tuple[Sequence[Change], Numbers]:
    """Return the longest changes, and what each of them takes and gives."""
    if bearing is None:
        return (), np.zeros((0, 3))
    most = [weighed[n] for n in heaviest([change for change, _ in weighed])]
    read = np.stack([bearing.of(change, found) for change, found in most])
    return [change for change, _ in most], read


def _summed(changes: Sequence[Change], bearings: Numbers) -> Mapping[str, float]:
    """Return what the clauses that were read come to together."""
    if not changes:
        return {}
    return figures(bearings, np.array([weight_of(change) for change in changes]))


def _odds(
    weighed: Sequence[tuple[Change, Leaning]],
    language: str,
    rulebook: Rulebook,
    touched: Mapping[str, float],
    summed: Mapping[str, float],
) -> Mapping[Direction, float]:
    if rulebook.calibration is None:
        return {together({found.direction for _, found in weighed}): 1.0}
    found = traits(weighed, language, rulebook.phrases, touched)
    return rulebook.calibration.odds(found | dict(summed))


def _agree(direction: Direction, weighed: Sequence[tuple[Change, Leaning]]) -> bool:
    """Say whether the phrases say what the model says."""
    return together({found.direction for _, found in weighed}) is direction


def _because(
    direction: Direction, weighed: Sequence[tuple[Change, Leaning]]
) -> tuple[str, ...]:
    """Return the phrases that speak for the direction, the commonest kinds first."""
    signs = [
        sign
        for _, found in weighed
        for sign in found.signs
        if direction is Direction.MIXED or sign.direction is direction
    ]
    often = Counter((sign.direction, sign.kind) for sign in signs)
    signs.sort(key=lambda sign: -often[sign.direction, sign.kind])
    first = {(sign.direction, sign.kind): str(sign) for sign in reversed(signs)}
    order = sorted(first, key=lambda key: -often[key])
    return tuple(first[key] for key in order[:MOST_REASONS])


def _by_clause(
    direction: Direction,
    read: tuple[Sequence[Change], Numbers],
) -> tuple[str, ...]:
    """Return the clauses that spoke for a direction where no phrase did."""
    changes, bearings = read
    told = []
    for column, one in enumerate((Direction.LESS, Direction.MORE)):
        if changes and direction in {one, Direction.MIXED}:
            change = changes[int(bearings[:, column].argmax())]
            told.append(f"direction {one}: {_shown(change)} (learned)")
    return tuple(told)


def _shown(change: Change) -> str:
    """Return the first words of what came, or of what went; few with their neighbours."""
    went, came = words_of(change)
    verb, words, clause = (
        ("now says", came, change.after)
        if came
        else ("no longer says", went, change.before)
    )
    at = clause.find(words) if words else -1
    said = around(clause, at, at + len(words)) if at >= 0 else words
    first = said.split()
    more = " …" if len(first) > QUOTED else ""
    return f"{verb} “{' '.join(first[:QUOTED])}{more}”"


def traits(
    weighed: Sequence[tuple[Change, Leaning]],
    language: str,
    phrases: Sequence[Phrase],
    touched: Mapping[str, float],
) -> dict[str, float]:
    """Return what the calibration goes by: how many changes have what, as logarithms.

    Args:
        weighed: The substantive changes.
        language: Of the document.
        phrases: For the headings that changes without a sign stand under.
        touched: How loudly each topic was heard in the changed words.
    """
    counts: Counter[str] = Counter()
    for change, found in weighed:
        counts.update(_counted(change, found))
        if not found.signs:
            counts.update(_placed(change, language, phrases))
    values = {name: log1p(count) for name, count in counts.items()}
    topics = {f"topic {t}": min(loud, LOUD) / LOUD for t, loud in touched.items()}
    return values | _balance(values) | topics


def _counted(change: Change, found: Leaning) -> dict[str, int]:
    counts = {"changes": 1, f"kind {change.kind}": 1}
    went, came = words_of(change)
    counts |= {"words came": len(came.split()), "words went": len(went.split())}
    counts[f"leans {found.direction if found.signs else 'nowhere'}"] = 1
    for sign in found.signs:
        counts[f"{sign.kind} {sign.side} {sign.direction}"] = 1
    for kind in found.stayed:
        counts[f"{kind} stayed"] = 1
    return counts


def _placed(change: Change, language: str, phrases: Sequence[Phrase]) -> dict[str, int]:
    """Return what the heading says of an item that says nothing by itself."""
    if not change.path or change.kind is EditKind.REWORDED:
        return {}
    side = CAME if change.after else "went"
    return {
        f"under {found.phrase.kind} {side}": 1
        for found in heard(" / ".join(change.path[-2:]), language, phrases)
    }


def _balance(values: Mapping[str, float]) -> dict[str, float]:
    """Return how what came stands to what went, and what is there at all."""
    came, went = values.get("words came", 0.0), values.get("words went", 0.0)
    less, more = values.get("leans less", 0.0), values.get("leans more", 0.0)
    return {
        "more words": came - went,
        "some less": float(less > 0),
        "some more": float(more > 0),
        "less and more": float(less > 0 < more),
        "neither": float(not (less or more or values.get("leans mixed"))),
        "leans apart": less - more,
        "leans both": min(less, more),
    }

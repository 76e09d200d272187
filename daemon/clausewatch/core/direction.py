"""What a change means for the person whose data or rights it is.

Each changed clause leans by its phrases; the whole is weighed by a small calibrated
model of how much came and went, of what kind, and how the clauses read to a model of
stance. Where that is unsure it abstains: neutral, with low confidence.

Source: ADR 0124, ADR 0125; docs/signals.md says what was measured.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log1p
from typing import Final

from clausewatch.core.event import Change, Direction, Verdict
from clausewatch.core.leaning import CAME, Leaning, leaning, together
from clausewatch.core.model import EditKind, WordOp
from clausewatch.core.phrases import Phrase, heard
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.stance import Stance

SURE: Final = 0.35
"""Less likely than this, and no direction is claimed."""
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


def of(
    changes: Sequence[Change],
    language: str,
    rulebook: Rulebook,
) -> Direct:
    """Return which way the substantive changes point, and the changes with theirs."""
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
    direction, sure = _whole(weighed, language, rulebook)
    because = _because(direction, weighed) or _by_words(direction, weighed, rulebook)
    return Direct(direction, sure, because, told, leanings)


def _counts(change: Change) -> bool:
    return change.verdict is Verdict.SUBSTANTIVE


def _told(change: Change, leaning: Leaning) -> Change:
    """Return the change with its direction and what showed it."""
    if not leaning.signs:
        return change
    because = (*change.because, *map(str, leaning.signs))
    return replace(change, direction=leaning.direction, because=because)


def _whole(
    weighed: Sequence[tuple[Change, Leaning]],
    language: str,
    rulebook: Rulebook,
) -> tuple[Direction, bool]:
    calibration = rulebook.calibration
    if calibration is None:
        direction = together({found.direction for _, found in weighed})
        return direction, direction is not Direction.NEUTRAL
    found = traits(weighed, language, rulebook.phrases, rulebook.stance)
    came, went = all_words([change for change, _ in weighed])
    odds = calibration.odds(found, came, went)
    best = max(odds, key=lambda direction: odds[direction])
    if odds[best] < SURE:
        return Direction.NEUTRAL, False
    return best, True


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


def _by_words(
    direction: Direction,
    weighed: Sequence[tuple[Change, Leaning]],
    rulebook: Rulebook,
) -> tuple[str, ...]:
    """Return the words that spoke for a direction where no phrase did."""
    model = rulebook.calibration
    if direction is Direction.NEUTRAL or model is None:
        return ()
    came, went = all_words([change for change, _ in weighed])
    told = [
        f"direction {direction}: {verb} {', '.join(words)} (learned)"
        for verb, part, text in (("came", model.came, came), ("went", model.went, went))
        if part and (words := part.telling(text, direction))
    ]
    return tuple(told)


def traits(
    weighed: Sequence[tuple[Change, Leaning]],
    language: str,
    phrases: Sequence[Phrase],
    stance: Stance | None,
) -> dict[str, float]:
    """Return what the calibration goes by: how many changes have what, as logarithms.

    Args:
        weighed: The substantive changes.
        language: Of the document.
        phrases: For the headings that changes without a sign stand under.
        stance: The model of stance, if there is one.
    """
    counts: Counter[str] = Counter()
    for change, found in weighed:
        counts.update(_counted(change, found))
        if not found.signs:
            counts.update(_placed(change, language, phrases))
    values = {name: log1p(count) for name, count in counts.items()}
    values |= _balance(values)
    if stance is not None:
        values |= stance.traits([change for change, _ in weighed])
    return values


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


def all_words(changes: Sequence[Change]) -> tuple[str, str]:
    """Return all that came and all that went, as the calibration reads them."""
    pairs = [words_of(change) for change in changes]
    came = " . ".join(came for _, came in pairs if came)
    return came, " . ".join(went for went, _ in pairs if went)


def words_of(change: Change) -> tuple[str, str]:
    """Return the words that went and the words that came."""
    if not change.words:
        return change.before, change.after
    went, came = (
        " ".join(span.text for span in change.words if span.op is op)
        for op in (WordOp.DELETE, WordOp.INSERT)
    )
    return went, came

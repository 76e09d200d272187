"""One line for people: the heaviest change in its own words, and what else there is."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from clausewatch.core.event import Change, Direction
from clausewatch.core.model import EditKind, WordOp, WordSpan

QUOTED_CHARACTERS: Final = 120
MOST_QUOTED: Final = 175
"""Where the words that a rule went by end so soon, a quotation begins at the start."""
ROOM: Final = 20
"""Characters quoted after the words that a rule went by, so that they end whole."""
FINDING_WORDS: Final = 3
FOUND_CHARACTERS: Final = 60
"""Of what a rule went by, so much is shown for sure."""
LEAD_WORDS: Final = 8
"""How much of what stood before is quoted with words that were put in."""
TELLING_WORDS: Final = 3
"""Fewer new words than this say nothing without the clause around them."""
MOST_WORDS: Final = 60
"""Beyond this a clause is not heavier for being longer."""
HEAVY_TOPICS: Final = 3
MORE_TOPICS: Final = 2
"""Topics named of the changes that are not quoted; the rest is in the event."""

BY_WEIGHT: Final = tuple(
    """
    ai-training data-sale retroactivity sensitive-data communications
    automated-decisions children affiliate-sharing third-party-sharing location
    choice user-content disputes advertising government-requests tracking data-rights
    retention transfers data-collection liability payment termination purpose security
    regional-scope acceptable-use change-notice entity service-scope
    """.split()
)
"""Topics as a reader would have them told first."""


def heaviest(changes: Sequence[Change]) -> Change:
    """Return the change that a reader should see first; the earlier one of equals.

    What it is about goes before how long it is: a policy that is rewritten has longer
    clauses than the one that matters.
    """
    return max(changes, key=_weight)


def foremost(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes, the heaviest first, the others in the order they stand."""
    if not changes:
        return ()
    first = heaviest(changes)
    return (first, *(change for change in changes if change is not first))


def summary(changes: Sequence[Change]) -> str:
    """Return what the heaviest of the changes says now, or no longer says.

    Args:
        changes: Those that decided the verdict.
    """
    if not changes:
        return "the same words, set differently"
    told = heaviest(changes)
    verb, text = _telling(told)
    return f"{verb} “{_short(text, _reasons(told))}”{_more(told, changes)}"


def apart(changes: Sequence[Change], here: str, there: str) -> str:
    """Return what one page says to two places, in its own words.

    Args:
        changes: From what it says here to what it says there.
    """
    told = heaviest(changes)
    only = here if told.kind is EditKind.REMOVED else there
    says = "it says" if told.kind is EditKind.REWORDED else "and only so, it says"
    _, text = _telling(told)
    return f"{only}, {says} “{_short(text, _reasons(told))}”{_more(told, changes)}"


def by_weight(topics: Sequence[str]) -> tuple[str, ...]:
    """Return the topics once each, those first that a reader would have told first."""
    return tuple(sorted(dict.fromkeys(topics), key=_place))


def spoken(topic: str) -> str:
    """Return a topic or signal as people say it: `ai-training` is AI training."""
    if topic in _SPOKEN:
        return _SPOKEN[topic]
    return " ".join("AI" if word == "ai" else word for word in topic.split("-"))


_SPOKEN: Final = {"third-party-sharing": "third-party sharing"}


def changed_words(change: Change) -> int:
    """Return how many words came or went."""
    if not change.words:
        return len(change.before.split()) + len(change.after.split())
    return sum(
        len(span.text.split()) for span in change.words if span.op is not WordOp.EQUAL
    )


def _weight(change: Change) -> tuple[int, int, int, int]:
    # What stands in a clause together weighs together: training, and what it was
    # trained on already. A clause that lists everything is not heavier for the rest.
    weights = [len(BY_WEIGHT) - place for place in sorted(map(_place, change.topics))]
    return (
        max(weights, default=0),
        _WORSE.get(change.direction, 0),
        sum(weights[:HEAVY_TOPICS]),
        min(changed_words(change), MOST_WORDS),
    )


_WORSE: Final = {Direction.LESS: 2, Direction.MIXED: 1}


def _place(topic: str) -> int:
    """Return where a topic stands; one that an operator's own rules bring is first."""
    return BY_WEIGHT.index(topic) if topic in BY_WEIGHT else -1


def _more(told: Change, changes: Sequence[Change]) -> str:
    """Return how many more changes there are, and what they are about besides."""
    if len(changes) == 1:
        return ""
    about = by_weight([topic for change in changes for topic in change.topics])
    others = [spoken(topic) for topic in about if topic not in told.topics]
    listed = f" on {', '.join(others[:MORE_TOPICS])}" if others else ""
    return f" and {len(changes) - 1} more{listed}"


def _telling(change: Change) -> tuple[str, str]:
    """Return what to say of a change, and the words that show it."""
    match change.kind:
        case EditKind.ADDED:
            return "now says", change.after
        case EditKind.REMOVED:
            return "no longer says", change.before
        case EditKind.REWORDED:
            return _reworded(change)
        case _:
            return "has", change.after or change.before


def _reworded(change: Change) -> tuple[str, str]:
    came, went = change.after.casefold(), change.before.casefold()
    for words in _went_by(_reasons(change)):
        if words in came and words not in went:
            return "now says", change.after
        if words in went and words not in came:
            return "no longer says", change.before
    longest = max(
        (span for span in change.words if span.op is not WordOp.EQUAL),
        key=lambda span: len(span.text.split()),
        default=None,
    )
    if longest is None or len(longest.text.split()) < TELLING_WORDS:
        return "now reads", change.after
    if longest.op is WordOp.DELETE:
        whole, other, verb = change.before, WordOp.INSERT, "no longer says"
    else:
        whole, other, verb = change.after, WordOp.DELETE, "now says"
    if len(whole) <= QUOTED_CHARACTERS:
        return verb, whole
    return verb, _quoted(change.words, longest, other)


def _quoted(spans: Sequence[WordSpan], told: WordSpan, other: WordOp) -> str:
    """Return a span with the words that lead to it; `other` is left out."""
    at = next(i for i, span in enumerate(spans) if span is told)
    lead = " ".join(span.text for span in spans[:at] if span.op is not other).split()
    cut = "… " if len(lead) > LEAD_WORDS else ""
    return cut + " ".join([*lead[-LEAD_WORDS:], told.text])


def _short(text: str, because: Sequence[str]) -> str:
    """Return a quotation that holds the words which led to the topic, if it can."""
    stop = max(_end_of_telling(text, because), QUOTED_CHARACTERS)
    start = 0 if stop <= MOST_QUOTED else stop - QUOTED_CHARACTERS
    part = text[start:stop]
    if start:
        part = "… " + part.partition(" ")[2]
    if stop < len(text):
        part = part.rsplit(" ", 1)[0] + " …"
    return part


def _reasons(change: Change) -> list[str]:
    """Return what led to its topics, the heaviest topic's first."""
    first = f"topic {next(iter(by_weight(change.topics)), '')}:"
    return sorted(change.because, key=lambda line: not line.startswith(first))


def _end_of_telling(text: str, because: Sequence[str]) -> int:
    """Return where the first of the words end that a rule went by; 0 if nowhere."""
    folded = text.casefold()
    found = re.findall("“([^”]+)”", " ".join(because))
    for words, start in zip(found, _went_by(because), strict=True):
        at = folded.find(start)
        if at >= 0:
            return at + min(len(words), FOUND_CHARACTERS) + ROOM
    return 0


def _went_by(because: Sequence[str]) -> Iterator[str]:
    """Yield how the words begin that rules went by.

    Rules see words alone; what stands between them in the text they drop.
    """
    for words in re.findall("“([^”]+)”", " ".join(because)):
        yield " ".join(words.casefold().split()[:FINDING_WORDS])

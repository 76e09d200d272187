"""One line for people: the heaviest change in its own words."""

from collections.abc import Sequence
from typing import Final

from clausewatch.core.event import Change
from clausewatch.core.model import EditKind, WordOp, WordSpan

SUMMARY_CHARACTERS: Final = 160
LEAD_WORDS: Final = 8
"""How much of what stood before is quoted with words that were put in."""
TELLING_WORDS: Final = 3
"""Fewer new words than this say nothing without the clause around them."""


def changed_words(change: Change) -> int:
    """Return how many words came or went."""
    if not change.words:
        return len(change.before.split()) + len(change.after.split())
    return sum(
        len(span.text.split()) for span in change.words if span.op is not WordOp.EQUAL
    )


def summary(changes: Sequence[Change]) -> str:
    """Return what the heaviest of the changes says now, or no longer says.

    Args:
        changes: Those that decided the verdict.
    """
    if not changes:
        return "the same words, set differently"
    told = max(changes, key=changed_words)
    where = f"under “{told.path[-1]}”: " if told.path else ""
    verb, text = _telling(told)
    more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
    return f"{where}{verb} “{_short(text)}”{more}"


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
    longest = max(
        (span for span in change.words if span.op is not WordOp.EQUAL),
        key=lambda span: len(span.text.split()),
        default=None,
    )
    if longest is None or len(longest.text.split()) < TELLING_WORDS:
        return "now reads", change.after
    if longest.op is WordOp.DELETE:
        return "no longer says", _quoted(change.words, longest, WordOp.INSERT)
    return "now says", _quoted(change.words, longest, WordOp.DELETE)


def _quoted(spans: Sequence[WordSpan], told: WordSpan, other: WordOp) -> str:
    """Return a span with the words that lead to it; `other` is left out."""
    at = next(i for i, span in enumerate(spans) if span is told)
    lead = " ".join(span.text for span in spans[:at] if span.op is not other).split()
    cut = "… " if len(lead) > LEAD_WORDS else ""
    return cut + " ".join([*lead[-LEAD_WORDS:], told.text])


def _short(text: str) -> str:
    if len(text) <= SUMMARY_CHARACTERS:
        return text
    return text[:SUMMARY_CHARACTERS].rsplit(" ", 1)[0] + " …"

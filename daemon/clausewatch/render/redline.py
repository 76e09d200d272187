"""A change as runs of words that stayed, went and came, short enough to be read."""

from dataclasses import dataclass
from typing import Final

from clausewatch.core.event import Change, Event, Verdict
from clausewatch.core.model import EditKind, WordOp, WordSpan
from clausewatch.render.wording import clip, count, plain

MOST_CHANGES: Final = 40
MOST_SPANS: Final = 120
MOST_CHARACTERS: Final = 2_000
"""A run longer than that is cut: who rewrites a whole policy still gets a mail that
opens. The event itself holds all of it."""
CONTEXT: Final = 14
"""Words kept on each side of an edit inside a long clause."""

MARKS: Final = {
    WordOp.EQUAL: "{}",
    WordOp.DELETE: "[-{}-]",
    WordOp.INSERT: "{{+{}+}}",
}
"""Where there is no colour: what went and what came, as `wdiff` and `git` write it."""

_QUIET: Final = {Verdict.EXTRACTION, Verdict.VARIANT}


@dataclass(frozen=True, slots=True)
class Redline:
    """One change as it is shown: where, what happened, and the marked words."""

    section: str
    what: str
    spans: tuple[WordSpan, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The changes of an event that a reader sees, and how many more there are."""

    redlines: tuple[Redline, ...]
    quiet: int
    """Changes around the document, left out beside those in it."""
    more: int
    """Changes beyond the most that one mail shows."""


def shown(event: Event, *, most: int = MOST_CHANGES) -> Shown:
    """Return the changes to show, in the order of the document."""
    loud = [c for c in event.changes if not is_quiet(c)]
    chosen = list(event.changes) if event.verdict in _QUIET else loud
    return Shown(
        redlines=tuple(map(redline, chosen[:most])),
        quiet=len(event.changes) - len(chosen),
        more=max(0, len(chosen) - most),
    )


def is_quiet(change: Change) -> bool:
    """Say whether a change is around the document rather than in it."""
    return change.verdict in _QUIET


def redline(change: Change) -> Redline:
    """Return one change with its words marked, long unchanged stretches shortened."""
    what = _WHAT[change.kind] + (" and moved" if change.moved else "")
    return Redline(
        section=" › ".join(clip(plain(part), 80) for part in change.path),
        what=what,
        spans=_fit(_marked(change)),
    )


def _marked(change: Change) -> tuple[WordSpan, ...]:
    match change.kind:
        case EditKind.ADDED:
            return (WordSpan(WordOp.INSERT, change.after),)
        case EditKind.REMOVED:
            return (WordSpan(WordOp.DELETE, change.before),)
        case EditKind.REWORDED if change.words:
            return change.words
        case EditKind.REWORDED:
            before = WordSpan(WordOp.DELETE, change.before)
            return (before, WordSpan(WordOp.INSERT, change.after))
        case EditKind.KEPT:
            return retargeted(change)
        case _:
            return (WordSpan(WordOp.EQUAL, change.after or change.before),)


def retargeted(change: Change) -> tuple[WordSpan, ...]:
    """Return a clause whose words stayed, with where its link led and leads."""
    text, _, was = change.before.rpartition(" [")
    now = change.after.rpartition(" [")[2]
    return (
        WordSpan(WordOp.EQUAL, text),
        WordSpan(WordOp.DELETE, was.removesuffix("]") or _NOWHERE),
        WordSpan(WordOp.INSERT, now.removesuffix("]") or _NOWHERE),
    )


_NOWHERE: Final = "(no link)"


def _fit(spans: tuple[WordSpan, ...]) -> tuple[WordSpan, ...]:
    last = len(spans) - 1
    fitted = [
        WordSpan(span.op, _shorten(span, first=n == 0, last=n == last))
        for n, span in enumerate(spans[:MOST_SPANS])
    ]
    if last >= MOST_SPANS:
        fitted.append(WordSpan(WordOp.EQUAL, "…"))
    return tuple(span for span in fitted if span.text)


def _shorten(span: WordSpan, *, first: bool, last: bool) -> str:
    text = plain(_cut(span.text))
    if span.op is not WordOp.EQUAL or (first and last):
        return clip(text, MOST_CHARACTERS)
    words = text.split(" ")
    head = [] if first else words[:CONTEXT]
    tail = [] if last else words[-CONTEXT:]
    if len(words) <= len(head) + len(tail) + 2:
        return clip(text, MOST_CHARACTERS)
    return clip(" ".join([*head, "…", *tail]), MOST_CHARACTERS)


def _cut(text: str) -> str:
    """Return both ends of a text too long to be worth cleaning whole."""
    if len(text) <= 4 * MOST_CHARACTERS:
        return text
    return f"{text[: 2 * MOST_CHARACTERS]} … {text[-2 * MOST_CHARACTERS :]}"


def left_out(found: Shown) -> str:
    """Return what is not shown, in words; empty if nothing is."""
    parts = ((found.more, "beyond these"), (found.quiet, "around the document"))
    told = [f"{count(number, 'change')} {place}" for number, place in parts if number]
    return f"Not shown here: {' and '.join(told)}." if told else ""


_WHAT: Final = {
    EditKind.KEPT: "the link leads elsewhere",
    EditKind.MOVED: "moved, in the same words",
    EditKind.RECAST: "split or joined, in the same words",
    EditKind.REWORDED: "reworded",
    EditKind.ADDED: "added",
    EditKind.REMOVED: "removed",
}

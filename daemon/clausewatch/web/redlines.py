"""A change as a page shows it: clause by clause, with what stayed folded between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from clausewatch.core.event import Change, Verdict
from clausewatch.core.model import Clause, Document, EditKind, WordOp, WordSpan, Zone
from clausewatch.render.wording import plain

A_PAGE: Final = 150
"""Changed clauses on one page; the rest are on the next."""
FOLDED: Final = 30
"""Unchanged clauses shown when a fold is opened, on each side of what is left out."""
QUIET: Final = frozenset({Verdict.EXTRACTION, Verdict.VARIANT})


@dataclass(frozen=True, slots=True)
class Entry:
    """One changed clause."""

    number: int
    """Its place among all changes of the event, from 1; its permanent name."""
    change: Change
    spans: tuple[WordSpan, ...]
    what: str

    @property
    def before(self) -> tuple[WordSpan, ...]:
        """Return what stood there, with what went marked."""
        return tuple(span for span in self.spans if span.op is not WordOp.INSERT)

    @property
    def after(self) -> tuple[WordSpan, ...]:
        """Return what stands there now, with what came marked."""
        return tuple(span for span in self.spans if span.op is not WordOp.DELETE)


@dataclass(frozen=True, slots=True)
class Fold:
    """Clauses that stayed as they were."""

    count: int
    first: tuple[Clause, ...]
    left_out: int
    last: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What happened under one heading."""

    path: tuple[str, ...]
    parts: "tuple[Entry | Fold, ...]"


Part: TypeAlias = Entry | Fold


@dataclass(frozen=True, slots=True)
class Redlines:
    """One page of a change."""

    sections: tuple[Section, ...]
    quiet: tuple[Entry, ...]
    """What changed around the document rather than in it."""
    number: int
    pages: int
    total: int
    """All changed clauses of the event."""


def redlines(
    changes: Sequence[Change], after: Document | None, number: int = 1
) -> Redlines:
    """Return one page of changes, in the order of the document.

    Args:
        changes: All of the event.
        after: The document that has them, for what stayed between; None if not kept.
        number: Which page, from 1.
    """
    entries = [_entry(n, change) for n, change in enumerate(changes, 1)]
    loud = [one for one in entries if one.change.verdict not in QUIET]
    quiet = [one for one in entries if one.change.verdict in QUIET]
    if not loud:
        loud, quiet = quiet, []
    shown = loud[(number - 1) * A_PAGE : number * A_PAGE]
    folds = _folds(loud, after) if after else {}
    return Redlines(
        sections=tuple(_sections(shown, folds, last=number == pages_of(len(loud)))),
        quiet=tuple(quiet[:A_PAGE]) if number == 1 else (),
        number=number,
        pages=pages_of(len(loud)),
        total=len(entries),
    )


def pages_of(entries: int) -> int:
    """Return how many pages so many changes fill."""
    return max(1, -(-entries // A_PAGE))


def page_with(changes: Sequence[Change], number: int) -> int:
    """Return on which page a change stands."""
    loud = [n for n, c in enumerate(changes, 1) if c.verdict not in QUIET]
    return loud.index(number) // A_PAGE + 1 if number in loud else 1


def spans(change: Change) -> tuple[WordSpan, ...]:
    """Return all words of a change as runs that stayed, went and came."""
    match change.kind:
        case EditKind.ADDED:
            found: tuple[WordSpan, ...] = (WordSpan(WordOp.INSERT, change.after),)
        case EditKind.REMOVED:
            found = (WordSpan(WordOp.DELETE, change.before),)
        case EditKind.REWORDED if change.words:
            found = change.words
        case EditKind.REWORDED | EditKind.KEPT:
            before = WordSpan(WordOp.DELETE, change.before)
            found = (before, WordSpan(WordOp.INSERT, change.after))
        case _:
            found = (WordSpan(WordOp.EQUAL, change.after or change.before),)
    return tuple(WordSpan(span.op, plain(span.text)) for span in found)


def _entry(number: int, change: Change) -> Entry:
    moved = " and moved" if change.moved else ""
    return Entry(number, change, spans(change), _WHAT[change.kind] + moved)


_WHAT: Final = {
    EditKind.KEPT: "leads elsewhere",
    EditKind.MOVED: "moved",
    EditKind.RECAST: "split or joined",
    EditKind.REWORDED: "reworded",
    EditKind.ADDED: "added",
    EditKind.REMOVED: "removed",
}


def _sections(
    entries: Sequence[Entry], folds: dict[int, list[Clause]], *, last: bool
) -> Iterator[Section]:
    path: tuple[str, ...] | None = None
    parts: list[Part] = []
    for entry in entries:
        before = folds.get(entry.number)
        if entry.change.path != path:
            if path is not None:
                yield Section(path, tuple(parts))
            path, parts = entry.change.path, []
        if before:
            parts.append(_fold(before))
        parts.append(entry)
    if last and (rest := folds.get(END)):
        parts.append(_fold(rest))
    if parts:
        yield Section(path or (), tuple(parts))


END: Final = 0
"""What stayed after the last change is kept under this number."""


def _fold(clauses: Sequence[Clause]) -> Fold:
    if len(clauses) <= 2 * FOLDED:
        return Fold(len(clauses), tuple(clauses), 0, ())
    left_out = len(clauses) - 2 * FOLDED
    first, last = clauses[:FOLDED], clauses[-FOLDED:]
    return Fold(len(clauses), tuple(first), left_out, tuple(last))


def _folds(entries: Sequence[Entry], after: Document) -> dict[int, list[Clause]]:
    """Return what stayed before each change, by its number."""
    body = [clause for clause in after.clauses if clause.zone is Zone.BODY]
    places = _places(entries, [clause.text for clause in body])
    touched = {at for found in places.values() for at in found}
    folds: dict[int, list[Clause]] = {}
    reached = 0
    for entry in entries:
        found = places.get(entry.number)
        if not found or found[0] < reached:
            continue
        folds[entry.number] = [
            body[at] for at in range(reached, found[0]) if at not in touched
        ]
        reached = found[-1] + 1
    folds[END] = [body[at] for at in range(reached, len(body)) if at not in touched]
    return folds


def _places(entries: Sequence[Entry], texts: Sequence[str]) -> dict[int, list[int]]:
    """Return where in the new document each change stands, as far as it does."""
    at: dict[str, list[int]] = {}
    for ordinal, text in enumerate(texts):
        at.setdefault(text, []).append(ordinal)
    starts = {text.split(" ", 1)[0] for text in texts}
    found: dict[int, list[int]] = {}
    reached = 0
    for entry in entries:
        place = _place(entry.change.after, texts, at, starts, reached)
        if place:
            found[entry.number] = place
            reached = place[-1] + 1
    return found


def _place(
    text: str,
    texts: Sequence[str],
    at: dict[str, list[int]],
    starts: set[str],
    reached: int,
) -> list[int]:
    """Return the clauses that make up a text, the next ones if there are several."""
    if not text:
        return []
    if exact := at.get(text):
        return [next((n for n in exact if n >= reached), exact[0])]
    if text.split(" ", 1)[0] not in starts:
        return []
    # Split or joined: a few clauses in a row, near to where we are.
    for first in range(reached, min(len(texts), reached + FOLDED)):
        run, rest = first, text
        while run < len(texts) and texts[run] and rest.startswith(texts[run]):
            rest = rest[len(texts[run]) :].lstrip()
            run += 1
        if run > first and not rest:
            return [*range(first, run)]
    return []

"""A change as a page shows it: clause by clause, with what stayed folded between."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from clausewatch.core.event import Change, Verdict
from clausewatch.core.model import Clause, Document, EditKind, WordOp, WordSpan, Zone
from clausewatch.render.wording import plain
from clausewatch.web.placing import END, REST, placing

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
    changes: Sequence[Change],
    before: Document | None,
    after: Document | None,
    number: int = 1,
) -> Redlines:
    """Return one page of changes, in the order of the document.

    Args:
        changes: All of the event, in any order.
        before: The document without them, to place what is gone; None if not kept.
        after: The document with them, for what stayed between; None if not kept.
        number: Which page, from 1.
    """
    loud, quiet, folds = _arranged(changes, before, after)
    shown = loud[(number - 1) * A_PAGE : number * A_PAGE]
    return Redlines(
        sections=tuple(_sections(shown, folds, last=number == pages_of(len(loud)))),
        quiet=tuple(quiet[:A_PAGE]) if number == 1 else (),
        number=number,
        pages=pages_of(len(loud)),
        total=len(changes),
    )


def page_with(
    changes: Sequence[Change],
    before: Document | None,
    after: Document | None,
    number: int,
) -> int:
    """Return on which page a change stands."""
    loud, _, _ = _arranged(changes, before, after)
    at = next((n for n, one in enumerate(loud) if one.number == number), 0)
    return at // A_PAGE + 1


def _arranged(
    changes: Sequence[Change], before: Document | None, after: Document | None
) -> tuple[list[Entry], list[Entry], Mapping[int, list[Clause]]]:
    """Return what changed in the document, what around it, and what stayed between."""
    entries = [_entry(n, change) for n, change in enumerate(changes, 1)]
    loud = [one for one in entries if one.change.verdict not in QUIET]
    quiet = [one for one in entries if one.change.verdict in QUIET]
    if not loud:
        loud, quiet = quiet, []
    if after is None:
        return loud, quiet, {}
    placed = placing(
        [(e.number, e.change.before, e.change.after) for e in loud],
        _texts(before) if before else (),
        _texts(after),
    )
    loud.sort(key=lambda one: (placed.order.get(one.number, END), one.number))
    body = [clause for clause in after.clauses if clause.zone is Zone.BODY]
    folds = {
        number: [body[at] for at in range(start, end) if at not in placed.touched]
        for number, (start, end) in placed.gaps(one.number for one in loud).items()
    }
    return loud, quiet, folds


def _texts(document: Document) -> list[str]:
    return [clause.text for clause in document.clauses if clause.zone is Zone.BODY]


def pages_of(entries: int) -> int:
    """Return how many pages so many changes fill."""
    return max(1, -(-entries // A_PAGE))


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
    entries: Sequence[Entry], folds: Mapping[int, list[Clause]], *, last: bool
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
    if last and (rest := folds.get(REST)):
        parts.append(_fold(rest))
    if parts:
        yield Section(path or (), tuple(parts))


def _fold(clauses: Sequence[Clause]) -> Fold:
    if len(clauses) <= 2 * FOLDED:
        return Fold(len(clauses), tuple(clauses), 0, ())
    left_out = len(clauses) - 2 * FOLDED
    first, last = clauses[:FOLDED], clauses[-FOLDED:]
    return Fold(len(clauses), tuple(first), left_out, tuple(last))

"""A change as a page shows it: clause by clause, with what stayed folded between."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from typing import Final, TypeAlias

from clausewatch.core.event import Change, Verdict
from clausewatch.core.model import (
    Clause,
    Document,
    EditKind,
    Role,
    WordOp,
    WordSpan,
    Zone,
)
from clausewatch.render.redline import retargeted
from clausewatch.render.wording import plain
from clausewatch.web.placing import END, REST, placing

A_PAGE: Final = 150
"""Changed clauses on one page; the rest are on the next."""
FOLDED: Final = 30
"""Unchanged clauses shown when a fold is opened, on each side of what is left out."""
MOST_HEADINGS: Final = 4
"""Headings in a row under which nothing changed, up to which each is shown."""
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
    heading: Entry | None = None
    """The heading itself, where it is new."""


Part: TypeAlias = Entry | Fold


@dataclass(frozen=True, slots=True)
class Redlines:
    """One page of a change."""

    sections: tuple[Section, ...]
    quiet: tuple[Entry, ...]
    """What changed around the document rather than in it, as far as this page goes."""
    around: int
    """How much changed around the document on all pages."""
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
    start, end = (number - 1) * A_PAGE, number * A_PAGE
    is_last = start < max(1, len(loud)) <= end
    # What is quiet comes behind all that is loud, on the same row of pages.
    behind = slice(max(0, start - len(loud)), max(0, end - len(loud)))
    return Redlines(
        sections=tuple(_sections(loud[start:end], folds, last=is_last)),
        quiet=tuple(quiet[behind]),
        around=len(quiet),
        number=number,
        pages=pages_of(len(changes)),
        total=len(changes),
    )


def page_with(
    changes: Sequence[Change],
    before: Document | None,
    after: Document | None,
    number: int,
) -> int:
    """Return on which page a change stands."""
    loud, quiet, _ = _arranged(changes, before, after)
    every = enumerate([*loud, *quiet])
    at = next((n for n, one in every if one.number == number), 0)
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
        [(e.number, *_stood(e.change)) for e in loud],
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


def _stood(change: Change) -> tuple[str, str]:
    """Return the texts of a change as the documents have them."""
    if change.kind is EditKind.KEPT:  # they have the address of a link elsewhere
        text = retargeted(change)[0].text
        return text, text
    return change.before, change.after


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
        case EditKind.KEPT:
            found = retargeted(change)
        case EditKind.REWORDED:
            before = WordSpan(WordOp.DELETE, change.before)
            found = (before, WordSpan(WordOp.INSERT, change.after))
        case _:
            found = (WordSpan(WordOp.EQUAL, change.after or change.before),)
    return tuple(WordSpan(span.op, plain(span.text)) for span in found)


def _entry(number: int, change: Change) -> Entry:
    moved = " and moved" if change.moved else ""
    return Entry(number, change, spans(change), _WHAT[change.kind] + moved)


_WHAT: Final = {
    EditKind.KEPT: "the link leads elsewhere",
    EditKind.MOVED: "moved",
    EditKind.RECAST: "split or joined",
    EditKind.REWORDED: "reworded",
    EditKind.ADDED: "added",
    EditKind.REMOVED: "removed",
}


def _sections(
    entries: Sequence[Entry], folds: Mapping[int, list[Clause]], *, last: bool
) -> Iterator[Section]:
    under = _Section()
    for entry, following in zip_longest(entries, entries[1:]):
        path = entry.change.path
        for at, fold in _cut(folds.get(entry.number, ()), under.path, path):
            if under.path != at:
                yield from under.closed()
                under = _Section(at)
            under.parts.append(fold)
        if under.path != path:
            yield from under.closed()
            under = _Section(path)
        if path := _headed(entry, following):
            yield from under.closed()
            under = _Section(path, entry)
        else:
            under.parts.append(entry)
    for at, fold in _cut(folds.get(REST, ()) if last else (), under.path, None):
        if under.path != at:
            yield from under.closed()
            under = _Section(at)
        under.parts.append(fold)
    yield from under.closed()


@dataclass(slots=True)
class _Section:
    """A section that is being filled."""

    path: tuple[str, ...] | None = None
    heading: Entry | None = None
    parts: list[Part] = field(default_factory=list)

    def closed(self) -> Iterator[Section]:
        """Yield the section, if there is anything in it."""
        if self.parts or self.heading:
            yield Section(self.path or (), tuple(self.parts), self.heading)


def _headed(entry: Entry, following: Entry | None) -> tuple[str, ...]:
    """Return the path that a new heading begins, if what follows stands under it.

    It would be said twice otherwise: as a clause, and above the next one.
    """
    change = entry.change
    if following is None or change.kind is not EditKind.ADDED:
        return ()
    path = (*change.path, change.after)
    return path if following.change.path == path else ()


def _cut(
    clauses: Sequence[Clause],
    above: tuple[str, ...] | None,
    below: tuple[str, ...] | None,
) -> Iterator[tuple[tuple[str, ...], Fold]]:
    """Yield what stayed, cut at headings, each part with the heading that it is under.

    What lies between the heading that is open above and that of the change below is
    one fold, from its first heading to its last, where it has many of them.
    """
    parts = [(at, list(some)) for at, some in groupby(clauses, _under)]
    head = [parts.pop(0)] if parts and parts[0][0] == above else []
    tail = [parts.pop()] if parts and parts[-1][0] == below else []
    if len(parts) > MOST_HEADINGS:
        ends = [part[0][-1] for part in (parts[0], parts[-1]) if part[0]]
        whole = [clause for _, some in parts for clause in some]
        parts = [((" … ".join(ends),), whole)]
    else:
        # The heading stands above the fold already.
        parts = [(at, _below(some)) for at, some in parts]
    tail = [(at, _below(some)) for at, some in tail]
    yield from ((at, _fold(some)) for at, some in (*head, *parts, *tail) if some)


def _under(clause: Clause) -> tuple[str, ...]:
    """Return the headings that a clause is under, itself included if it is one."""
    is_heading = clause.role is Role.HEADING
    return (*clause.path, clause.text) if is_heading else clause.path


def _below(clauses: list[Clause]) -> list[Clause]:
    return clauses[1:] if clauses[0].role is Role.HEADING else clauses


def _fold(clauses: Sequence[Clause]) -> Fold:
    if len(clauses) <= 2 * FOLDED:
        return Fold(len(clauses), tuple(clauses), 0, ())
    left_out = len(clauses) - 2 * FOLDED
    first, last = clauses[:FOLDED], clauses[-FOLDED:]
    return Fold(len(clauses), tuple(first), left_out, tuple(last))

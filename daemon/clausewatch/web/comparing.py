"""What differs between any two versions of a document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from clausewatch.core.diff import diff
from clausewatch.core.event import Change, Verdict
from clausewatch.core.judge import judge
from clausewatch.core.model import Clause, Document, Edit, EditKind, Zone
from clausewatch.core.rulebook import Rulebook

MOST_JUDGED: Final = 24
"""Changed clauses; weighing each takes up to 2 ms, and somebody waits."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The changes from one version to another."""

    changes: tuple[Change, ...]
    is_judged: bool
    """Whether they were weighed; too many are only shown."""


def compared(
    before: Document, after: Document, rulebook: Callable[[], Rulebook]
) -> Compared:
    """Return what differs, judged as the rules are now.

    Raises:
        ValueError: the two were read by different rules.
    """
    if before.recipe != after.recipe:
        raise ValueError(before.recipe)
    edits = diff(before.clauses, after.clauses)
    changed = [edit for edit in edits if edit.kind is not EditKind.KEPT]
    if len(changed) <= MOST_JUDGED:
        found = judge(before, after, edits, seen=frozenset(), rulebook=rulebook())
        return Compared(found.changes, is_judged=True)
    shown = tuple(_shown(edit, before.clauses, after.clauses) for edit in changed)
    return Compared(shown, is_judged=False)


def _shown(edit: Edit, old: tuple[Clause, ...], new: tuple[Clause, ...]) -> Change:
    before = [old[ordinal] for ordinal in edit.old]
    after = [new[ordinal] for ordinal in edit.new]
    frame = all(clause.zone is Zone.FURNITURE for clause in (*before, *after))
    return Change(
        kind=edit.kind,
        path=(after or before)[0].path,
        before=" ".join(clause.text for clause in before),
        after=" ".join(clause.text for clause in after),
        words=edit.words,
        verdict=Verdict.EXTRACTION if frame else Verdict.SUBSTANTIVE,
        why="",
        moved=edit.moved,
    )

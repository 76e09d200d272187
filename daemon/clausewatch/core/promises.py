"""What a document commits its publisher to, and since when: a ledger of promises.

A promise that is reworded stays the same promise, under its new words; whether it
says less by them is marked. One that no longer stands is struck through, not dropped.

Source: ADR 0126.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Final

from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from clausewatch.core.digest import canonical, rfc3339, sha256
from clausewatch.core.event import Change, Direction, Verdict
from clausewatch.core.leaning import leaning
from clausewatch.core.model import Clause, Document, EditKind, Role, WatchId, Zone
from clausewatch.core.phrases import Phrase, heard
from clausewatch.core.promise import Absence, Promise, Wording
from clausewatch.core.variants import hash64
from clausewatch.core.words import changed

LEAST_WORDS: Final = 4
"""Fewer are a heading or a link."""
SAME: Final = 0.6
"""Share of two wordings that must be alike for one to be the other, reworded."""


def kept(
    ledger: Sequence[Promise],
    document: Document,
    phrases: Sequence[Phrase],
    *,
    watch: WatchId,
    at: datetime,
    last: datetime | None,
    known: AbstractSet[int] = frozenset(),
) -> tuple[Promise, ...]:
    """Return the promises that a new text makes, rewords, drops or makes again.

    Those that stand as they stood are not among them; nor are those long gone.

    Args:
        ledger: All that is kept of this watch.
        document: What the page says now.
        phrases: Those that commit are listened for, in the document's language.
        watch: Whose ledger it is.
        at: The capture that first shows the text.
        last: The last capture of the text before; None if there was none.
        known: Hashes of the clauses of the text before, which the ledger has heard.
    """
    stood = {promise.words: promise for promise in ledger if promise.stands}
    made = _commitments(document, phrases, stood, known)
    fresh = {words: one for words, one in made.items() if words not in stood}
    missed = [promise for words, promise in stood.items() if words not in made]
    again = {promise.words for promise in ledger if not promise.stands}
    pairs = _pairs(missed, [words for words in fresh if words not in again])
    return (
        *(
            _reworded(promise, *fresh[words], document.language, phrases, at)
            for promise, words in pairs
        ),
        *(
            replace(promise, gone=at, last=last)
            for promise in missed
            if promise not in {one for one, _ in pairs}
        ),
        *_made(ledger, fresh, {words for _, words in pairs}, watch, at),
    )


def _commitments(
    document: Document,
    phrases: Sequence[Phrase],
    stood: Container[str],
    known: AbstractSet[int],
) -> Mapping[str, tuple[Clause, str]]:
    """Return the clauses that commit and the kind of each, by their words.

    What stood is a promise still, and its kind is not asked for again; what stood and
    was none, is none. Most of a text is either.
    """
    committing = [phrase for phrase in phrases if phrase.commits]
    found: dict[str, tuple[Clause, str]] = {}
    for clause in document.clauses:
        if clause.words in found or not _may_commit(clause):
            continue
        if clause.words in stood:
            found[clause.words] = clause, ""
            continue
        if hash64(clause.words) in known:
            continue
        said = heard(clause.text, document.language, committing)
        if said:
            found[clause.words] = clause, said[0].phrase.kind
    return found


def _may_commit(clause: Clause) -> bool:
    if clause.zone is Zone.FURNITURE or clause.linked:
        return False
    if clause.role in {Role.HEADING, Role.CONTROL}:
        return False
    return len(clause.words.split()) >= LEAST_WORDS


def _pairs(
    missed: Sequence[Promise], fresh: Sequence[str]
) -> list[tuple[Promise, str]]:
    """Return which promise became which new wording, the likest first."""
    if not missed or not fresh:
        return []
    alike = cdist(
        [promise.words for promise in missed],
        fresh,
        scorer=Indel.normalized_similarity,
        score_cutoff=SAME,
    )
    order = sorted(
        ((-alike[i][j], i, j) for i, j in zip(*alike.nonzero(), strict=True)),
    )
    pairs: list[tuple[Promise, str]] = []
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for _, i, j in order:
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((missed[i], fresh[j]))
    return pairs


def _reworded(
    promise: Promise,
    clause: Clause,
    kind: str,
    language: str,
    phrases: Sequence[Phrase],
    at: datetime,
) -> Promise:
    change = Change(
        kind=EditKind.REWORDED,
        path=clause.path,
        before=promise.text,
        after=clause.text,
        words=changed(promise.text, clause.text),
        verdict=Verdict.SUBSTANTIVE,
        why="",
    )
    less = leaning(change, language, phrases).direction is Direction.LESS
    return replace(
        promise,
        kind=kind,
        text=clause.text,
        words=clause.words,
        path=clause.path,
        weakened=at if less else promise.weakened,
        wordings=(*promise.wordings, Wording(promise.text, at, weaker=less)),
    )


def _made(
    ledger: Sequence[Promise],
    fresh: Mapping[str, tuple[Clause, str]],
    taken: set[str],
    watch: WatchId,
    at: datetime,
) -> Iterator[Promise]:
    """Yield the promises that are new, and those that are made again."""
    gone = {promise.words: promise for promise in ledger if not promise.stands}
    for words, (clause, kind) in fresh.items():
        if words in taken:
            continue
        before = gone.get(words)
        if before is not None:
            away = Absence(before.gone or at, at)
            absences = (*before.absences, away)
            yield replace(before, gone=None, last=None, absences=absences)
            continue
        yield Promise(
            watch=watch,
            key=sha256(canonical([words, rfc3339(at)]).encode())[:16],
            kind=kind,
            text=clause.text,
            words=words,
            path=clause.path,
            first=at,
        )

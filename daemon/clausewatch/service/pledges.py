"""The ledger of promises, as looks and archives fill it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clausewatch.core.history import History
from clausewatch.core.model import Digest, Document, WatchId
from clausewatch.core.outcome import Assessment
from clausewatch.core.phrases import Phrase
from clausewatch.core.promise import Promise
from clausewatch.core.promises import kept
from clausewatch.ports import Look, Store


def pledges(
    store: Store,
    watch: WatchId,
    before: History,
    found: Assessment,
    phrases: Sequence[Phrase],
) -> tuple[Promise, ...]:
    """Return the promises that a look changes; none where the text stands.

    A watch whose ledger is still empty, as it was watched before there were ledgers,
    begins with the text that stood until now.
    """
    head = found.history.head
    if head is None or not phrases:
        return ()
    ledger = store.promises_of(watch)
    changed: tuple[Promise, ...] = ()
    if before.head is not None and not ledger:
        first = store.document(before.head.document)
        at = before.head.first_seen
        changed = kept((), first, phrases, watch=watch, at=at, last=None)
        ledger = changed
    now = kept(
        ledger,
        _document(store, found, head.document),
        phrases,
        watch=watch,
        at=head.first_seen if before.head is None else _since(before, found),
        last=None if before.head is None else before.head.last_seen,
        known=frozenset(before.head.sketch if before.head else ()),
    )
    again = {promise.key for promise in now}
    return (*(one for one in changed if one.key not in again), *now)


def turns(before: History, after: History) -> bool:
    """Say whether a look turned the page to another text."""
    old, new = before.head, after.head
    return new is not None and (old is None or old.document != new.document)


def _since(before: History, found: Assessment) -> datetime:
    """Return when the text that stands now was first seen, this time."""
    head, last = found.history.head, before.head
    assert head is not None and last is not None  # noqa: S101, PT018 - callers know
    if head.first_seen > last.last_seen:
        return head.first_seen
    return head.last_seen


def _document(store: Store, found: Assessment, digest: Digest) -> Document:
    for known, document in found.documents:
        if known == digest:
            return document
    return store.document(digest)


TURNED: Final = frozenset({"first-seen", "changed", "returned", "rebased"})
"""The outcomes of looks after which a page may show another text."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A text that a page turned to."""

    document: Digest
    at: datetime
    last: datetime | None
    """The look before."""


def retraced(
    store: Store, watch: WatchId, phrases: Sequence[Phrase]
) -> tuple[Promise, ...]:
    """Return the ledger of a watch, made anew from all that is kept of it."""
    ledger: dict[str, Promise] = {}
    for turn in _turns(store.looks(watch)[::-1]):
        for promise in kept(
            tuple(ledger.values()),
            store.document(turn.document),
            phrases,
            watch=watch,
            at=turn.at,
            last=turn.last,
        ):
            ledger[promise.key] = promise
    return tuple(ledger.values())


def _turns(looks: Sequence[Look]) -> list[_Turn]:
    """Return what a page turned to, look by look; a return by the capture it showed."""
    readings: dict[Digest, Digest] = {}
    turns: list[_Turn] = []
    last: datetime | None = None
    for look in looks:
        if look.capture is not None and look.document is not None:
            readings.setdefault(look.capture, look.document)
        document = look.document or readings.get(look.capture or Digest(""))
        shown = look.outcome in TURNED and document is not None
        if shown and document and (not turns or turns[-1].document != document):
            turns.append(_Turn(document, look.looked_at, last))
        if look.capture is not None:
            last = look.looked_at
    return turns

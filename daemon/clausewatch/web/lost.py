"""What a report is on, and the promises that were lost in that time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clausewatch.core.model import WatchId, WordOp, WordSpan
from clausewatch.core.promise import Promise
from clausewatch.core.words import changed
from clausewatch.render.wording import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What the report is on, and when it was made."""

    service: str
    since: datetime | None
    until: datetime
    """The first moment that is not in it."""
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What became of a promise at one time: it went, or its words became weaker."""

    before: str
    """How it read until then."""
    now: str
    """How it read from then on; empty if it was gone."""
    since: datetime
    """When it was first seen to read as it did before."""
    first: datetime
    """When it was first seen, in whatever words."""
    at: datetime
    again: datetime | None = None
    """When it was made again; None while it is not, or if it was not gone."""

    @property
    def spans(self) -> tuple[WordSpan, ...]:
        """Return its words, with what went and what came in its place."""
        before, now = plain(self.before), plain(self.now)
        return changed(before, now) if now else (WordSpan(WordOp.DELETE, before),)


@dataclass(frozen=True, slots=True)
class Lost:
    """A loss within the time of the report, and where it is told."""

    loss: Loss
    document: str
    number: int | None
    """The change that did it, where the report has it."""


def lost(
    span: Span,
    promises: Sequence[Promise],
    documents: Mapping[WatchId, str],
    numbers: Mapping[tuple[WatchId, datetime], int],
) -> list[Lost]:
    """Return what was lost in this time, in that order.

    A promise that was weakened and went later stands in it twice, each time as it read
    then.

    Args:
        numbers: Those of the changes, by watch and observation.
    """
    found = [
        Lost(
            loss,
            documents.get(promise.watch, promise.watch),
            numbers.get((promise.watch, loss.at)),
        )
        for promise in promises
        for loss in losses(promise)
        if loss.at < span.until and (span.since is None or span.since <= loss.at)
    ]
    return sorted(found, key=lambda one: one.loss.at)


def losses(promise: Promise) -> list[Loss]:
    """Return all that a promise has lost, oldest first."""
    return sorted((*_weaker(promise), *_gone(promise)), key=lambda loss: loss.at)


def _weaker(promise: Promise) -> Iterator[Loss]:
    texts = (*(wording.text for wording in promise.wordings), promise.text)
    for wording, now in zip(promise.wordings, texts[1:], strict=True):
        # A ledger of before knows of the last time only.
        if wording.weaker or wording.until == promise.weakened:
            yield Loss(
                before=wording.text,
                now=now,
                since=reads(promise, wording.until)[1],
                first=promise.first,
                at=wording.until,
            )


def _gone(promise: Promise) -> Iterator[Loss]:
    away = [(one.gone, one.again) for one in promise.absences]
    ends = [*away, (promise.gone, None)] if promise.gone else away
    for at, again in ends:
        text, since = reads(promise, at)
        yield Loss(
            before=text, now="", since=since, first=promise.first, at=at, again=again
        )


def reads(promise: Promise, at: datetime | None) -> tuple[str, datetime]:
    """Return how a promise read before then, and since when; None asks for now."""
    since = max(
        (
            time
            for time in (
                promise.first,
                *(wording.until for wording in promise.wordings),
                *(absence.again for absence in promise.absences),
            )
            if at is None or time < at
        ),
        default=promise.first,
    )
    later = (w.text for w in promise.wordings if at is not None and w.until >= at)
    return next(later, promise.text), since

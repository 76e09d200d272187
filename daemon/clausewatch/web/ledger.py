"""What a service promised, promise by promise: how it reads, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from clausewatch.core.model import WordOp, WordSpan
from clausewatch.core.promise import Promise
from clausewatch.library import Paper
from clausewatch.render.wording import plain
from clausewatch.web.lost import Loss, losses, reads
from clausewatch.web.watched import title


@dataclass(frozen=True)
class Pledge:
    """A promise, and in which document it stands or stood."""

    promise: Promise
    document: str

    @cached_property
    def loss(self) -> Loss | None:
        """What last became of it; None if it lost nothing, or was made again."""
        lost = [one for one in losses(self.promise) if one.again is None]
        return lost[-1] if lost else None

    @property
    def spans(self) -> tuple[WordSpan, ...]:
        """Return how it reads, with what its last loss took and put in its place."""
        if self.loss is None:
            return (WordSpan(WordOp.EQUAL, plain(self.promise.text)),)
        return self.loss.spans

    @property
    def reads_since(self) -> datetime:
        """Return since when it reads so, or read so until it went."""
        return reads(self.promise, self.promise.gone)[1]

    @property
    def is_reworded_since(self) -> bool:
        """Say whether it reads otherwise now than its last loss left it."""
        loss = self.loss
        return bool(loss and loss.now and loss.now != self.promise.text)


def ledger(promises: Sequence[Promise], papers: Sequence[Paper]) -> list[Pledge]:
    """Return the promises of a service: the latest broken first, then what stands."""
    documents = {paper.watch: title(paper) for paper in papers}
    found = [Pledge(one, documents.get(one.watch, one.watch)) for one in promises]
    found.sort(key=lambda one: one.promise.first)
    found.sort(
        key=lambda one: one.loss.at if one.loss else one.promise.first, reverse=True
    )
    found.sort(key=lambda one: one.loss is None)
    return found

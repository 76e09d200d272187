"""What several watches tell together, found when one of them is settled."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog

from clausewatch.core import patterns, vantages
from clausewatch.core.event import Event, EventType, Verdict
from clausewatch.core.history import History
from clausewatch.core.judge import Judgement
from clausewatch.core.model import Digest, Document, Watch, WatchId
from clausewatch.core.outcome import Assessment
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.vantages import View
from clausewatch.ports import Store

_TOLD: Final = (EventType.CHANGED, EventType.PATTERN)

log = structlog.get_logger()


class Together:
    """Sees the changes of one service as one story, and one page from two places.

    Runs in the store's thread, before the look is settled: what it finds is written in
    the same transaction as the change that completed it.
    """

    def __init__(self, store: Store, document: Callable[[Digest], Document]) -> None:
        self.within = patterns.WITHIN
        """How far apart changes may be that tell one story."""
        self._store = store
        self._document = document
        self._listed: Mapping[WatchId, Watch] = {}
        self._pairs: Mapping[WatchId, tuple[tuple[Watch, Watch], ...]] = {}
        self._compared: dict[str, tuple[tuple[Digest, Digest], Judgement]] = {}
        """By pair, what its present texts amount to; each look would ask again."""

    def know(self, watches: Sequence[Watch], within: timedelta) -> None:
        """Learn what is watched, and how far apart changes of one story may be."""
        self.within = within
        self._listed = {watch.id: watch for watch in watches}
        found = vantages.pairs(watches)
        self._pairs = {
            watch.id: tuple(pair for pair in found if watch in pair)
            for watch in dict.fromkeys(watch for pair in found for watch in pair)
        }
        self._compared.clear()

    def found(
        self, watch: Watch, found: Assessment, rulebook: Callable[[], Rulebook]
    ) -> tuple[Event, ...]:
        """Return what this look completes; a bug here hides nothing else."""
        try:
            return (
                *self._patterns(found.events),
                *self._vantages(watch, found.history, rulebook),
            )
        except Exception:  # whatever is wrong here, the change itself is told
            log.exception("pattern.crashed", watch=watch.id)
            return ()

    def audience(self, watch: Watch, event: Event) -> tuple[Watch, ...]:
        """Return the watches whose sinks are told: for a pattern, of all its steps."""
        if event.pattern is None:
            return (watch,)
        known = (self._listed.get(step.watch) for step in event.pattern.steps)
        return (watch, *(one for one in known if one is not None and one != watch))

    def _patterns(self, told: Sequence[Event]) -> Iterator[Event]:
        for event in told:
            if (event.type, event.verdict) != (
                EventType.CHANGED,
                Verdict.SUBSTANTIVE,
            ):
                continue
            since = event.observed_at - self.within
            earlier = self._store.told_of(event.service, _TOLD, since=since)
            story = patterns.pattern(event, earlier, within=self.within)
            if story is not None:
                yield story

    def _vantages(
        self, watch: Watch, history: History, rulebook: Callable[[], Rulebook]
    ) -> Iterator[Event]:
        for one, other in self._pairs.get(watch.id, ()):
            sibling = self._store.standing(one.id if watch == other else other.id)
            if sibling is None:
                continue
            own, its = View(watch, history), sibling.history
            views = (View(one, its), own) if watch == other else (own, View(other, its))
            event = self._compare(*views, rulebook)
            if event is not None:
                yield event

    def _compare(
        self, one: View, other: View, rulebook: Callable[[], Rulebook]
    ) -> Event | None:
        name = vantages.pair_id(one.watch, other.watch)
        told = self._store.told_of(one.watch.service, (EventType.PATTERN,))
        last = next((e for e in reversed(told) if _is_of(e, name)), None)
        return vantages.compare(
            one,
            other,
            told=last,
            judged=lambda: self._judged(name, one, other, rulebook),
        )

    def _judged(
        self, name: str, one: View, other: View, rulebook: Callable[[], Rulebook]
    ) -> Judgement:
        """Return what two texts amount to; the last of each pair is remembered."""
        here, there = _shown(one), _shown(other)
        known = self._compared.get(name)
        if known and known[0] == (here, there):
            return known[1]
        found = vantages.difference(
            self._document(here), self._document(there), rulebook()
        )
        self._compared[name] = (here, there), found
        return found


def _shown(view: View) -> Digest:
    assert view.history.head is not None, "compared without a text"  # noqa: S101
    return view.history.head.document


def _is_of(event: Event, name: str) -> bool:
    return event.pattern is not None and event.pattern.id == name

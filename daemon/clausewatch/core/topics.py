"""What a change is about: rules first, small models beside them, each with its words.

What a whole difference is about is weighed over its changes, by how much changed, by
what usually is heard in policies of that language, and by the kind of document.

Source: ADR 0121, ADR 0122.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from clausewatch.core.event import Change, Verdict
from clausewatch.core.genre import above, genre_of
from clausewatch.core.heard import HEADINGS, PLACE, Heard, heard, title_of
from clausewatch.core.linear import Linear, features
from clausewatch.core.model import EditKind, WordOp
from clausewatch.core.topicbook import TOPICS, Listener, Numbers, TopicBook
from clausewatch.core.topicfigures import (
    PARTS,
    Spoken,
    figures,
    probabilities,
    weight_of,
)

MOST_CHANGES: Final = 400
"""A difference of more changes than this is known by its longest ones."""
MODEL: Final = (1.0, 0.7, 0.7)
"""What the model's word counts for: of the changed words, the clause, the headings."""
NEWS: Final = PLACE["ai-training"]
"""However much else was rewritten, it is named where one change is surely about it."""
SURELY: Final = 0.85


@dataclass(frozen=True, slots=True)
class Told:
    """What a difference is about."""

    changes: tuple[Change, ...]
    topics: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    touched: Mapping[str, float] = field(default_factory=dict)
    """By topic: how loudly its rules spoke in the words of any one change."""


def of(changes: Sequence[Change], language: str, title: str, book: TopicBook) -> Told:
    """Return what substantive changes are about; the others are left as they are.

    Args:
        language: The primary subtag; a text of unknown language is taken for English.
        title: What the document calls itself.
        book: An empty one tells nothing.
    """
    listener = book.listeners.get(language or "en")
    decided = [c for c in changes if c.verdict is Verdict.SUBSTANTIVE]
    if not book.listeners or not decided or book.weights is None:
        return Told(tuple(changes))
    if listener is None:
        return Told(
            tuple(changes), (), (f"topics: no rules for the language {language}",)
        )
    ear = _Ear(listener, book, language or "en", title)
    told = {id(change): ear.one(change) for change in decided}
    most = heaviest(decided)
    whole = ear.topics(most)
    return Told(
        tuple(told.get(id(change), change) for change in changes),
        whole,
        tuple(ear.why(most, topic) for topic in whole),
        ear.touched(most),
    )


def heaviest(changes: Sequence[Change]) -> Sequence[Change]:
    """Return the changes that a difference is known by."""
    return sorted(changes, key=weight_of, reverse=True)[:MOST_CHANGES]


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """One change, as rules and models take it."""

    heard: Heard
    leaning: Numbers
    sounds: Numbers
    weight: float


class _Ear:
    """Hears the changes of one document; each only once."""

    def __init__(
        self, listener: Listener, book: TopicBook, language: str, title: str
    ) -> None:
        self._listener = listener
        self._book = book
        assert book.weights is not None  # noqa: S101 - `of` has seen to it
        self._weights = book.weights
        self._usual = book.weights.usual.get(language, book.weights.usual["en"])
        self._title = title
        self._known: dict[int, _Change] = {}

    def _taken(self, change: Change) -> _Change:
        if id(change) not in self._known:
            self._known[id(change)] = _Change(
                heard(change, self._listener),
                *modelled(change, self._book.model, self._book.headings),
                weight_of(change),
            )
        return self._known[id(change)]

    def topics(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """Return what some changes are about, most likely first."""
        found = self._chances(changes)
        if len(changes) > 1 and (surest := self._news(changes)) >= SURELY:
            found[NEWS] = max(found[NEWS], surest)
        own = (t for c in changes for t in self._taken(c).heard.said if t not in PLACE)
        order = np.argsort(-found, kind="stable")
        claimed = [n for n in order if found[n] >= self._weights.least]
        return (*(TOPICS[n] for n in claimed or order[:1]), *dict.fromkeys(own))

    def _news(self, changes: Sequence[Change]) -> float:
        """Return how likely the likeliest of them is news; those that speak of it."""
        spoken = (c for c in changes if self._taken(c).heard.scores[0, NEWS] > 0)
        return max((float(self._chances([c])[NEWS]) for c in spoken), default=0.0)

    def touched(self, changes: Sequence[Change]) -> Mapping[str, float]:
        """Return how loudly each topic was heard in the changed words."""
        loudest = np.max([self._taken(change).heard.scores[0] for change in changes], 0)
        return dict(zip(TOPICS, loudest.tolist(), strict=True))

    def _chances(self, changes: Sequence[Change]) -> Numbers:
        taken = [self._taken(change) for change in changes]
        spoken = Spoken(
            scores=np.stack([one.heard.scores for one in taken]),
            leanings=np.stack([one.leaning for one in taken]),
            sounds=np.stack([one.sounds for one in taken]),
            weights=np.array([one.weight for one in taken]),
            title=title_of(changes, self._title, self._listener),
            usual=self._usual,
            genre=self._weights.genres[genre_of(above(changes, self._title))],
        )
        return probabilities(figures(spoken), self._weights)

    def one(self, change: Change) -> Change:
        """Return a change with what it is about, and why."""
        topics = self.topics([change])
        because = tuple(self.why([change], topic) for topic in topics)
        return replace(change, topics=topics, because=(*change.because, *because))

    def why(self, changes: Sequence[Change], topic: str) -> str:
        """Return the words that speak most for a topic, and whose they are."""
        place = PLACE.get(topic, 0)
        change, best = max(
            ((c, self._taken(c)) for c in changes),
            key=lambda one: (topic in one[1].heard.said, _loud(one[1], place)),
        )
        said = best.heard.said.get(topic) or best.heard.above.get(topic)
        if said:
            return f"topic {topic}: {said}"
        if self._book.model is None:
            return f"topic {topic}"
        run = self._book.model.telling(change.after or change.before, topic)
        return (
            f"topic {topic}: {f'“{run}”' if run else 'the clause as a whole'} (model)"
        )


def _loud(one: _Change, place: int) -> tuple[float, float]:
    return float(one.heard.scores[:, place].sum()), float(one.leaning[place])


def modelled(
    change: Change, model: Linear | None, headings: Linear | None
) -> tuple[Numbers, Numbers]:
    """Return how both models take a change: see `Spoken.leanings` and `.sounds`.

    The rows that a text hits are the same for both, and cost more than all the rest.
    """
    leaning = np.zeros(len(TOPICS))
    sounds = np.zeros((len(PARTS), len(TOPICS)))
    if model is None or headings is None:
        return leaning, sounds
    clause = change.before if change.kind is EditKind.REMOVED else change.after
    texts = (
        changed_text(change).strip(),
        clause.strip(),
        " ".join(change.path[-HEADINGS:]),
    )
    for part, (text, share) in enumerate(zip(texts, MODEL, strict=True)):
        rows = features(text, len(model.weights))
        leaning += model.lean_of(rows) * share
        if part < len(PARTS):
            sounds[part] = headings.lean_of(rows)
    return leaning + model.biases, sounds


def changed_text(change: Change) -> str:
    """Return the words that came or went."""
    if not change.words:
        return f"{change.before} {change.after}"
    return " . ".join(s.text for s in change.words if s.op is not WordOp.EQUAL)

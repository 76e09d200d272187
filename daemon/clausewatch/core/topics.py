"""What a change is about: rules first, a small model beside them, each with its words.

A rule counts for most where its words touch what changed, less where they stand
elsewhere in the clause or in the headings above it: "eighteen" put for "sixteen" is
about children because of the clause that it stands in. What a whole difference is
about is weighed over its changes, by how much changed and by what usually is heard in
policies of that language.

Source: ADR 0121, ADR 0122.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np

from clausewatch.core.cues import plain
from clausewatch.core.event import Change, Verdict
from clausewatch.core.linear import Linear
from clausewatch.core.model import EditKind, WordOp
from clausewatch.core.topicbook import TOPICS, Listener, Numbers, TopicBook, TopicRule
from clausewatch.core.topicfigures import LEVELS, figures, probabilities, weight_of

HEADINGS: Final = 2
"""How many headings above a clause say what it is about."""
MOST_CHANGES: Final = 400
"""A difference of more changes than this is known by its longest ones."""
MORE_THAN_ONE: Final = 1.5
"""What a rule counts whose words were found in two ways."""
MODEL: Final = (1.0, 0.7, 0.7)
"""What the model's word counts for: of the changed words, the clause, the headings."""
_PLACE: Final = {topic: n for n, topic in enumerate(TOPICS)}


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rules heard in one change."""

    scores: Numbers
    """A row for each of LEVELS, a column for each topic."""
    said: Mapping[str, tuple[str, str]]
    """By topic: the rule that counted most, and its words."""


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
    whole = ear.topics(heaviest(decided))
    return Told(
        tuple(told.get(id(change), change) for change in changes),
        whole,
        tuple(ear.why(heaviest(decided), topic) for topic in whole),
        ear.touched(heaviest(decided)),
    )


def heaviest(changes: Sequence[Change]) -> Sequence[Change]:
    """Return the changes that a difference is known by."""
    return sorted(changes, key=weight_of, reverse=True)[:MOST_CHANGES]


class _Ear:
    """Hears the changes of one document; each only once."""

    def __init__(
        self, listener: Listener, book: TopicBook, language: str, title: str
    ) -> None:
        self._listener = listener
        self._model = book.model
        assert book.weights is not None  # noqa: S101 - `of` has seen to it
        self._weights = book.weights
        self._usual = book.weights.usual.get(language, book.weights.usual["en"])
        self._title = title
        self._known: dict[int, tuple[Heard, Numbers]] = {}

    def _heard(self, change: Change) -> tuple[Heard, Numbers]:
        if id(change) not in self._known:
            lean = leaning(change, self._model)
            self._known[id(change)] = heard(change, self._listener), lean
        return self._known[id(change)]

    def topics(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """Return what some changes are about, most likely first."""
        found = self._chances(changes)
        own = (t for c in changes for t in self._heard(c)[0].said if t not in _PLACE)
        order = np.argsort(-found, kind="stable")
        claimed = [n for n in order if found[n] >= self._weights.least]
        return (*(TOPICS[n] for n in claimed or order[:1]), *dict.fromkeys(own))

    def touched(self, changes: Sequence[Change]) -> Mapping[str, float]:
        """Return how loudly each topic was heard in the changed words."""
        loudest = np.max([self._heard(change)[0].scores[0] for change in changes], 0)
        return dict(zip(TOPICS, loudest.tolist(), strict=True))

    def _chances(self, changes: Sequence[Change]) -> Numbers:
        found = evidence(
            [self._heard(change) for change in changes],
            [weight_of(change) for change in changes],
            title_of(changes, self._title, self._listener),
            self._usual,
        )
        return probabilities(found, self._weights)

    def one(self, change: Change) -> Change:
        """Return a change with what it is about, and why."""
        topics = self.topics([change])
        because = tuple(self.why([change], topic) for topic in topics)
        return replace(change, topics=topics, because=(*change.because, *because))

    def why(self, changes: Sequence[Change], topic: str) -> str:
        """Return the words that speak most for a topic, and whose they are."""
        said = [(c, self._heard(c)[0]) for c in changes]
        place = _PLACE.get(topic, 0)
        change, best = max(
            said, key=lambda s: (topic in s[1].said, s[1].scores[:, place].sum())
        )
        if topic in best.said:
            rule, words = best.said[topic]
            return f"topic {topic}: “{words}” (rule {rule})"
        if self._model is None:
            return f"topic {topic}"
        spoke = self._model.telling(change.after or change.before, topic)
        return f"topic {topic}: {', '.join(f'“{w}”' for w in spoke)} (model)"


def evidence(
    changes: Sequence[tuple[Heard, Numbers]],
    weights: Sequence[float],
    title: Numbers,
    usual: Numbers,
) -> Numbers:
    """Return the figures by which a difference is weighed: a row for each topic."""
    scores = np.stack([found.scores for found, _ in changes])
    leanings = np.stack([lean for _, lean in changes])
    return figures(scores, leanings, np.asarray(weights, float), title, usual)


def heard(change: Change, listener: Listener) -> Heard:
    """Return what the rules hear in a change."""
    touched: dict[int, set[str]] = defaultdict(set)
    whole: dict[int, set[str]] = defaultdict(set)
    silent: set[int] = set()
    for text, marks in sides(change):
        for rule, start, end in listener.says.found(text):
            words = text[start:end]
            whole[rule].add(words)
            if marks.find(1, start, end) >= 0:
                touched[rule].add(words)
        silent.update(rule for rule, _, _ in listener.unless.found(text))
    for rule in silent:
        whole.pop(rule, None)
        touched.pop(rule, None)
    above = _above(" ".join(change.path[-HEADINGS:]), listener)
    scores = np.stack([_scores(found, listener.rules) for found in (touched, whole)])
    said = {**_said(whole, listener.rules), **_said(touched, listener.rules)}
    return Heard(np.vstack([scores, above]), said)


def title_of(changes: Sequence[Change], title: str, listener: Listener) -> Numbers:
    """Return what the document's title, and its main headings, are about."""
    first = sorted({change.path[0] for change in changes if change.path})[:3]
    return np.minimum(_above(" . ".join((title, *first)), listener), 4.0)


@lru_cache(maxsize=512)
def _above(text: str, listener: Listener) -> Numbers:
    plainly = plain(text)
    found: dict[int, set[str]] = defaultdict(set)
    for rule, start, end in listener.says.found(plainly):
        found[rule].add(plainly[start:end])
    for rule, _, _ in listener.unless.found(plainly):
        found.pop(rule, None)
    return _scores(found, listener.rules)


def _scores(found: Mapping[int, set[str]], rules: Sequence[TopicRule]) -> Numbers:
    scores = np.zeros(len(TOPICS))
    for number, words in found.items():
        rule = rules[number]
        if rule.topic in _PLACE:
            more = MORE_THAN_ONE if len(words) > 1 else 1.0
            scores[_PLACE[rule.topic]] += rule.weight * more
    return scores


def _said(
    found: Mapping[int, set[str]], rules: Sequence[TopicRule]
) -> Mapping[str, tuple[str, str]]:
    """Return by topic the rule that counts most, and the longest of its words."""
    order = sorted(found, key=lambda n: rules[n].weight)
    return {
        rules[n].topic: (rules[n].name, max(sorted(found[n]), key=len)) for n in order
    }


def sides(change: Change) -> Iterator[tuple[str, bytes]]:
    """Yield the clause as it was and as it is, with a 1 below each changed letter."""
    if not change.words:
        for text in filter(None, map(plain, (change.before, change.after))):
            yield text, b"\1" * len(text)
        return
    for left_out in (WordOp.INSERT, WordOp.DELETE):
        texts, marks = [], bytearray()
        for span in change.words:
            said = "" if span.op is left_out else plain(span.text)
            if said:
                changed = span.op is not WordOp.EQUAL
                marks += bytes([changed]) * len(said) + b"\0"
                texts.append(said)
        yield " ".join(texts), bytes(marks)


def leaning(change: Change, model: Linear | None) -> Numbers:
    """Return how much the model leans to each topic; around 0.1 for an ordinary one."""
    if model is None:
        return np.zeros(len(TOPICS))
    clause = change.before if change.kind is EditKind.REMOVED else change.after
    texts = (changed_text(change), clause, " ".join(change.path[-HEADINGS:]))
    parts = (model.lean(text) * share for text, share in zip(texts, MODEL, strict=True))
    return np.asarray(sum(parts) + model.biases, float)


def changed_text(change: Change) -> str:
    """Return the words that came or went."""
    if not change.words:
        return f"{change.before} {change.after}"
    return " . ".join(s.text for s in change.words if s.op is not WordOp.EQUAL)


assert len(LEVELS) == 3  # noqa: S101, PLR2004 - the rows of Heard.scores

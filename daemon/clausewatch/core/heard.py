"""What the rules of a language hear in one change, and in the headings above it.

A rule counts for most where its words touch what changed, less where they stand
elsewhere in the clause or in the headings: "eighteen" put for "sixteen" is about
children because of the clause that it stands in.

Source: ADR 0121.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from clausewatch.core.cues import plain
from clausewatch.core.event import Change
from clausewatch.core.genre import above
from clausewatch.core.model import WordOp
from clausewatch.core.topicbook import TOPICS, Listener, Numbers, TopicRule

HEADINGS: Final = 2
"""How many headings above a clause say what it is about."""
MORE_THAN_ONE: Final = 1.5
"""What a rule counts whose words were found in two ways."""
BEFORE, AFTER = 1, 2
"""A single word is quoted with so many of its neighbours."""
LOUDEST_TITLE: Final = 4.0
PLACE: Final[Mapping[str, int]] = {topic: n for n, topic in enumerate(TOPICS)}


@dataclass(frozen=True, slots=True)
class Said:
    """The rule that counted most for a topic, and its words."""

    rule: str
    words: str
    place: str = ""
    """Where they stand, if not in the clause."""

    def __str__(self) -> str:
        return f"“{self.words}” ({self.place}rule {self.rule})"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rules heard in one change."""

    scores: Numbers
    """A row for the changed words, the clause and the headings; a column a topic."""
    said: Mapping[str, Said]
    """By topic: what was heard in the clause, best of all in the changed words."""
    above: Mapping[str, Said]
    """By topic: what was heard in the headings."""


class _Found:
    """The rules whose words were found, and how each is quoted best."""

    def __init__(self) -> None:
        self._words: dict[int, set[str]] = defaultdict(set)
        self._quoted: dict[int, str] = {}

    def add(self, rule: int, text: str, start: int, end: int) -> None:
        words = text[start:end]
        self._words[rule].add(words)
        quoted = words if " " in words else _around(text, start, end)
        # The longest tells most; of equals the first in the alphabet, for one answer.
        known = self._quoted.get(rule, quoted)
        self._quoted[rule] = min(known, quoted, key=lambda q: (-q.count(" "), q))

    def drop(self, rule: int) -> None:
        self._words.pop(rule, None)

    def scores(self, rules: Sequence[TopicRule]) -> Numbers:
        scores = np.zeros(len(TOPICS))
        for number, words in self._words.items():
            rule = rules[number]
            if rule.topic in PLACE:
                more = MORE_THAN_ONE if len(words) > 1 else 1.0
                scores[PLACE[rule.topic]] += rule.weight * more
        return scores

    def said(self, rules: Sequence[TopicRule], place: str = "") -> dict[str, Said]:
        order = sorted(self._words, key=lambda n: (rules[n].weight, -n))
        return {
            rules[n].topic: Said(rules[n].name, self._quoted[n], place) for n in order
        }


def _around(text: str, start: int, end: int) -> str:
    """Return a word with its neighbours; alone it would tell a reader nothing."""
    before, after = text[:start].split(), text[end:].split()
    return " ".join([*before[-BEFORE:], text[start:end], *after[:AFTER]])


def heard(change: Change, listener: Listener) -> Heard:
    """Return what the rules hear in a change."""
    touched, whole, rules = _Found(), _Found(), listener.rules
    silent: set[int] = set()
    for text, marks in sides(change):
        for rule, start, end in listener.says.found(text):
            whole.add(rule, text, start, end)
            if marks.find(1, start, end) >= 0:
                touched.add(rule, text, start, end)
        silent.update(rule for rule, _, _ in listener.unless.found(text))
    for rule in silent:
        whole.drop(rule)
        touched.drop(rule)
    over, said = _above(" ".join(change.path[-HEADINGS:]), listener)
    scores = np.stack([touched.scores(rules), whole.scores(rules), over])
    return Heard(scores, {**whole.said(rules), **touched.said(rules)}, said)


def title_of(changes: Sequence[Change], title: str, listener: Listener) -> Numbers:
    """Return what the document's title, and its main headings, are about."""
    return np.minimum(heading_scores(above(changes, title), listener), LOUDEST_TITLE)


def heading_scores(heading: str, listener: Listener) -> Numbers:
    """Return what a heading is about: by topic, how loudly the rules say so."""
    return _above(heading, listener)[0]


@lru_cache(maxsize=512)
def _above(text: str, listener: Listener) -> tuple[Numbers, Mapping[str, Said]]:
    plainly, found = plain(text), _Found()
    for rule, start, end in listener.says.found(plainly):
        found.add(rule, plainly, start, end)
    for rule, _, _ in listener.unless.found(plainly):
        found.drop(rule)
    return found.scores(listener.rules), found.said(listener.rules, "heading, ")


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

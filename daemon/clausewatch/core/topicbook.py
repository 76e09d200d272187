"""What topics are told by: rules for each language, weights, and a small model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from clausewatch.core.cues import Cue, Index
from clausewatch.core.linear import Linear

TOPICS: Final = (
    "acceptable-use",
    "advertising",
    "affiliate-sharing",
    "ai-training",
    "automated-decisions",
    "change-notice",
    "children",
    "choice",
    "communications",
    "data-collection",
    "data-rights",
    "data-sale",
    "disputes",
    "entity",
    "government-requests",
    "liability",
    "location",
    "payment",
    "purpose",
    "regional-scope",
    "retention",
    "retroactivity",
    "security",
    "sensitive-data",
    "service-scope",
    "termination",
    "third-party-sharing",
    "tracking",
    "transfers",
    "user-content",
)
"""Every topic; `docs/judgement.md` says what each means."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """Words by which a clause of one language is about a topic."""

    topic: str
    id: str
    weight: float
    says: tuple[Cue, ...]
    unless: tuple[Cue, ...] = ()
    """Where one of these stands in the clause, the rule says nothing of it."""

    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    """Examples, that prove the rule."""

    def hears(self, text: str) -> bool:
        """Say whether the rule speaks for its topic in a plain text."""
        says = any(True for cue in self.says for _ in cue.places(text))
        return says and not any(True for cue in self.unless for _ in cue.places(text))

    @property
    def name(self) -> str:
        """Return what explanations call it, such as `payment/money`."""
        return f"{self.topic}/{self.id}"


class Listener:
    """The rules of one language, ready to be listened for."""

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self.rules = tuple(rules)
        self.says = Index((cue, n) for n, rule in enumerate(rules) for cue in rule.says)
        self.unless = Index(
            (cue, n) for n, rule in enumerate(rules) for cue in rule.unless
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopicWeights:
    """How what was heard is weighed into whether a difference is about a topic.

    Of `Evidence`'s figures for a topic, each divided by its scale, `shared` weighs all
    of them alike for every topic, `own` some of them (`chosen`) for each topic apart.
    """

    usual: Mapping[str, Numbers]
    """By language: how much of each topic is heard in any changed clause."""
    scales: Numbers
    shared: Numbers
    chosen: tuple[int, ...]
    own: Numbers
    """A row for each topic, a column for each chosen figure."""
    biases: Numbers
    genres: Mapping[str, Numbers]
    """By kind of document: how much likelier each topic is there, as a logarithm."""
    least: float
    """The least probability at which a topic is claimed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopicBook:
    """Everything that topics are told by; an empty one tells none."""

    listeners: Mapping[str, Listener] = field(default_factory=dict)
    """By language; a language that is not here gets no topics."""
    model: Linear | None = None
    """Learned from labelled changes."""
    headings: Linear | None = None
    """Learned from clauses and the headings above them, of many documents."""
    weights: TopicWeights | None = None

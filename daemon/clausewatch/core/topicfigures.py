"""How what was heard of a topic becomes figures, and these a probability.

All of it is arithmetic on a handful of numbers for each topic: how much was heard at
each level, how that compares with what is usually heard, and how the topics compare
with one another.
"""

from typing import Final

import numpy as np

from clausewatch.core.event import Change
from clausewatch.core.summary import changed_words
from clausewatch.core.topicbook import Numbers, TopicWeights

LEVELS: Final = ("touched", "clause", "headings")
_LEVEL: Final = (1.0, 0.25, 0.5)
"""What is heard at a level counts so much where topics are compared."""
ENOUGH: Final = 5.0
"""More than this is not heard of a topic in one change."""
LONGEST_WORDS: Final = 80
"""A change of more words than this counts as this many."""
POWER: Final = 0.7
"""A change of twice the words does not tell twice as much."""
NAMES: Final = (
    *(f"{part} {name}" for name in LEVELS for part in ("most", "mean", "root", "log")),
    *(f"lift {name}" for name in LEVELS),
    "share",
    "share root",
    "behind",
    "rank",
    "size",
    "log by size",
    "root by size",
    "share by size",
    "rank by size",
    "title",
    "model",
    "model root",
)
CHOSEN: Final = tuple(
    NAMES.index(name)
    for name in (
        "most touched",
        *(f"lift {name}" for name in LEVELS),
        "share",
        "share root",
        "rank",
        "model",
    )
)
"""The figures that are weighed for each topic apart."""


def weight_of(change: Change) -> float:
    """Return how much one change counts among the others."""
    return float(min(LONGEST_WORDS, max(1, changed_words(change))) ** POWER)


def usual(scores: Numbers, weights: Numbers) -> Numbers:
    """Return how much is heard of each topic on average: a row for each level."""
    return np.asarray(
        (np.minimum(scores, ENOUGH) * weights[:, None, None]).sum(0) / weights.sum()
    )


def figures(
    scores: Numbers, leanings: Numbers, weights: Numbers, title: Numbers, norm: Numbers
) -> Numbers:
    """Return the figures of a difference: a row for each topic, a column for each name.

    Args:
        scores: By change, level and topic.
        leanings: By change and topic.
        weights: By change.
        title: By topic.
        norm: By level and topic, what `usual` gave for many differences.
    """
    capped = np.minimum(scores, ENOUGH)
    amount = (capped * weights[:, None, None]).sum(0)
    mean = amount / weights.sum()
    columns: list[Numbers] = []
    for level in range(len(LEVELS)):
        columns += [capped[:, level].max(0), mean[level]]
        columns += [np.sqrt(mean[level]), np.log1p(amount[level])]
    columns += [*np.log((mean + 0.05) / (norm + 0.05))]
    heard = (mean / (norm + 0.08) * np.array(_LEVEL)[:, None]).sum(0)
    share = heard / (heard.sum() + 1e-9)
    rank = np.argsort(np.argsort(-heard, kind="stable"), kind="stable").astype(float)
    behind = (heard.max() - heard) / (heard.max() + 1e-9)
    columns += [share, np.sqrt(share), behind, np.exp(-rank / 3)]
    size = np.log1p(weights.sum())
    columns += [np.full(len(share), size), np.log1p(amount[0]) * size / 5]
    columns += [np.sqrt(mean[0]) * size / 5, np.sqrt(share) * size / 5]
    lean = (leanings * weights[:, None]).sum(0) / weights.sum()
    columns += [rank * size / 50, title, lean, np.sqrt(np.maximum(lean, 0))]
    return np.stack(columns, axis=1)


def probabilities(found: Numbers, weights: TopicWeights) -> Numbers:
    """Return how likely each topic is."""
    scaled = found / weights.scales
    odds = scaled @ weights.shared + weights.biases
    odds = odds + (scaled[:, weights.chosen] * weights.own).sum(1)
    return np.asarray(1 / (1 + np.exp(-odds)))

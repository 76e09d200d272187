"""How what was heard of a topic becomes figures, and these a probability.

All of it is arithmetic on a handful of numbers for each topic: how much was heard at
each level, how that compares with what is usually heard, and how the topics compare
with one another.
"""

from dataclasses import dataclass
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
PARTS: Final = ("changed words", "clause")
"""What the model of headings is asked about."""
PLAIN: Final = 1.0
"""So far from the usual, a clause sounds like one below a heading of that topic."""
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
    *(f"{how} even" for how in ("mean", "most")),
    *(f"{how} clear" for how in ("mean", "most", "log", "root")),
    *(f"{how} first" for how in ("mean", "any")),
    *(
        f"{part} sound: {how}"
        for part in PARTS
        for how in ("mean", "most", "log", "even")
    ),
    "genre",
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spoken:
    """What was heard in the changes of a difference."""

    scores: Numbers
    """By change, level and topic: what rules heard."""
    leanings: Numbers
    """By change and topic: what the model of labelled changes makes of it."""
    sounds: Numbers
    """By change, part and topic: what the model of headings makes of it."""
    weights: Numbers
    """By change."""
    title: Numbers
    """By topic."""
    usual: Numbers
    """By level and topic: what `usual` gave for many differences of that language."""
    genre: Numbers
    """By topic: how much likelier it is in documents of that kind, as a logarithm."""


def figures(spoken: Spoken) -> Numbers:
    """Return the figures of a difference: a row for each topic, a column for each name."""
    capped = np.minimum(spoken.scores, ENOUGH)
    columns = [
        *_whole(spoken, capped),
        *_by_change(capped, spoken.weights, spoken.usual),
        *_sounding(spoken.sounds, spoken.weights),
        spoken.genre,
    ]
    return np.stack(columns, axis=1)


def _whole(spoken: Spoken, capped: Numbers) -> list[Numbers]:
    weights, norm = spoken.weights, spoken.usual
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
    lean = (spoken.leanings * weights[:, None]).sum(0) / weights.sum()
    columns += [rank * size / 50, spoken.title, lean, np.sqrt(np.maximum(lean, 0))]
    return columns


def _by_change(capped: Numbers, weights: Numbers, norm: Numbers) -> list[Numbers]:
    """Return how the topics share each change among them, weighed over all changes."""
    heard = (capped / (norm + 0.08) * np.array(_LEVEL)[:, None]).sum(1)
    even = heard / (heard.sum(1, keepdims=True) + 1e-9)
    clear = heard**2 / ((heard**2).sum(1, keepdims=True) + 1e-9)
    first = (heard == heard.max(1, keepdims=True)) & (heard > 0)
    share = weights / weights.sum()
    mean = share @ clear
    columns = [share @ even, even.max(0), mean, clear.max(0)]
    columns += [np.log1p(weights @ clear), np.sqrt(mean)]
    return [*columns, share @ first, first.any(0).astype(float)]


def _sounding(sounds: Numbers, weights: Numbers) -> list[Numbers]:
    share = weights / weights.sum()
    columns: list[Numbers] = []
    for part in range(len(PARTS)):
        sound = sounds[:, part]
        odds = np.exp(np.minimum(sound, 8.0))
        columns += [share @ sound, sound.max(0)]
        columns += [np.log1p(weights @ np.maximum(sound - PLAIN, 0))]
        columns += [share @ (odds / odds.sum(1, keepdims=True))]
    return columns


def probabilities(found: Numbers, weights: TopicWeights) -> Numbers:
    """Return how likely each topic is."""
    scaled = found / weights.scales
    odds = scaled @ weights.shared + weights.biases
    odds = odds + (scaled[:, weights.chosen] * weights.own).sum(1)
    return np.asarray(1 / (1 + np.exp(-odds)))

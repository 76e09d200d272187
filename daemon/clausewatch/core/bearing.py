"""What one changed clause takes from people or gives them, as learned from labels.

A linear model reads the words that came, those that went, the clause around a
rewording and the headings above it, beside the phrases and how the stance moved. It
was taught clause by clause; what it says of the clauses of a difference is summed up
in a few figures.

Source: ADR 0125.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log1p
from typing import Final

import numpy as np
import numpy.typing as npt

from clausewatch.core.event import Change, Direction
from clausewatch.core.leaning import Leaning
from clausewatch.core.linear import Linear
from clausewatch.core.model import EditKind, WordOp
from clausewatch.core.stance import Stance
from clausewatch.core.topicfigures import weight_of

MOST_CLAUSES: Final = 40
"""A difference of more changed clauses than this is known by its longest ones."""
HEADINGS: Final = 2
PARTS: Final = 4
BEARINGS: Final = (Direction.LESS, Direction.MORE, Direction.NEUTRAL)
CLEAR: Final = (0.45, 0.35)
"""From here on a clause clearly takes something, or gives something."""
FEW: Final = 3

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bearing:
    """The model of one changed clause, and what it says."""

    words: Linear
    """Its rows are those of the parts of a change, one part after the other."""
    weights: Mapping[str, Mapping[Direction, float]]
    """What each trait of a changed clause adds."""
    stance: Stance | None = None

    @cached_property
    def _parts(self) -> Sequence[Linear]:
        steps = np.split(self.words.weights, PARTS)
        return [
            Linear(self.words.labels, self.words.scales, self.words.biases, part)
            for part in steps
        ]

    def of(self, change: Change, leaning: Leaning) -> Numbers:
        """Return how likely a change takes, gives, or does neither."""
        found = np.array(self.words.biases, float)
        for part, text in zip(self._parts, parts(change), strict=True):
            if text:
                found += part.lean(text)
        for name, value in traits(change, leaning, self.stance).items():
            if name in self.weights:
                row = self.weights[name]
                found += [value * row[direction] for direction in BEARINGS]
        return np.asarray(np.clip(found, 0.0, 1.0), float)


def heaviest(changes: Sequence[Change]) -> list[int]:
    """Return which changes a difference is known by: the places of the longest."""
    order = sorted(range(len(changes)), key=lambda n: -weight_of(changes[n]))
    return order[:MOST_CLAUSES]


def parts(change: Change) -> tuple[str, str, str, str]:
    """Return what the model reads: what came, what went, the clause, the headings."""
    went, came = words_of(change)
    whole = change.after if change.kind is _REWORDED else ""
    return came, went, whole, " ".join(change.path[-HEADINGS:])


_REWORDED: Final = EditKind.REWORDED


def words_of(change: Change) -> tuple[str, str]:
    """Return the words that went and the words that came."""
    if not change.words:
        return change.before, change.after
    went, came = (
        " ".join(span.text for span in change.words if span.op is op)
        for op in (WordOp.DELETE, WordOp.INSERT)
    )
    return went, came


def traits(
    change: Change, leaning: Leaning, stance: Stance | None
) -> Mapping[str, float]:
    """Return what tells of a change besides its words."""
    went, came = words_of(change)
    found = {
        f"kind {change.kind}": 1.0,
        "words came": log1p(len(came.split())),
        "words went": log1p(len(went.split())),
    }
    for sign in leaning.signs:
        found[f"{sign.kind} {sign.side} {sign.direction}"] = 1.0
        name = f"signs {sign.direction}"
        found[name] = found.get(name, 0.0) + 1.0
    found |= {f"{kind} stayed": 1.0 for kind in leaning.stayed}
    if stance is not None:
        found["stance"] = stance.moved(change)
    return found


def figures(bearings: Numbers, sizes: Numbers) -> dict[str, float]:
    """Return what the clauses of a difference come to together.

    Args:
        bearings: A row for each clause, a column for each of BEARINGS.
        sizes: How much each clause counts.
    """
    less, more, neither = bearings.T
    share = sizes / sizes.sum()
    takes, gives = float(sizes @ less), float(sizes @ more)
    return {
        "clauses less": float(share @ less),
        "clauses more": float(share @ more),
        "clauses neutral": float(share @ neither),
        "clauses less, most": float(less.max()),
        "clauses more, most": float(more.max()),
        "clauses neutral, most": float(neither.max()),
        "clauses less, number": log1p(float(less.sum())),
        "clauses more, number": log1p(float(more.sum())),
        "clauses less, words": log1p(takes),
        "clauses more, words": log1p(gives),
        "clauses less, clearly": log1p(int((less > CLEAR[0]).sum())),
        "clauses more, clearly": log1p(int((more > CLEAR[1]).sum())),
        "clauses less, few": float(np.sort(less)[-FEW:].mean()),
        "clauses more, few": float(np.sort(more)[-FEW:].mean()),
        "clauses apart": float(share @ (less - more)),
        "clauses apart, most": float((less - more).max()),
        "clauses apart, least": float((less - more).min()),
        "clauses less against more": float(np.log((takes + 1) / (gives + 1))),
    }

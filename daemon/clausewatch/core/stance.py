"""How a clause reads: for the company, for the person, or for neither.

A linear model learned from clauses that people have rated. What counts is never its
score of a clause but how the score moves from the old wording to the new.

Source: ADR 0125.
"""

from dataclasses import dataclass

from clausewatch.core.event import Change, Direction
from clausewatch.core.linear import Linear


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """The model, and what it says of changes."""

    model: Linear

    def of(self, text: str) -> float:
        """Return how a text reads, above 0 for less protective; 0 for none."""
        if not text:
            return 0.0
        scores = self.model.score(text)
        return scores[Direction.LESS] - scores[Direction.MORE]

    def moved(self, change: Change) -> float:
        """Return how much less protective the new wording reads than the old."""
        return self.of(change.after) - self.of(change.before)

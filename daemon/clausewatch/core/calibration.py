"""How what is found in a difference is weighed into its direction.

Source: ADR 0125.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from clausewatch.core.event import Direction


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What each trait of a difference says for each direction: log-odds, learned."""

    biases: Mapping[Direction, float]
    weights: Mapping[str, Mapping[Direction, float]]

    def odds(self, traits: Mapping[str, float]) -> dict[Direction, float]:
        """Return how likely each direction is; together 1."""
        scores = {
            direction: bias
            + sum(
                value * self.weights[name][direction]
                for name, value in traits.items()
                if name in self.weights
            )
            for direction, bias in self.biases.items()
        }
        top = max(scores.values())
        parts = {direction: exp(score - top) for direction, score in scores.items()}
        return {d: part / sum(parts.values()) for d, part in parts.items()}

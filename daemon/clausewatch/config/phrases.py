"""Phrases that show a direction, and how they are weighed, read from files.

A file names its language and lists phrases; see `rules/direction.en.yaml`. Every
mistake is reported with its place, all at once.
"""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final

from clausewatch.config.nodes import Tree, parse
from clausewatch.config.values import Path, Value
from clausewatch.core.bearing import Bearing
from clausewatch.core.calibration import Calibration
from clausewatch.core.event import Direction
from clausewatch.core.linear import Linear
from clausewatch.core.phrases import Phrase, heard
from clausewatch.core.stance import Stance
from clausewatch.errors import ConfigError, Problem

WEIGHTS: Final = "direction.weights.json"
CLAUSES: Final = "direction.clauses.model"
STANCE: Final = "stance.model"
"""Learned by `bench/train_direction.py`; of the last see `rules/stance.NOTICE`."""
Weights = Mapping[str, Mapping[Direction, float]]
_TEXTS: Final = ("id", "kind", "says")
_LISTS: Final = ("patterns", "unless", "match", "reject")
_KEYS: Final = (*_TEXTS, "commits", *_LISTS)
_SAYS: Final = (Direction.LESS, Direction.MORE, Direction.NEUTRAL)


def shipped(name: str) -> tuple[Phrase, ...]:
    """Return phrases of the package, of all languages; its tests prove them.

    Args:
        name: `direction` or `signals`.
    """
    rules = files("clausewatch").joinpath("rules")
    named = sorted(path.name for path in rules.iterdir())
    return tuple(
        phrase
        for file in named
        if file.startswith(f"{name}.") and file.endswith(".yaml")
        for phrase in phrases(rules.joinpath(file).read_bytes(), file, prove=False)
    )


def shipped_calibration() -> Calibration | None:
    """Return how the package weighs what is found in a difference."""
    body = _body(WEIGHTS)
    return calibration(body, WEIGHTS) if body else None


def shipped_bearing() -> Bearing | None:
    """Return how the package reads one changed clause."""
    body, words, stance = map(_body, (WEIGHTS, CLAUSES, STANCE))
    if not (body and words):
        return None
    rated = Stance(Linear.of(stance)) if stance else None
    return Bearing(Linear.of(words), _rows(json.loads(body)["clauses"]), rated)


def _body(name: str) -> bytes:
    file = files("clausewatch").joinpath("rules", name)
    return file.read_bytes() if file.is_file() else b""


def phrases(body: bytes, file: str, *, prove: bool = True) -> tuple[Phrase, ...]:
    """Return the phrases of one file, in order.

    Args:
        body: YAML.
        file: What problems call it.
        prove: Whether to try the patterns and the examples; costs 30 ms a language.

    Raises:
        ConfigError: with every key, pattern and example that is wrong, and its place.
    """
    tree = parse(body, file=file, root="phrases")
    problems = list(_shape(tree))
    if problems:
        raise ConfigError(problems)
    said = tree.value
    assert isinstance(said, dict)  # noqa: S101 - `_shape` has seen to it
    entries = said["phrases"]
    assert isinstance(entries, list)  # noqa: S101 - as above
    language = str(said["language"])
    found = tuple(_phrase(entry, language) for entry in entries)
    if prove:
        problems = list(_patterns(tree, found)) or list(_examples(tree, found))
    if problems:
        raise ConfigError(problems)
    return found


def _shape(tree: Tree) -> Iterator[Problem]:
    said = tree.value
    if not isinstance(said, dict):
        yield tree.problem((), "expected the keys language and phrases")
        return
    for key in said.keys() - {"language", "phrases"}:
        what = "unknown key; expected language or phrases"
        yield tree.problem((key,), what, key=True)
    if not isinstance(said.get("language"), str):
        yield tree.problem(("language",), 'expected a language such as "en"')
    entries = said.get("phrases")
    if not isinstance(entries, list) or not entries:
        yield tree.problem(("phrases",), "expected a list of phrases")
        return
    for number, entry in enumerate(entries):
        yield from _entry(tree, ("phrases", number), entry)


def _entry(tree: Tree, path: Path, entry: Value) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield tree.problem(path, f"expected the keys {', '.join(_KEYS)}")
        return
    for key in entry.keys() - set(_KEYS):
        what = f"unknown key; expected one of {', '.join(_KEYS)}"
        yield tree.problem((*path, key), what, key=True)
    for key in _TEXTS:
        if not isinstance(entry.get(key), str):
            yield tree.problem((*path, key), f"expected text for {key}")
    if entry.get("says") not in _SAYS:
        yield tree.problem((*path, "says"), "expected less, more or neutral")
    if not isinstance(entry.get("commits", False), bool):
        yield tree.problem((*path, "commits"), "expected true or false")
    for key in _LISTS:
        yield from _listed(tree, (*path, key), entry.get(key, []))
    for key in ("patterns", "match", "reject"):
        if not entry.get(key):
            yield tree.problem((*path, key), f"expected at least one under {key}")


def _listed(tree: Tree, path: Path, texts: Value) -> Iterator[Problem]:
    if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
        yield tree.problem(path, "expected a list of texts")
        return


def _phrase(entry: Value, language: str) -> Phrase:
    assert isinstance(entry, dict)  # noqa: S101 - `_shape` has seen to it
    lists = {key: tuple(map(str, _list(entry.get(key)))) for key in _LISTS}
    return Phrase(
        id=f"{language}/{entry['id']}",
        kind=str(entry["kind"]),
        says=Direction(str(entry["says"])),
        language=language,
        patterns=lists["patterns"],
        unless=lists["unless"],
        commits=bool(entry.get("commits")),
        matches=lists["match"],
        rejects=lists["reject"],
    )


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _patterns(tree: Tree, found: tuple[Phrase, ...]) -> Iterator[Problem]:
    """Yield what is no regular expression."""
    for number, phrase in enumerate(found):
        for key, texts in (("patterns", phrase.patterns), ("unless", phrase.unless)):
            for at, text in enumerate(texts):
                try:
                    re.compile(text)
                except re.error as error:
                    what = f"expected a regular expression: {error}"
                    yield tree.problem(("phrases", number, key, at), what)


def _examples(tree: Tree, found: tuple[Phrase, ...]) -> Iterator[Problem]:
    """Yield the examples that are not told as the file says."""
    for number, phrase in enumerate(found):
        for key, texts in (("match", phrase.matches), ("reject", phrase.rejects)):
            for at, text in enumerate(texts):
                if bool(heard(text, phrase.language, (phrase,))) is (key == "match"):
                    continue
                what = f"expected {phrase.id} to {key} this"
                yield tree.problem(("phrases", number, key, at), what)


def calibration(body: bytes, file: str) -> Calibration:
    """Return how traits are weighed.

    Raises:
        ConfigError: it is not such a file.
    """
    try:
        said = json.loads(body)
        return Calibration(_directions(said["biases"]), _rows(said["weights"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{file}: expected biases and weights of directions: {error}"
        raise ConfigError(message) from error


def _rows(rows: Mapping[str, Mapping[str, float]]) -> Weights:
    return {str(name): _directions(row) for name, row in rows.items()}


def _directions(row: Mapping[str, float]) -> Mapping[Direction, float]:
    return {Direction(name): float(weight) for name, weight in row.items()}

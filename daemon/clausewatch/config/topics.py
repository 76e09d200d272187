"""Topic rules, and how they are weighed, read from files.

A file names its language and lists rules by topic; see `rules/topics.en.yaml`. Every
mistake is reported with its place, all at once.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import numpy as np

from clausewatch.config.fields import SLUG
from clausewatch.config.nodes import Tree, parse
from clausewatch.config.values import Path, Value
from clausewatch.core.cues import Cue, plain
from clausewatch.core.linear import Linear
from clausewatch.core.topicbook import (
    TOPICS,
    Listener,
    TopicBook,
    TopicRule,
    TopicWeights,
)
from clausewatch.errors import ConfigError, Problem

WEIGHTS: Final = "topics.weights.json"
MODEL: Final = "topics.model"
HEADINGS: Final = "topics.headings.model"
"""All are learned by `bench/train.py`."""
_LISTS: Final = ("says", "unless", "matches", "rejects")
_KEYS: Final = ("id", "weight", *_LISTS)
HEAVIEST: Final = 5


def topic_book(extra: Sequence[tuple[str, tuple[TopicRule, ...]]] = ()) -> TopicBook:
    """Return what the package ships, with some rules more."""
    weights = _rules().joinpath(WEIGHTS)
    return TopicBook(
        listeners=listeners(extra),
        weights=topic_weights(weights.read_bytes()) if weights.is_file() else None,
        model=_linear(MODEL),
        headings=_linear(HEADINGS),
    )


def listeners(
    extra: Sequence[tuple[str, tuple[TopicRule, ...]]] = (),
) -> Mapping[str, Listener]:
    """Return the rules of each language that the package ships, with some more."""
    return _Listeners(extra)


def _linear(name: str) -> Linear | None:
    file = _rules().joinpath(name)
    return Linear.of(file.read_bytes()) if file.is_file() else None


class _Listeners(Mapping[str, Listener]):
    """Listeners by language; a language is read when its first change comes.

    The rules that are shipped are proved by tests, and so cannot be found wrong then.
    """

    def __init__(self, extra: Sequence[tuple[str, tuple[TopicRule, ...]]]) -> None:
        names = (file.name.split(".") for file in _rules().iterdir())
        self._shipped = {n[1] for n in names if n[0] == "topics" and n[-1] == "yaml"}
        self._extra = extra
        self._read: dict[str, Listener] = {}

    def __getitem__(self, language: str) -> Listener:
        if language not in self._read:
            found = [
                rule for name, own in self._extra if name == language for rule in own
            ]
            if language in self._shipped:
                file = f"topics.{language}.yaml"
                body = _rules().joinpath(file).read_bytes()
                found[:0] = topic_rules(body, file, prove=False)[1]
            if not found:
                raise KeyError(language)
            self._read[language] = Listener(found)
        return self._read[language]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._shipped, *(name for name, _ in self._extra)}))

    def __len__(self) -> int:
        return len(list(iter(self)))


def _rules() -> Traversable:
    return files("clausewatch").joinpath("rules")


def topic_weights(body: bytes) -> TopicWeights:
    """Return how what is heard is weighed.

    Raises:
        ConfigError: it is not such a file.
    """
    try:
        said = json.loads(body)
        return TopicWeights(
            usual={name: np.array(rows) for name, rows in said["usual"].items()},
            scales=np.array(said["scales"]),
            shared=np.array(said["shared"]),
            chosen=tuple(said["chosen"]),
            own=np.array([said["topics"][topic]["own"] for topic in TOPICS]),
            biases=np.array([said["topics"][topic]["bias"] for topic in TOPICS]),
            genres={name: np.array(row) for name, row in said["genres"].items()},
            least=float(said["least"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{WEIGHTS}: expected the weights of topics: {error}"
        raise ConfigError(message) from error


def topic_rules(
    body: bytes, file: str, *, prove: bool = True
) -> tuple[str, tuple[TopicRule, ...]]:
    """Return the language of a file, and its rules in order.

    Args:
        body: YAML.
        file: What problems call it.
        prove: Whether to try the examples, too.

    Raises:
        ConfigError: with every key, cue and example that is wrong, and its place.
    """
    tree = parse(body, file=file, root="rules")
    problems = list(_shape(tree))
    if problems:
        raise ConfigError(problems)
    said = _mapping(tree.value)
    entries = [
        (("topics", topic, number), topic, _mapping(entry))
        for topic, rules in _mapping(said["topics"]).items()
        for number, entry in enumerate(_list(rules))
    ]
    found = [(path, entry, _rule(topic, entry)) for path, topic, entry in entries]
    if prove:
        problems = [p for path, entry, rule in found for p in _prove(tree, path, rule)]
    if problems:
        raise ConfigError(problems)
    return str(said["language"]), tuple(rule for _, _, rule in found)


def _shape(tree: Tree) -> Iterator[Problem]:
    said = tree.value
    if not isinstance(said, dict):
        yield tree.problem((), "expected the keys language and topics")
        return
    for key in said.keys() - {"language", "topics"}:
        what = "unknown key; expected language or topics"
        yield tree.problem((key,), what, key=True)
    if not isinstance(said.get("language"), str):
        yield tree.problem(("language",), 'expected a language such as "en"')
    topics = said.get("topics")
    if not isinstance(topics, dict) or not topics:
        yield tree.problem(("topics",), "expected topics with their rules")
        return
    for topic, rules in topics.items():
        yield from _topic(tree, topic, rules)


def _topic(tree: Tree, topic: str, rules: Value) -> Iterator[Problem]:
    path: Path = ("topics", topic)
    if not _is_slug(topic):
        what = f"expected a topic of a-z, 0-9 and hyphens, not {topic!r}"
        yield tree.problem(path, what, key=True)
    if not isinstance(rules, list) or not rules:
        yield tree.problem(path, "expected a list of rules")
        return
    for number, entry in enumerate(rules):
        yield from _entry(tree, (*path, number), entry)


def _entry(tree: Tree, path: Path, entry: Value) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield tree.problem(path, f"expected the keys {', '.join(_KEYS)}")
        return
    for key in entry.keys() - set(_KEYS):
        what = f"unknown key; expected one of {', '.join(_KEYS)}"
        yield tree.problem((*path, key), what, key=True)
    name = entry.get("id")
    if not isinstance(name, str) or not _is_slug(name):
        yield tree.problem((*path, "id"), "expected an id of a-z, 0-9 and hyphens")
    weight = entry.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        yield tree.problem((*path, "weight"), "expected a weight from 1 to 5")
    elif not 0 < weight <= HEAVIEST:
        what = f"expected a weight from 1 to {HEAVIEST}, not {weight}"
        yield tree.problem((*path, "weight"), what)
    for key in _LISTS:
        yield from _texts(tree, (*path, key), entry.get(key), needed=key != "unless")


def _texts(tree: Tree, path: Path, texts: Value, *, needed: bool) -> Iterator[Problem]:
    if texts is None and not needed:
        return
    if not isinstance(texts, list) or not texts:
        yield tree.problem(path, f"expected at least one text under {path[-1]}")
        return
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            yield tree.problem((*path, number), "expected a text")
        elif path[-1] in {"says", "unless"}:
            try:
                Cue.of(text)
            except ValueError as error:
                yield tree.problem((*path, number), str(error))


def _rule(topic: str, entry: Mapping[str, Value]) -> TopicRule:
    weight = entry["weight"]
    assert isinstance(weight, int | float)  # noqa: S101 - `_shape` has seen to it
    return TopicRule(
        topic=topic,
        id=str(entry["id"]),
        weight=float(weight),
        says=tuple(Cue.of(str(text)) for text in _list(entry["says"])),
        unless=tuple(Cue.of(str(text)) for text in _list(entry.get("unless"))),
        matches=tuple(map(str, _list(entry["matches"]))),
        rejects=tuple(map(str, _list(entry["rejects"]))),
    )


def _prove(tree: Tree, path: Path, rule: TopicRule) -> Iterator[Problem]:
    """Yield the examples of a rule that are not heard as the file says."""
    for key, texts in (("matches", rule.matches), ("rejects", rule.rejects)):
        for number, text in enumerate(texts):
            if rule.hears(plain(text)) is not (key == "matches"):
                verb = "match" if key == "matches" else "reject"
                what = f"expected {rule.name} to {verb} this"
                yield tree.problem((*path, key, number), what)


def _is_slug(text: str) -> bool:
    return re.fullmatch(SLUG, text) is not None


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []

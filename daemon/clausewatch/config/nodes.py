"""YAML as plain values, with the place of each.

We read the parser's events, not ruamel's constructed objects: an event knows its
line and column, a number does not. `docs/adr/0010-yaml-events.md` has the figures.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from clausewatch.errors import ConfigError, Problem

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Path: TypeAlias = tuple[str | int, ...]

MAX_DEPTH: Final = 32
"""Deeper than any watchlist can mean: a bound for hostile nesting."""


class Mark(Protocol):
    """A place as the parser counts it, from 0."""

    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def column(self) -> int: ...  # noqa: D102


class Place(NamedTuple):
    """Where something stands; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What a YAML file says, and where it says so."""

    file: str
    root: str
    """What the paths of problems begin with, such as `watchlist`."""
    value: Value
    marks: Mapping[int, Sequence[Mark]]
    """By `id` of each mapping (marks of key, value, key, …) and list (of values)."""

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return where the value at a path stands, or its key.

        A path that leads to nothing, such as a missing key, gives its parent's place.
        """
        value, place = self.value, Place(1, 1)
        for depth, step in enumerate(path, 1):
            marks = self.marks.get(id(value), ())
            if isinstance(value, dict) and step in value:
                at = 2 * list(value).index(str(step))
                value = value[str(step)]
                # A parser puts "nothing" where the next thing begins: show the key.
                wants_key = (key and depth == len(path)) or value is None
                place = _place(marks[at if wants_key else at + 1])
            elif isinstance(value, list) and isinstance(step, int):
                place, value = _place(marks[step]), value[step]
            else:
                break
        return place

    def last_line(self, path: Path) -> int:
        """Return the last line on which something of the value at a path begins."""
        value: Value = self.value
        for step in path:
            value = value[step]  # type: ignore[index]
        line, inside = self.place(path).line, [value]
        while inside:
            value = inside.pop()
            line = max([line, *(m.line + 1 for m in self.marks.get(id(value), ()))])
            if isinstance(value, dict | list):
                inside += value.values() if isinstance(value, dict) else value
        return line

    def problem(self, path: Path, what: str, *, key: bool = False) -> Problem:
        """Return a problem with the value at a path, or with its key."""
        line, column = self.place(path, key=key)
        return Problem(self.file, line, column, written(self.root, path), what)


def written(root: str, path: Path) -> str:
    """Return a path as people read it: `watchlist.services[0].watches[1].every`."""
    steps = (f"[{s}]" if isinstance(s, int) else f".{s}" for s in path)
    return root + "".join(steps)


def parse(body: bytes, *, file: str, root: str) -> Tree:
    """Return the one document in a YAML file; None is the value of an empty one.

    Numbers, booleans and null are told from text by the rules of YAML 1.2. Tags are
    refused; an alias stands for what its anchor holds.

    Raises:
        ConfigError: with every duplicate key, tag and wrong alias, up to the first
            thing that is no YAML: what comes after it cannot be understood.
    """
    reader = _Reader()
    try:
        # libyaml's parser where ruamel.yaml.clib is installed, else the slow one.
        for event in YAML(typ="safe").parse(_text(body)):
            reader.take(event)
    except _Wrong as error:
        reader.wrong.append(error)
    except YAMLError as error:
        reader.wrong.append(_unreadable(error))
    if reader.wrong:
        raise ConfigError(
            [
                Problem(file, *_place(w.mark), written(root, w.path), w.what)
                for w in reader.wrong
            ]
        )
    return Tree(file, root, reader.value, reader.marks)


@dataclass(frozen=True, slots=True)
class _At:
    line: int
    column: int


class _Wrong(Exception):  # noqa: N818
    """Something that makes no sense, and where."""

    def __init__(self, mark: Mark, what: str, path: Path = ()) -> None:
        super().__init__(what)
        self.mark, self.what, self.path = mark, what, path


def _place(mark: Mark) -> Place:
    return Place(mark.line + 1, mark.column + 1)


# What YAML 1.2 §5.1 does not allow in a stream; the two parsers word it differently.
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def _text(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8-sig", "replace")
        what = f"expected UTF-8, got the byte 0x{body[error.start]:02x}"
        raise _Wrong(_end(before), what) from error
    if found := _UNPRINTABLE.search(text):
        what = f"expected text, got the control character U+{ord(found[0]):04X}"
        raise _Wrong(_end(text[: found.start()]), what)
    return text


def _end(text: str) -> Mark:
    return _At(text.count("\n"), len(text) - text.rfind("\n") - 1)


def _unreadable(error: YAMLError) -> _Wrong:
    mark: Mark | None = None
    said: list[str] = []
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        said = [part for part in (error.context, error.problem) if part]
    return _Wrong(mark or _At(0, 0), ": ".join(["not readable as YAML", *said]))


class _Reader:
    """Builds values from events; slots and plain branches, for it sees 200,000."""

    __slots__ = ("anchors", "documents", "key", "marks", "opened", "value", "wrong")

    def __init__(self) -> None:
        self.value: Value = None
        self.marks: dict[int, list[Mark]] = {}
        self.wrong: list[_Wrong] = []
        self.anchors: dict[str, Value] = {}
        self.documents = 0
        self.opened: list[dict[str, Value] | list[Value]] = []
        self.key: str | None = None
        """In a mapping: the key that waits for its value."""

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is ScalarEvent:
            self._scalar(event)
        elif kind is MappingStartEvent:
            self._open({}, event)
        elif kind is SequenceStartEvent:
            self._open([], event)
        elif isinstance(event, CollectionEndEvent):
            self.opened.pop()
        elif kind is AliasEvent:
            self._alias(event)
        elif kind is DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                raise _Wrong(event.start_mark, "expected one document, got a second")

    def _wants_key(self) -> bool:
        return (
            self.key is None and bool(self.opened) and isinstance(self.opened[-1], dict)
        )

    def _scalar(self, event: Any) -> None:
        if event.ctag is not None:
            self._refuse_tag(event)
        text: str = event.value
        if self._wants_key():
            self._take_key(text, event.start_mark)
            return
        plain = event.implicit[0]
        value = _resolved(text) if plain and text[:1] in _MAYBE_NOT_TEXT else text
        self._put(value, event)

    def _take_key(self, key: str, mark: Mark) -> None:
        mapping = self.opened[-1]
        if key in mapping:
            marks = self.marks[id(mapping)]
            first = _place(marks[2 * list(mapping).index(key)]).line
            what = f"duplicate key; first in line {first}"
            self.wrong.append(_Wrong(mark, what, (*self._path(), key)))
        self.marks[id(mapping)].append(mark)
        self.key = key

    def _open(self, container: dict[str, Value] | list[Value], event: Any) -> None:
        if event.ctag is not None:
            self._refuse_tag(event)
        if self._wants_key():
            raise _Wrong(event.start_mark, "expected a name as the key")
        if len(self.opened) == MAX_DEPTH:
            raise _Wrong(event.start_mark, f"nested deeper than {MAX_DEPTH}")
        self.marks[id(container)] = []
        self._put(container, event)
        self.opened.append(container)

    def _alias(self, event: Any) -> None:
        if self._wants_key():
            raise _Wrong(event.start_mark, "expected a name as the key")
        if event.anchor not in self.anchors:
            raise _Wrong(event.start_mark, f"unknown alias *{event.anchor}")
        value = self.anchors[event.anchor]
        if any(value is container for container in self.opened):
            raise _Wrong(event.start_mark, f"*{event.anchor} contains itself")
        self._put(value, event)

    def _put(self, value: Value, event: Any) -> None:
        if event.anchor is not None:
            self.anchors[event.anchor] = value
        if not self.opened:
            self.value = value
            return
        container = self.opened[-1]
        self.marks[id(container)].append(event.start_mark)
        if isinstance(container, list):
            container.append(value)
        elif self.key is not None:
            container[self.key] = value
            self.key = None

    def _refuse_tag(self, event: Any) -> None:
        what = f"unexpected tag {event.tag}; write the value without it"
        self.wrong.append(_Wrong(event.start_mark, what, self._path()))

    def _path(self) -> Path:
        """Return the way to the innermost open container."""
        outer = self.opened[:-1]
        return tuple(
            list(c)[-1] if isinstance(c, dict) else len(c) - 1 for c in outer if c
        )


_MAYBE_NOT_TEXT: Final = frozenset(["", *"0123456789+-.~nNtTfF"])
_NULL: Final = frozenset(["", "~", "null", "Null", "NULL"])
_BOOL: Final = {
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INT: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def _resolved(text: str) -> Value:
    """Return what a plain scalar means in the core schema (YAML 1.2.2 §10.3.2).

    Octal, hexadecimal, infinite and endless numbers stay text: nothing takes them,
    and the message then shows what was written.
    """
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text

"""Plain values out of the events of a YAML parser, each with its mark.

The meaning of scalars is that of YAML 1.2's core schema, so `no` is a word.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

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


@dataclass(frozen=True, slots=True)
class At:
    """A mark of our own making."""

    line: int
    column: int


class Wrong(Exception):  # noqa: N818
    """Something that makes no sense, and where."""

    def __init__(self, mark: Mark, what: str, path: Path = ()) -> None:
        super().__init__(what)
        self.mark, self.what, self.path = mark, what, path


class Builder:
    """Builds values from events; slots and plain branches, for it sees 200,000."""

    __slots__ = ("anchors", "documents", "key", "marks", "opened", "value", "wrong")

    def __init__(self) -> None:
        self.value: Value = None
        self.marks: dict[int, list[Mark]] = {}
        self.wrong: list[Wrong] = []
        self.anchors: dict[str, Value] = {}
        self.documents = 0
        self.opened: list[dict[str, Value] | list[Value]] = []
        self.key: str | None = None
        """In a mapping: the key that waits for its value."""

    def take(self, event: Any) -> None:
        """Take the next event of one document.

        Raises:
            Wrong: nothing that follows could be understood.
        """
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
                raise Wrong(event.start_mark, "expected one document, got a second")

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
            first = marks[2 * list(mapping).index(key)].line + 1
            what = f"duplicate key; first in line {first}"
            self.wrong.append(Wrong(mark, what, (*self._path(), key)))
        self.marks[id(mapping)].append(mark)
        self.key = key

    def _open(self, container: dict[str, Value] | list[Value], event: Any) -> None:
        if event.ctag is not None:
            self._refuse_tag(event)
        if self._wants_key():
            raise Wrong(event.start_mark, "expected a name as the key")
        if len(self.opened) == MAX_DEPTH:
            raise Wrong(event.start_mark, f"nested deeper than {MAX_DEPTH}")
        self.marks[id(container)] = []
        self._put(container, event)
        self.opened.append(container)

    def _alias(self, event: Any) -> None:
        if self._wants_key():
            raise Wrong(event.start_mark, "expected a name as the key")
        if event.anchor not in self.anchors:
            raise Wrong(event.start_mark, f"unknown alias *{event.anchor}")
        value = self.anchors[event.anchor]
        if any(value is container for container in self.opened):
            raise Wrong(event.start_mark, f"*{event.anchor} contains itself")
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
        self.wrong.append(Wrong(event.start_mark, what, self._path()))

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

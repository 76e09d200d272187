"""Canonical JSON, hashes, and the ids of events.

Values become JSON by their dataclass fields and come back by their types, so one
pair of functions serves every value that is kept or sent.
"""

import hashlib
import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import TypeVar

from clausewatch.core.model import Digest

T = TypeVar("T")
Json: typing.TypeAlias = (
    "str | int | float | bool | list[Json] | dict[str, Json] | None"
)


def sha256(data: bytes) -> Digest:
    """Return the SHA-256 of the bytes."""
    return Digest(hashlib.sha256(data).hexdigest())


def canonical(value: Json) -> str:
    """Return the value as JSON that has one spelling only: sorted, compact, UTF-8.

    Source: RFC 8785 for strings, integers and objects; we hold no other numbers.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rfc3339(moment: datetime) -> str:
    """Return an aware time in UTC, with fractions only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def jsonable(value: object) -> Json:
    """Return a frozen value as JSON: dataclasses as objects, tuples as lists."""
    kind = type(value)
    if kind in _ATOMS:
        return typing.cast("Json", value)
    return _writer(typing.cast("typing.Hashable", kind))(value)


_ATOMS: typing.Final = frozenset({str, int, float, bool, type(None)})
"""What is JSON already; most of a document is, so it is asked first."""


@cache
def _writer(kind: type) -> Callable[[typing.Any], Json]:
    """Return what makes JSON of values of a type; one is built for each type."""
    if issubclass(kind, Enum):
        return lambda value: str(value.value)
    for base, write in _WRITERS.items():
        if issubclass(kind, base):
            return write
    if is_dataclass(kind):
        names = tuple(f.name for f in fields(kind))
        return lambda value: {name: jsonable(getattr(value, name)) for name in names}
    if issubclass(kind, Sequence):
        return lambda value: [jsonable(item) for item in value]
    message = f"cannot be written as JSON: {kind.__name__}"
    raise TypeError(message)


_WRITERS: typing.Final[Mapping[type, Callable[[typing.Any], Json]]] = {
    str: lambda value: value,
    int: lambda value: value,
    float: lambda value: value,
    datetime: rfc3339,
    date: date.isoformat,
    timedelta: timedelta.total_seconds,
    Mapping: lambda value: {str(k): jsonable(item) for k, item in value.items()},
}


def revive(kind: type[T], value: Json) -> T:
    """Return the value of this type that `jsonable` wrote; unknown keys are ignored.

    Raises:
        ValueError: the JSON is not of this type.
    """
    try:
        make = _maker(typing.cast("typing.Hashable", kind))
        return typing.cast("T", make(value))
    except (TypeError, KeyError, AttributeError) as error:
        message = f"not a {kind.__name__}: {error}"
        raise ValueError(message) from error


@cache
def _maker(kind: object) -> Callable[[typing.Any], object]:
    """Return what makes values of a type from JSON; one is built for each type."""
    kind = getattr(kind, "__supertype__", kind)
    arguments = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = _maker(next(a for a in arguments if a is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin in {tuple, Sequence}:
        return _tuple_maker(arguments)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_maker(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda value: value


def _tuple_maker(arguments: tuple[object, ...]) -> Callable[[typing.Any], object]:
    if len(arguments) == 1 or arguments[1] is Ellipsis:
        inner = _maker(arguments[0])
        return lambda value: tuple(map(inner, value))
    makers = tuple(map(_maker, arguments))
    return lambda value: tuple(
        make(item) for make, item in zip(makers, value, strict=True)
    )


def _dataclass_maker(kind: type) -> Callable[[typing.Any], object]:
    hints = typing.get_type_hints(kind)
    makers = {f.name: _maker(hints[f.name]) for f in fields(kind)}
    return lambda value: kind(
        **{name: make(value[name]) for name, make in makers.items() if name in value}
    )

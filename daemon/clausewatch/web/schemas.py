"""JSON Schemas of our values, made from their types.

`core.digest.jsonable` writes a value by the same types, so schema and answer cannot
drift apart.
"""

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from inspect import getdoc
from typing import Final

from clausewatch.core.digest import Json

PREFIX: Final = "#/components/schemas/"
NOTHING: Final[Mapping[object, str]] = {}

_PLAIN: Final[Mapping[object, dict[str, Json]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def schema(
    kind: object, into: dict[str, Json], *, given: Mapping[object, str] = NOTHING
) -> dict[str, Json]:
    """Return the schema of a type; those of its dataclasses and enums go `into`.

    `given` names the schemas of types that are written by hand.

    Raises:
        TypeError: `jsonable` does not write such values.
    """
    if kind in given:
        return {"$ref": PREFIX + given[kind]}
    kind = getattr(kind, "__supertype__", kind)
    arguments = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if origin in {typing.Union, types.UnionType}:
        inner = next(a for a in arguments if a is not type(None))
        return {"anyOf": [schema(inner, into, given=given), {"type": "null"}]}
    if origin in {tuple, Sequence}:
        return _array(arguments, into, given)
    if origin in {dict, Mapping}:
        return {
            "type": "object",
            "additionalProperties": schema(arguments[1], into, given=given),
        }
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum)):
        if kind.__name__ not in into:
            into[kind.__name__] = {}  # a type may hold itself
            into[kind.__name__] = _named(kind, into, given)
        return {"$ref": PREFIX + kind.__name__}
    raise TypeError(f"cannot be written as JSON: {kind}")


def _array(
    arguments: Sequence[object], into: dict[str, Json], given: Mapping[object, str]
) -> dict[str, Json]:
    if len(arguments) == 1 or arguments[1] is Ellipsis:
        return {"type": "array", "items": schema(arguments[0], into, given=given)}
    return {
        "type": "array",
        "prefixItems": [schema(argument, into, given=given) for argument in arguments],
        "minItems": len(arguments),
        "maxItems": len(arguments),
    }


def _named(
    kind: type, into: dict[str, Json], given: Mapping[object, str]
) -> dict[str, Json]:
    told: dict[str, Json] = {"description": (getdoc(kind) or "").partition("\n")[0]}
    if issubclass(kind, Enum):
        return {**told, "type": "string", "enum": [str(m.value) for m in kind]}
    assert is_dataclass(kind)  # noqa: S101  (the caller asked)
    hints = typing.get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    return {
        **told,
        "type": "object",
        "required": [*names],
        "properties": {name: schema(hints[name], into, given=given) for name in names},
    }

"""What pydantic found wrong, as problems with a place and in our words."""

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from clausewatch.config.fields import nearest, shown
from clausewatch.config.nodes import Tree
from clausewatch.config.schema import (
    DefaultsEntry,
    FileEntry,
    NetworkEntry,
    ServiceEntry,
    SiteEntry,
    WatchEntry,
)
from clausewatch.config.sinks import BUILT_IN, PluginSink
from clausewatch.config.values import Path
from clausewatch.errors import Problem

_ENTRIES: Final[Mapping[tuple[str, ...], type]] = {
    (): FileEntry,
    ("defaults",): DefaultsEntry,
    ("network",): NetworkEntry,
    ("site",): SiteEntry,
    ("services",): ServiceEntry,
    ("services", "watches"): WatchEntry,
}
"""Which keys may stand where; list positions do not count."""

_WANTED: Final = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "keys with values",
    "union_tag_not_found": "keys with values",
    "int_type": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
}


def problems(error: ValidationError, tree: Tree) -> list[Problem]:
    """Return one problem for each error, at its place in the file."""
    return [_problem(e, tree) for e in error.errors(include_url=False)]


def _problem(error: ErrorDetails, tree: Tree) -> Problem:
    path, kind = error["loc"], error["type"]
    tag = ""
    if len(path) > 2 and path[0] == "sinks":  # noqa: PLR2004
        # Pydantic puts the type of the sink into the path, after its name.
        tag, path = str(path[2]), (*path[:2], *path[3:])
    if kind == "extra_forbidden":
        keys = _keys(path[:-1], tag)
        what = f"unknown key; expected one of {', '.join(keys)}"
        return tree.problem(path, what + nearest(path[-1], keys), key=True)
    if kind == "missing":
        what = f"missing key {path[-1]}"
        return tree.problem(path[:-1], what, key=True)
    if path[-1:] == ("[key]",):
        return tree.problem(path[:-1], _what(error), key=True)
    return tree.problem(path, _what(error))


def _what(error: ErrorDetails) -> str:
    kind, value = error["type"], error["input"]
    if kind == "wrong":
        return error["msg"]
    if kind in _WANTED:
        quote = "; put it in quotes" if _was_meant_as_text(kind, value) else ""
        return f"expected {_WANTED[kind]}, not {_outline(value)}{quote}"
    if kind == "too_short":
        return "expected at least one"
    message = error["msg"].removeprefix("Input should be ")
    return f"expected {message}, not {_outline(value)}"


def _was_meant_as_text(kind: str, value: object) -> bool:
    return kind == "string_type" and isinstance(value, int | float)


def _outline(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "keys with values" if isinstance(value, dict) else shown(value)


def _keys(path: Path, tag: str) -> list[str]:
    entry = (
        BUILT_IN.get(tag, PluginSink)
        if tag
        else _ENTRIES[tuple(step for step in path if isinstance(step, str))]
    )
    return list(entry.__annotations__)

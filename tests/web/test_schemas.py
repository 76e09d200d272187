"""The schema of a type is that of the JSON which is written of its values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from jsonschema import Draft202012Validator

from clausewatch.core.digest import jsonable
from clausewatch.core.model import WatchId
from clausewatch.web.schemas import schema


class Shade(StrEnum):
    """How dark it is."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Inner:
    """Stands in the other."""

    shade: Shade
    on: date | None


@dataclass(frozen=True)
class Outer:
    """Holds one of each kind."""

    watch: WatchId
    at: datetime
    pair: tuple[str, int]
    inner: tuple[Inner, ...]
    counts: dict[str, float]
    fine: bool = True


GOOD = Outer(
    WatchId("w"),
    datetime(2024, 9, 18, tzinfo=UTC),
    ("a", 1),
    (Inner(Shade.DARK, None), Inner(Shade.LIGHT, date(2024, 9, 1))),
    {"x": 0.5},
)


def validator():
    components = {}
    reference = schema(Outer, components)
    return Draft202012Validator({**reference, "components": {"schemas": components}})


def test_what_is_written_of_a_value_is_valid():
    assert list(validator().iter_errors(jsonable(GOOD))) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("watch", 1),
        ("pair", ["a"]),
        ("pair", ["a", "b"]),
        ("inner", [{"shade": "blue", "on": None}]),
        ("inner", [{"shade": "dark"}]),
        ("counts", {"x": "many"}),
        ("fine", None),
    ],
)
def test_what_is_not_is_not(key, value):
    assert not validator().is_valid({**jsonable(GOOD), key: value})


def test_the_docstring_of_a_type_describes_it():
    components = {}
    schema(Outer, components)

    assert components["Shade"]["description"] == "How dark it is."


def test_what_cannot_be_written_has_no_schema():
    with pytest.raises(TypeError, match="cannot be written as JSON"):
        schema(object, {})

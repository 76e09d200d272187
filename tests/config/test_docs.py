"""docs/watchlist.md explains every key, and its examples are right."""

import json
import re
from pathlib import Path

import pytest

from clausewatch.config.schema import json_schema
from clausewatch.config.watchlist import parse
from clausewatch.core.model import Kind, Threshold

PAGE = (Path(__file__).parents[2] / "docs" / "watchlist.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_every_key_has_a_heading():
    schema = json.loads(json_schema())
    entries = [schema, *schema["$defs"].values()]
    keys = {key for entry in entries for key in entry.get("properties", {})}
    headings = set(re.findall(r"^##+ `([a-z]+)`$", PAGE, re.MULTILINE))

    named_otherwise = {k for k in keys if re.search("_(file|env|credential)$", k)}
    assert keys - named_otherwise == headings


def test_every_kind_and_threshold_is_named():
    assert [word for word in [*Kind, *Threshold] if f"`{word}`" not in PAGE] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_watchlist(example):
    parse(example.encode(), file="docs/watchlist.md")

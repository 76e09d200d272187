"""What stands in a line is a promise to those who read it."""

import json
from datetime import UTC
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from clausewatch.core.cloudevent import from_line, to_cloudevent, to_line
from clausewatch.core.digest import sha256
from clausewatch.core.event import (
    Change,
    Direction,
    Event,
    EventType,
    Evidence,
    Signal,
    Verdict,
)
from clausewatch.core.model import EditKind, WordOp, WordSpan
from clausewatch.testing.examples import example, examples

SCHEMA = json.loads((files("clausewatch.emit") / "event.schema.json").read_text())
CONTRACT = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
DOCS = Path(__file__).parents[2] / "docs"

texts = st.text(max_size=30)
short = st.lists(texts, max_size=3).map(tuple)
moments = st.datetimes(timezones=st.just(UTC))
spans = st.builds(WordSpan, st.sampled_from(WordOp), texts)
changes = st.builds(
    Change, path=short, topics=short, words=st.lists(spans, max_size=3).map(tuple)
)
digests = st.binary().map(sha256)
events = st.builds(
    Event,
    id=st.text(min_size=1),
    watch=st.from_regex(r"[a-z0-9][a-z0-9-]*", fullmatch=True),
    url=st.text(min_size=1),
    topics=st.lists(st.from_regex(r"[a-z][a-z-]*", fullmatch=True)).map(tuple),
    observed_at=moments,
    previous_at=st.none() | moments,
    signals=st.lists(st.builds(Signal, st.text(min_size=1), texts)).map(tuple),
    changes=st.lists(changes, max_size=2).map(tuple),
    evidence=st.builds(Evidence, digests, st.none() | digests, st.none() | texts),
    revision=st.integers(0, 9),
    materiality=st.integers(0, 3),
)

FROZEN = {
    "": "specversion id source type subject time datacontenttype dataschema data",
    "data": "watch service document kind url vantage observed_at previous_at verdict "
    "materiality confidence topics direction summary reason because signals stated_date "
    "revision changes pattern evidence",
    "pattern": "name id steps follows",
    "step": "event watch document kind url vantage observed_at summary topics direction "
    "signals materiality",
    "change": "kind path before after words verdict why topics moved direction because",
}
"""A copy of the keys that readers count on. Add to it; never take away."""


@given(events)
def test_a_line_tells_the_whole_event(event):
    line = to_line(event)

    assert line.splitlines() == [line.removesuffix("\n")]
    assert line.encode()
    assert from_line(line) == event


@pytest.mark.parametrize("event", examples(), ids=lambda event: event.type.value)
def test_every_type_of_event_keeps_the_contract(event):
    CONTRACT.validate(json.loads(to_line(event)))


def test_readers_keep_the_keys_they_count_on():
    defs = {"": SCHEMA, **SCHEMA["$defs"]}

    for name, keys in FROZEN.items():
        assert set(keys.split()) <= set(defs[name]["required"])


def test_schema_and_code_name_the_same_things():
    told, change = SCHEMA["$defs"]["data"], SCHEMA["$defs"]["change"]
    sent = to_cloudevent(example())

    assert set(told["properties"]) == set(told["required"]) == set(sent["data"])
    assert set(change["required"]) == set(sent["data"]["changes"][0])
    assert SCHEMA["properties"]["type"]["examples"] == [*EventType]
    assert SCHEMA["$defs"]["verdict"]["enum"] == [*Verdict]
    assert told["properties"]["direction"]["enum"] == [*Direction]
    assert change["properties"]["kind"]["enum"] == [*EditKind]
    words = change["properties"]["words"]["items"]["prefixItems"]
    assert words[0]["enum"] == [*WordOp]
    assert sent["dataschema"] == SCHEMA["$id"] + "#/$defs/data"


def test_a_reader_of_today_reads_the_lines_of_tomorrow():
    sent = to_cloudevent(example())
    sent["traceparent"] = "00-1"
    sent["data"]["mood"] = "grim"
    sent["data"]["changes"][0]["shade"] = 3

    CONTRACT.validate(sent)
    assert from_line(json.dumps(sent)) == example()


def test_a_page_can_neither_break_a_line_nor_steer_a_terminal():
    line = to_line(example(summary="a\nb\u2028c\x1b[2Jd\x9b2Je\u202ef\ud800g"))

    assert line.count("\n") == 1
    assert not set(line) & set("\u2028\x1b\x9b\u202e\ud800")


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"specversion":"1.0","id":"a","data":{}}', "{"]
)
def test_what_is_no_event_of_ours_is_a_value_error(line):
    with pytest.raises(ValueError, match=r"expected|Expecting|EventType"):
        from_line(line)


def test_the_guide_names_every_key_and_shows_a_line_that_holds():
    guide = (DOCS / "events.md").read_text()
    shown = guide.partition("```json\n")[2].partition("```")[0]

    for keys in FROZEN.values():
        assert [key for key in keys.split() if f"`{key}`" not in guide] == []
    assert [kind for kind in EventType if f"`{kind}`" not in guide] == []
    CONTRACT.validate(json.loads(shown))
    assert from_line(shown) == from_line(json.dumps(json.loads(shown)))

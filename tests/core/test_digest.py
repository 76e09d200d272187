"""Values survive being written down, and their hashes name what they say."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.digest import canonical, jsonable, revive, rfc3339, sha256
from clausewatch.core.event import Event
from clausewatch.core.history import Content, Held, History, Return
from clausewatch.core.model import Clause, Document, Role, Zone
from clausewatch.testing.examples import examples
from clausewatch.testing.looks import content_of
from core.reading import document
from probes.probe import source_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
CLAUSES = st.builds(
    Clause,
    text=st.text(),
    words=st.text(),
    path=st.lists(st.text(), max_size=3).map(tuple),
    role=st.sampled_from(Role),
    zone=st.sampled_from(Zone),
    block=st.integers(0),
    href=st.text(),
    linked=st.booleans(),
)


@pytest.mark.parametrize("event", examples(), ids=lambda e: e.type.name.lower())
def test_every_event_comes_back_as_it_was_written(event):
    assert revive(Event, jsonable(event)) == event


def test_a_history_comes_back_as_it_was_written():
    content = content_of(7)
    history = History(
        revision=3,
        head=content,
        contents=(content_of(6), content),
        held=Held(
            content=content,
            why="almost no text is left",
            since=content.first_seen,
            looks=2,
            told=True,
        ),
        returned=Return(left=content, since=datetime(2025, 3, 1, 8, 30, tzinfo=UTC)),
        last_look=datetime(2025, 3, 4, 0, 0, 0, 250, tzinfo=UTC),
        failures=2,
    )

    assert revive(History, jsonable(history)) == history


@given(CLAUSES)
def test_any_clause_comes_back_as_it_was_written(clause):
    assert revive(Clause, jsonable(clause)) == clause


@pytest.mark.parametrize("page", ["semantic.html", "settings.html", "japanese.html"])
def test_a_reading_comes_back_as_it_was_written(page):
    read = document(source_of(page))

    assert revive(Document, jsonable(read)) == read


def test_what_a_newer_version_adds_is_ignored():
    written = jsonable(content_of(1))

    assert revive(Content, {**written, "mood": "sunny"}) == content_of(1)


def test_what_an_older_version_did_not_write_has_its_default():
    written = jsonable(content_of(1))
    del written["times"]

    assert revive(Content, written).times == 1


@pytest.mark.parametrize("wrong", [[], {}, "2025", None, {"fingerprint": 1}])
def test_json_of_another_shape_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="not a Content"):
        revive(Content, wrong)


@given(st.dictionaries(st.text(), JSON))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value):
    backwards = dict(reversed(value.items()))

    assert canonical(value) == canonical(backwards)


def test_canonical_json_is_compact_sorted_and_readable():
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'


def test_a_hash_is_the_one_that_any_tool_computes():
    assert sha256(b"abc").startswith("ba7816bf8f01cfea414140de5dae2223")


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2025, 3, 4, tzinfo=UTC), "2025-03-04T00:00:00Z"),
        (
            datetime(2025, 3, 4, 2, tzinfo=timezone(timedelta(hours=2))),
            "2025-03-04T00:00:00Z",
        ),
        (
            datetime(2025, 3, 4, 0, 0, 0, 500_000, tzinfo=UTC),
            "2025-03-04T00:00:00.500000Z",
        ),
    ],
)
def test_times_are_written_in_utc(moment, written):
    assert rfc3339(moment) == written
    assert jsonable(date(2025, 3, 4)) == "2025-03-04"

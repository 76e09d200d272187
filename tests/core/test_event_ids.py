"""An id names a cause: the same cause has one id, on any machine, in any version."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.event import EventType
from clausewatch.core.tell import event_id
from clausewatch.testing.looks import watch_of

CAUSES = st.tuples(
    st.sampled_from(["acme", "acme-terms", "umbel"]),
    st.sampled_from(EventType),
    st.lists(st.text(), max_size=3).map(tuple),
)


@given(CAUSES, CAUSES)
def test_ids_are_equal_exactly_where_the_causes_are(one, other):
    ids = [event_id(watch_of(name), kind, *cause) for name, kind, cause in (one, other)]

    assert (ids[0] == ids[1]) is (one == other)


def test_an_id_does_not_depend_on_what_an_operator_may_edit():
    watch = watch_of("acme")
    edited = replace(
        watch, url="https://acme.example/new", service="ACME", title="Terms"
    )

    ids = {event_id(w, EventType.CHANGED, "2", "cause") for w in (watch, edited)}

    assert len(ids) == 1


def test_ids_stay_what_they_were_in_earlier_versions():
    """Receivers have seen these; another id for the same cause is a second alarm."""
    found = event_id(watch_of("acme"), EventType.CHANGED, "2", "words-2")

    assert found == "2ba80818223d31e3736451d9fd3fef51"

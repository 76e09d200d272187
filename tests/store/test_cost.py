"""What a look writes is what it found."""

from contextlib import closing
from dataclasses import replace

import pytest

from clausewatch.core.history import History
from clausewatch.store import open_store
from clausewatch.testing.looks import claim, content_of, enrol, settlement

FIFTY = tuple(content_of(n) for n in range(50))
SEEN_AGAIN = replace(FIFTY[-1], times=2)
FRAMED_ANEW = replace(FIFTY[-1], fingerprint="another frame")


@pytest.mark.parametrize(
    ("contents", "rows"),
    [
        pytest.param((*FIFTY[:-1], SEEN_AGAIN), 2, id="seen again"),
        pytest.param((*FIFTY[:-1], FRAMED_ANEW), 2, id="framed anew"),
        pytest.param((*FIFTY[:3], *FIFTY[4:], FIFTY[3]), 2, id="returned"),
        pytest.param((*FIFTY, content_of(50)), 3, id="one new"),
        pytest.param((*FIFTY[1:], content_of(50)), 4, id="one new, one forgotten"),
    ],
)
def test_a_look_writes_its_watch_itself_and_the_contents_that_are_new(
    tmp_path, contents, rows
):
    with closing(open_store(tmp_path)) as store:
        enrol(store, "acme")
        first = History(head=FIFTY[-1], contents=FIFTY)
        store.settle(settlement(claim(store), first))
        held = claim(store)
        counter = store._database._connection.connection.dbapi_connection
        before = counter.total_changes
        history = replace(first, head=contents[-1], contents=contents)

        store.settle(settlement(held, history))

        assert counter.total_changes - before == rows

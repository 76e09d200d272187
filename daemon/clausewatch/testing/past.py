"""What a store has to say of the past: the part of its contract on seen and told.

See `clausewatch.testing.stores`, which holds the rest.
"""
# ruff: noqa: S101 - a suite of tests asserts

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from clausewatch.core.digest import sha256
from clausewatch.core.event import EventType
from clausewatch.core.model import WatchId
from clausewatch.errors import StoreError
from clausewatch.ports import Store
from clausewatch.testing.examples import SEEN, example, examples
from clausewatch.testing.looks import (
    HOUR,
    capture_of,
    claim,
    document_of,
    enrol,
    settlement,
    watch_of,
)


class PastContract:
    """What was seen and told comes back."""

    def make_store(self) -> Store:
        """Return an empty store."""
        raise NotImplementedError

    # -- what was seen

    def test_documents_and_captures_are_filed_once(self) -> None:
        """The same reading and the same look again change nothing."""
        document, capture = document_of("We sell nothing."), capture_of(b"page")
        later = capture_of(b"page", at=SEEN + HOUR)
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            for seen in (capture, capture, later):
                store.settle(
                    settlement(claim(store), capture=seen, documents=(document,))
                )

            assert store.document(document[0]) == document[1]
            assert store.capture(capture.body) == capture
            assert store.capture(sha256(b"other")) is None
            raises(StoreError, lambda: store.document(sha256(b"other")))

    def test_captures_are_listed_in_the_order_they_were_filed(self) -> None:
        """From any one of them on, as many as are asked for."""
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            seen = [capture_of(b"%d" % n, at=SEEN + n * HOUR) for n in range(5)]
            for capture in seen:
                store.settle(settlement(claim(store), capture=capture))

            first = store.filed(limit=2)
            rest = store.filed(after=first[-1][0], limit=9)

            assert [row[1:] for row in first + rest] == [
                ("acme", capture.body) for capture in seen
            ]
            assert len(first) == 2  # noqa: PLR2004

    def test_looks_are_listed_newest_first(self) -> None:
        """With what was seen, where something was."""
        document, capture = document_of("We sell nothing."), capture_of(b"page")
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(
                settlement(claim(store), capture=capture, documents=(document,))
            )
            store.settle(settlement(claim(store), at=SEEN + HOUR))

            second, first = store.looks(WatchId("acme"))

            assert (first.capture, first.document) == (capture.body, document[0])
            assert (second.capture, second.looked_at) == (None, SEEN + HOUR)
            assert store.looks(WatchId("acme"), limit=1) == (second,)

    # -- what was told

    def test_every_type_of_event_comes_back_in_the_order_it_was_told(self) -> None:
        """Numbered upwards; whoever reads on from a number misses none."""
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(settlement(claim(store), events=examples()))
            told = list(store.events())

            assert [event for _, event in told] == list(examples())
            numbers = [number for number, _ in told]
            assert numbers == sorted(set(numbers))
            assert list(store.events(after=numbers[2], limit=2)) == told[3:5]

    def test_events_are_chosen_by_watch_and_by_when_they_were_observed(self) -> None:
        """`since` includes its own moment."""
        old = example(id="old", watch="acme", observed_at=SEEN - HOUR)
        new = example(id="new", watch="acme", observed_at=SEEN)
        other = example(id="other", watch="else", observed_at=SEEN)
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(settlement(claim(store), events=(old, new, other)))

            since = store.events(since=SEEN, watch=WatchId("acme"))

            assert [event.id for _, event in since] == ["new"]

    def test_events_of_a_service_come_by_type_and_time_in_order(self) -> None:
        """What a pattern is looked for in, and nothing else."""
        kind = EventType.CHANGED
        told = (
            example(kind, id="late", watch="acme", observed_at=SEEN + HOUR),
            example(kind, id="now", watch="acme"),
            example(kind, id="old", watch="acme", observed_at=SEEN - 24 * HOUR),
            example(kind, id="other", watch="else", service="Other"),
            example(EventType.RETURNED, id="back", watch="acme"),
            example(EventType.PATTERN, id="story", watch="acme"),
        )
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(settlement(claim(store), events=told))

            both = store.told_of("Acme", (kind, EventType.PATTERN), since=SEEN - HOUR)
            assert [event.id for event in both] == ["now", "story", "late"]
            assert [event.id for event in store.told_of("Acme", (kind,))] == [
                "old",
                "now",
                "late",
            ]

    def test_events_of_a_service_are_found_after_it_was_renamed(self) -> None:
        """A watch has an id of its own; what its service is called is an attribute."""
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(settlement(claim(store), events=(example(watch="acme"),)))
            renamed = replace(watch_of("acme"), service="Apex")
            store.enrol([renamed], {renamed.id: SEEN})

            (found,) = store.told_of("Apex", (EventType.CHANGED,))
            assert found.service == "Acme", "as it was told"

    def test_events_are_many_and_come_all(self) -> None:
        """However they are read, in pages or whole."""
        many = tuple(example(id=f"e{n}") for n in range(450))
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(settlement(claim(store), events=many))
            assert [e.id for _, e in store.events()] == [e.id for e in many]
            assert len(list(store.events(limit=250))) == 250  # noqa: PLR2004

    def test_an_event_is_found_by_the_beginning_of_its_id(self) -> None:
        """If no other event begins like it; there are no wildcards."""
        events = tuple(example(id=name) for name in ("ab", "abcd", "abce", "xyz"))
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(settlement(claim(store), events=events))
            found = {
                name: (event := store.event(name)) and event.id
                for name in ("ab", "abc", "abcd", "x", "X", "%", "_yz", "q")
            }
            assert found == {
                **dict.fromkeys(("abc", "X", "%", "_yz", "q")),
                "ab": "ab",
                "abcd": "abcd",
                "x": "xyz",
            }


def raises(kind: type[Exception], call: Callable[[], object]) -> None:
    """Return if the call raises such an error; fail if it does not."""
    try:
        call()
    except kind:
        return
    raise AssertionError(f"expected {kind.__name__}, got none")

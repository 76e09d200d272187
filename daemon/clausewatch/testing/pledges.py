"""The part of the store's contract that is about promises.

See `clausewatch.testing.stores`, which holds the rest.
"""
# ruff: noqa: S101 - a suite of tests asserts

from contextlib import closing
from dataclasses import replace

from clausewatch.core.model import WatchId
from clausewatch.core.promise import Promise, Wording
from clausewatch.ports import Store
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import HOUR, claim, enrol, settlement

ACME = WatchId("acme")


def promise_of(text: str, watch: WatchId = ACME) -> Promise:
    """Return a promise that stands."""
    return Promise(
        watch=watch,
        key=f"key of {text}",
        kind="promise",
        text=text,
        words=text,
        path=("Privacy", "Sharing"),
        first=SEEN,
    )


class PledgeContract:
    """A store writes promises with the look that found them, and never twice."""

    def make_store(self) -> Store:
        """Return an empty store."""
        raise NotImplementedError

    def test_a_look_writes_the_promises_that_it_found(self) -> None:
        """One that changed takes its own place; the others stay as they are."""
        sells, reads = promise_of("We sell nothing."), promise_of("We read nothing.")
        later = replace(
            sells,
            text="We sell little.",
            weakened=SEEN + HOUR,
            wordings=(Wording(sells.text, SEEN + HOUR),),
        )
        gone = replace(reads, gone=SEEN + HOUR, last=SEEN)
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            for found in ((sells, reads), (), (later,), (gone,)):
                look = replace(settlement(claim(store)), promises=found)
                store.settle(look)

            assert set(store.promises_of(ACME)) == {later, gone}
            assert store.promises_of(WatchId("other")) == ()

    def test_a_service_has_the_promises_of_all_its_documents(self) -> None:
        """Watch by watch; another service's are not among them."""
        other = promise_of("We read nothing.", WatchId("zebra"))
        with closing(self.make_store()) as store:
            enrol(store, "acme", "zebra")
            for name, found in (("zebra", other), ("acme", promise_of("We sell."))):
                look = settlement(claim(store, name))
                store.settle(replace(look, promises=(found,)))

            assert [p.watch for p in store.promises("Acme")] == ["acme", "zebra"]
            assert store.promises("Nobody") == ()

    def test_a_ledger_made_anew_takes_the_place_of_the_old_one(self) -> None:
        """Whole, and for its own watch only."""
        old, new = promise_of("We sell nothing."), promise_of("We read nothing.")
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            store.settle(replace(settlement(claim(store)), promises=(old,)))

            store.pledge(ACME, [new])
            assert store.promises_of(ACME) == (new,)
            store.pledge(ACME, [])
            assert store.promises_of(ACME) == ()

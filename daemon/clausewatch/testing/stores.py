"""The contract of a store, for every dialect and every fake of it.

Subclass `StoreContract` in a test module and say how the store is made; pytest runs
the rest. It needs no plug-ins of pytest.
"""
# ruff: noqa: S101 - a suite of tests asserts

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from clausewatch.core.digest import sha256
from clausewatch.core.history import Held, History
from clausewatch.core.model import RecipeId, WatchId
from clausewatch.errors import ClaimLostError, StoreError
from clausewatch.ports import Delivery, DeliveryState, State, Store, Validators
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.looks import (
    HOUR,
    MINUTE,
    claim,
    content_of,
    enrol,
    settlement,
    watch_of,
)
from clausewatch.testing.past import PastContract, raises
from clausewatch.testing.pledges import PledgeContract


class StoreContract(PastContract, PledgeContract):
    """What the daemon counts on. Override the first; leave the rest alone."""

    def make_store(self) -> Store:
        """Return an empty store."""
        raise NotImplementedError

    # -- watches

    def test_what_is_due_is_claimed_once_longest_overdue_first(self) -> None:
        """Two claims in a row never give the same watch."""
        with closing(self.make_store()) as store:
            enrol(store, "late", due=SEEN - HOUR)
            enrol(store, "late", "now", "soon", due=SEEN)
            enrol(store, "late", "now", "soon", "future", due=SEEN + HOUR)

            first = store.claim(SEEN, limit=2, lease_until=SEEN + MINUTE)
            rest = store.claim(SEEN, limit=9, lease_until=SEEN + MINUTE)

            assert [c.standing.watch for c in first] == ["late", "now"]
            assert [c.standing.watch for c in rest] == ["soon"]

    def test_enrolling_again_never_puts_a_watch_off(self) -> None:
        """A known watch keeps its due time unless the given one is earlier."""
        with closing(self.make_store()) as store:
            enrol(store, "acme", due=SEEN)
            enrol(store, "acme", due=SEEN + HOUR)
            assert store.next_due() == SEEN
            enrol(store, "acme", due=SEEN - HOUR)
            assert store.next_due() == SEEN - HOUR

    def test_a_watch_that_is_no_longer_listed_keeps_its_history_unclaimed(self) -> None:
        """And is as it was when it is listed again."""
        history = History(revision=3, head=content_of(1), contents=(content_of(1),))
        with closing(self.make_store()) as store:
            enrol(store, "acme", "other")
            store.settle(settlement(claim(store), history))

            enrol(store, "other")
            assert store.enrolled() == {"other"}
            assert [s.watch for s in store.standings()] == ["other"]
            later = SEEN + 24 * HOUR
            claims = store.claim(later, limit=9, lease_until=later + MINUTE)
            assert [c.standing.watch for c in claims] == ["other"]

            enrol(store, "acme", "other", due=later)
            kept = store.standing(WatchId("acme"))
            assert kept is not None
            assert kept.history == history

    def test_siblings_are_pages_of_the_same_host_as_they_stood_then(self) -> None:
        """What they showed first after that time is not known yet."""
        first, later = content_of(1), replace(content_of(2), first_seen=SEEN + HOUR)
        history = History(revision=2, head=later, contents=(first, later))
        with closing(self.make_store()) as store:
            here, there = watch_of("acme"), watch_of("terms")
            far = replace(watch_of("far"), url="https://notacme.example/terms")
            listed = (here, there, far)
            store.enrol(listed, {watch.id: SEEN for watch in listed})
            for watch in (there, far):
                store.settle(settlement(claim(store, watch.id), history))

            assert store.siblings(here, SEEN - HOUR) == ((),)
            assert store.siblings(here, SEEN) == (first.sketch,)
            assert store.siblings(here, SEEN + HOUR) == (later.sketch + first.sketch,)
            long_after = SEEN + 30 * 24 * HOUR
            assert store.siblings(here, long_after) == (later.sketch,)

    def test_a_lease_that_ran_out_may_be_claimed_and_the_old_claim_is_lost(
        self,
    ) -> None:
        """A paused worker that wakes up late writes nothing."""
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            old = claim(store)
            later = old.standing.due + HOUR
            new = claim(store, at=later)
            event = example(watch="acme")

            assert new.token > old.token
            raises(
                ClaimLostError,
                lambda: store.settle(settlement(old, events=(event,), sinks=["mail"])),
            )
            store.release(old)

            assert list(store.events()) == []
            assert store.looks(WatchId("acme")) == ()
            assert store.claim(later, limit=1, lease_until=later) == ()
            store.settle(settlement(new, at=later))

    def test_a_claim_settles_once(self) -> None:
        """Whoever repeats a settlement whose end they did not hear is refused."""
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            held = claim(store)
            store.settle(settlement(held))
            raises(ClaimLostError, lambda: store.settle(settlement(held)))
            assert len(store.looks(WatchId("acme"))) == 1

    def test_a_released_watch_is_due_as_it_was(self) -> None:
        """A daemon that stops gives back what it did not begin."""
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            held = claim(store)
            assert store.claim_one(WatchId("acme"), SEEN, lease_until=SEEN) is None
            store.release(held)
            assert store.next_due() == SEEN
            assert len(store.claim(SEEN, limit=1, lease_until=SEEN + MINUTE)) == 1

    def test_claims_of_those_who_died_can_all_be_given_back(self) -> None:
        """And a claim that is made then goes before theirs."""
        with closing(self.make_store()) as store:
            enrol(store, "acme", "other")
            dead = claim(store)

            store.release_all()

            claims = store.claim(SEEN, limit=9, lease_until=SEEN + MINUTE)
            assert [c.standing.watch for c in claims] == ["acme", "other"]
            raises(ClaimLostError, lambda: store.settle(settlement(dead)))

    def test_a_held_watch_is_next_due_when_its_lease_is_over(self) -> None:
        """So a loop that waits for it neither spins nor forgets."""
        with closing(self.make_store()) as store:
            assert store.next_due() is None
            enrol(store, "acme", due=SEEN - HOUR)
            claim(store)
            assert store.next_due() == SEEN + 10 * MINUTE
            assert store.overdue(SEEN) == ("acme",)
            assert store.overdue(SEEN - HOUR) == ()

    # -- what is remembered

    def test_all_of_a_standing_comes_back(self) -> None:
        """Every field, to the microsecond."""
        contents = tuple(content_of(n) for n in range(5))
        waits = content_of(99)
        held = Held(
            content=waits, why="bot wall", since=waits.first_seen, looks=2, told=True
        )
        history = History(
            recipe=RecipeId("r"),
            revision=7,
            head=contents[-1],
            contents=contents,
            held=held,
            last_look=SEEN,
            last_body=sha256(b"body"),
            failures=2,
            failing_since=SEEN,
            inaccessible=True,
        )
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            wanted = settlement(claim(store), history)
            standing = replace(
                wanted.standing,
                state=State.SUSPECT,
                due=SEEN + timedelta(microseconds=1),
                failures=2,
                remark="bot wall",
                validators=Validators('"e"', "Mon", "https://acme.example/"),
                full_due=SEEN + HOUR,
            )
            store.settle(replace(wanted, standing=standing))

            assert store.standing(WatchId("acme")) == standing
            assert claim(store).standing == standing
            assert store.standing(WatchId("absent")) is None

    def test_a_history_comes_back_however_its_contents_move(self) -> None:
        """Seen again, shown anew, returned to, framed otherwise, forgotten."""
        a, b, c = (content_of(n) for n in range(3))
        again = replace(b, last_seen=SEEN + HOUR, times=2, fingerprint="new frame")
        redone = replace(a, sketch=(1, 2, 3))
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            for contents in [(a,), (a, b), (a, again), (again, c, redone), (c,), ()]:
                head = contents[-1] if contents else None
                history = History(head=head, contents=contents)
                store.settle(settlement(claim(store), history))

                kept = store.standing(WatchId("acme"))
                assert kept is not None
                assert kept.history == history

    def test_standings_come_without_contents(self) -> None:
        """They are for people, who read those of all watches at once."""
        head = content_of(1)
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            history = History(revision=2, head=head, contents=(head,))
            store.settle(settlement(claim(store), history))

            (standing,) = store.standings()

            lean = History(revision=2, head=replace(head, sketch=()))
            assert standing.history == lean

    # -- deliveries

    def test_an_event_is_delivered_once_to_each_sink(self) -> None:
        """Even when it is told again; one sink's state is not another's."""
        event = example(watch="acme")
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            for _ in range(2):
                store.settle(
                    settlement(claim(store), events=(event,), sinks=["mail", "file"])
                )
            assert len(list(store.events())) == 1

            (mail,) = store.pending(SEEN, sink="mail", limit=9)
            assert (mail.event, mail.attempts, mail.created_at) == (event, 0, SEEN)
            store.delivered(mail, SEEN)

            assert store.pending(SEEN, sink="mail", limit=9) == ()
            assert len(store.pending(SEEN, sink="file", limit=9)) == 1
            (done,) = store.deliveries(DeliveryState.DONE)
            assert (done.id, done.sink) == (mail.id, "mail")

    def test_a_refused_delivery_waits_and_a_dead_one_until_it_is_revived(self) -> None:
        """What was refused is never lost, and never sent before its time."""
        with closing(self.make_store()) as store:
            first, second = _two_deliveries(store)
            store.refused(first, error="busy", retry_at=SEEN + HOUR)
            store.refused(second, error="no such mailbox", retry_at=None)

            assert store.pending(SEEN, sink="mail", limit=9) == ()
            assert store.next_delivery(["mail"]) == SEEN + HOUR
            assert store.next_delivery(["file"]) is None
            (again,) = store.pending(SEEN + HOUR, sink="mail", limit=9)
            assert (again.id, again.attempts, again.last_error) == (first.id, 1, "busy")

            (dead,) = store.deliveries(DeliveryState.DEAD)
            assert dead.last_error == "no such mailbox"
            assert store.revive([first.id, dead.id], SEEN) == 1
            (revived,) = store.pending(SEEN, sink="mail", limit=9)
            assert (revived.id, revived.attempts) == (second.id, 0)

    def test_pending_deliveries_come_oldest_first_and_lists_newest_first(self) -> None:
        """A limit leaves the newest for later."""
        with closing(self.make_store()) as store:
            first, second = _two_deliveries(store)
            assert store.pending(SEEN, sink="mail", limit=1) == (first,)
            assert store.deliveries() == (second, first)

    def test_a_delivery_without_its_event_is_refused_whole(self) -> None:
        """Nothing of a settlement is written unless all of it is."""
        with closing(self.make_store()) as store:
            enrol(store, "acme")
            wanted = settlement(claim(store), events=(example(),))
            orphan = replace(wanted, deliveries=(("no-such-event", "mail", SEEN),))

            raises(StoreError, lambda: store.settle(orphan))

            assert list(store.events()) == []
            assert store.looks(WatchId("acme")) == ()
            store.settle(wanted)


def _two_deliveries(store: Store) -> tuple[Delivery, Delivery]:
    enrol(store, "acme")
    events = (example(id="one"), example(id="two"))
    store.settle(settlement(claim(store), events=events, sinks=["mail"]))
    first, second = store.pending(SEEN, sink="mail", limit=9)
    return first, second

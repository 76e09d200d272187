"""Attempts to be logged, and a log that is quickly filled."""

from datetime import timedelta

from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.segments import Segments
from clausewatch.core.attempt import Attempt, Came
from clausewatch.core.digest import canonical, jsonable
from clausewatch.ports import Look
from clausewatch.testing.examples import SEEN
from clausewatch.testing.faults import FaultyDisk
from clausewatch.testing.looks import capture_of, watch_of


def attempt(number=0, name="acme", **differs):
    """Return an attempt that brought a page which no other number has."""
    at = SEEN + timedelta(hours=number)
    capture = capture_of(f"<p>Page {number}.</p>".encode(), name, at)
    fields = {
        "watch": watch_of(name),
        "at": at,
        "came": Came.PAGE,
        "capture": capture,
        "exchange": capture.exchange,
    }
    return Attempt(**{**fields, **differs})


def lines(home):
    return list(Segments(home).lines())


class Swift(FaultyDisk):
    """A disk that no power cut will ever befall: it need not sync."""

    def __init__(self, strike=str):
        super().__init__(strike)

    def sync(self, _file):
        self._strike("before sync")
        self._strike("after sync")


def filled(home, count):
    """Return the home after so many attempts, with a checkpoint in the middle."""
    notary = Notary(home, disk=Swift())
    for number in range(count):
        notary.record(attempt(number))
        if number == count // 2:
            notary.checkpoint(SEEN)
    notary.close()
    return home


def looks_of(attempts):
    for number, one in enumerate(attempts, 1):
        look = Look(
            watch=one.watch.id,
            looked_at=one.at,
            outcome="unchanged",
            detail="",
            capture=one.capture and one.capture.body,
            document=None,
        )
        yield number, look


class Rows:
    """What a store has of these attempts."""

    def __init__(self, attempts=(), events=()):
        self.attempts, self.events = attempts, events

    def looks_after(self, after=0):
        return iter([(n, look) for n, look in looks_of(self.attempts) if n > after])

    def told(self):
        return iter([({"id": one.id}, canonical(jsonable(one))) for one in self.events])

    def captured(self):
        return iter([one.capture for one in self.attempts if one.capture])

    def readings(self):
        return iter(())

    def read_from(self):
        return iter(())

"""Attempts to be logged, and a log that is quickly filled."""

from datetime import timedelta

from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.segments import Segments
from clausewatch.core.attempt import Attempt, Came
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

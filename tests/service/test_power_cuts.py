"""Whatever durable write a power cut hits, the change is told, under one id."""

import multiprocessing
import os
import shutil
import sys
from datetime import timedelta
from multiprocessing import forkserver
from pathlib import Path

import pytest

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.verify import verify
from clausewatch.core.event import EventType
from clausewatch.store import open_store
from clausewatch.testing.clock import START
from service import child
from service.world import TRAINING, policy

NEVER = "never"
KILLED = -9
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["service.child"])
TESTS = str(Path(__file__).parents[1])


class Plant:
    """Daemons one after the other on one home, days apart."""

    def __init__(self, home):
        self.home = home
        self.runs = 0
        self.told = []

    def run(self, page, until, *, step=NEVER, nth=1):
        """Return the exit code; the daemon ends once `until` was told, or dies."""
        mine, theirs = FORKS.Pipe(duplex=False)
        start = START + timedelta(days=30 * self.runs)
        self.runs += 1
        process = FORKS.Process(
            target=child.live, args=(self.home, start, page, step, nth, theirs)
        )
        process.start()
        theirs.close()
        told = ""
        try:
            while told != until and mine.poll(timeout=30):
                event, told = mine.recv()
                self.told.append((event, told))
        except EOFError:
            pass
        process.terminate()
        process.join(30)
        return process.exitcode

    def tell(self):
        """Return the ids of the changes that were told."""
        return {event for event, kind in self.told if kind == EventType.CHANGED}


@pytest.fixture(scope="module", autouse=True)
def _preloaded():
    """Have one server import everything, and fork each daemon from it.

    It takes its path from the environment only.
    """
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([*sys.path, TESTS])
    forkserver.ensure_running()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Return a home in which the page has been seen once."""
    home = tmp_path_factory.mktemp("watched")
    plant = Plant(home)
    plant.run(policy(), EventType.FIRST_SEEN.value)
    return home


CUTS = [
    (f"{when} {write}", nth)
    for write, times in (("write", 6), ("sync", 8), ("rename", 1), ("commit", 5))
    for nth in range(1, times + 1)
    for when in ("before", "after")
]


AMID = [("amid write", nth) for nth in range(1, 7)]


def wrong_with(home):
    """Return what the archive's verification finds, without any repair."""
    store = open_store(home, read_only=True)
    report, _ = verify(home, store=store)
    store.close()
    return report.findings


@pytest.mark.parametrize(("step", "nth"), [*AMID, *CUTS])
def test_a_change_survives_a_power_cut(watched, tmp_path, step, nth):
    home = tmp_path / "home"
    shutil.copytree(watched, home)
    plant = Plant(home)
    plant.runs = 1
    changed = policy(TRAINING)

    code = plant.run(changed, EventType.CHANGED.value, step=step, nth=nth)
    assert code == KILLED
    assert wrong_with(home) == []
    if not plant.tell():
        plant.run(changed, EventType.CHANGED.value)

    store = open_store(home)
    kept = [e.id for _, e in store.events() if e.type is EventType.CHANGED]
    captures = {look.capture for look in store.looks(child.ACME.id) if look.capture}
    store.close()
    assert len(kept) == 1
    assert plant.tell() == set(kept)
    assert wrong_with(home) == []
    blobs = Blobs(home)
    assert {blobs.read(digest).decode() for digest in captures} == {policy(), changed}

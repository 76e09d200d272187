"""Whenever the process is killed, nothing is lost, halved or told under two ids."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from clausewatch.archive.blobs import Blobs
from clausewatch.core.model import WatchId
from clausewatch.store import open_store
from clausewatch.testing.faults import COMMIT_STEPS, DISK_STEPS
from store.loop_until_killed import main

SCRIPT = Path(__file__).with_name("loop_until_killed.py")
LOOKS = 6
ACME = WatchId("acme")

# Syncs: one for the folders, then two a blob. Commits: tables, watchlist, then two a
# look (claim and settlement). So these strike the first start, a claim, a settlement.
STEPS = [
    *((step, nth) for step in DISK_STEPS for nth in (1, 4)),
    *((step, nth) for step in COMMIT_STEPS for nth in (1, 2, 5, 6)),
]


def start(home, run, *strike):
    return subprocess.Popen(
        [sys.executable, SCRIPT, home, str(run), str(LOOKS), *map(str, strike)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def check(home):
    """Return how many looks are settled, once all that they wrote fits together."""
    blobs = Blobs(home)
    assert list((home / "blobs/new").iterdir()) == []
    for blob in (home / "blobs").glob("??/*.zst"):
        blobs.read(blob.parent.name + blob.name.removesuffix(".zst"))
    with closing(open_store(home)) as store:
        standing = store.standing(ACME)
        if standing is None:
            return 0
        settled = standing.history.revision
        wanted = [f"e{n}" for n in range(1, settled + 1)]
        assert [event.id for _, event in store.events()] == wanted
        told = sorted((d.event.id, d.sink) for d in store.deliveries())
        assert told == sorted((e, sink) for e in wanted for sink in ("file", "mail"))
        looks = store.looks(ACME)
        assert len(looks) == settled
        for look in looks:
            assert store.capture(look.capture).watch == ACME
            blobs.read(look.capture)
            store.document(look.document)
    with closing(sqlite3.connect(home / "clausewatch.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    return settled


def finish(home):
    """Let a second run go on from what the first left; it tells the rest, once."""
    main(home, 2, LOOKS)
    assert check(home) == LOOKS


@pytest.mark.parametrize(("step", "nth"), STEPS)
def test_a_kill_at_any_durable_step_leaves_whole_looks_and_the_next_run_goes_on(
    tmp_path, step, nth
):
    with start(tmp_path, 1, step, nth) as first:
        assert first.wait() == -signal.SIGKILL
    assert check(tmp_path) < LOOKS
    finish(tmp_path)


@pytest.mark.parametrize("heard", [0, 1, 4])
def test_a_kill_from_outside_loses_nothing_that_was_reported(tmp_path, heard):
    with start(tmp_path, 1) as first:
        for _ in range(heard):
            first.stdout.readline()
        first.kill()
    assert check(tmp_path) >= heard
    finish(tmp_path)

"""A disk that refuses costs a clear error, and nothing else."""

import errno
import os
import subprocess
import sys
from contextlib import closing

import pytest

from clausewatch.core.model import WatchId
from clausewatch.errors import ClaimLostError, StoreError
from clausewatch.store import open_store
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.faults import Fail, faulty_commit
from clausewatch.testing.looks import claim, document_of, enrol, settlement

ACME = WatchId("acme")


def test_a_commit_that_fails_leaves_nothing_and_the_same_look_settles_later(tmp_path):
    fail = Fail("", errno.ENOSPC)
    with closing(open_store(tmp_path, commit=faulty_commit(fail))) as store:
        enrol(store, "acme")
        held = claim(store)
        wanted = settlement(held, events=(example(),), sinks=["mail"])

        fail.step = "before commit"
        with pytest.raises(StoreError, match=r"acme: .*No space left") as refusal:
            store.settle(wanted)
        assert refusal.value.retry
        assert list(store.events()) == []
        assert store.deliveries() == ()
        assert store.looks(ACME) == ()

        fail.step = ""
        store.settle(wanted)
        assert len(store.deliveries()) == 1


def test_a_failure_after_the_commit_leaves_the_look_settled_once(tmp_path):
    fail = Fail("", errno.EIO)
    with closing(open_store(tmp_path, commit=faulty_commit(fail))) as store:
        enrol(store, "acme")
        wanted = settlement(claim(store), events=(example(),))

        fail.step = "after commit"
        with pytest.raises(StoreError, match="Input/output error"):
            store.settle(wanted)
        fail.step = ""
        with pytest.raises(ClaimLostError, match="nothing was written"):
            store.settle(wanted)
        assert len(list(store.events())) == 1


def test_a_full_database_says_so_and_takes_the_look_once_there_is_room(tmp_path):
    with closing(open_store(tmp_path)) as store:
        enrol(store, "acme")
        big = document_of(os.urandom(500_000).hex())
        wanted = settlement(claim(store), documents=(big,))
        store._database._connection.exec_driver_sql("PRAGMA max_page_count=60")
        store._database._connection.rollback()

        with pytest.raises(StoreError, match=r"disk is full; free some space"):
            store.settle(wanted)
        assert store.looks(ACME) == ()

        store._database._connection.exec_driver_sql("PRAGMA max_page_count=9999")
        store._database._connection.rollback()
        store.settle(wanted)
        assert store.document(big[0]) == big[1]


def test_a_commit_that_sqlite_itself_refuses_does_not_stay_open(tmp_path):
    with closing(open_store(tmp_path)) as store:
        enrol(store, "acme")
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            orphan(store)
        store.settle(settlement(claim(store)))
        assert len(store.looks(ACME)) == 1


def orphan(store):
    """Write a row whose watch is not there; told by SQLite only on commit."""
    with store._database.writing("test") as rows:
        rows.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        rows.exec_driver_sql("INSERT INTO contents VALUES ('nobody', 1, '', '')")


LIMITED = """
import resource, sys
from pathlib import Path
from clausewatch.archive.blobs import Blobs
from clausewatch.errors import StoreError
from clausewatch.store import open_store
from clausewatch.testing.looks import claim, document_of, enrol, settlement
import random

home = Path(sys.argv[1])
store, blobs = open_store(home), Blobs(home)
enrol(store, "acme")
noise = random.Random(1).randbytes(300_000)
wanted = settlement(claim(store), documents=(document_of(noise.hex()),))

def limit(most):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

# All of it fits into memory, so that it is the commit itself that fails.
limit((home / "clausewatch.db-wal").stat().st_size + 50_000)
for refused in (lambda: store.settle(wanted), lambda: blobs.keep(noise * 3)):
    try:
        refused()
    except StoreError as error:
        print(error)
assert not store.looks("acme") and not list((home / "blobs/new").iterdir())
limit(resource.RLIM_INFINITY)
store.settle(wanted)
assert blobs.read(blobs.keep(noise)) == noise
print("recovered")
"""


def test_files_that_may_not_grow_cost_an_error_until_they_may_again(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    store, blobs, end = done.stdout.splitlines()
    assert "free space" in store
    assert "cannot keep blob" in blobs
    assert "free some space" in blobs
    assert end == "recovered"


def test_a_damaged_reading_is_named_and_costs_no_other(tmp_path):
    good, bad = document_of("We sell nothing."), document_of("We sell all.")
    with closing(open_store(tmp_path)) as store:
        enrol(store, "acme")
        store.settle(settlement(claim(store), documents=(good, bad)))
        store._database._connection.exec_driver_sql(
            "UPDATE documents SET body = substr(body, 1, 40) WHERE digest = ?",
            (bad[0],),
        )
        store._database._connection.commit()

        with pytest.raises(StoreError, match=f"document {bad[0]}: .*damaged") as found:
            store.document(bad[0])
        assert not found.value.retry
        assert store.document(good[0]) == good[1]


def test_a_writer_waits_for_another_and_says_so_when_it_gives_up(tmp_path):
    with closing(open_store(tmp_path)) as daemon, closing(open_store(tmp_path)) as cli:
        enrol(daemon, "acme")
        cli._database._connection.exec_driver_sql("PRAGMA busy_timeout=1")
        cli._database._connection.rollback()
        with (
            daemon._database.writing("test"),
            pytest.raises(StoreError, match="another process is writing") as refusal,
        ):
            cli.revive([1], SEEN)
        assert refusal.value.retry
        assert cli.revive([1], SEEN) == 0

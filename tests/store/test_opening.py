"""A store opens at once, from any age, and beside a daemon."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from clausewatch.core.event import EventType
from clausewatch.core.model import Threshold, WatchId
from clausewatch.errors import StoreError
from clausewatch.library import Wanted
from clausewatch.store import migrate, open_store, watching
from clausewatch.store.schema import InsertNew, documents, metadata
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.looks import claim, content_of, enrol, settlement

ACME = WatchId("acme")
REVISIONS = sorted(Path(__file__).parent.glob("revision-*.sql"))


def test_the_migrations_lead_to_the_tables_that_the_program_knows(tmp_path):
    with (
        closing(open_store(tmp_path)) as store,
        store._database.reading("test") as rows,
    ):
        ours = MigrationContext.configure(rows, opts={"include_name": _is_ours})
        assert compare_metadata(ours, metadata) == []
        assert migrate.revision(rows) == migrate.HEAD
    assert ScriptDirectory(str(migrate.MIGRATIONS)).get_heads() == [migrate.HEAD]


def _is_ours(name, kind, _parents):
    """The index over clauses brings tables of its own."""
    return kind != "table" or not name.startswith("clauses_words")


@pytest.mark.parametrize("dump", REVISIONS, ids=lambda path: path.stem)
def test_a_store_of_every_earlier_revision_is_brought_up_to_date(tmp_path, dump):
    with closing(sqlite3.connect(tmp_path / "clausewatch.db")) as old:
        old.executescript(dump.read_text())
    with closing(open_store(tmp_path)) as store:
        standing = store.standing(ACME)
        assert standing.history.head == content_of(1)
        (look,) = store.looks(ACME)
        assert store.document(look.document).clauses[0].text == "We sell nothing."
        (delivery,) = store.deliveries()
        assert delivery.event == example(watch=ACME)
        at = standing.due + timedelta(days=1)
        store.settle(settlement(claim(store, at=at), at=at))


@pytest.mark.parametrize(
    ("revision", "remedy"),
    [
        ("0001", r"got 0001; an older clausewatch wrote this; `clausewatch run`"),
        ("9999", r"got 9999; a newer clausewatch wrote this, so upgrade the program"),
    ],
)
def test_who_only_looks_on_is_told_what_to_do_about_another_revision(
    tmp_path, revision, remedy
):
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "clausewatch.db")) as other:
        other.execute("UPDATE alembic_version SET version_num = ?", [revision])
        other.commit()

    with pytest.raises(StoreError, match=remedy):
        open_store(tmp_path, read_only=True)


def test_patterns_of_before_weigh_what_they_tell_and_stand_in_lists_once(tmp_path):
    first = example(EventType.PATTERN, id="first", watch=ACME, materiality=3)
    grown = replace(first.pattern, follows="first")
    later = replace(first, id="grown", pattern=grown)
    with closing(open_store(tmp_path)) as store:
        enrol(store, "acme")
        store.settle(settlement(claim(store), events=(first, later)))
    with closing(sqlite3.connect(tmp_path / "clausewatch.db")) as old:
        important = list(Threshold).index(Threshold.IMPORTANT)
        old.execute("UPDATE briefs SET weight = ?", [important])
        old.execute("UPDATE alembic_version SET version_num = '0004'")
        old.commit()
    with closing(open_store(tmp_path)) as store:
        heavy = store.briefs(Wanted(least=Threshold.CRITICAL), limit=9)
        assert [brief.event.id for brief in heavy] == ["grown"]
        (gone,) = store.briefs(Wanted(), limit=9)[1:]
        assert gone.event.id == "first"
        assert store.counted(Wanted(least=Threshold.HOUSEKEEPING)) == 1


def test_the_tables_and_the_claim_can_be_said_to_postgresql():
    dialect = postgresql.dialect()
    tables = [
        str(CreateTable(t).compile(dialect=dialect)) for t in metadata.tables.values()
    ]
    assert any("BIGSERIAL" in table for table in tables)
    assert "SKIP LOCKED" in str(watching._DUE.compile(dialect=dialect))
    assert str(InsertNew(documents).compile(dialect=dialect)).endswith("DO NOTHING")


def test_there_is_a_dump_of_the_newest_revision():
    assert REVISIONS[-1].stem == f"revision-{migrate.HEAD}"


def test_a_store_that_a_newer_program_wrote_is_refused(tmp_path):
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "clausewatch.db")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    for read_only in (False, True):
        with pytest.raises(StoreError, match="got 9999") as refusal:
            open_store(tmp_path, read_only=read_only)
        assert not refusal.value.retry


def test_a_start_that_finds_the_tables_up_to_date_imports_no_alembic(tmp_path):
    open_store(tmp_path).close()
    script = (
        "import sys, pathlib; from clausewatch.store import open_store;"
        "open_store(pathlib.Path(sys.argv[1])); sys.exit('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == 0


def test_commits_are_made_to_survive_a_power_cut(tmp_path):
    with (
        closing(open_store(tmp_path)) as store,
        store._database.reading("test") as rows,
    ):
        pragmas = {
            name: rows.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    full = 2
    assert pragmas == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1}


def test_a_home_is_made_for_its_owner_alone(tmp_path):
    open_store(tmp_path / "state/home").close()
    assert stat.S_IMODE((tmp_path / "state/home").stat().st_mode) == 0o700


def test_a_reader_beside_the_daemon_sees_what_is_committed_and_changes_nothing(
    tmp_path,
):
    with (
        closing(open_store(tmp_path)) as daemon,
        closing(open_store(tmp_path, read_only=True)) as reader,
    ):
        enrol(daemon, "acme")
        daemon.settle(settlement(claim(daemon), events=(example(id="told"),)))
        assert reader.event("told") == example(id="told")
        follow = reader.events()
        assert next(follow)[1].id == "told"
        daemon.settle(settlement(claim(daemon), events=(example(id="next"),)))
        assert reader.event("next") is not None
        with pytest.raises(StoreError, match="readonly"):
            enrol(reader, "other")
        assert daemon.enrolled() == {"acme"}


def test_a_reader_needs_no_daemon_but_a_store(tmp_path):
    with pytest.raises(StoreError, match="unable to open") as refusal:
        open_store(tmp_path / "nowhere", read_only=True)
    assert str(tmp_path / "nowhere") in str(refusal.value)
    assert not (tmp_path / "nowhere").exists()

    open_store(tmp_path).close()
    with closing(open_store(tmp_path, read_only=True)) as reader:
        assert reader.standings() == ()


def test_a_store_opened_in_one_thread_works_in_another(tmp_path):
    store = open_store(tmp_path)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(enrol, store, "acme", due=SEEN).result()
        assert thread.submit(store.next_due).result() == SEEN
    store.close()


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "clausewatch.db").write_bytes(b"policy " * 1000)
    with pytest.raises(StoreError, match=r"clausewatch\.db: .*not a database"):
        open_store(tmp_path)

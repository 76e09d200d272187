"""The store: its parts over one database, and how it is opened."""

from pathlib import Path
from typing import Final

from clausewatch.errors import StoreError
from clausewatch.store import migrate
from clausewatch.store.auditing import Auditing
from clausewatch.store.browsing import Browsing
from clausewatch.store.cataloguing import Cataloguing, fill
from clausewatch.store.covering import Covering
from clausewatch.store.database import Commit, Database, Transaction
from clausewatch.store.opining import Opining
from clausewatch.store.outbox import Outbox
from clausewatch.store.pledging import Pledging
from clausewatch.store.schema import metadata
from clausewatch.store.searching import Searching
from clausewatch.store.settling import Settling
from clausewatch.store.tallying import Tallying
from clausewatch.store.telling import Telling
from clausewatch.store.watching import Watching

CATALOGUED: Final = "0002"
"""The revision that made the catalogue; a store from before has to fill it."""


class SqlStore(
    Auditing,
    Watching,
    Settling,
    Telling,
    Outbox,
    Opining,
    Pledging,
    Cataloguing,
    Browsing,
    Covering,
    Searching,
    Tallying,
):
    """A `ports.Store` and a `library.Library` in SQL; used in one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()


def open_store(
    home: Path | None,
    *,
    read_only: bool = False,
    commit: Commit = Transaction.commit,
) -> SqlStore:
    """Return the store of a home, made if need be and brought up to date.

    Args:
        home: None for a store in memory, which is gone with the process.
        read_only: For looking on beside a daemon; makes and changes nothing.
        commit: How a transaction is committed; a test hands in one that fails.

    Raises:
        StoreError: it cannot be opened, or a newer clausewatch wrote it.
    """
    if home is not None:
        _prepare(home, read_only=read_only)
    database = Database(home, read_only=read_only, commit=commit)
    try:
        _bring_up_to_date(database, home, read_only=read_only)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)


def _prepare(home: Path, *, read_only: bool) -> None:
    if read_only:
        return
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make the home: {error.filename}: {error.strerror}"
        raise StoreError(message, retry=False) from error


def _bring_up_to_date(
    database: Database, home: Path | None, *, read_only: bool
) -> None:
    if home is None:
        with database.writing("store") as rows:
            metadata.create_all(rows)
        return
    with database.reading("store") as rows:
        found = migrate.revision(rows)
    if found == migrate.HEAD:
        return
    if read_only:
        message = f"{database.name}: expected revision {migrate.HEAD}, got {found}; "
        raise StoreError(f"{message}{migrate.remedy(found)}", retry=False)
    # One transaction: a crash leaves the database at the revision it had.
    with database.writing("store") as rows:
        migrate.upgrade(rows, found)
        if found is not None and found < CATALOGUED:
            fill(rows)

"""One connection, its transactions, and what its failures are called."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import quote

from sqlalchemy import URL, Connection, RootTransaction, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from clausewatch.errors import StoreError
from clausewatch.store.columns import DamagedError

Transaction: TypeAlias = RootTransaction
Commit: TypeAlias = Callable[[Transaction], None]

FILE: Final = "clausewatch.db"

_BUSY_MS: Final = 5_000
"""How long to wait for another writer, such as `deliveries --retry` beside a daemon."""

_REMEDIES: Final = {
    sqlite3.SQLITE_FULL: ("free some space", True),
    sqlite3.SQLITE_IOERR: ("check the disk and its free space", True),
    sqlite3.SQLITE_BUSY: ("another process is writing; try again", True),
    sqlite3.SQLITE_CORRUPT: ("restore it from a backup", False),
    sqlite3.SQLITE_NOTADB: ("restore it from a backup", False),
    sqlite3.SQLITE_READONLY: ("check who may write to it", False),
    sqlite3.SQLITE_CONSTRAINT: ("a fault of clausewatch; please report it", False),
    sqlite3.SQLITE_CANTOPEN: ("check that it exists and who may read it", False),
}
"""What to do, and whether waiting may help, by SQLite's primary result code."""


class Database:
    """A SQLite database, opened in one thread and then used in one, maybe another.

    Args:
        home: The folder of its file; None for one in memory.
        commit: How a transaction is committed; a test hands in one that fails.
    """

    def __init__(self, home: Path | None, *, read_only: bool, commit: Commit) -> None:
        self.name = "memory" if home is None else str(home / FILE)
        self._commit = commit
        self._engine = create_engine(
            _url(home, read_only=read_only),
            poolclass=StaticPool,
            # No transactions behind our back: we say ourselves when one begins.
            connect_args={"check_same_thread": False, "isolation_level": None},
        )
        try:
            with self._refusals("store"):
                self._connection = self._engine.connect()
                self._set_up(read_only=read_only)
        except StoreError:
            self._engine.dispose()
            raise

    @contextmanager
    def reading(self, subject: str) -> Iterator[Connection]:
        """Enter a snapshot: all reads in it see the same moment.

        Raises:
            StoreError: the disk refused, or what it holds is damaged.
        """
        with self._refusals(subject), self._connection.begin():
            self._connection.exec_driver_sql("BEGIN")
            yield self._connection

    @contextmanager
    def writing(self, subject: str) -> Iterator[Connection]:
        """Enter a transaction that is committed on leaving, or leaves nothing.

        Raises:
            StoreError: the disk refused; nothing was written.
        """
        with self._refusals(subject):
            transaction = self._connection.begin()
            try:
                # IMMEDIATE takes the writer's lock now, while waiting for it is
                # still possible; a reader that turns writer would fail at once.
                self._connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield self._connection
                # A crash before this leaves nothing of the transaction, one after
                # it leaves all: the log is synced before the commit returns.
                self._commit(transaction)
            except BaseException:
                self._abandon()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._engine.dispose()

    def _abandon(self) -> None:
        self._connection.rollback()
        # After a commit that failed, SQLAlchemy holds that there is nothing left to
        # roll back; SQLite may still have the transaction open.
        self._connection.connection.rollback()

    def _set_up(self, *, read_only: bool) -> None:
        pragmas = [f"busy_timeout={_BUSY_MS}", "foreign_keys=ON"]
        if not read_only:
            # FULL: with NORMAL, a power cut takes back commits that were acknowledged.
            pragmas += ["journal_mode=WAL", "synchronous=FULL"]
        for pragma in pragmas:
            self._connection.exec_driver_sql(f"PRAGMA {pragma}")
        self._connection.rollback()

    @contextmanager
    def _refusals(self, subject: str) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error, OSError) as error:
            cause = getattr(error, "orig", None) or error
            code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
            remedy, retry = _REMEDIES.get(code, ("check the disk", True))
            message = f"{subject}: {self.name}: {cause}; {remedy}"
            raise StoreError(message, retry=retry) from error
        except DamagedError as error:
            message = f"{subject}: {self.name}: damaged: {error}; restore from a backup"
            raise StoreError(message, retry=False) from error


def _url(home: Path | None, *, read_only: bool) -> URL:
    if home is None:
        return URL.create("sqlite")
    path = home / FILE
    if not read_only:
        return URL.create("sqlite", database=str(path))
    file = f"file:{quote(str(path))}"
    return URL.create("sqlite", database=file, query={"mode": "ro", "uri": "true"})

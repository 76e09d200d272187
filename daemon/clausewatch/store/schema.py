"""The tables, in SQL that SQLite and PostgreSQL both speak. See docs/storage.md.

A change here needs a revision in `migrations/versions`; a test compares the two.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert

from clausewatch.core.event import Event
from clausewatch.core.history import Content
from clausewatch.core.model import Document, Exchange
from clausewatch.store.columns import Moment, Packed, Sketch, Told
from clausewatch.store.spine import Spine

metadata: Final = MetaData()

Serial: Final = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in a column that is called INTEGER."""

LABELS: Final = ("service", "document", "kind", "url", "vantage")
"""What people know a watch by, as the watchlist last said."""

watches: Final = Table(
    "watches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("enrolled", Boolean, nullable=False),
    Column("due", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("token", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("remark", Text, nullable=False),
    Column("last_look", Moment),
    Column("last_good", Moment),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("validated_url", Text, nullable=False),
    Column("full_due", Moment),
    Column("history", Packed(Spine), nullable=False),
    *(Column(name, Text, nullable=False, server_default="") for name in LABELS),
)
Index("watches_due", watches.c.enrolled, watches.c.due)
# Only the few that are being looked at stand in this one.
Index(
    "watches_leased",
    watches.c.lease_until,
    sqlite_where=watches.c.lease_until.is_not(None),
    postgresql_where=watches.c.lease_until.is_not(None),
)

contents: Final = Table(
    "contents",
    metadata,
    Column("watch", ForeignKey(watches.c.id), primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Told(Content), nullable=False),
    Column("sketch", Sketch, nullable=False),
)

captures: Final = Table(
    "captures",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("watch", ForeignKey(watches.c.id), nullable=False),
    Column("captured_at", Moment, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_bytes", BigInteger, nullable=False),
    Column("exchange", Packed(Exchange), nullable=False),
    UniqueConstraint("body", "watch", "captured_at"),
)

documents: Final = Table(
    "documents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Packed(Document), nullable=False),
)

looks: Final = Table(
    "looks",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("watch", ForeignKey(watches.c.id), nullable=False),
    Column("looked_at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("capture", Text),
    Column("document", ForeignKey(documents.c.digest)),
)
Index("looks_watch", looks.c.watch, looks.c.id)

events: Final = Table(
    "events",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("watch", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("observed_at", Moment, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("verdict", Text),
    Column("materiality", Integer, nullable=False),
    Column("body", Told(Event), nullable=False),
    sqlite_autoincrement=True,  # a number is never used twice, even after a repair
)
Index("events_watch", events.c.watch, events.c.seq)

deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("event", ForeignKey(events.c.id), nullable=False),
    Column("sink", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("last_error", Text, nullable=False),
    UniqueConstraint("event", "sink"),
    sqlite_autoincrement=True,
)
Index("deliveries_next", deliveries.c.state, deliveries.c.sink, deliveries.c.next_at)


class InsertNew(Insert):
    """An insert that leaves a row alone that is there already."""

    inherit_cache = True


@compiles(InsertNew)
def _insert_new(insert: InsertNew, compiler: SQLCompiler, **options: Any) -> str:
    insertion: str = compiler.visit_insert(insert, **options)  # type: ignore[no-untyped-call]
    return f"{insertion} ON CONFLICT DO NOTHING"

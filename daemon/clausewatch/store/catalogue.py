"""What pages are made from: tables that say again, in columns, what is kept elsewhere.

Nothing here is evidence: all of it can be filled again from events and readings.
"""

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from clausewatch.core.event import Event
from clausewatch.store.columns import Moment, Told
from clausewatch.store.schema import Serial, events, metadata, watches

briefs: Final = Table(
    "briefs",
    metadata,
    # Beside the events, not in them: a row there may be long, and a list that reads
    # a column behind its body walks through all of it.
    Column("seq", ForeignKey(events.c.seq), primary_key=True),
    Column("watch", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("observed_at", Moment, nullable=False),
    Column("type", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("materiality", Integer, nullable=False),
    Column("direction", Text, nullable=False),
    Column("clauses", Integer, nullable=False),
    Column("words", Integer, nullable=False),
    Column("body", Told(Event), nullable=False),
)
Index("briefs_newest", briefs.c.observed_at, briefs.c.seq)
# Holds all that the overview asks of 50,000 events, so that it reads no row of them.
Index(
    "briefs_watch",
    briefs.c.watch,
    briefs.c.type,
    briefs.c.weight,
    briefs.c.observed_at,
)
Index("briefs_service", briefs.c.service, briefs.c.observed_at)

marks: Final = Table(
    "marks",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("seq", ForeignKey(events.c.seq), primary_key=True),
    sqlite_with_rowid=False,
)

versions: Final = Table(
    "versions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("watch", ForeignKey(watches.c.id), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    Column("capture", Text, nullable=False),
    Column("outcome", Text, nullable=False),
)
Index("versions_watch", versions.c.watch, versions.c.id)

clauses: Final = Table(
    "clauses",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("watch", ForeignKey(watches.c.id), nullable=False),
    Column("key", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    UniqueConstraint("watch", "key"),
)

MAKE_INDEX: Final = (
    "CREATE VIRTUAL TABLE clauses_words USING fts5("
    "text, content='clauses', content_rowid='id',"
    " tokenize='unicode61 remove_diacritics 2')"
)
"""SQLite's full-text index over `clauses.text`; it holds no second copy of it."""

_make_index: Final = DDL(MAKE_INDEX)  # type: ignore[no-untyped-call]
event.listen(clauses, "after_create", _make_index.execute_if(dialect="sqlite"))

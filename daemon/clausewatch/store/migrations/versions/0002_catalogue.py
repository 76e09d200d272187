"""What pages are made from: briefs, versions, and a search over clauses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables; opening the store fills them."""
    for name in ("service", "document", "kind", "url", "vantage"):
        column = sa.Column(name, sa.Text, nullable=False, server_default="")
        op.add_column("watches", column)
    _make_briefs()
    _make_versions()
    _make_clauses()


def _make_briefs() -> None:
    op.create_table(
        "briefs",
        sa.Column("seq", _SERIAL, sa.ForeignKey("events.seq"), primary_key=True),
        sa.Column("watch", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("materiality", sa.Integer, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("clauses", sa.Integer, nullable=False),
        sa.Column("words", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("briefs_newest", "briefs", ["observed_at", "seq"])
    op.create_index(
        "briefs_watch", "briefs", ["watch", "type", "weight", "observed_at"]
    )
    op.create_index("briefs_service", "briefs", ["service", "observed_at"])
    op.create_table(
        "marks",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("seq", _SERIAL, sa.ForeignKey("events.seq"), primary_key=True),
        sqlite_with_rowid=False,
    )


def _make_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", _SERIAL, primary_key=True),
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("capture", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    op.create_index("versions_watch", "versions", ["watch", "id"])


def _make_clauses() -> None:
    op.create_table(
        "clauses",
        sa.Column("id", _SERIAL, primary_key=True),
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), nullable=False),
        sa.Column("key", sa.BigInteger, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.UniqueConstraint("watch", "key"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE clauses_words USING fts5("
            "text, content='clauses', content_rowid='id',"
            " tokenize='unicode61 remove_diacritics 2')"
        )

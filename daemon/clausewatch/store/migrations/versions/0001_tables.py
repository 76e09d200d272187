"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make all tables."""
    _make_watches()
    _make_evidence()
    _make_looks()
    _make_events()
    _make_deliveries()


def _make_watches() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("enrolled", sa.Boolean, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("last_look", sa.BigInteger),
        sa.Column("last_good", sa.BigInteger),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("validated_url", sa.Text, nullable=False),
        sa.Column("full_due", sa.BigInteger),
        sa.Column("history", sa.LargeBinary, nullable=False),
    )
    op.create_index("watches_due", "watches", ["enrolled", "due"])
    leased = sa.text("lease_until IS NOT NULL")
    op.create_index(
        "watches_leased",
        "watches",
        ["lease_until"],
        sqlite_where=leased,
        postgresql_where=leased,
    )
    op.create_table(
        "contents",
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
    )


def _make_evidence() -> None:
    op.create_table(
        "captures",
        sa.Column("id", _SERIAL, primary_key=True),
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), nullable=False),
        sa.Column("captured_at", sa.BigInteger, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("body_bytes", sa.BigInteger, nullable=False),
        sa.Column("exchange", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("body", "watch", "captured_at"),
    )
    op.create_table(
        "documents",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _make_looks() -> None:
    op.create_table(
        "looks",
        sa.Column("id", _SERIAL, primary_key=True),
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), nullable=False),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("capture", sa.Text),
        sa.Column("document", sa.Text, sa.ForeignKey("documents.digest")),
    )
    op.create_index("looks_watch", "looks", ["watch", "id"])


def _make_events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", _SERIAL, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("watch", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("materiality", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("events_watch", "events", ["watch", "seq"])


def _make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _SERIAL, primary_key=True),
        sa.Column("event", sa.Text, sa.ForeignKey("events.id"), nullable=False),
        sa.Column("sink", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("delivered_at", sa.BigInteger),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.UniqueConstraint("event", "sink"),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_next", "deliveries", ["state", "sink", "next_at"])

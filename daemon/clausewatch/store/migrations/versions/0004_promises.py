"""The ledger of promises."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table; `clausewatch promises --rebuild` fills it for what is kept."""
    op.create_table(
        "promises",
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )

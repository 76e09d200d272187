"""Patterns weigh what they tell together, and once: not also as they were before."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_PATTERN = "org.clausewatch.service.pattern"
_ALL, _CRITICAL = 0, 5
"""Places of thresholds in their order, as `briefs.weight` holds them."""


def upgrade() -> None:
    """Weigh again what is kept of patterns; they are few."""
    rows = op.get_bind()
    briefs = sa.table("briefs", *map(sa.column, ("seq", "type", "weight", "body")))
    events = sa.table("events", *map(sa.column, ("seq", "id")))
    told = sa.select(briefs.c.seq, briefs.c.body).where(briefs.c.type == _PATTERN)
    for seq, body in rows.execute(told.order_by(briefs.c.seq)).all():
        event = json.loads(body)
        if event["materiality"] == 3:  # noqa: PLR2004
            _weigh(rows, briefs, briefs.c.seq == seq, _CRITICAL)
        if grown := event["pattern"]["follows"]:
            earlier = sa.select(events.c.seq).where(events.c.id == grown)
            _weigh(rows, briefs, briefs.c.seq == earlier.scalar_subquery(), _ALL)


def _weigh(
    rows: sa.Connection,
    briefs: sa.TableClause,
    which: sa.ColumnElement[bool],
    weight: int,
) -> None:
    rows.execute(sa.update(briefs).where(which).values(weight=weight))

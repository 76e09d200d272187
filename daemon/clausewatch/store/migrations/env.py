"""How Alembic reaches the database: over the connection that opened it.

To write a revision: `alembic` is not needed on the command line; copy the last script
in `versions`, name it by the next number, and set `migrate.HEAD`.
"""

from alembic import context

from clausewatch.store.schema import metadata

# SQLite's tables are made in a transaction, too, though Alembic does not trust it to:
# a crash amid an upgrade leaves the database as it was.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()

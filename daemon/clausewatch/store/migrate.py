"""Bringing a database to the tables that this program knows.

Alembic takes a quarter of a second to import, so a start that finds the database up
to date never does.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from clausewatch.errors import StoreError

HEAD: Final = "0005"
"""The newest revision; a test holds it to the scripts."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_VERSION: Final = "alembic_version"


def revision(connection: Connection) -> str | None:
    """Return the revision of a database; None if it has no tables of ours."""
    if not inspect(connection).has_table(_VERSION):
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {_VERSION}"))  # noqa: S608
    return None if found is None else str(found)


def upgrade(connection: Connection, found: str | None) -> None:
    """Bring a database from a revision to the newest; the caller commits.

    Raises:
        StoreError: the revision is not one that this program knows.
    """
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    known = {r.revision for r in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        message = f"expected revision {HEAD} or older, got {found}; {_NEWER}"
        raise StoreError(message, retry=False)
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


def remedy(found: str | None) -> str:
    """Return what to do about another revision where nothing may be written."""
    return _NEWER if found is not None and found > HEAD else _OLDER


_NEWER: Final = "a newer clausewatch wrote this, so upgrade the program"
_OLDER: Final = (
    "an older clausewatch wrote this; `clausewatch run` and `clausewatch check` of "
    "this version bring it up to date"
)
